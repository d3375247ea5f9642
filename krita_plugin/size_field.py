"""The field of the working size: an automatic size for this machine, the full size, or a number of pixels."""

from __future__ import annotations

import re
from typing import Any, Optional

from nst_core.bridge.language import tr
from nst_core.job.events import Estimate
from nst_core.job.settings import AUTOMATIC, Definition, Value
from nst_core.studio.costs import automatic_label

from .qt import QtCore, QtWidgets, Signal
from .widgets import let_shrink

#: Sizes in pixels that the list offers. The user can type others.
_OFFERED = (3072, 2048, 1536, 1024, 768)
#: The margins in pixels beside the text that the user types.
_MARGINS = 6


class SizeField(QtWidgets.QComboBox):
    """A number of pixels that the user can type, with a list of the usual sizes."""

    changed = Signal()

    def __init__(self, definition: Definition) -> None:
        super().__init__()
        self._definition, self._size = definition, int(definition.first)
        self.setEditable(True)
        self.setInsertPolicy(QtWidgets.QComboBox.InsertPolicy.NoInsert)
        self.setCompleter(None)  # The completer would change 1 to 1024.
        let_shrink(self)
        for size in (AUTOMATIC, 0, *_OFFERED):
            self.addItem("", size)
        self.show_automatic(None)
        self.activated.connect(lambda index: self.set_value(self.itemData(index)))
        self.lineEdit().editingFinished.connect(lambda: self.set_value(self.value()))

    def minimumSizeHint(self) -> Any:  # noqa: N802 (Qt's name)
        """Return a width for the longest text, so that the form does not move when the automatic size becomes known."""
        known = automatic_label(Estimate(0.0, 0, 0, size=_OFFERED[0]))
        texts = [known, *(self.itemText(index) for index in range(self.count()))]
        option = QtWidgets.QStyleOptionComboBox()
        self.initStyleOption(option)
        height = super().minimumSizeHint().height()
        widest = max(map(self.fontMetrics().horizontalAdvance, texts)) + _MARGINS
        kind = QtWidgets.QStyle.ContentsType.CT_ComboBox
        width = self.style().sizeFromContents(kind, option, QtCore.QSize(widest, height), self).width()
        return QtCore.QSize(width, height)

    def sizeHint(self) -> Any:  # noqa: N802 (Qt's name)
        """Return the same size as :meth:`minimumSizeHint`."""
        return self.minimumSizeHint()

    def value(self) -> Value:
        """Return the size in the field. If the field holds no number, return the previous size."""
        text = self.currentText()
        if text == self._text(self._size):
            return self._size
        named = self.findText(text)
        digits = re.sub(r"\D", "", text)
        if named >= 0 or not digits:
            return int(self.itemData(named)) if named >= 0 else self._size
        return min(int(digits), int(self._definition.maximum))

    def set_value(self, value: Value) -> None:
        """Show a size."""
        before, self._size = self._size, int(value)
        self.setEditText(self._text(self._size))
        if self._size != before:
            self.changed.emit()

    def show_automatic(self, estimate: Optional[Estimate]) -> None:
        """Show the size that *Automatic* means now."""
        self._automatic = automatic_label(estimate)
        if self.lineEdit().isModified():  # Qt would replace the text that the user types.
            return
        for index in range(self.count()):
            self.setItemText(index, self._text(self.itemData(index)))
        self.setEditText(self._text(self._size))

    def _text(self, size: int) -> str:
        if size == AUTOMATIC:
            return self._automatic
        return f"{size} {self._definition.unit}" if size else tr(self._definition.zero_label)
