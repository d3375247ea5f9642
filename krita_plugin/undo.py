"""The last step of the user's undo history, and how to take it back.

Krita's interface for plug-ins has no access to it. But the docker *Undo History* has a list, even while it is hidden.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Optional, Tuple

from krita import Krita

from .qt import Qt, QtWidgets


class HistoryPosition(NamedTuple):
    """A position in the history of the document in front: the names of its steps, and how many of them are done.

    The number alone does not show a new step: when a history has its largest length, each new step removes the oldest.
    """

    steps: Tuple[str, ...]
    done: int


def place(document: Any) -> Optional[HistoryPosition]:
    """The position in the history of Krita's document; None if it is not in front, or if Krita shows no history."""
    krita = Krita.instance()
    docker = next((docker for docker in krita.dockers() if docker.objectName() == "History"), None)
    steps = None if docker is None else docker.findChild(QtWidgets.QListView)
    if steps is None or steps.model() is None or krita.activeDocument() != document:
        return None
    model = steps.model()
    names = tuple(str(model.index(row, 0).data()) for row in range(model.rowCount()))
    return HistoryPosition(names, steps.selectionModel().currentIndex().row())


def take_back(document: Any, expected: HistoryPosition) -> None:
    """Undo the last step, if the history is still at the expected place and the user is not painting a stroke."""
    if place(document) == expected and QtWidgets.QApplication.mouseButtons() == Qt.MouseButton.NoButton:
        Krita.instance().action("edit_undo").trigger()
        document.waitForDone()
