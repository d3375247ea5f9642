"""The last step of the user's undo history, and how to take it back.

Krita's interface for plug-ins knows no history. The docker *Undo History* has a list of it, whether it is shown or not.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Optional, Tuple

from krita import Krita

from .qt import Qt, QtWidgets


class Place(NamedTuple):
    """Where the history of the document in front stands: what its steps are called, and how many of them are done.

    Their number alone does not tell of a new step: of a history that is as long as Krita lets it be, the oldest step
    goes with each new one.
    """

    steps: Tuple[str, ...]
    done: int


def place(document: Any) -> Optional[Place]:
    """Where the history of Krita's document stands; None if it is not in front, or if Krita does not tell."""
    krita = Krita.instance()
    docker = next((docker for docker in krita.dockers() if docker.objectName() == "History"), None)
    steps = None if docker is None else docker.findChild(QtWidgets.QListView)
    if steps is None or steps.model() is None or krita.activeDocument() != document:
        return None
    model = steps.model()
    names = tuple(str(model.index(row, 0).data()) for row in range(model.rowCount()))
    return Place(names, steps.selectionModel().currentIndex().row())


def take_back(document: Any, expected: Place) -> None:
    """Undo the last step, if the history still stands where it stood and the user is not in the middle of a stroke."""
    if place(document) == expected and QtWidgets.QApplication.mouseButtons() == Qt.MouseButton.NoButton:
        Krita.instance().action("edit_undo").trigger()
        document.waitForDone()
