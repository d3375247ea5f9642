"""All widgets of the docker: their look, their places, and the order in which the Tab key reaches them."""

from __future__ import annotations

from typing import Any, Callable, Optional, Set

from nst_core.bridge.installation import Installation
from nst_core.bridge.language import tr
from nst_core.bridge.presets import Presets
from nst_core.job.errors import NeuralStyleError
from nst_core.studio.gallery import Gallery

from .add_style import AddStyle
from .arrivals import can_become_style
from .choosers import ContentBox
from .costs_line import CostsLine
from .document import Document
from .form import Form
from .install_panel import InstallPanel
from .message import Message
from .preset_bar import PresetBar
from .progress import ProgressView
from .qt import Qt, QtCore, QtGui, QtWidgets
from .queue_view import QueueView
from .region_button import RegionBox
from .repeat_bar import RepeatBar
from .results import Results
from .results_strip import ResultsStrip
from .several import selected_layers
from .shrinking import ShrinkingArea
from .steering import Steering
from .style_list import StyleList
from .stylize_button import StylizeButton
from .widgets import column, heading, hint, row, text_label

#: The smallest size of the docker's content in pixels. It does not depend on the content.
SMALLEST = (220, 200)
#: The smallest height in pixels of the settings in a low docker that also shows an unfinished picture.
LEAST_SETTINGS = 72
#: The height of the preview is at most the docker's height divided by this number.
PREVIEW_SHARE = 2


class Controls(QtWidgets.QWidget):
    """The docker's widgets. ``home`` returns the document, and ``guard`` calls a function and shows its error.

    ``files`` is a set: the paths of files that the user chooses are added to it. ``report`` returns the text of a bug
    report, and ``make_installation`` a new installation.
    """

    def __init__(
        self,
        presets: Presets,
        results: Results,
        home: Callable[[], Optional[Document]],
        guard: Callable[[Callable[[], None]], bool],
        files: Set[str],
        report: Callable[[NeuralStyleError], str],
        make_installation: Callable[[], Installation],
    ) -> None:
        super().__init__()
        self._make_content()
        self.styles = StyleList(home)
        self.add = AddStyle(home, guard, files, Gallery())
        self.styles.gallery_wanted.connect(self.add.open_gallery)
        self.setAcceptDrops(True)
        self._make_settings(presets, home, guard)
        self.progress = ProgressView()
        self.message = Message(report)
        self.installation = InstallPanel(make_installation)
        self.notice = text_label()
        self.notice.setObjectName("notice")
        self.notice.hide()
        self.costs = CostsLine()
        self.steering = Steering()
        self.waiting = QueueView()
        self.results = ResultsStrip(results, home, guard)
        self.stylizing = StylizeButton(
            self.form.fields["quality"], lambda: len(self.styles.rows), lambda: selected_layers(home())
        )
        self.button = self.stylizing.button
        self._lay_out()
        self.order_tabs()

    def minimumSizeHint(self) -> Any:  # noqa: N802 (Qt's name)
        """Return a size that never changes. If it grew, Krita would move its other dockers."""
        return QtCore.QSize(*SMALLEST)

    def resizeEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Adapt the height of the preview when the docker gets another size."""
        super().resizeEvent(event)
        self.progress.picture.set_tallest(self.height() // PREVIEW_SHARE)

    def dragEnterEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Accept files, layers or a picture that the user drags over the docker."""
        if can_become_style(event.mimeData()):
            _accept(event)

    def dropEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Add the dropped files, layers or picture as styles."""
        self.add.take(event.mimeData())
        _accept(event)

    def event(self, event: Any) -> bool:
        """Paste a picture with the usual key while the pointer is on the docker. Elsewhere the canvas uses the key."""
        keys = QtCore.QEvent.Type.ShortcutOverride, QtCore.QEvent.Type.KeyPress
        is_paste = event.type() in keys and event.matches(QtGui.QKeySequence.StandardKey.Paste)
        if not (is_paste and self.underMouse() and self.add.can_paste()):
            return bool(super().event(event))
        event.accept()
        if event.type() == QtCore.QEvent.Type.KeyPress:
            self.add.paste()
        return True

    def show_busy(self, is_busy: bool) -> None:
        """While a picture is painted, show that the settings and *Stylize* are for the next one."""
        self.next_title.setVisible(is_busy)
        self.job_area.verticalScrollBar().setValue(0)  # The focused widget may be further down.
        self.stylizing.show_busy(is_busy)

    def order_tabs(self) -> None:
        """Set the order of the Tab key: from top to bottom."""
        rows = [part for item in self.styles.rows for part in (item.weight.spin, item.region, item.remove)]
        upper = [
            self.content,
            *self.repeat_bar.tab_stops(),
            self.add,
            self.styles.gallery,
            *rows,
            *self.presets.tab_stops(),
        ]
        lower = [*self.message.tab_stops(), *self.installation.tab_stops(), *self.progress.tab_stops()]
        lower += [*self.steering.tab_stops(), *self.waiting.tab_stops(), *self.results.tab_stops()]
        form = self.form.tab_stops()
        form.insert(form.index(self.form.fields["keep_content"].spin) + 1, self.keep_mask)
        stops = [*upper, *form, self.on_canvas, *lower, *self.costs.tab_stops(), *self.stylizing.tab_stops()]
        for one, next_one in zip(stops, stops[1:]):
            QtWidgets.QWidget.setTabOrder(one, next_one)

    def _make_content(self) -> None:
        self.content = ContentBox()
        self.content.setObjectName("content")
        self.content.setAccessibleName(tr("Content"))
        hint(self.content, tr("The picture to paint: a layer as you see it, or all layers."))
        self.repeat_bar = RepeatBar()

    def _make_settings(
        self,
        presets: Presets,
        home: Callable[[], Optional[Document]],
        guard: Callable[[Callable[[], None]], bool],
    ) -> None:
        self.form = Form()
        self.keep_mask = RegionBox(
            home,
            tr("Where the content is kept"),
            tr("Where the content is kept: everywhere, within a mask, or where a layer is bright."),
            tr("Brightness of layers"),
        )
        self.keep_mask.setObjectName("keep_mask")
        self.form.place_below("keep_content", tr("Keep where"), self.keep_mask)
        self.presets = PresetBar(
            presets, self.form.settings, lambda: [choice.file_style for choice in self.styles.choices()], guard
        )
        self.on_canvas = QtWidgets.QCheckBox(tr("Preview on the canvas"))
        self.on_canvas.setObjectName("on_canvas")
        text = tr("Show the unfinished picture as a layer of the document, too. It becomes the new layer.")
        hint(self.on_canvas, text)

    def _lay_out(self) -> None:
        body = QtWidgets.QWidget()
        layout = column(body)
        layout.setContentsMargins(6, 4, 6, 6)
        layout.addWidget(self._make_scroll(), 1)
        for widget in (self._make_job_area(), self.costs, self.stylizing):
            layout.addWidget(widget)
        outer = column(self)  # Krita sets the margins of the outermost layout itself.
        outer.addWidget(body)

    def _make_job_area(self) -> Any:
        """Make the part about pictures in work. In a low docker it scrolls, and leaves space for the settings."""
        inner = QtWidgets.QWidget()
        layout = column(inner)
        layout.setContentsMargins(0, 0, 4, 0)
        job = (self.progress, self.steering, self.waiting)
        for widget in (self.message, self.installation, *job, self.results, self.notice):
            layout.addWidget(widget)
        self.job_area = ShrinkingArea(inner)
        return self.job_area

    def _make_scroll(self) -> Any:
        inner = QtWidgets.QWidget()
        layout = column(inner)
        layout.setContentsMargins(0, 0, 4, 0)
        self.next_title = heading(tr("The next picture"))
        names = [heading(tr("Content"), self.content), heading(tr("Styles"), self.add)]
        for name in names:
            name.setFixedWidth(max(other.sizeHint().width() for other in names))
        content, styles = map(_beside, names, (self.content, self.add))
        rows = (content, self.repeat_bar, styles, self.styles, self.presets, self.form, self.on_canvas)
        for widget in (self.next_title, *rows):
            layout.addWidget(widget)
        layout.addStretch(1)
        self.scroll = QtWidgets.QScrollArea()
        self.scroll.setWidgetResizable(True)
        self.scroll.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        self.scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroll.setMinimumHeight(LEAST_SETTINGS)
        self.scroll.setWidget(inner)
        return self.scroll


def _accept(event: Any) -> None:
    """Accept the drop as a copy. After a move, Krita's layer list would remove the layers."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()


def _beside(name: Any, field: Any) -> Any:
    """Make a widget that shows ``field`` and its heading ``name`` in one line."""
    line = QtWidgets.QWidget()
    layout = row(line)
    layout.addWidget(name)
    layout.addWidget(field, 1)
    return line
