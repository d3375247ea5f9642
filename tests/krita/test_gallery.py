"""The gallery of styles: one sees them, one click adds one, and files can be dropped on the docker."""

from __future__ import annotations

import html
import shutil
import threading
from pathlib import Path
from typing import Any, Iterator

import pytest
from PyQt5.QtCore import Qt

from nst_core.bridge.presets import Presets
from nst_core.job.events import Canceled
from nst_core.studio.bundled import PAINTINGS
from nst_core.studio.gallery import Gallery

SAMPLES = Path(__file__).parents[2] / "docs" / "samples"


@pytest.fixture
def panel(studio: Any) -> Iterator[Any]:
    made = studio.panels.Panel(studio.controller, Presets())
    made.show_document(studio.documents.Document(studio.open()))
    made.show()
    yield made
    made.close()


def open_gallery(studio: Any, panel: Any) -> Any:
    """The gallery, opened by the button's menu, with all groups."""
    panel.add.fill_menu()
    panel.add.menu().actions()[0].trigger()
    window = gallery_of(panel)
    studio.until(lambda: bool(window.lists))
    return window


def gallery_of(panel: Any) -> Any:
    from krita_plugin.gallery_window import GalleryWindow

    return next(window for window in panel.findChildren(GalleryWindow) if window.isVisible())


def labels(window: Any) -> list[str]:
    return [tiles.accessibleName() for tiles in window.lists]


def click(tiles: Any, index: int) -> None:
    from PyQt5.QtTest import QTest

    place = tiles.visualItemRect(tiles.tiles[index]).center()
    QTest.mouseClick(tiles.viewport(), Qt.LeftButton, Qt.NoModifier, place)


def names(panel: Any) -> list[str]:
    return [row.source.name for row in panel.styles.rows]


def is_drawn(tile: Any) -> bool:
    image = tile.icon().pixmap(96, 96).toImage()
    return not image.allGray()


def test_it_shows_the_bundled_paintings_with_title_and_artist(studio: Any, panel: Any) -> None:
    window = open_gallery(studio, panel)
    assert not window.isModal() and labels(window) == ["Paintings"]
    tiles = window.lists[0].tiles
    assert [tile.text() for tile in tiles] == [painting.title for painting in PAINTINGS]
    for tile, painting in zip(tiles, PAINTINGS):
        assert html.escape(painting.title, quote=False) in tile.toolTip() and painting.artist in tile.toolTip()
        assert tile.data(Qt.AccessibleTextRole) == f"{painting.title}, {painting.detail}"
    studio.until(lambda: all(map(is_drawn, tiles)))
    window.close()


def test_one_click_adds_a_style_and_makes_it_recent(studio: Any, panel: Any) -> None:
    window = open_gallery(studio, panel)
    click(window.lists[0], 2)
    studio.until(lambda: bool(panel.styles.rows))
    assert names(panel) == ["Kazusa Sea Route"] and not window.isVisible()
    window = open_gallery(studio, panel)
    assert labels(window) == ["Recent", "Paintings"]
    assert [tile.path for tile in window.lists[0].tiles] == [PAINTINGS[2].path]
    click(window.lists[1], 0)
    studio.until(lambda: len(panel.styles.rows) == 2)
    assert names(panel) == ["Kazusa Sea Route", "Great Wave"]


def test_a_style_is_added_by_the_keyboard(studio: Any, panel: Any) -> None:
    from PyQt5.QtTest import QTest

    Gallery().use(PAINTINGS[5].path)
    window = open_gallery(studio, panel)
    window.activateWindow()
    first, second = window.lists
    studio.until(first.hasFocus)
    assert first.selectedItems() == [first.tiles[0]]
    QTest.keyClick(first, Qt.Key_Tab)
    while not second.hasFocus():
        QTest.keyClick(studio.application.focusWidget(), Qt.Key_Tab)
    assert first.selectedItems() == [] and second.selectedItems() == [second.tiles[0]]
    QTest.keyClick(second, Qt.Key_Right)
    QTest.keyClick(second, Qt.Key_Return)
    studio.until(lambda: bool(panel.styles.rows))
    assert names(panel) == ["Poppies"]


def test_the_keyboard_scrolls_to_the_style(studio: Any, panel: Any) -> None:
    from PyQt5.QtTest import QTest

    window = open_gallery(studio, panel)
    tiles = window.lists[0]
    bar = window.scroll.verticalScrollBar()
    assert bar.value() == 0 < bar.maximum()
    QTest.keyClick(tiles, Qt.Key_End)
    assert bar.value() > 0
    window.close()


@pytest.mark.parametrize("width", [180, 250, 301, 476, 800])
def test_no_style_is_cut_off_at_any_width(studio: Any, panel: Any, width: int) -> None:
    window = open_gallery(studio, panel)
    window.resize(width, 500)
    for _ in range(20):
        studio.application.processEvents()
    tiles = window.lists[0]
    last = tiles.visualItemRect(tiles.tiles[-1])
    assert last.bottom() < tiles.height() <= last.top() + tiles.gridSize().height()
    assert all(tiles.visualItemRect(tile).right() <= tiles.viewport().width() for tile in tiles.tiles)
    window.close()


def test_the_wheel_passes_the_lists(studio: Any, panel: Any) -> None:
    from PyQt5.QtCore import QPoint, QPointF
    from PyQt5.QtGui import QWheelEvent

    window = open_gallery(studio, panel)
    turn = QPoint(0, -120)
    place = QPointF(5, 5)
    event = QWheelEvent(place, place, turn, turn, Qt.NoButton, Qt.NoModifier, Qt.NoScrollPhase, False)
    studio.application.sendEvent(window.lists[0].viewport(), event)
    assert not event.isAccepted(), "a list takes it, so it does not reach the window"
    window.close()


def test_a_favorite_gets_a_star_and_comes_first(studio: Any, panel: Any) -> None:
    window = open_gallery(studio, panel)
    tiles = window.lists[0]
    studio.until(lambda: is_drawn(tiles.tiles[-1]))
    before = tiles.tiles[1].icon().pixmap(96, 96).toImage()
    menu = tiles.menu_of(tiles.tiles[1])
    assert [(action.text(), action.isChecked()) for action in menu.actions()] == [("Favorite", False)]
    menu.actions()[0].trigger()
    assert tiles.tiles[1].icon().pixmap(96, 96).toImage() != before
    assert tiles.menu_of(tiles.tiles[1]).actions()[0].isChecked()
    window.close()
    window = open_gallery(studio, panel)
    assert labels(window) == ["Favorites", "Paintings"]
    studio.until(lambda: is_drawn(window.lists[1].tiles[-1]))
    window.lists[0].menu_of(window.lists[0].tiles[0]).actions()[0].trigger()
    assert window.lists[1].tiles[1].icon().pixmap(96, 96).toImage() == before, "the star is gone everywhere"
    window.close()


def test_a_folder_of_the_user_is_added_and_removed(studio: Any, panel: Any) -> None:
    from PyQt5.QtWidgets import QFileDialog, QToolButton

    window = open_gallery(studio, panel)
    window.add_folder.click()
    dialog = window.findChild(QFileDialog)
    assert not dialog.isModal()
    dialog.fileSelected.emit(str(SAMPLES))
    dialog.close()
    studio.until(lambda: labels(window) == ["Paintings", "samples"])
    assert "auvers" in [tile.text() for tile in window.lists[1].tiles]
    remove = window.scroll.widget().findChild(QToolButton)
    assert remove.accessibleName() == "Remove this folder from the gallery. Its files stay."
    remove.click()
    studio.until(lambda: labels(window) == ["Paintings"])
    assert SAMPLES.is_dir() and studio.failures == []
    window.close()


def test_a_damaged_picture_is_listed_and_refused_by_name(studio: Any, panel: Any, tmp_path: Path) -> None:
    folder = tmp_path / "<b>styles"
    folder.mkdir()
    (folder / "<i>broken.png").write_text("no picture")
    shutil.copy(SAMPLES / "auvers.jpg", folder / "good.jpg")
    Gallery().add_folder(folder)
    window = open_gallery(studio, panel)
    tiles = window.lists[1]
    studio.until(lambda: is_drawn(tiles.tiles[1]))
    assert html.escape("<i>broken") in tiles.tiles[0].toolTip() and html.escape("<b>styles") in tiles.tiles[0].toolTip()
    click(tiles, 0)
    studio.until(lambda: bool(studio.failures))
    assert studio.failures[0].startswith("The picture <i>broken.png can't be opened.")
    assert panel.styles.rows == [] and labels(open_gallery(studio, panel)) == ["Paintings", "<b>styles"]
    gallery_of(panel).close()


def test_styles_are_chosen_while_a_picture_is_painted(studio: Any, panel: Any) -> None:
    panel.add.add_files([str(PAINTINGS[0].path)])
    studio.until(lambda: bool(panel.styles.rows))
    krita = studio.krita.Krita.instance()
    krita.files[str(PAINTINGS[0].path)] = studio.krita.Document(
        4, 3, "Wave", ("RGBA", "U8", "sRGB-elle-V2-srgbtrc.icc")
    )
    open_gallery(studio, panel)
    panel.button.click()
    studio.until(studio.is_painting)
    click(gallery_of(panel).lists[-1], 1)
    studio.until(lambda: len(panel.styles.rows) == 2)
    assert drop(studio, panel, [(SAMPLES / "auvers.jpg").as_uri()])
    studio.until(lambda: len(panel.styles.rows) == 3)
    studio.controller.stop(False)
    studio.send(Canceled())


def drop(studio: Any, panel: Any, urls: list[str], text: str = "") -> bool:
    """Drag something over the docker, and drop it if that is possible; whether it was."""
    from PyQt5.QtCore import QMimeData, QPoint, QPointF, QUrl
    from PyQt5.QtGui import QDragEnterEvent, QDropEvent

    data = QMimeData()
    if urls:
        data.setUrls([QUrl(url) for url in urls])
    else:
        data.setText(text)
    enter = QDragEnterEvent(QPoint(9, 9), Qt.CopyAction, data, Qt.LeftButton, Qt.NoModifier)
    enter.ignore()
    studio.application.sendEvent(panel, enter)
    if enter.isAccepted():
        studio.application.sendEvent(
            panel, QDropEvent(QPointF(9, 9), Qt.CopyAction, data, Qt.LeftButton, Qt.NoModifier)
        )
    return bool(enter.isAccepted())


def test_dropped_files_become_styles(studio: Any, panel: Any, tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("no picture")
    pictures = [SAMPLES / "auvers.jpg", SAMPLES / "poppies.jpg"]
    assert panel.acceptDrops()
    assert drop(studio, panel, [path.as_uri() for path in (pictures[0], text, pictures[1])])
    studio.until(lambda: bool(studio.failures))
    assert names(panel) == ["auvers", "poppies"]
    assert studio.failures[0].startswith("The picture notes.txt can't be opened.")
    assert [entry.path for entry in Gallery().groups()[0].entries] == [pictures[1], pictures[0]]


def test_nothing_else_is_dropped(studio: Any, panel: Any) -> None:
    assert not drop(studio, panel, ["https://example.org/wave.jpg"])
    assert not drop(studio, panel, [], "a text")
    assert panel.styles.rows == []


def test_a_slow_disk_does_not_stop_krita(studio: Any, panel: Any) -> None:
    from krita_plugin.gallery_window import GalleryWindow

    class Slow(Gallery):
        answers = threading.Event()

        def groups(self) -> Any:
            assert self.answers.wait(60)
            return super().groups()

    window = GalleryWindow(panel, Slow(), studio.controller.guard)
    window.show()
    window.refresh()
    for _ in range(20):
        studio.application.processEvents()
    assert window.lists == []
    Slow.answers.set()
    studio.until(lambda: bool(window.lists))
    window.close()


def test_lists_that_can_not_be_stored_are_reported_and_the_style_is_added(studio: Any, panel: Any) -> None:
    folder = Presets().folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("no folder")
    window = open_gallery(studio, panel)
    window.toggle_favorite(PAINTINGS[0].path)
    assert len(studio.failures) == 1 and not window.lists[0].tiles[0].is_favorite
    click(window.lists[0], 0)
    studio.until(lambda: len(studio.failures) == 2)
    assert names(panel) == ["Great Wave"] and panel.message.isVisible()
