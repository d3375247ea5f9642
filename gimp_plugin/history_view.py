"""The results of an image, below the picture. The user can compare, show and discard them, or use their settings."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import Callable, Iterator, List, Optional

from gi.repository import Gimp, Gtk

from nst_core.bridge import record
from nst_core.bridge.language import tr
from nst_core.job.errors import NeuralStyleError
from nst_core.studio.history import History, HistoryEntry, history_text

from . import parasites, styles, widgets
from .drawable import layers_of
from .strength_slider import StrengthSlider

_THUMBNAIL = 56


class HistoryView(Gtk.Box):
    """The results. It calls ``selected`` with the layer of a result and its content. Without a result, both are None.

    It calls ``used`` with a layer whose settings the user wants, and ``repaint`` with a layer and a new strength.
    ``failed`` gets an error of ``repaint``.

    It is hidden until the image has a result. It also shows the results of earlier sessions.
    """

    def __init__(
        self,
        image: Gimp.Image,
        selected: Callable[[Optional[Gimp.Layer], Optional[Gimp.Layer]], None],
        used: Callable[[Gimp.Layer], None],
        repaint: Callable[[Gimp.Layer, float], None],
        failed: Callable[[NeuralStyleError], None],
    ) -> None:
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=4, no_show_all=True)
        self._image, self._selected, self._used, self._repaint = image, selected, used, repaint
        self._history = History()
        self._entry: Optional[HistoryEntry] = None
        self._shown: List[HistoryEntry] = []
        self._strip = Gtk.Box(spacing=4)
        scrolled = Gtk.ScrolledWindow(vscrollbar_policy=Gtk.PolicyType.NEVER, overlay_scrolling=True)
        scrolled.add(self._strip)
        self._strength = StrengthSlider(self._change_strength, failed)
        upper = Gtk.Box(spacing=6)
        upper.pack_start(scrolled, True, True, 0)
        upper.pack_start(self._strength, False, False, 0)
        self._buttons = self._make_buttons()
        for widget in (upper, self._buttons):
            widget.show_all()
            self.pack_start(widget, False, False, 0)
        for layer in reversed(list(layers_of(image))):
            self._add(layer)
        self.refresh()

    def close(self) -> None:
        """Stop calling anything."""
        self._strength.close()

    @property
    def chosen(self) -> Optional[Gimp.Layer]:
        """The layer of the result that the dialog shows, or None."""
        return None if self._entry is None else self._layer(self._entry.layer)

    def add(self, layer: Gimp.Layer, seconds: float) -> None:
        """Add the result in ``layer``, and choose it."""
        self._choose(self._add(layer, seconds, time.time()))

    def clear_choice(self) -> None:
        """Choose no result."""
        self._choose(None)

    def refresh(self) -> None:
        """Show the present results, because undo may have removed or restored some."""
        entries = [entry for entry in self._history.of(self._image.get_id()) if self._layer(entry.layer) is not None]
        if self._entry is not None and self._entry not in entries:
            self._entry = None
            self._selected(None, None)
        if entries != self._shown:
            self._show_thumbnails(entries)
        for entry, button in zip(entries, self._strip.get_children()):
            button.set_active(entry is self._entry)
        self._buttons.set_sensitive(self._entry is not None)
        self._strength.show_strength(None if self._entry is None else self._entry.record.settings.strength)
        self.set_visible(bool(entries))

    def _add(self, layer: Gimp.Layer, seconds: float = 0.0, moment: float = 0.0) -> Optional[HistoryEntry]:
        stored = record.load(parasites.read_record(layer))
        if stored is None:
            return None
        content = None if stored.content is None else styles.find_layer(stored.content, self._image)
        identities = (self._image.get_id(), layer.get_id(), None if content is None else content.get_id())
        size = (layer.get_width(), layer.get_height())
        entry = HistoryEntry(layer.get_name(), stored, *identities, size, None, seconds, moment)
        self._history.add(entry)
        return entry

    def _layer(self, identity: Optional[int]) -> Optional[Gimp.Layer]:
        """Return the layer with this id, or None if it no longer exists."""
        layer = Gimp.Item.get_by_id(identity) if identity is not None and self._image.is_valid() else None
        return layer if layer is not None and layer.is_valid() else None

    def _choose(self, entry: Optional[HistoryEntry]) -> None:
        self._entry = entry
        self.refresh()
        self._selected(self.chosen, None if entry is None else self._layer(entry.content))

    def _show_thumbnails(self, entries: List[HistoryEntry]) -> None:
        self._shown = entries
        for button in self._strip.get_children():
            button.destroy()
        for entry in entries:
            self._strip.pack_start(self._thumbnail(entry), False, False, 0)
        self._strip.show_all()

    def _thumbnail(self, entry: HistoryEntry) -> Gtk.ToggleButton:
        button = Gtk.ToggleButton(relief=Gtk.ReliefStyle.NONE)
        button.add(widgets.layer_thumbnail(self._layer(entry.layer), _THUMBNAIL))
        button.set_tooltip_text(history_text(entry))
        button.get_accessible().set_name(entry.name)
        button.connect("toggled", self._toggled, entry)
        return button

    def _toggled(self, button: Gtk.ToggleButton, entry: HistoryEntry) -> None:
        if button.get_active() != (entry is self._entry):  # Otherwise the program itself has changed the button.
            self._choose(entry if button.get_active() else None)

    def _make_buttons(self) -> Gtk.Box:
        box = Gtk.Box(spacing=6)
        texts = (
            (tr("Show in image"), tr("Make this result visible, and hide the others of the same layer"), self._show),
            (tr("Use settings"), tr("Take over the styles and settings of this result"), self._use),
            (tr("Discard"), tr("Remove the layer of this result"), self._discard),
        )
        for label, tooltip, action in texts:
            button = Gtk.Button(label=label, tooltip_text=tooltip)
            button.connect("clicked", lambda _, action=action: action())
            box.pack_start(button, True, True, 0)
        return box

    def _show(self) -> None:
        if self._entry is not None:
            with self._one_step():
                self._make_visible(self._entry)

    def _use(self) -> None:
        layer = self.chosen
        if layer is not None:
            self._used(layer)

    def _change_strength(self, strength: float) -> None:
        layer = self.chosen
        if layer is not None:
            self._repaint(layer, strength)

    def _discard(self) -> None:
        """Remove the layer. The next result of the same content becomes visible in its place."""
        entry, layer = self._entry, self.chosen
        if entry is None or layer is None:
            return
        others = [other for other in self._history.others(entry) if self._layer(other.layer) is not None]
        with self._one_step():
            if others and layer.get_visible():
                self._make_visible(others[0])
            self._image.remove_layer(layer)
        self._choose(others[0] if others else None)

    def _make_visible(self, entry: HistoryEntry) -> None:
        for other in [*self._history.others(entry), entry]:
            layer = self._layer(other.layer)
            if layer is not None:
                layer.set_visible(other is entry)

    @contextmanager
    def _one_step(self) -> Iterator[None]:
        self._image.undo_group_start()
        try:
            yield
        finally:
            self._image.undo_group_end()
        Gimp.displays_flush()
