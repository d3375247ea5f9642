"""The docker's content: it follows the window's document and the common controller."""

from __future__ import annotations

from typing import Any, Callable, Optional

from krita import Krita

from nst_core.bridge import wording
from nst_core.bridge.installation import Installation
from nst_core.bridge.language import tr
from nst_core.bridge.presets import Presets
from nst_core.job.errors import (
    EngineMissing,
    HostError,
    InvalidJob,
    NeuralStyleError,
    ProtocolMismatch,
    UnreadableImage,
)
from nst_core.job.events import Estimate
from nst_core.studio.costs import size_caution
from nst_core.studio.preset_list import Preset

from .controller import IDLE, Controller
from .document import Document
from .job_display import JobDisplay
from .job_layer import Added
from .orders import Orders
from .qt import QtCore
from .recall import recorded
from .steps import Pump, Steps
from .variation import Variation, Variations

#: Milliseconds between two checks which layer is active, because Krita has no signal for it.
LOOK_INTERVAL = 500
#: Errors about a choice of the user. Their message closes when the user makes another choice.
WRONG_CHOICES = (HostError, InvalidJob, UnreadableImage)


class Panel(Orders):
    """The widgets with their behavior."""

    def __init__(
        self, controller: Controller, presets: Presets, make_installation: Callable[[], Installation] = Installation
    ) -> None:
        self._controller, self._presets = controller, presets
        self._document: Optional[Document] = None
        #: True after a document was closed, until Krita shows another one. A message about the closed document stays
        #: then.
        self._is_closed = False
        self._added: Optional[Added] = None
        self._variations = Variations()
        super().__init__(
            presets,
            controller.results,
            lambda: self._document,
            controller.guard,
            controller.chosen_files,
            self._report,
            make_installation,
        )
        self._job = JobDisplay(controller, self.progress, self.steering, self.waiting)
        self._pump = Pump(controller.guard)
        self._look_timer = QtCore.QTimer(self)
        self._look_timer.setInterval(LOOK_INTERVAL)
        # When Krita 5.3 is asked for the active layer, it runs its event loop. It crashes if Qt shows a widget at that
        # time.
        self._look_soon = QtCore.QTimer(self)
        self._look_soon.setSingleShot(True)
        self._connect_controls()
        self._connect_controller()
        # The docker must appear even if the files of the presets and of the last settings can't be read.
        controller.guard(self.presets.refresh)
        controller.guard(lambda: self.form.show_settings(presets.last()))
        self._show_state()

    def show_document(self, document: Optional[Document]) -> None:
        """Follow another document. None means that no document is open."""
        if document not in (None, self._document):
            self._pump.drop()  # A question may still be open about a layer of the previous document.
        self._document = document
        self._is_closed = self._is_closed and document is None
        self._look_at_layers()
        self.costs.renew()

    def leave_for(self, document: Optional[Document]) -> None:
        """Close a message about a choice, because Krita is changing to another document."""
        if document not in (None, self._document) and not self._is_closed:
            self._settle()

    def stylize(self) -> None:
        """Paint the picture, or add it to the queue if another one is painted."""
        self._press(self._begin)

    def showEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Look at the layers when the docker appears, and start the engine early."""
        super().showEvent(event)
        self._look_timer.start()
        self._look_soon.start()
        self._controller.warm()

    def hideEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Stop looking at the layers when the docker disappears."""
        super().hideEvent(event)
        self._look_timer.stop()

    def enterEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Look at everything when the pointer enters, because the user may have painted or selected something."""
        super().enterEvent(event)
        self._look_soon.start()

    def look_at_everything(self) -> None:
        """Show the present state of the document."""
        self._look_at_layers()
        self.styles.refresh()
        self.costs.renew()

    def look_again(self) -> None:
        """Check whether the user has chosen another layer, or has closed the document."""
        if self._document is not None and not self._document.is_open:
            self._look_at_layers()
        elif self.content.follow():
            self._show_repeat_bar()
            self._settle()
            self.costs.renew()
        if self._added is not None and self._added.document.layer(self._added.id) is None:
            self._added = None
            self.notice.hide()
        self.results.refresh()

    def _connect_controls(self) -> None:
        self._look_timer.timeout.connect(self.look_again)
        self._look_soon.timeout.connect(self.look_at_everything)
        self.stylizing.pressed.connect(self.stylize)
        self.stylizing.each_style.connect(lambda: self._press(self._begin_each_style))
        self.stylizing.each_layer.connect(lambda: self._press(self._begin_each_layer))
        self.stylizing.animate.connect(lambda: self._run(self._animate()))
        self.repeat_bar.reuse.clicked.connect(lambda checked=False: self._run(self._reuse()))
        self.repeat_bar.repeat.clicked.connect(lambda checked=False: self._run(self._repeat()))
        self.repeat_bar.continue_.clicked.connect(lambda checked=False: self._run(self._continue()))
        self.results.strength_wanted.connect(lambda entry, strength: self._run(self._vary(entry, strength)))
        self.results.reuse_wanted.connect(lambda entry: self._run(self._reuse(entry.layer)))
        self.content.activated.connect(lambda index: self._settle())
        self.keep_mask.changed.connect(self._settle)
        self.add.chosen.connect(self.styles.add)
        self.presets.chosen.connect(self._show_preset)
        for changed in (self.form.changed, self.styles.changed, self.styles.filled):
            changed.connect(self.presets.show_changes)
        self.styles.filled.connect(self.order_tabs)
        self.styles.filled.connect(self._settle)
        for changed in (self.content.activated, self.keep_mask.changed, self.form.changed, self.styles.filled):
            changed.connect(lambda *new: self.costs.renew())
        self.costs.asked.connect(lambda: self._controller.guard(self._ask_costs))
        self.costs.shown.connect(self.form.fields["size"].show_automatic)
        self.costs.size_wanted.connect(self.form.fields["size"].set_value)
        self.waiting.details_wanted.connect(self.message.show_error)
        self.message.install_wanted.connect(lambda: self._controller.guard(self._install))
        self.installation.installed.connect(self._take_engine)
        self.installation.failed.connect(self._show_failure)

    def _connect_controller(self) -> None:
        self._controller.changed.connect(self._show_state)
        self._controller.queue_changed.connect(self._show_queue)
        self._controller.noticed.connect(self._show_notice)
        self._controller.failed.connect(self._show_failure)
        self._controller.finished.connect(self._finish)
        self._controller.estimated.connect(self._show_costs)

    def _run(self, steps: Steps[None]) -> None:
        self._pump.run(steps, lambda nothing: None)

    def _install(self) -> None:
        self.message.hide()
        self.notice.hide()
        self.installation.start()

    def _take_engine(self) -> None:
        self._show_notice(tr("The engine is installed."))
        self._controller.warm()

    def _press(self, begin: Callable[[], None]) -> None:
        self._is_closed = False
        self._pump.drop()  # The user did not answer the open question, but did something else.
        self._controller.guard(begin)

    def _ask_costs(self) -> None:
        """Ask for the costs of the painting that the docker shows. If it can't be painted, show no costs."""
        if not self.isVisible():
            return
        settings = self.form.settings()
        try:
            sizes = self._chosen().sizes()
        except (HostError, InvalidJob):  # The button Stylize shows this error when the user clicks on it.
            self.costs.show_estimate(None)
            self.costs.show_caution("")
            return
        self.costs.show_caution(size_caution(sizes.content, settings.size))
        if self._controller.devices:
            self._controller.estimate(self, sizes, settings)

    def _show_costs(self, asker: Any, estimate: Estimate) -> None:
        if asker is self and self._controller.state == IDLE:
            self.costs.show_estimate(estimate)

    def _show_preset(self, preset: Preset) -> None:
        """Show the preset's settings, and its styles if it has some."""
        self.form.show_settings(preset.applied_to(self.form.settings()))
        if preset.styles:
            self.add.cancel()
            self.styles.clear()
            self.add.add_styles(preset.styles)

    def _settle(self) -> None:
        """Close a message about a choice, because the user has made another choice."""
        self.message.settle(*WRONG_CHOICES)

    def _look_at_layers(self) -> None:
        if self._document is not None and not self._document.is_open:
            self._document, self._is_closed = None, True
            self._settle()
        self.content.show_document(self._document)
        self.results.refresh()
        self._show_repeat_bar()

    def _show_repeat_bar(self) -> None:
        is_painted = self._document is not None and recorded(self._document) is not None
        self.repeat_bar.setVisible(is_painted)

    def _show_state(self) -> None:
        is_busy = self._controller.is_busy
        if self._controller.devices:
            self.message.settle(EngineMissing, ProtocolMismatch)
        self._job.refresh()
        self.show_busy(is_busy)
        if is_busy:
            self.costs.show_estimate(None)
        self.costs.renew()
        self.form.suggest_devices(self._controller.devices)

    def _show_queue(self) -> None:
        self._job.show_queue()
        self.order_tabs()
        self._show_state()

    def _show_notice(self, text: str) -> None:
        self.notice.setText(text)
        self.notice.show()

    def _finish(self, added: Optional[Added]) -> None:
        self._look_at_layers()
        before, self._added = self._added, added
        if added is None:
            self.notice.hide()
            if not any(isinstance(waiting.order, Variation) for waiting in self._controller.queue.waiting):
                self.results.show_strength()
        elif before is not None and before.id == added.id:
            self._show_notice(tr("Painted the layer {name} again.").format(name=added.name))
        else:
            text = tr("Added the layer {name}.")
            if added.hides:
                text = tr("Added the layer {name}. The earlier result is hidden.")
            self._show_notice(text.format(name=added.name))

    def _show_failure(self, error: NeuralStyleError) -> None:
        self._look_at_layers()  # Do this first, so that an earlier change of the layer does not close the message.
        self.notice.hide()
        self.message.show_error(error)
        self.costs.show_estimate(None)  # An engine that has ended does not answer.
        self.costs.renew()

    def _report(self, error: NeuralStyleError) -> str:
        facts = {"Document": "none" if self._document is None else self._document.describe()}
        return wording.report(error, f"Krita {Krita.instance().version()}", facts)
