"""Questions about presets: the name of a new one, another name, and a confirmation to delete one."""

from __future__ import annotations

from typing import Callable, NamedTuple, Optional, Sequence, Tuple

from gi.repository import Gtk

from nst_core.bridge.language import tr
from nst_core.studio.preset_list import is_name_of_shipped

from .questions import answer

Judgment = Tuple[str, bool]


class Saved(NamedTuple):
    """The name of a preset to save, and True if it holds the styles."""

    name: str
    with_styles: bool


def to_save(suggestion: str, taken: Sequence[str], can_hold_styles: bool, parent: Gtk.Window) -> Optional[Saved]:
    """Ask for the name of a new preset. Return None to save nothing. The window warns of one of the ``taken`` names."""
    styles = Gtk.CheckButton(label=tr("With the s_tyles"), use_underline=True, sensitive=can_hold_styles)
    if not can_hold_styles:
        styles.set_tooltip_text(tr("A preset can hold styles that are files. Layers belong to one image."))
    ticked = [False]
    styles.connect("toggled", lambda _: ticked.insert(0, styles.get_active()))
    same = tr("Name (there is a preset with this name)")
    title, save = tr("Save as preset"), tr("_Save")
    name = _ask_name(title, save, suggestion, lambda name: (same if name in taken else "", True), parent, styles)
    return None if name is None else Saved(name, ticked[0])


def new_name(old: str, taken: Sequence[str], parent: Gtk.Window) -> Optional[str]:
    """Ask for another name of the preset ``old``. Return None to keep it. The window refuses the ``taken`` names."""

    def judge(name: str) -> Judgment:
        is_taken = name != old and name in taken
        return (tr("A preset of this name exists.") if is_taken else "", not is_taken)

    return _ask_name(tr("Rename preset"), tr("_Rename"), old, judge, parent)


def may_delete(name: str, parent: Gtk.Window) -> bool:
    """Ask the user, and return True to delete the preset ``name``."""
    question = Gtk.MessageDialog(
        modal=True, title=tr("Delete preset"), text=tr("Delete the preset {name}?").format(name=name)
    )
    question.add_buttons(tr("_Cancel"), Gtk.ResponseType.CANCEL, tr("_Delete"), Gtk.ResponseType.ACCEPT)
    return bool(answer(question, parent) == Gtk.ResponseType.ACCEPT)


def _ask_name(
    title: str,
    button: str,
    suggestion: str,
    judge: Callable[[str], Judgment],
    parent: Gtk.Window,
    extra: Optional[Gtk.Widget] = None,
) -> Optional[str]:
    """Ask for a name, and return it or None. ``judge`` returns a remark on a name, and True if the name is allowed."""
    question = Gtk.Dialog(modal=True, title=title)
    question.add_buttons(tr("_Cancel"), Gtk.ResponseType.CANCEL, button, Gtk.ResponseType.ACCEPT)
    question.set_default_response(Gtk.ResponseType.ACCEPT)
    label = Gtk.Label(xalign=0)
    entry = Gtk.Entry(activates_default=True, width_chars=40)

    def show() -> None:
        name = entry.get_text().strip()
        is_shipped = is_name_of_shipped(name)
        remark, is_allowed = judge(name)
        shipped = tr("A preset that comes with the program has this name.")
        label.set_text(shipped if is_shipped else remark or tr("Name"))
        question.set_response_sensitive(Gtk.ResponseType.ACCEPT, bool(name) and is_allowed and not is_shipped)

    entry.connect("changed", lambda _: show())
    entry.set_text(suggestion)
    show()
    box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6, border_width=12)
    for widget in filter(None, (label, entry, extra)):
        box.pack_start(widget, False, False, 0)
    box.show_all()
    question.get_content_area().pack_start(box, True, True, 0)
    name = entry.get_buffer()  # The buffer is still valid after the window is destroyed.
    return str(name.get_text()) if answer(question, parent) == Gtk.ResponseType.ACCEPT else None
