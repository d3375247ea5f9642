"""The picture follows the artist's settings: each one with clicks in the real Krita and with the real engine."""

from __future__ import annotations

from pathlib import Path

from .editor import Editor, engine_folders


def test_controls(editor: Editor, real_home: Path, display: str) -> None:
    found = editor.run(real_home, "control", display, engine_folders())

    regions = found["regions"]
    assert regions["offered"][:2] == ["Everywhere", "The selection"]
    assert regions["record"] == [["mask", "Red side \u2013 Red carrier"], ["mask", "Blue side \u2013 Blue carrier"]]
    for side, full, others in (("left", 0, (1, 2)), ("right", 2, (0, 1))):
        assert regions[side][full] > 150 and max(regions[side][channel] for channel in others) < 100

    assert found["soft"] == {"levels": 64, "off by": 0}
    assert found["steered"]["while"] == "painting"
    assert found["steered"]["steered"] < found["steered"]["left alone"] / 2

    same = {"init": "picture", "starts from the layer": True, "content": True, "styles": ["Great Wave"], "failure": ""}
    first, second, third = (f"Great Wave \u2013 Neural Style{number} (draft)" for number in ("", " 2", " 3"))
    for name, initial, above in (
        ("same session", first, [first, second, "Great Wave"]),
        ("after reload", second, [first, second, third]),
    ):
        continued = found["continued"][name]
        assert {key: continued[key] for key in same} == same, name
        assert continued["strength"] == 0.5 and continued["moved"] and continued["initial"] == initial, name
        assert continued["names"] == ["Photo", *above], name

    (free_left, free_right), (left, right) = found["kept"]["free"], found["kept"]["kept"]
    assert right / free_right < 0.9 * left / free_left, "the bright half is kept, the dark one is not"

    texture = found["texture"]
    assert texture["failure"] == "" and texture["opaque"] and texture["contrast"] > 5
    assert texture["across"] < 1.25 and texture["down"] < 1.25, "opposite edges fit like neighbors"
