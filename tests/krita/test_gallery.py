"""The gallery of styles: the user sees styles, adds one with a click, and drops files on the docker."""

from __future__ import annotations

import base64
import html
import io
import re
import shutil
import threading
import zipfile
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
    """Open the gallery with the button's menu, and return it with all groups."""
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
        assert tile.data(Qt.AccessibleTextRole) == f"{painting.title}, {painting.detail}"
    studio.until(lambda: all(map(is_drawn, tiles)))
    window.close()


def hover(studio: Any, tiles: Any, index: int) -> str:
    """Return the text of the tooltip while the pointer rests on a style."""
    from PyQt5.QtWidgets import QToolTip

    QToolTip.hideText()
    studio.until(lambda: not QToolTip.text())
    place = tiles.visualItemRect(tiles.tiles[index]).center()
    studio.application.sendEvent(tiles.viewport(), help_event(tiles.viewport(), place))
    studio.until(lambda: bool(QToolTip.text()))
    return str(QToolTip.text())


def help_event(widget: Any, place: Any) -> Any:
    from PyQt5.QtCore import QEvent
    from PyQt5.QtGui import QHelpEvent

    return QHelpEvent(QEvent.ToolTip, place, widget.mapToGlobal(place))


def picture_in(text: str) -> Any:
    """Return the picture in a rich text."""
    from PyQt5.QtGui import QImage

    data = re.search(r"base64,([^\"]+)", text)
    assert data is not None, text[:100]
    return QImage.fromData(base64.b64decode(data[1]))


def test_the_pointer_shows_a_style_large(studio: Any, panel: Any) -> None:
    from PyQt5.QtWidgets import QToolTip

    window = open_gallery(studio, panel)
    text = hover(studio, window.lists[0], 6)
    assert "Café Terrace at Night" in text and "Vincent van Gogh" in text
    image = picture_in(text)
    assert max(image.width(), image.height()) == 320 and not image.allGray()
    click(window.lists[0], 6)
    studio.until(lambda: bool(panel.styles.rows))
    QToolTip.hideText()
    studio.until(lambda: not QToolTip.text())
    picture = panel.styles.rows[0].picture
    studio.application.sendEvent(picture, help_event(picture, picture.rect().center()))
    studio.until(lambda: bool(QToolTip.text()))
    assert "Café Terrace" in QToolTip.text() and picture_in(QToolTip.text()).size() == image.size()


def test_the_gallery_is_one_click_away_while_there_is_no_style(studio: Any, panel: Any) -> None:
    panel.styles.gallery.click()
    studio.until(lambda: bool(gallery_of(panel).lists))
    click(gallery_of(panel).lists[0], 0)
    studio.until(lambda: names(panel) == ["Great Wave"])
    assert not panel.styles.gallery.isVisible()
    panel.styles.rows[0].remove.click()
    assert panel.styles.gallery.isVisible()


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
    text = hover(studio, tiles, 0)
    assert html.escape("<i>broken") in text and html.escape("<b>styles") in text and "<img" not in text
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


def drop(studio: Any, panel: Any, data: Any) -> bool:
    """Drag data or a list of files over the docker, and drop it if possible. Return True if it was dropped."""
    from PyQt5.QtCore import QMimeData, QPoint, QPointF, QUrl
    from PyQt5.QtGui import QDragEnterEvent, QDropEvent

    if isinstance(data, list):
        urls, data = data, QMimeData()
        data.setUrls([QUrl(url) for url in urls])
    enter = QDragEnterEvent(QPoint(9, 9), Qt.MoveAction | Qt.CopyAction, data, Qt.LeftButton, Qt.NoModifier)
    enter.ignore()
    studio.application.sendEvent(panel, enter)
    if enter.isAccepted():
        event = QDropEvent(QPointF(9, 9), Qt.MoveAction | Qt.CopyAction, data, Qt.LeftButton, Qt.NoModifier)
        studio.application.sendEvent(panel, event)
        assert event.dropAction() == Qt.CopyAction, "Krita would remove what is moved"
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


def test_layers_that_are_dragged_become_styles(studio: Any, panel: Any) -> None:
    from PyQt5.QtCore import QMimeData

    document = studio.krita.Krita.instance().open[0]
    document.selected = document.root.childNodes()[:2]
    for name in ("application/x-krita-node-internal-pointer", "application/x-krita-node"):
        layers = QMimeData()
        layers.setData(name, b"Krita's own")
        assert drop(studio, panel, layers)
    assert names(panel) == ["Style", "Background"] * 2


def picture() -> Any:
    from PyQt5.QtGui import QColor, QImage

    image = QImage(5, 4, QImage.Format_ARGB32)
    image.fill(QColor(200, 30, 40, 128))
    return image


def stored_picture(panel: Any) -> Any:
    """Return the picture in the file of the only style."""
    from PyQt5.QtGui import QImage

    assert len(panel.styles.rows) == 1
    path = Path(panel.styles.rows[0].source.path)
    assert path.stem.startswith("Pasted 20") and Gallery().groups()[0].entries[0].path == path
    return QImage(str(path)).convertToFormat(QImage.Format_ARGB32)


def test_a_picture_that_is_dropped_or_pasted_becomes_a_style(studio: Any, panel: Any) -> None:
    from PyQt5.QtCore import QMimeData

    data = QMimeData()
    data.setImageData(picture())
    assert drop(studio, panel, data)
    studio.until(lambda: bool(panel.styles.rows))
    assert stored_picture(panel) == picture()
    panel.styles.clear()
    studio.application.clipboard().setImage(picture())
    panel.add.fill_menu()
    next(action for action in panel.add.menu().actions() if action.text() == "From the clipboard").trigger()
    studio.until(lambda: bool(panel.styles.rows))
    assert stored_picture(panel) == picture()


def test_a_dropped_picture_is_fetched_before_the_drop_is_over(studio: Any, panel: Any) -> None:
    from PyQt5.QtCore import QMimeData

    data = QMimeData()
    data.setImageData(picture())
    assert drop(studio, panel, data)
    data.clear()
    studio.until(lambda: bool(panel.styles.rows or studio.failures))
    assert studio.failures == [] and stored_picture(panel) == picture()


def test_what_is_added_right_after_another_style_comes_after_it(studio: Any, panel: Any, tmp_path: Path) -> None:
    from PyQt5.QtCore import QMimeData

    text = tmp_path / "notes.txt"
    text.write_text("no picture")
    data = QMimeData()
    data.setImageData(picture())
    for paths in ([SAMPLES / "auvers.jpg"], [text], [SAMPLES / "poppies.jpg"]):
        assert drop(studio, panel, [path.as_uri() for path in paths])
    assert drop(studio, panel, data)
    studio.until(lambda: len(panel.styles.rows) == 3)
    assert names(panel)[:2] == ["auvers", "poppies"] and names(panel)[2].startswith("Pasted")
    assert len(studio.failures) == 1 and studio.failures[0].startswith("The picture notes.txt can't be opened.")


def archive(**files: bytes) -> Any:
    """Return the bytes that Krita puts into the clipboard for a copied layer."""
    from PyQt5.QtCore import QMimeData

    data, buffer = QMimeData(), io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as document:
        for name, content in files.items():
            document.writestr(f"{name}.png", content)
    data.setData("application/zip", buffer.getvalue())
    data.setData("application/x-qt-image", b"")
    data.setData("application/x-krita-node-internal-pointer", b"Krita's own")
    return data


def test_a_copied_layer_is_pasted(studio: Any, panel: Any) -> None:
    from PyQt5.QtCore import QBuffer

    png = QBuffer()
    png.open(QBuffer.WriteOnly)
    picture().save(png, "PNG")
    studio.application.clipboard().setMimeData(archive(mergedimage=bytes(png.data()), preview=b""))
    panel.add.paste()
    studio.until(lambda: bool(panel.styles.rows))
    assert stored_picture(panel) == picture()


@pytest.mark.parametrize("damaged", [b"", b"no archive"])
def test_a_layer_without_a_picture_is_reported(studio: Any, panel: Any, damaged: bytes) -> None:
    data = archive(preview=b"")
    if damaged:
        data.setData("application/zip", damaged)
    studio.application.clipboard().setMimeData(data)
    panel.add.paste()
    studio.until(lambda: bool(studio.failures))
    assert studio.failures == ["The pasted or dropped picture can't be read. Save it as a file, and add the file."]
    assert panel.styles.rows == []


def test_the_key_for_pasting_belongs_to_the_docker_below_the_pointer(studio: Any, panel: Any) -> None:
    from PyQt5.QtCore import QEvent, QMimeData, QUrl
    from PyQt5.QtGui import QKeyEvent

    def press() -> bool:
        accepted = []
        for kind in (QEvent.ShortcutOverride, QEvent.KeyPress):
            event = QKeyEvent(kind, Qt.Key_V, Qt.ControlModifier)
            event.ignore()
            studio.application.sendEvent(panel, event)
            accepted.append(event.isAccepted())
        return all(accepted)

    files = QMimeData()
    files.setUrls([QUrl((SAMPLES / "auvers.jpg").as_uri())])
    studio.application.clipboard().setMimeData(files)
    assert not press()
    panel.setAttribute(Qt.WA_UnderMouse, True)
    assert press()
    studio.until(lambda: names(panel) == ["auvers"])
    studio.application.clipboard().clear()
    panel.add.fill_menu()
    assert not press() and not panel.add.menu().actions()[-1].isEnabled()


def test_nothing_else_is_dropped(studio: Any, panel: Any) -> None:
    from PyQt5.QtCore import QMimeData

    assert not drop(studio, panel, ["https://example.org/wave.jpg"])
    text = QMimeData()
    text.setText("a text")
    assert not drop(studio, panel, text)
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


def texts(menu: Any) -> list[str]:
    """Open a menu, and return the texts of its entries."""
    menu.aboutToShow.emit()
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def submenu(menu: Any, text: str) -> Any:
    return next(action.menu() for action in menu.actions() if action.text() == text)


def test_many_layers_fill_no_screen(studio: Any, panel: Any) -> None:
    from PyQt5.QtWidgets import QStyle

    document = studio.krita.Krita.instance().open[0]
    group = document.createNode("Group", "grouplayer")
    document.root.addChildNode(group, None)
    for number in range(28):
        document.root.addChildNode(document.createNode(f"Layer {number}", "paintlayer"), None)
    group.addChildNode(document.createNode("Inner", "paintlayer"), None)
    menu = panel.add.menu()
    entries = texts(menu)
    first = [f"Layer {number}" for number in range(27, 15, -1)]
    assert entries[1:15] == [*first, "Layers 13 to 24", "Layers 25 to 31"] and len(entries) == 17
    shown = [action for action in menu.actions() if action.text() in first]
    assert all(action.isIconVisibleInMenu() and not action.icon().isNull() for action in shown)
    metric = menu.style().pixelMetric(QStyle.PM_SmallIconSize, None, menu)
    assert metric == 32, "one recognizes the layers"
    last = submenu(menu, "Layers 25 to 31")
    assert texts(last) == ["Layer 3", "Layer 2", "Layer 1", "Layer 0", "Group", "Style", "Background"]
    assert texts(last) == texts(last), "it is filled once"
    inner = submenu(last, "Group")
    assert texts(inner) == ["The whole group", "Inner"]
    inner.actions()[1].trigger()
    assert names(panel) == ["Inner"]


def test_the_file_dialog_shows_pictures_in_a_sensible_folder(
    studio: Any, panel: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PyQt5.QtWidgets import QFileDialog, QLabel

    from krita_plugin.file_dialog import first_folder

    def opened() -> Any:
        panel.add.choose_files()
        dialog = panel.add.findChildren(QFileDialog)[-1]
        assert not dialog.isModal()
        return dialog

    folder = tmp_path / "photos"
    folder.mkdir()
    document = studio.open()
    document.setFileName(str(folder / "Photo.kra"))
    panel.show_document(studio.documents.Document(document))
    dialog = opened()
    assert Path(dialog.directory().path()) == folder
    pictures, everything = dialog.nameFilters()
    assert pictures.startswith("Pictures (*.png *.jpg ") and "*.kra" in pictures and everything == "All files (*)"
    preview = dialog.findChild(QLabel, "file_preview")
    dialog.currentChanged.emit(str(SAMPLES / "auvers.jpg"))
    studio.until(lambda: preview.pixmap() is not None and not preview.pixmap().toImage().allGray())
    dialog.currentChanged.emit(str(folder))
    studio.until(lambda: preview.pixmap().toImage().allGray())
    dialog.filesSelected.emit([str(SAMPLES / "auvers.jpg")])
    dialog.close()
    assert Path(opened().directory().path()) == SAMPLES, "the last one"
    monkeypatch.setenv("HOME", str(tmp_path))
    assert first_folder(["", str(tmp_path / "gone")]) == str(tmp_path)
