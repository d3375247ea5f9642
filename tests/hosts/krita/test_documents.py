"""Every kind of document: the engine gets the picture that the artist sees, and its result becomes a layer."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image, ImageCms

from .conftest import each_krita
from .editor import Editor

#: The profiles of these models have tables for only one direction, and in CMYK many values give the same color. So
#: these limits depend on Krita's own conversion, and a way through XYZ, Lab or another depth is no better. After a
#: conversion in both directions, the mean and the largest difference must be within these limits (CIE76; two colors
#: side by side differ visibly from about 2 on). Measured: 3.6 and 7.1, 3.2 and 4.5.
LOSSY = {"CMYKA": (4.0, 8.0), "YCbCrA": (3.5, 5.0)}
#: One step of each depth. For F32 it is a step of 16 bits, because Krita's color management computes with them.
STEP = {"U8": 1, "U16": 1, "F16": 2**-10, "F32": 2**-16}


def test_every_color_model_and_depth(editor: Editor, home: Path, display: str) -> None:
    cases = editor.run(home, "matrix", display)["cases"]
    assert {name.split()[0] for name in cases} == {"RGBA", "GRAYA", "CMYKA", "LABA", "XYZA", "YCbCrA"}
    assert {name.split()[1] for name in cases} == {"U8", "U16", "F16", "F32"}
    for name, case in cases.items():
        model, depth, profile = name.split(" ", 2)
        assert case["space"] == [model, depth, profile], name
        assert case["untouched"] and case["documents"] == 1, name
        assert case["steps"] <= STEP[depth], f"{name}: a job that changes nothing"
        if model in LOSSY:
            (mean, largest), bound = case["converted"]["seen"], LOSSY[model]
            assert mean < bound[0] and largest < bound[1], name
        else:
            assert case["converted"]["steps"] <= STEP[depth], name


def test_a_photograph_with_an_embedded_srgb_profile_is_not_converted(editor: Editor, home: Path, display: str) -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    name, own_name = (text.encode("utf-16-be") for text in ("sRGB built-in", "sRGB a camera"))
    photo = Image.effect_mandelbrot((64, 48), (-2, -1.5, 1, 1.5), 60).convert("RGB")
    photo.save(home / "photo.png", icc_profile=srgb.replace(name, own_name))
    assert ImageCms.getProfileDescription(BytesIO(srgb)).strip() == "sRGB built-in"
    found = editor.run(home, "profiles", display)
    assert found["photo"] == ["sRGB a camera", "rgba-u8", True, True, ""]
    assert found["deep"] == ["sRGB a camera", "rgba-u16", True, ""]
    assert found["others"] == {"ClayRGB-elle-V2-g22.icc": False, "sRGB-elle-V2-g10.icc": False}


@each_krita
def test_layers_of_every_kind(editor: Editor, home: Path, display: str) -> None:
    found = editor.run(home, "layers", display)
    good = {"same": True, "above": True, "opacity": True, "unchanged": True, "undone": True}
    assert found["contents"] == dict.fromkeys(found["contents"], good)
    assert {"small", "large", "hidden", "locked", "masked", "group", "clone", "vector", "filter"} < set(
        found["contents"]
    )
    assert found["whole"] == ["", True, True]
    assert all(same is True for same in found["styles"].values()), found["styles"]
    assert found["other document"] is True
    assert found["file"] == [True, True]
    assert found["damaged file"].startswith("The picture damaged.png can't be opened.")
    assert found["empty layer"] == [True, "The layer empty is empty. Choose a layer that shows something."]
    assert found["new masks"] == [[True, [255]]] * 2
    assert found["modal"] is False
