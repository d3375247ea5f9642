"""A layer's record is read as it was stored, by any version."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from nst_core.bridge.record import Record, RecordedStyle, Reference, dump, load
from nst_core.job.settings import Settings

RECORD = Record(
    Settings(strength=0.4, seed=7, quality="high"),
    (
        RecordedStyle(Reference("layer", "Great Wave", "{1234}"), 2.0, Reference("mask", "Sky", "{9}")),
        RecordedStyle(Reference("file", "poppies.jpg", path="/home/ada/Bilder/Mohn é.jpg"), 0.5),
    ),
    Reference("layer", "Photo", "{5678}"),
    Reference("channel", "Faces", "{4}"),
    Reference("layer", "Great Wave \u2013 Neural Style", "{6}"),
)


def test_round_trip() -> None:
    assert load(dump(RECORD)) == RECORD


def test_unknown_fields_are_ignored_and_missing_ones_get_defaults() -> None:
    tree = json.loads(dump(RECORD))
    tree["from_the_future"] = 1
    tree["settings"]["unknown"] = 3
    tree["settings"]["strength"] = 99
    del tree["settings"]["quality"], tree["content"]
    tree["styles"][0]["weight"] = "heavy"
    tree["styles"][1]["reference"]["kind"] = "hologram"
    record = load(json.dumps(tree))
    assert record is not None
    assert record.settings == Settings(seed=7)
    assert record.styles == (RecordedStyle(RECORD.styles[0].reference, 1.0, RECORD.styles[0].region),)
    assert record.content is None


def test_the_keep_mask_of_an_earlier_version_is_found() -> None:
    tree = json.loads(dump(RECORD))
    tree["protection"] = tree.pop("keep_mask")
    assert load(json.dumps({**tree, "settings": {**tree["settings"], "protect": 0.5}})) == RECORD


def test_a_mask_of_an_earlier_version_that_did_nothing_does_nothing() -> None:
    tree = json.loads(dump(RECORD))
    tree["protection"] = tree.pop("keep_mask")
    assert load(json.dumps({**tree, "settings": {**tree["settings"], "protect": 0}})) == replace(RECORD, keep_mask=None)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "3", '"x"', "\x00\xff", "[" * 200_000, '{"a": ' + "[" * 900 + "]" * 900 + "}"]
)
def test_a_text_without_a_record_gives_no_record(text: str) -> None:
    assert load(text) is None


@pytest.mark.parametrize("text", ["{}", '{"styles": 4, "settings": []}', '{"styles": [null, {"reference": 1}]}'])
def test_a_hollow_record_gives_defaults(text: str) -> None:
    assert load(text) == Record()


def test_each_name_can_be_stored_and_shown() -> None:
    style = RecordedStyle(Reference("layer", "half \ud83d a pair\0", "{1}", "/tmp/\udcff"))
    stored = dump(Record(styles=(style,)))
    assert stored.encode("ascii").decode("utf-8") == stored
    record = load(stored)
    assert record is not None
    assert record.styles[0].reference == Reference("layer", "half \ufffd a pair\ufffd", "{1}", "/tmp/\ufffd")


def test_endless_numbers_give_defaults() -> None:
    endless = 10**400  # larger than the largest float
    style = {"weight": endless, "reference": {"kind": "file"}}
    record = load(json.dumps({"settings": {"strength": endless, "seed": endless}, "styles": [style]}))
    assert record == Record(styles=(RecordedStyle(Reference("file")),))


def test_a_document_does_not_bring_settings_of_the_machine() -> None:
    foreign = Settings(strength=0.5, device="cuda:7", memory=3, weights="/somebody/weights.bin")
    assert "somebody" not in dump(Record(foreign))
    text = json.dumps({"settings": foreign.to_dict()})
    record = load(text)
    assert record == Record(Settings(strength=0.5))
    own = Settings(device="cpu", memory=2, weights="torchvision")
    assert record.settings.on_machine_of(own) == replace(own, strength=0.5)
