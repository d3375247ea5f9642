"""The last step of the user's undo history, and a function that undoes it.

Krita's interface for plug-ins does not offer the history. But the docker *Undo History* has a list of it, even while
the docker is hidden.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Optional, Tuple

from krita import Krita

from .qt import Qt, QtWidgets


class HistoryPosition(NamedTuple):
    """A position in the history of the front document: the names of the steps, and the number of done steps.

    The number alone does not show a new step: when a history is full, each new step removes the oldest.
    """

    steps: Tuple[str, ...]
    done: int


def place(document: Any) -> Optional[HistoryPosition]:
    """Return the position in the document's history. Return None if it is not in front, or Krita shows no history."""
    krita = Krita.instance()
    docker = next((docker for docker in krita.dockers() if docker.objectName() == "History"), None)
    steps = None if docker is None else docker.findChild(QtWidgets.QListView)
    if steps is None or steps.model() is None or krita.activeDocument() != document:
        return None
    model = steps.model()
    names = tuple(str(model.index(row, 0).data()) for row in range(model.rowCount()))
    return HistoryPosition(names, steps.selectionModel().currentIndex().row())


def take_back(document: Any, expected: HistoryPosition) -> None:
    """Undo the last step, if the history is at the expected position and the user is not painting a stroke."""
    if place(document) == expected and QtWidgets.QApplication.mouseButtons() == Qt.MouseButton.NoButton:
        Krita.instance().action("edit_undo").trigger()
        document.waitForDone()
