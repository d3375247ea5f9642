"""The strip of results: it shows them, and the newest result hides the previous one."""

from __future__ import annotations

import struct
from typing import Any, List

import pytest
from PyQt5.QtCore import Qt

from nst_core.job.events import Result
from nst_core.job.pixels import PixelBuffer
from nst_core.job.settings import Settings
from nst_core.studio.history import MOST_ENTRIES
from tests.krita.docker import click, seen

FIRST, SECOND, THIRD = (f"Style \u2013 Neural Style{number}" for number in ("", " 2", " 3"))
COLORS = {"green": (0, 255, 0, 255), "yellow": (255, 255, 0, 255), "gray": (128, 128, 128, 255)}


def paint(studio: Any, document: Any, color: str = "green", **more: Any) -> Any:
    """Paint the background in the style, all in one color, and return the new layer."""
    before = list(document.root.childNodes())
    home = studio.documents.Document(document)
    style = next(node for node in before if node.name() == "Style").uniqueId().toString()
    choices = (studio.styles.Choice(studio.styles.LayerSource(home, style)),)
    studio.controller.stylize(studio.painting(document, **{"choices": choices, **more}))
    studio.until(studio.is_painting)
    content = studio.engine.jobs[-1].content
    pixels = PixelBuffer(
        content.width, content.height, "rgba-u8", bytes(COLORS[color]) * content.width * content.height
    )
    studio.send(Result(pixels, True, 83.0, "cpu", 5))
    studio.until(studio.is_idle)
    assert studio.failures == []
    return next(node for node in document.root.childNodes() if node not in before)


def entry_names(panel: Any) -> List[str]:
    role = Qt.ItemDataRole.AccessibleTextRole
    return [panel.results.list.item(row).data(role) for row in range(panel.results.list.count())]


def click_on(panel: Any, row: int) -> None:
    from PyQt5.QtTest import QTest

    strip = panel.results.list
    QTest.mouseClick(strip.viewport(), Qt.LeftButton, pos=strip.visualItemRect(strip.item(row)).center())


def test_the_newest_result_hides_the_one_before(studio: Any, document: Any, panel: Any) -> None:
    paint(studio, document)
    assert panel.notice.text() == f"Added the layer {FIRST}."
    paint(studio, document, "yellow")
    assert seen(document) == ["Background", SECOND, "Style"]
    assert panel.notice.text() == f"Added the layer {SECOND}. The earlier result is hidden."
    assert [step[0] for step in document.undo] == ["add", "add"], "one step for each result, none for hiding"


def test_a_hidden_result_comes_back_with_undo(studio: Any, document: Any, panel: Any) -> None:
    paint(studio, document)
    second = paint(studio, document, "yellow")
    document.take_back()
    panel.look_again()
    assert seen(document) == ["Background", FIRST, "Style"] and entry_names(panel) == [FIRST]
    document.root.addChildNode(second, document.root.childNodes()[1])
    panel.look_again()
    assert seen(document) == ["Background", SECOND, "Style"] and entry_names(panel) == [SECOND, FIRST]


def test_undo_shows_no_result_that_a_newer_one_covers(studio: Any, document: Any, panel: Any) -> None:
    paint(studio, document)
    second = paint(studio, document, "yellow")
    third = paint(studio, document, "gray")
    second.remove()
    panel.look_again()
    assert seen(document) == ["Background", THIRD, "Style"]
    third.remove()
    panel.look_again()
    assert seen(document) == ["Background", FIRST, "Style"], "nothing covers it any more"


def test_undo_of_several_results_at_once_shows_the_one_before_them(studio: Any, document: Any, panel: Any) -> None:
    paint(studio, document)
    for color in ("yellow", "gray", "green"):
        paint(studio, document, color)
    second, third = document.root.childNodes()[2:4]
    second.remove()
    third.remove()
    panel.look_again()
    assert seen(document) == ["Background", f"{FIRST} 4", "Style"], "the newest one covers them all"
    document.root.childNodes()[2].remove()
    panel.look_again()
    assert seen(document) == ["Background", FIRST, "Style"]


def test_two_steps_are_undone_and_redone_between_two_looks(studio: Any, document: Any, panel: Any) -> None:
    layers = [paint(studio, document, color) for color in ("green", "yellow", "gray")]
    for _ in range(2):
        document.take_back()
    panel.look_again()
    assert seen(document) == ["Background", FIRST, "Style"]
    for below, layer in zip(layers, layers[1:]):
        document.root.addChildNode(layer, below)
    panel.look_again()
    assert seen(document) == ["Background", THIRD, "Style"]


def test_a_result_that_is_undone_right_before_the_next_one_uncovers_nothing(
    studio: Any, document: Any, panel: Any
) -> None:
    paint(studio, document)
    paint(studio, document, "yellow").remove()
    third = paint(studio, document, "gray")
    panel.look_again()
    assert seen(document) == ["Background", third.name(), "Style"]


def test_a_look_while_a_result_is_added_uncovers_nothing(
    studio: Any, document: Any, panel: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    paint(studio, document)
    looks, add = [], studio.krita.Node.addChildNode

    def add_and_look(node: Any, child: Any, above: Any) -> bool:
        added = bool(add(node, child, above))
        panel.results.refresh()
        looks.append(seen(document))
        return added

    monkeypatch.setattr(studio.krita.Node, "addChildNode", add_and_look)
    paint(studio, document, "yellow")
    assert looks == [["Background", SECOND, "Style"]]


def test_a_part_hides_nothing(studio: Any, document: Any, panel: Any) -> None:
    paint(studio, document)
    document.chosen = studio.krita.Selection(0, 0, 2, 2)
    paint(studio, document, "yellow")
    assert seen(document) == ["Background", FIRST, SECOND, "Style"]


def test_a_result_of_another_content_hides_nothing(studio: Any, document: Any, panel: Any) -> None:
    paint(studio, document)
    content = document.root.childNodes()[-1].uniqueId().toString()
    paint(studio, document, "yellow", content_id=content)
    assert set(seen(document)) == {"Background", FIRST, SECOND, "Style"}


def test_the_strip_shows_each_result_with_its_settings(studio: Any, document: Any, panel: Any) -> None:
    assert not panel.results.isVisible(), "without results it takes no room"
    paint(studio, document)
    settings = Settings(strength=0.4, quality="draft")
    paint(studio, document, "yellow", settings=settings)
    assert panel.results.isVisible() and panel.results.list.currentRow() == 0
    newest, first = (panel.results.list.item(row) for row in range(2))
    newest_name = f"{SECOND} (draft)"
    assert entry_names(panel) == [newest_name, FIRST] and panel.results.name.text() == "Style 2 (draft)"
    facts = "Styles: Style", "Strength: 0.40", "Quality: Draft", "Size: 4 x 3 px", "Time: about 1 min"
    for text in (f"<b>{newest_name}</b>", *facts):
        assert text in newest.toolTip()
    middle = [item.data(Qt.DecorationRole).toImage().pixelColor(28, 28) for item in (newest, first)]
    assert middle[0].getRgb() == COLORS["yellow"]
    assert 0 < middle[1].alpha() < 255, "a hidden result is faint"


def test_a_click_shows_a_result_on_the_canvas(studio: Any, document: Any, panel: Any) -> None:
    paint(studio, document)
    paint(studio, document, "yellow")
    document.rendered.clear()
    click_on(panel, 1)
    assert seen(document) == ["Background", FIRST, "Style"] and document.rendered
    assert panel.results.chosen.name == FIRST
    assert [step[0] for step in document.undo] == ["add", "add"]
    document.take_back()
    panel.look_again()
    assert seen(document) == ["Background", FIRST, "Style"], "the user has chosen what to see"


def test_undo_of_a_result_that_was_clicked_on_shows_the_one_before(studio: Any, document: Any, panel: Any) -> None:
    paint(studio, document)
    paint(studio, document, "yellow")
    click_on(panel, 1)
    click_on(panel, 0)
    document.take_back()
    panel.look_again()
    assert seen(document) == ["Background", FIRST, "Style"]


def test_the_content_is_seen_while_the_button_is_held(studio: Any, document: Any, panel: Any) -> None:
    from PyQt5.QtTest import QTest

    paint(studio, document)
    paint(studio, document, "yellow")
    document.root.childNodes()[0].setVisible(False)
    button = panel.results.compare
    for press, release, key in (
        (QTest.mousePress, QTest.mouseRelease, Qt.LeftButton),
        (QTest.keyPress, QTest.keyRelease, Qt.Key_Space),
    ):
        press(button, key)
        panel.look_again()
        assert seen(document) == ["Background", "Style"]
        release(button, key)
        assert seen(document) == [SECOND, "Style"] and panel.results.chosen.name == SECOND


def test_a_new_result_ends_the_comparison(studio: Any, document: Any, panel: Any) -> None:
    from PyQt5.QtTest import QTest

    paint(studio, document)
    QTest.mousePress(panel.results.compare, Qt.LeftButton)
    assert seen(document) == ["Background", "Style"]
    paint(studio, document, "yellow")
    QTest.mouseRelease(panel.results.compare, Qt.LeftButton)
    assert seen(document) == ["Background", SECOND, "Style"]
    document.take_back()
    panel.look_again()
    assert seen(document) == ["Background", FIRST, "Style"]


def test_a_strip_that_disappears_shows_the_results_again(studio: Any, document: Any, panel: Any) -> None:
    from PyQt5.QtTest import QTest

    paint(studio, document)
    QTest.mousePress(panel.results.compare, Qt.LeftButton)
    assert seen(document) == ["Background", "Style"]
    panel.hide()
    assert seen(document) == ["Background", FIRST, "Style"]


def test_the_settings_of_a_result_are_taken_over(studio: Any, document: Any, panel: Any) -> None:
    paint(studio, document, settings=Settings(strength=0.4, quality="draft"))
    paint(studio, document, "yellow")
    click_on(panel, 1)
    click(panel.results.reuse)
    studio.until(lambda: bool(panel.styles.rows))
    settings = panel.form.settings()
    assert (settings.strength, settings.quality) == (0.4, "draft") and studio.failures == []
    assert [choice.source.name for choice in panel.styles.choices()] == ["Style"]


def test_discard_removes_a_result_and_shows_the_one_before(studio: Any, document: Any, panel: Any) -> None:
    paint(studio, document)
    paint(studio, document, "yellow")
    click(panel.results.discard)
    assert seen(document) == ["Background", FIRST, "Style"] and entry_names(panel) == [FIRST]
    assert [step[0] for step in document.undo] == ["add", "add", "remove"]
    click(panel.results.discard)
    assert seen(document) == ["Background", "Style"] and not panel.results.isVisible()


def test_discard_of_a_hidden_result_changes_nothing_that_is_seen(studio: Any, document: Any, panel: Any) -> None:
    paint(studio, document)
    paint(studio, document, "yellow")
    panel.results.list.setCurrentRow(1)
    click(panel.results.discard)
    assert seen(document) == ["Background", SECOND, "Style"] and entry_names(panel) == [SECOND]


def test_results_of_an_earlier_session(studio: Any, document: Any, panel: Any) -> None:
    paint(studio, document)
    paint(studio, document, "yellow")
    later = studio.plugin.results.Results()
    found = [shown.entry for shown in later.look(studio.documents.Document(document))]
    assert [entry.name for entry in found] == [SECOND, FIRST], "the upper one counts as the newer one"
    assert found[0].record.settings == Settings(seed=5) and found[0].size == (4, 3)
    assert bytes(found[0].thumbnail.data)[:4] == bytes(COLORS["yellow"])


def test_a_closed_document_has_no_results(studio: Any, document: Any, panel: Any) -> None:
    paint(studio, document)
    document.close()
    panel.look_again()
    assert not panel.results.isVisible()
    other = studio.open("Other.kra")
    panel.show_document(studio.documents.Document(other))
    assert not panel.results.isVisible()


def test_more_results_than_the_strip_holds_are_pictured_once(
    studio: Any, document: Any, panel: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = paint(studio, document)
    home = studio.documents.Document(document)
    record = home.record(first.uniqueId().toString())
    for number in range(MOST_ENTRIES + 5):
        layer = document.createNode(f"Result {number}", "paintlayer")
        document.root.addChildNode(layer, None)
        home.remember(layer.uniqueId().toString(), record)
    panel.look_again()
    assert len(entry_names(panel)) == MOST_ENTRIES
    pictured: List[str] = []
    monkeypatch.setattr(studio.krita.Node, "thumbnail", lambda node, *size: pictured.append(node.name()))
    panel.look_again()
    assert pictured == []


def test_thumbnail_of_floats(studio: Any) -> None:
    pixels = PixelBuffer(300, 2, "rgba-f32", struct.pack("<4f", 1.5, 0.5, -1.0, 1.0) * 600)
    steps = studio.plugin.pictures.small_image(pixels, 100)
    try:
        while True:
            next(steps)
    except StopIteration as end:
        image = end.value
    assert (image.width(), image.height()) == (100, 1)
    assert image.pixelColor(99, 0).getRgb() == (255, 128, 0, 255)
