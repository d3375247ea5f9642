"""Questions that need an answer immediately, each in its own window. All texts are plain, without markup."""

from __future__ import annotations

from typing import Optional, Sequence

from gi.repository import GimpUi, Gtk

from nst_core.bridge.language import tr

from .recall import Recall


def without_refused_files(recalled: Recall, known: Sequence[str] = (), parent: Optional[Gtk.Window] = None) -> Recall:
    """Return ``recalled`` without its files, unless the user agrees that they are read.

    The user is not asked about ``known`` files and the bundled paintings.
    """
    GimpUi.init("neural-style")
    foreign = recalled.foreign(known)
    if not foreign or _may_read(foreign, parent):
        return recalled
    return recalled.without(foreign)


def keep_or_discard(parent: Gtk.Window) -> Optional[bool]:
    """Ask the user. Return True to stop and keep the picture, False to stop and discard it, and None to continue."""
    question = Gtk.MessageDialog(modal=True, title=tr("Neural Style: Stop?"), text=tr("Stop painting?"))
    question.add_buttons(tr("Keep _Painting"), Gtk.ResponseType.CANCEL, tr("_Discard"), Gtk.ResponseType.REJECT)
    question.add_button(tr("_Keep the Picture so Far"), Gtk.ResponseType.ACCEPT)
    question.set_default_response(Gtk.ResponseType.CANCEL)
    answers = {Gtk.ResponseType.ACCEPT: True, Gtk.ResponseType.REJECT: False}
    return answers.get(answer(question, parent))


def _may_read(files: Sequence[str], parent: Optional[Gtk.Window]) -> bool:
    question = Gtk.MessageDialog(
        modal=True, title=tr("Neural Style: Files"), text=tr("This layer was painted in the style of files. Read them?")
    )
    question.set_property("secondary-text", "\n".join(files))
    question.add_buttons(tr("_Leave Out"), Gtk.ResponseType.REJECT, tr("_Read"), Gtk.ResponseType.ACCEPT)
    return bool(answer(question, parent) == Gtk.ResponseType.ACCEPT)


def answer(question: Gtk.Dialog, parent: Optional[Gtk.Window]) -> int:
    """Return the answer to ``question`` in a window above ``parent``, or above GIMP. Then destroy the window."""
    if parent is None:
        GimpUi.window_set_transient(question)
    else:
        question.set_transient_for(parent)
    answer = question.run()
    question.destroy()
    return int(answer)
