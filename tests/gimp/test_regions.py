"""Regions become texts and references of a record, and become regions again."""

from __future__ import annotations

import importlib
import struct
from dataclasses import replace
from typing import Any, Callable

import pytest

from nst_core.bridge import record
from nst_core.bridge.record import Record, RecordedStyle, Reference
from nst_core.job.errors import InvalidJob
from nst_core.job.pixels import PixelBuffer

New = Callable[..., Any]


@pytest.fixture
def regions() -> Any:
    return importlib.import_module("gimp_plugin.regions")


def test_every_kind_round_trips(regions: Any, new_image: New, new_layer: New, new_mask: New, new_channel: New) -> None:
    image = new_image()
    layer = new_layer(image, "sky: blue")
    for item, kind in ((layer, "layer"), (new_mask(layer), "mask"), (new_channel(image, "faces"), "channel")):
        regions.Gimp.Layer.from_mask = lambda mask: layer
        region = regions.of(item)
        assert region.kind == kind
        assert regions.parse(region.text(), image) == region
        assert regions.find(region.reference(), image) == region


def test_an_inverted_region_round_trips(regions: Any, new_image: New, new_layer: New, new_selection: New) -> None:
    image = new_image()
    for region in (regions.of(new_layer(image, "not: sky")), regions.Region("selection", new_selection(image))):
        inverted = replace(region, inverted=True)
        stored = Record(styles=(RecordedStyle(Reference("layer", "ink", "1"), 1.0, inverted.reference()),))
        loaded = record.load(record.dump(stored))
        assert loaded is not None
        assert loaded.styles[0].region is not None
        assert regions.find(loaded.styles[0].region, image) == inverted
        assert regions.parse(inverted.text(), image) == inverted
        assert regions.parse(region.text(), image) == region


def test_an_inverted_region_is_where_the_other_is_not(regions: Any, new_image: New, new_channel: New) -> None:
    faces = new_channel(new_image(), "faces")
    mask = PixelBuffer(3, 1, "gray-f32", struct.pack("3f", 0.0, 0.25, 1.0))
    regions.drawable.read_coverage = lambda channel, content: mask
    region = replace(regions.of(faces), inverted=True)
    assert struct.unpack("3f", region.coverage(faces).data) == (1.0, 0.75, 0.0)
    assert region.brightness(faces) == region.coverage(faces)


def test_an_empty_text_is_everywhere(regions: Any, new_image: New) -> None:
    assert regions.parse("", new_image()) is None


def test_what_is_no_region(regions: Any, new_image: New, new_layer: New, new_channel: New) -> None:
    image, other = new_image(), new_image()
    layer, channel = new_layer(image, "sky"), new_channel(image, "faces")
    elsewhere = new_layer(other, "sky")
    wrong = [
        *("sky", "layer:999", f"mask:{layer.get_id()}", f"channel:{layer.get_id()}", "layer:99999999999"),
        *(f"layer:{channel.get_id()}", f"layer:{elsewhere.get_id()}", regions.Region("layer", elsewhere).text()),
    ]
    for text in wrong:
        with pytest.raises(InvalidJob, match="no region"):
            regions.parse(text, image)


def test_a_reference_to_another_kind_of_item_is_not_found(regions: Any, new_image: New, new_channel: New) -> None:
    image = new_image()
    channel = new_channel(image, "faces")
    name = regions.references.lasting_name(channel)
    assert regions.find(Reference("channel", "faces", name), image) is not None
    for kind in ("layer", "mask", "file", "document"):
        assert regions.find(Reference(kind, "faces", name), image) is None
    assert regions.find(Reference("channel", "faces", name), new_image()) is None
