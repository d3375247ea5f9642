"""Questions to the user, in windows that do not block Krita. All their texts are plain."""

from __future__ import annotations

from typing import Any, Sequence

from nst_core.bridge.language import tr

from .qt import Qt, QtWidgets
from .steps import PAUSE, Steps


def question(parent: Any, title: str, text: str) -> Any:
    """Make a message box that shows ``text`` as plain text and does not block Krita. It has no buttons yet."""
    box = QtWidgets.QMessageBox(parent)
    box.setWindowTitle(title)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(text)
    box.setModal(False)
    box.finished.connect(box.deleteLater)
    return box


def may_read(parent: Any, files: Sequence[str]) -> Steps[bool]:
    """Ask if the plug-in may read these files, which a document names. Return True if the user agrees."""
    text = tr("This layer was painted in the style of files. Read them?")
    box = question(parent, tr("Neural Style: Files"), "\n".join([text, "", *files]))
    roles, answers = QtWidgets.QMessageBox.ButtonRole, []
    read = box.addButton(tr("Read"), roles.AcceptRole)
    box.addButton(tr("Leave out"), roles.RejectRole)
    box.finished.connect(lambda result: answers.append(box.clickedButton() == read))
    box.show()
    try:
        while not answers:
            yield PAUSE
    finally:
        if not answers:
            box.close()
    return bool(answers[0])
