"""Styles as texts, as references in a record, and back."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any, Callable

import pytest

from nst_core.bridge.record import RecordedStyle, Reference
from nst_core.job.errors import HostError, InvalidJob

New = Callable[..., Any]


@pytest.fixture
def styles() -> Any:
    return importlib.import_module("gimp_plugin.styles")


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "great wave.jpg"
    path.write_bytes(b"")
    return path


@pytest.mark.parametrize(("suffix", "weight"), [("", 1.0), ("=2", 2.0), ("=0.5", 0.5), ("=.25", 0.25), ("=1e-2", 0.01)])
def test_a_file_with_its_weight(styles: Any, picture: Path, suffix: str, weight: float) -> None:
    choice = styles.parse(f"{picture}{suffix}")
    assert (choice.source.name, choice.source.where) == ("great wave", str(picture.parent))
    assert choice.weight == weight


def test_a_file_whose_name_ends_like_a_weight(styles: Any, tmp_path: Path) -> None:
    path = tmp_path / "scale=2"
    path.write_bytes(b"")
    assert styles.parse(str(path)).weight == 1
    assert styles.parse(f"{path}=3").weight == 3


def test_a_layer_by_its_id(styles: Any, new_image: New, new_layer: New) -> None:
    layer = new_layer(new_image(), "ink=2")
    for text in (f"layer:{layer.get_id()}", f"layer:{layer.get_id()}:ink=2=1"):
        assert styles.parse(text).source.layer is layer


@pytest.mark.parametrize(
    "text",
    ["", "relative.jpg", "/no/such.jpg", "~nobody/a.jpg", f"/{300 * 'a'}", "layer:999", "layer:101:other name"],
)
def test_what_is_not_there(styles: Any, new_image: New, new_layer: New, text: str) -> None:
    new_layer(new_image(), "ink")
    with pytest.raises(InvalidJob) as raised:
        styles.parse(text)
    assert raised.value.remedy


@pytest.mark.parametrize("weight", ["0", "1e9"])
def test_a_weight_that_can_not_be(styles: Any, picture: Path, weight: str) -> None:
    with pytest.raises(InvalidJob, match="weight"):
        styles.parse(f"{picture}={weight}")


def test_text_round_trip(styles: Any, picture: Path, new_image: New, new_layer: New) -> None:
    sources = [styles.FileSource(styles.Gio.File(str(picture))), styles.LayerSource(new_layer(new_image(), "a=b:c"))]
    for source in sources:
        again = styles.parse(styles.Choice(source, 0.75).text())
        assert (again.source.text(), again.weight) == (source.text(), 0.75)


def test_still_there_leaves_out_what_is_gone(styles: Any, picture: Path, new_image: New) -> None:
    texts, regions = ["/gone.jpg", f"{picture}=2", f"{picture}=3"], ["", "", "mask:7:gone"]
    assert [choice.weight for choice in styles.still_there(texts, regions, new_image())] == [2]


def test_record_round_trip(styles: Any, picture: Path, new_image: New, new_layer: New) -> None:
    image, other = new_image(), new_image("/home/anna/ink.xcf")
    layers = [new_layer(image, "sand"), new_layer(other, "ink")]
    chosen = [styles.Choice(styles.LayerSource(layer), 2.0) for layer in layers]
    chosen.append(styles.Choice(styles.FileSource(styles.Gio.File(str(picture))), 0.5))
    recorded = [choice.recorded(image) for choice in chosen]
    assert [style.reference.kind for style in recorded] == ["layer", "document", "file"]
    assert [styles.recall(style, image).text() for style in recorded] == [choice.text() for choice in chosen]


def test_a_layer_of_another_name_is_another_layer(styles: Any, new_image: New, new_layer: New) -> None:
    image = new_image()
    new_layer(image, "something else")
    for tattoo in ("1", "not a number"):
        with pytest.raises(HostError, match="can't be found"):
            styles.recall(RecordedStyle(Reference("layer", "ink", tattoo)), image)


def test_a_region_that_is_gone(styles: Any, new_image: New, new_layer: New) -> None:
    image = new_image()
    ink = Reference("layer", "ink", str(new_layer(image, "ink").get_tattoo()))
    with pytest.raises(HostError, match="region of a style is gone"):
        styles.recall(RecordedStyle(ink, 1.0, Reference("mask", "ink", ink.layer)), image)
