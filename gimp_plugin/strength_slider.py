"""The slider beside the results: it sets another strength for the chosen result."""

from __future__ import annotations

from typing import Callable, Optional

from gi.repository import Gtk

from nst_core.bridge.language import tr
from nst_core.job.errors import NeuralStyleError

from . import widgets
from .timers import Delay

#: A new strength counts after this many milliseconds without a movement of the slider.
_PAUSE = 700
_WIDTH = 170


class StrengthSlider(Gtk.Box):
    """The slider. It calls ``changed`` soon after the user has moved it; ``failed`` gets its error."""

    def __init__(self, changed: Callable[[float], None], failed: Callable[[NeuralStyleError], None]) -> None:
        super().__init__(orientation=Gtk.Orientation.VERTICAL, valign=Gtk.Align.CENTER)
        self._shown: Optional[float] = None
        self._delay = Delay(_PAUSE, lambda: changed(round(self._scale.get_value(), 2)), failed)
        label = Gtk.Label(label=tr("Strength of this result"), xalign=0)
        self._scale = Gtk.Scale.new_with_range(Gtk.Orientation.HORIZONTAL, 0.0, 1.0, 0.05)
        self._scale.set_value(1.0)
        self._scale.set_digits(2)
        self._scale.set_value_pos(Gtk.PositionType.RIGHT)
        self._scale.set_size_request(_WIDTH, -1)
        text = tr("The strength of this result. After a change, the result is painted again, within seconds.")
        self._scale.set_tooltip_text(text)
        self._scale.get_accessible().set_name(tr("Strength of this result"))
        self._scale.connect("value-changed", lambda _: self._moved())
        self.pack_start(label, False, False, 0)
        self.pack_start(self._scale, False, False, 0)
        widgets.ignore_wheel(self)

    def show_strength(self, strength: Optional[float]) -> None:
        """Show the strength of a result. None means no result."""
        self.set_sensitive(strength is not None)
        if strength != self._shown:
            self._delay.cancel()
            self._shown = strength
            self._scale.set_value(1.0 if strength is None else strength)

    def close(self) -> None:
        """Stop calling anything."""
        self._delay.cancel()

    def _moved(self) -> None:
        if self._shown is not None and round(self._scale.get_value(), 2) != round(self._shown, 2):
            self._delay.restart()
        else:
            self._delay.cancel()
