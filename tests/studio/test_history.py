"""The history of results: its order, its limits, its texts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, List

import pytest

from nst_core.bridge import language
from nst_core.bridge.record import Record, RecordedStyle, Reference
from nst_core.job.pixels import PixelBuffer
from nst_core.job.settings import Settings
from nst_core.studio.bundled import PAINTINGS
from nst_core.studio.history import History, HistoryEntry, history_text


class Document:
    """An object of an editor: it can be compared, but has no hash."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Document) and other.name == self.name

    __hash__ = None  # type: ignore[assignment]


def entry(layer: str, time: float = 1.0, document: str = "Photo", content: str = "sky", **more: Any) -> HistoryEntry:
    return HistoryEntry(layer, Record(), Document(document), layer, content, (4, 3), time=time, **more)


def layers(history: History, document: str = "Photo") -> List[str]:
    return [found.layer for found in history.of(Document(document))]


def picture(side: int) -> PixelBuffer:
    return PixelBuffer(side, side, "rgba-u8", bytes(4 * side * side))


def test_the_newest_result_of_a_document_comes_first() -> None:
    history = History()
    for added in (entry("b", 2.0), entry("c", 3.0), entry("other", 4.0, "Sketch"), entry("a", 0.0), entry("d", 3.0)):
        history.add(added)
    assert layers(history) == ["d", "c", "b", "a"]
    assert layers(history, "Sketch") == ["other"]


def test_others_are_results_of_the_same_content() -> None:
    history = History()
    newest = entry("c", 3.0)
    for added in (entry("a"), entry("b", 2.0, content="sea"), newest, entry("d", 4.0, "Sketch")):
        history.add(added)
    assert [other.layer for other in history.others(newest)] == ["a"]


def test_a_layer_has_one_entry() -> None:
    history = History()
    history.add(entry("a", 1.0))
    history.add(entry("b", 2.0))
    history.add(entry("a", 3.0, seconds=7.0))
    assert layers(history) == ["a", "b"]
    found = history.find(Document("Photo"), "a")
    assert found is not None and found.seconds == 7.0


def test_removed_and_forgotten() -> None:
    history, first = History(), entry("a")
    history.add(first)
    history.add(entry("b"))
    history.add(entry("other", document="Sketch"))
    history.remove(first)
    history.remove(first)
    assert layers(history) == ["b"] and history.find(Document("Photo"), "a") is None
    history.forget(Document("Photo"))
    assert layers(history) == [] and layers(history, "Sketch") == ["other"]


def test_the_oldest_go_when_there_are_too_many() -> None:
    history = History(most_entries=2)
    for number, name in enumerate("abc"):
        history.add(entry(name, float(number)))
    assert layers(history) == ["c", "b"]


def test_the_oldest_go_when_they_take_too_much_memory() -> None:
    history = History(most_bytes=1000)
    history.add(entry("a", 1.0, thumbnail=picture(4)))
    history.add(entry("b", 2.0, thumbnail=picture(4), picture=picture(12)))
    assert layers(history) == ["b", "a"]
    history.add(entry("c", 3.0, picture=picture(14)))
    assert layers(history) == ["c"]
    history.add(entry("d", 4.0, picture=picture(40)))
    assert layers(history) == ["d"], "the newest one stays, however large it is"


def test_the_text_has_the_settings() -> None:
    styles = (
        RecordedStyle(Reference("layer", "My brush", "id")),
        RecordedStyle(Reference("file", path=str(PAINTINGS[0].path))),
    )
    painted = replace(
        entry("a", seconds=24.0),
        name="My brush and 1 more \u2013 Neural Style 2",
        record=Record(Settings(strength=0.8, quality="draft"), styles),
        size=(2400, 1600),
    )
    assert history_text(painted).splitlines() == [
        "My brush and 1 more \u2013 Neural Style 2",
        "Styles: My brush, Great Wave",
        "Quality: Draft",
        "Strength: 0.80",
        "Size: 2400 x 1600 px",
        "Time: about 25 s",
    ]


@pytest.mark.parametrize("code", ["en", "de", "fr"])
def test_the_text_leaves_out_facts_that_are_not_known(code: str) -> None:
    language.use([code])
    try:
        lines = history_text(entry("Layer")).splitlines()
    finally:
        language.use(["en"])
    assert lines[0] == "Layer" and len(lines) == 4
