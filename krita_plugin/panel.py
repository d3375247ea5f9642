"""The docker's content: what to paint, in which styles, how, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, List, Optional, Tuple

from krita import Krita

from nst_core.bridge import wording
from nst_core.bridge.language import tr
from nst_core.bridge.presets import Presets
from nst_core.bridge.record import Record
from nst_core.job.errors import EngineMissing, HostError, InvalidJob, NeuralStyleError, UnreadableImage

from .controller import IDLE, INSERTING, PAINTING, READING, STOPPING, Added, Controller, Order
from .document import WHOLE, Document
from .form import SettingsForm
from .install_panel import InstallPanel
from .look import column, hint
from .panels import FailurePanel, ProgressPanel, RepeatBar
from .picker import ContentBox, fill_style_menu
from .presets_bar import PresetsBar
from .qt import Qt, QtCore, QtWidgets
from .region_button import RegionButton
from .regions import region_of
from .sources import ChosenStyle, FileSource, LayerSource, found
from .styles import StyleList

#: Milliseconds between two looks at which layer is active; Krita has no signal for it.
LOOK_INTERVAL = 500
#: What is wrong with that which the user has chosen, and no longer told of once something else is.
WRONG_CHOICES = (HostError, InvalidJob, UnreadableImage)


class Panel(QtWidgets.QWidget):
    """Everything that the docker shows. It follows one window's document and the common controller."""

    def __init__(self, controller: Controller, presets: Presets) -> None:
        super().__init__()
        self._controller, self._presets = controller, presets
        self._document: Optional[Document] = None
        self._record: Optional[Record] = None
        self._order: Optional[Order] = None
        self._added: Optional[Added] = None
        #: Where files are looked for: where the last one was found.
        self._pictures = QtCore.QStandardPaths.writableLocation(QtCore.QStandardPaths.StandardLocation.PicturesLocation)
        self._make_widgets()
        self._lay_out()
        self._connect()
        self._order_tabs()
        self.form.show_settings(presets.last())
        self._show_state()

    def show_document(self, document: Optional[Document]) -> None:
        """Follow another document, or none."""
        before, self._document = self._document, document
        self._look_at_layers()
        if document not in (None, before):
            self._settle()

    def stylize(self) -> None:
        """Do what the button does, which is hidden while a job is under way."""
        if self._controller.state == IDLE:
            self._controller.guard(self._begin)

    def _make_widgets(self) -> None:
        self.content = ContentBox()
        self.content.setObjectName("content")
        self.content.setAccessibleName(tr("Content"))
        hint(self.content, tr("The picture that is painted anew: a layer as it is seen, or all of them."))
        self.styles = StyleList(lambda: self._document)
        self.add = QtWidgets.QPushButton(Krita.instance().icon("addlayer"), tr("Add style"))
        self.add.setObjectName("add_style")
        hint(self.add, tr("Take the style of a layer, of another open document, or of an image file."))
        self.menu = QtWidgets.QMenu(self)
        self.add.setMenu(self.menu)
        self.form = SettingsForm()
        self.keep_mask = RegionButton(
            lambda: self._document,
            tr("Where the content is kept"),
            tr("Where the content is kept: everywhere, within a mask, or where a layer is bright."),
            tr("Brightness of layers"),
        )
        self.keep_mask.setObjectName("keep_mask")
        self.form.place_beside("keep_content", self.keep_mask)
        self.presets = PresetsBar(self._presets, self.form.settings, self._controller.guard)
        self.on_canvas = QtWidgets.QCheckBox(tr("Preview on the canvas"))
        self.on_canvas.setObjectName("on_canvas")
        hint(
            self.on_canvas,
            tr("Show the picture in the making as a layer of the document, too. It becomes the new layer."),
        )
        self.progress = ProgressPanel()
        self.failure = FailurePanel(self._report)
        self.installation = InstallPanel()
        self.notice = QtWidgets.QLabel()
        self.notice.setObjectName("notice")
        self.notice.setWordWrap(True)
        self.notice.setTextFormat(Qt.TextFormat.PlainText)
        self.button = QtWidgets.QPushButton(tr("Stylize"))
        self.button.setObjectName("stylize")
        hint(self.button, tr("Paint the content in the chosen styles, into a new layer above it."))
        self.repeat_bar = RepeatBar()

    def _lay_out(self) -> None:
        inner = QtWidgets.QWidget()
        upper = column(inner)
        upper.setContentsMargins(0, 0, 4, 0)
        for widget in (_heading(tr("Content"), self.content), self.content, self.repeat_bar):
            upper.addWidget(widget)
        for widget in (_heading(tr("Styles"), self.add), self.styles, self.add, _heading(tr("Settings"))):
            upper.addWidget(widget)
        for widget in (self.presets, self.form, self.on_canvas):
            upper.addWidget(widget)
        upper.addStretch(1)
        self.scroll = QtWidgets.QScrollArea()
        self.scroll.setWidgetResizable(True)
        self.scroll.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        self.scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroll.setWidget(inner)
        body = QtWidgets.QWidget()
        layout = column(body)
        layout.setContentsMargins(6, 4, 6, 6)
        layout.addWidget(self.scroll, 1)
        for widget in (self.failure, self.installation, self.progress, self.notice, self.button):
            layout.addWidget(widget)
        outer = column(self)  # Krita takes the margins of the outermost layout for its own.
        outer.addWidget(body)
        self.setMinimumWidth(220)

    def _connect(self) -> None:
        self._look = QtCore.QTimer(self)
        self._look.setInterval(LOOK_INTERVAL)
        self._look.timeout.connect(self._look_again)
        self.button.clicked.connect(lambda checked=False: self.stylize())
        self.repeat_bar.reuse.clicked.connect(lambda checked=False: self._controller.guard(self._reuse))
        self.repeat_bar.repeat.clicked.connect(lambda checked=False: self._controller.guard(self._repeat))
        self.repeat_bar.go_on.clicked.connect(lambda checked=False: self._controller.guard(self._continue))
        self.content.activated.connect(lambda index: self._settle())
        self.keep_mask.changed.connect(self._settle)
        self.menu.aboutToShow.connect(self._fill_menu)
        self.presets.chosen.connect(self.form.show_settings)
        self.form.changed.connect(self._adjust)
        self.styles.changed.connect(self._adjust)
        self.styles.filled.connect(self._order_tabs)
        self.styles.filled.connect(self._settle)
        self.progress.stopped.connect(self._controller.stop)
        self.failure.install_wanted.connect(lambda: self._controller.guard(self._install))
        self.installation.installed.connect(self._take_engine)
        self.installation.failed.connect(self._show_failure)
        self._controller.changed.connect(self._show_state)
        self._controller.progressed.connect(self.progress.show_progress)
        self._controller.previewed.connect(self.progress.preview.show_image)
        self._controller.noticed.connect(self._tell)
        self._controller.failed.connect(self._show_failure)
        self._controller.finished.connect(self._finish)

    def _order_tabs(self) -> None:
        """The Tab key goes as the eye does: from top to bottom."""
        rows = [part for item in self.styles.rows for part in (item.weight.spin, item.region, item.remove)]
        upper = [self.content, *self.repeat_bar.tab_stops(), *rows, self.add, *self.presets.tab_stops()]
        lower = [*self.failure.tab_stops(), *self.installation.tab_stops(), *self.progress.tab_stops(), self.button]
        form = self.form.tab_stops()
        form.insert(form.index(self.form.fields["keep_content"].spin) + 1, self.keep_mask)
        stops = [*upper, *form, self.on_canvas, *lower]
        for one, next_one in zip(stops, stops[1:]):
            QtWidgets.QWidget.setTabOrder(one, next_one)

    def showEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """The docker appears: look at the layers, and start the engine so that it is loaded when it is needed."""
        super().showEvent(event)
        self._look.start()
        self._look_at_layers()
        self._controller.warm()

    def hideEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """The docker disappears."""
        super().hideEvent(event)
        self._look.stop()

    def enterEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """The pointer comes: the user may have painted, so look at all pictures again."""
        super().enterEvent(event)
        self._look_at_layers()
        self.styles.refresh()

    def _install(self) -> None:
        self.failure.hide()
        self.notice.hide()
        self.installation.start()

    def _take_engine(self) -> None:
        self._tell(tr("The engine is installed."))
        self._controller.warm()

    def _begin(self, content_id: Optional[str] = None, initial_id: str = "") -> None:
        """Paint the layer ``content_id`` (None: what is chosen), from its start or from where ``initial_id`` is."""
        if self._document is None or not self._document.is_open:
            raise HostError(tr("No document is open."), tr("Open or create one, then stylize a layer of it."))
        if not self.styles.rows:
            raise HostError(tr("No style is chosen."), tr("Add a layer or an image file with Add style."))
        settings = self.form.settings()
        self._order = Order(
            self._document,
            self.content.content_id() if content_id is None else content_id,
            self.styles.styles(),
            replace(settings, init="picture") if initial_id else settings,
            self.on_canvas.isChecked(),
            self.keep_mask.region,
            initial_id,
        )
        self.progress.preview.show_image(None)
        self._controller.stylize(self._order)
        self._presets.remember(settings)

    def _settle(self) -> None:
        """Close a message about what was chosen: the user has gone on to choose."""
        self.failure.settle(*WRONG_CHOICES)

    def _reuse(self) -> None:
        """Take over the record of the active layer, and choose its content."""
        self._take_over()
        content_id = self._painted_from()
        if content_id is not None:
            self.content.choose(content_id)

    def _take_over(self) -> None:
        """Show the styles and the settings of the active layer's record."""
        record, document = self._recorded()
        styles = [
            ChosenStyle(found(style.reference, document), style.weight, region_of(style.region, document))
            for style in record.styles
        ]
        self.form.show_settings(record.settings)
        self.keep_mask.choose(region_of(record.keep_mask, document))
        self.styles.clear()
        for style in styles:
            self.styles.add(style)

    def _repeat(self) -> None:
        """Paint the active layer again, from the same start. What the user has chosen as content stays chosen."""
        self._take_over()  # While it paints, the sliders shown steer it.
        initial = self._recorded()[0].initial
        self._begin(self._painted_from(), "" if initial is None else initial.layer)

    def _continue(self) -> None:
        """Paint on from the active layer, with the styles and settings that are shown, or else with its own.

        What the user has chosen as content stays chosen.
        """
        _, document = self._recorded()
        layer = document.active_layer()
        if not self.styles.rows:
            self._take_over()
        self._begin(self._painted_from(), "" if layer is None else layer.id)

    def _painted_from(self) -> Optional[str]:
        """The content of the active layer's record, None if that names none. Raises HostError if it is gone."""
        record, document = self._recorded()
        if record.content is None:
            return None
        if record.content.layer != WHOLE and document.layer(record.content.layer) is None:
            problem = tr("The layer that this one was painted from is gone.")
            raise HostError(problem, tr("Choose another content, then press Stylize."))
        return record.content.layer

    def _recorded(self) -> Tuple[Record, Document]:
        self._look_for_record()  # The user may have gone to another layer since the buttons were shown.
        if self._record is None or self._document is None:
            raise HostError(tr("The active layer was not painted by Neural Style."), tr("Choose one that was."))
        return self._record, self._document

    def _fill_menu(self) -> None:
        fill_style_menu(self.menu, self._document, self._add_layer, self._choose_file)

    def _add_layer(self, document: Document, layer_id: str) -> None:
        self._controller.guard(lambda: self.styles.add(ChosenStyle(LayerSource(document, layer_id))))

    def _choose_file(self) -> None:
        dialog = QtWidgets.QFileDialog(self, tr("Add style"))
        dialog.setFileMode(QtWidgets.QFileDialog.FileMode.ExistingFiles)
        dialog.setModal(False)
        dialog.setDirectory(self._pictures)
        dialog.filesSelected.connect(lambda paths: self._controller.guard(lambda: self._add_files(paths)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.show()

    def _add_files(self, paths: List[str]) -> None:
        """Add those that are pictures; of the others raise the first one's UnreadableImage."""
        refused: List[UnreadableImage] = []
        for source in map(FileSource, paths):
            self._pictures = str(Path(source.path).parent)
            try:
                source.require()
                self.styles.add(ChosenStyle(source))
            except UnreadableImage as error:
                refused.append(error)
        if refused:
            raise refused[0]

    def _adjust(self) -> None:
        self._controller.adjust(self._order, self.form.settings(), self.styles.weights())

    def _look_at_layers(self) -> None:
        if self._document is not None and not self._document.is_open:
            self._document = None
        self.content.show_document(self._document)
        self._look_for_record()

    def _look_again(self) -> None:
        if self._document is not None and not self._document.is_open:
            self._look_at_layers()
        elif self.content.follow():
            self._look_for_record()
            self._settle()
        if self._added is not None and self._added.document.layer(self._added.id) is None:
            self._added = None
            self.notice.hide()

    def _look_for_record(self) -> None:
        active = None if self._document is None else self._document.active_layer()
        self._record = None if active is None or self._document is None else self._document.record(active.id)
        self._show_repeat_bar()

    def _show_repeat_bar(self) -> None:
        self.repeat_bar.setVisible(self._record is not None and self._controller.state == IDLE)

    def _show_state(self) -> None:
        state = self._controller.state
        is_idle = state == IDLE
        if state == READING:  # A new job: what was told of earlier ones is over.
            self.failure.hide()
            self.notice.hide()
        if self._controller.devices:
            self.failure.settle(EngineMissing)
        texts = {
            READING: tr("Reading the layers..."),
            PAINTING: tr("Starting the engine..."),
            STOPPING: tr("Stopping..."),
            INSERTING: tr("Adding the new layer..."),
        }
        if not is_idle and self.progress.line.status.text() != texts[state]:
            self.progress.line.show_state(texts[state])
        self.progress.setVisible(not is_idle)
        self.progress.keep.setEnabled(state == PAINTING)
        self.progress.discard.setEnabled(state in (READING, PAINTING, STOPPING))
        self.button.setVisible(is_idle)
        for widget in (self.content, self.add, self.presets, self.keep_mask, self.on_canvas):
            widget.setEnabled(is_idle)
        self.form.lock(not is_idle)
        self.styles.lock(not is_idle)
        self.form.suggest_devices(self._controller.devices)
        self._show_repeat_bar()

    def _tell(self, text: str) -> None:
        self.notice.setText(text)
        self.notice.show()

    def _finish(self, added: Optional[Added]) -> None:
        self._look_at_layers()
        self._added = added
        if added is None:
            self.notice.hide()
        else:
            self._tell(tr("Added the layer {name}.").format(name=added.name))

    def _show_failure(self, error: NeuralStyleError) -> None:
        self._look_at_layers()  # What the user has chosen before is no answer to this message.
        self.notice.hide()
        self.failure.show_error(error)

    def _report(self, error: NeuralStyleError) -> str:
        facts = {"Document": "none" if self._document is None else self._document.describe()}
        return wording.report(error, f"Krita {Krita.instance().version()}", facts)


def _heading(text: str, buddy: Optional[Any] = None) -> Any:
    """A label in bold above the part of the docker that it names."""
    label = QtWidgets.QLabel(text)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    if buddy is not None:
        label.setBuddy(buddy)
    return label
