"""The time and memory that the painting needs, shown before it starts, with the offer of a quicker working size."""

from __future__ import annotations

from typing import Callable

from gi.repository import Gtk

from nst_core.job.errors import NeuralStyleError
from nst_core.job.events import Estimate
from nst_core.studio import costs

from .timers import Delay

#: The widget asks for the costs after this many milliseconds without a change.
_PAUSE = 200


class CostsView(Gtk.Box):
    """The costs. It calls ``ask`` soon after :meth:`refresh`; ``failed`` gets an error of ``ask``.

    It calls ``choose`` with the working size that the user accepts.
    """

    def __init__(
        self, ask: Callable[[], None], choose: Callable[[int], None], failed: Callable[[NeuralStyleError], None]
    ) -> None:
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        self._delay = Delay(_PAUSE, ask, failed)
        self._size = 0
        self._text = Gtk.Label(xalign=0, wrap=True, max_width_chars=30, tooltip_text=costs.hint())
        self._caution = Gtk.Label(xalign=0, wrap=True, max_width_chars=30, no_show_all=True)
        self._quicker = Gtk.Button(no_show_all=True, halign=Gtk.Align.START)
        self._quicker.connect("clicked", lambda _: choose(self._size))
        self.pack_start(self._caution, False, False, 0)
        self.pack_start(self._text, False, False, 0)
        self.pack_start(self._quicker, False, False, 0)

    def refresh(self) -> None:
        """Ask for the costs soon, because they may have changed."""
        self._delay.restart()

    def show_caution(self, text: str) -> None:
        """Warn that the working size is too small. Show no warning if ``text`` is empty."""
        self._caution.set_text(text)
        self._caution.set_visible(bool(text))

    def show_costs(self, estimate: Estimate) -> None:
        """Show the answer of the engine."""
        self._text.set_text(costs.summary(estimate))
        self._size = estimate.quick_size
        self._quicker.set_label(costs.quick_offer(estimate))
        self._quicker.set_visible(bool(self._size))

    def show_nothing(self) -> None:
        """Show no costs, because no style is chosen yet."""
        self._text.set_text("")
        self._caution.hide()
        self._quicker.hide()

    def close(self) -> None:
        """Stop asking."""
        self._delay.cancel()
