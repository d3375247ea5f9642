"""Questions that need an answer at once, each a window of its own. All texts in them are plain, never markup."""

from __future__ import annotations

from typing import Optional, Sequence

from gi.repository import GimpUi, Gtk

from nst_core.bridge.language import tr
from nst_core.studio.preset_list import is_name_of_shipped

from .recall import Recall


def without_refused_files(recalled: Recall, known: Sequence[str] = (), parent: Optional[Gtk.Window] = None) -> Recall:
    """``recalled`` without its files, unless the user agrees to reading them; the ``known`` ones need no question."""
    GimpUi.init("neural-style")
    foreign = [file for file in recalled.files if file not in known]
    if not foreign or _may_read(foreign, parent):
        return recalled
    return recalled.without(foreign)


def keep_or_discard(parent: Gtk.Window) -> Optional[bool]:
    """Whether to stop and keep the picture (True), or to stop and discard it (False); None to go on painting."""
    question = Gtk.MessageDialog(modal=True, title=tr("Neural Style: Stop?"), text=tr("Stop painting?"))
    question.add_buttons(tr("Keep _Painting"), Gtk.ResponseType.CANCEL, tr("_Discard"), Gtk.ResponseType.REJECT)
    question.add_button(tr("_Keep the Picture so Far"), Gtk.ResponseType.ACCEPT)
    question.set_default_response(Gtk.ResponseType.CANCEL)
    answers = {Gtk.ResponseType.ACCEPT: True, Gtk.ResponseType.REJECT: False}
    return answers.get(_answer(question, parent))


def name_of_preset(suggestion: str, taken: Sequence[str], parent: Gtk.Window) -> Optional[str]:
    """The name under which to save the settings; None for none. It shows if one of the ``taken`` names is entered."""
    question = Gtk.Dialog(modal=True, title=tr("Save as preset"))
    question.add_buttons(tr("_Cancel"), Gtk.ResponseType.CANCEL, tr("_Save"), Gtk.ResponseType.ACCEPT)
    question.set_default_response(Gtk.ResponseType.ACCEPT)
    label = Gtk.Label(xalign=0)
    entry = Gtk.Entry(activates_default=True, width_chars=40)

    def show() -> None:
        name = entry.get_text().strip()
        label.set_text(_label_of(name, taken))
        question.set_response_sensitive(Gtk.ResponseType.ACCEPT, bool(name) and not is_name_of_shipped(name))

    entry.connect("changed", lambda _: show())
    entry.set_text(suggestion)
    show()
    box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6, border_width=12)
    box.pack_start(label, False, False, 0)
    box.pack_start(entry, False, False, 0)
    box.show_all()
    question.get_content_area().pack_start(box, True, True, 0)
    name = entry.get_buffer()  # It outlives the window.
    return str(name.get_text()) if _answer(question, parent) == Gtk.ResponseType.ACCEPT else None


def may_delete_preset(name: str, parent: Gtk.Window) -> bool:
    """Whether to delete the preset ``name``."""
    question = Gtk.MessageDialog(
        modal=True, title=tr("Delete preset"), text=tr("Delete the preset {name}?").format(name=name)
    )
    question.add_buttons(tr("_Cancel"), Gtk.ResponseType.CANCEL, tr("_Delete"), Gtk.ResponseType.ACCEPT)
    return bool(_answer(question, parent) == Gtk.ResponseType.ACCEPT)


def _label_of(name: str, taken: Sequence[str]) -> str:
    if is_name_of_shipped(name):
        return tr("A preset that comes with the program has this name.")
    return tr("Name (there is a preset with this name)") if name in taken else tr("Name")


def _may_read(files: Sequence[str], parent: Optional[Gtk.Window]) -> bool:
    question = Gtk.MessageDialog(
        modal=True, title=tr("Neural Style: Files"), text=tr("This layer was painted in the style of files. Read them?")
    )
    question.set_property("secondary-text", "\n".join(files))
    question.add_buttons(tr("_Leave Out"), Gtk.ResponseType.REJECT, tr("_Read"), Gtk.ResponseType.ACCEPT)
    return bool(_answer(question, parent) == Gtk.ResponseType.ACCEPT)


def _answer(question: Gtk.Dialog, parent: Optional[Gtk.Window]) -> int:
    if parent is None:
        GimpUi.window_set_transient(question)
    else:
        question.set_transient_for(parent)
    answer = question.run()
    question.destroy()
    return int(answer)
