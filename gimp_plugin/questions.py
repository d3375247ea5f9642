"""Questions that need an answer at once, each a window of its own. All texts in them are plain, never markup."""

from __future__ import annotations

from typing import Optional, Sequence

from gi.repository import GimpUi, Gtk

from nst_core.bridge.language import tr

from .recall import Recall


def without_refused_files(recalled: Recall, known: Sequence[str] = (), parent: Optional[Gtk.Window] = None) -> Recall:
    """``recalled`` without its files, unless the user agrees to reading them.

    The ``known`` ones and the bundled paintings need no question.
    """
    GimpUi.init("neural-style")
    foreign = recalled.foreign(known)
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
    return answers.get(answer(question, parent))


def _may_read(files: Sequence[str], parent: Optional[Gtk.Window]) -> bool:
    question = Gtk.MessageDialog(
        modal=True, title=tr("Neural Style: Files"), text=tr("This layer was painted in the style of files. Read them?")
    )
    question.set_property("secondary-text", "\n".join(files))
    question.add_buttons(tr("_Leave Out"), Gtk.ResponseType.REJECT, tr("_Read"), Gtk.ResponseType.ACCEPT)
    return bool(answer(question, parent) == Gtk.ResponseType.ACCEPT)


def answer(question: Gtk.Dialog, parent: Optional[Gtk.Window]) -> int:
    """The answer to ``question`` in a window above ``parent`` (None: above GIMP). The window is gone then."""
    if parent is None:
        GimpUi.window_set_transient(question)
    else:
        question.set_transient_for(parent)
    answer = question.run()
    question.destroy()
    return int(answer)
