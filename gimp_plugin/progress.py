"""The view below the picture.

It shows the engine's state and the costs, or a painting's progress with buttons to stop.
"""

from __future__ import annotations

from typing import Callable

from gi.repository import Gtk

from nst_core.bridge import wording
from nst_core.bridge.language import tr
from nst_core.job.events import ClientEvent, Progress, Ready, Started

from .stop_bar import StopBar
from .widgets import text_label

#: An empty text of two lines. It reserves the height of later texts, so that the dialog does not grow.
_TWO_LINES = "\n"


class ProgressView(Gtk.Stack):
    """The view. It calls ``stop`` with True to keep the unfinished picture, and with False to discard it.

    It shows ``costs`` between jobs, and ``queue`` beside its buttons.
    """

    def __init__(self, stop: Callable[[bool], None], costs: Gtk.Widget, queue: Gtk.Widget) -> None:
        super().__init__()
        self._status = text_label()
        self._started = text_label()
        self._started.set_text(_TWO_LINES)
        keep_hint = tr("Makes the new layer from the unfinished picture")
        self._bar = StopBar(stop, keep_hint, tr("Goes back to the settings without a new layer"))
        self._bar.pack_start(self._started, False, False, 0)
        self._bar.row.pack_start(queue, False, False, 0)
        idle = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        idle.pack_start(self._status, False, False, 0)
        idle.pack_start(costs, False, False, 0)
        self.add_named(idle, "idle")
        self.add_named(self._bar, "painting")

    def show_status(self, text: str) -> None:
        """Show the engine's state while no painting runs."""
        self._status.set_text(text)

    def show_idle(self) -> None:
        """Show that no painting runs."""
        self.set_visible_child_name("idle")

    def show_painting(self) -> None:
        """Show that a painting has begun."""
        self._bar.begin()
        self._started.set_text(_TWO_LINES)
        self.set_visible_child_name("painting")

    def show_event(self, event: ClientEvent) -> None:
        """Show the engine's state or the job's progress from ``event``."""
        if isinstance(event, Ready):
            self._status.set_text(tr("Ready to paint on {device}").format(device=wording.device(event.devices[0])))
        elif isinstance(event, Started):
            self._started.set_text(wording.started(event))
        elif isinstance(event, Progress):
            self._bar.show_progress(event.fraction, wording.progress(event))

    def stop(self, keep: bool) -> None:
        """Stop as the buttons do."""
        self._bar.stop(keep)
