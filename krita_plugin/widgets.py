"""Widgets that look and behave alike: layouts, narrow boxes, plain texts, thumbnails.

Names of layers, files and regions come from documents, and a document may come from anybody. Qt treats a text as HTML
if it looks like HTML, and would open the files that it names. So every label with a text is made by :func:`text_label`,
and every tooltip by :func:`hint` or :func:`tooltip`.
"""

from __future__ import annotations

import html
from typing import Any, Optional, Sequence

from krita import Krita

from nst_core.bridge.language import tr

from .qt import Qt, QtCore, QtGui, QtWidgets

#: Side in pixels of a layer's picture in lists.
THUMBNAIL = 32
#: Krita's icon for buttons that show the content while the user holds them.
COMPARE = "symmetry-horizontal"
#: The space in pixels that a theme needs in a box: between its edges, the picture and the text.
GAPS = 12


class _WheelGuard(QtCore.QObject):
    """Keeps the wheel from changing a field below the pointer, because the wheel should scroll the docker."""

    def eventFilter(self, watched: Any, event: Any) -> bool:  # noqa: N802 (Qt's name)
        if event.type() == QtCore.QEvent.Type.Wheel and not watched.hasFocus():
            event.ignore()
            return True
        return False


def guard_wheel(field: Any) -> None:
    """Let the wheel change ``field`` only while it has the focus."""
    field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    field.installEventFilter(_WheelGuard(field))


def let_shrink(box: Any) -> None:
    """Let a combo box be narrower than its longest text, so that the docker can be narrow."""
    box.setSizeAdjustPolicy(QtWidgets.QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(4)
    guard_wheel(box)


class ElidedBox(QtWidgets.QComboBox):
    """A combo box that shortens the chosen text in the middle if it is too long for the docker.

    ``title``, a pattern with ``{value}``, appears around the chosen text if the width allows it.
    """

    def __init__(self, title: str = "{value}") -> None:
        super().__init__()
        self._title = title
        let_shrink(self)

    def paintEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Draw the box. Shorten the text in the middle, because its end may be important, as in ``(changed)``."""
        option = QtWidgets.QStyleOptionComboBox()
        self.initStyleOption(option)
        box, field = QtWidgets.QStyle.ComplexControl.CC_ComboBox, QtWidgets.QStyle.SubControl.SC_ComboBoxEditField
        icon = 0 if option.currentIcon.isNull() else self.iconSize().width()
        room = self.style().subControlRect(box, option, field, self).width() - icon - GAPS
        titled, metrics = self._title.format(value=option.currentText), self.fontMetrics()
        text = titled if metrics.horizontalAdvance(titled) <= room else option.currentText
        option.currentText = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, room)
        painter = QtWidgets.QStylePainter(self)
        painter.drawComplexControl(box, option)
        painter.drawControl(QtWidgets.QStyle.ControlElement.CE_ComboBoxLabel, option)


class ElidedLabel(QtWidgets.QLabel):
    """A label that shortens its text in the middle instead of asking for more room."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QtWidgets.QSizePolicy.Policy.Ignored, QtWidgets.QSizePolicy.Policy.Preferred)

    def paintEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Draw as much of the text as the width allows."""
        painter = QtWidgets.QStylePainter(self)
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, self.width())
        role = self.foregroundRole()
        painter.drawItemText(self.rect(), int(Qt.AlignmentFlag.AlignVCenter), self.palette(), True, text, role)


class ProgressLine(QtWidgets.QWidget):
    """A bar with a sentence below it."""

    def __init__(self) -> None:
        super().__init__()
        self.bar = QtWidgets.QProgressBar()
        self.bar.setAccessibleName(tr("Progress"))
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(8)
        self.status = text_label()
        layout = column(self)
        layout.addWidget(self.bar)
        layout.addWidget(self.status)

    def show_state(self, text: str, fraction: Optional[float] = None) -> None:
        """Show the share that is done (0..1). None means that the end is not known."""
        self.bar.setRange(0, 0 if fraction is None else 1000)
        self.bar.setValue(int(1000 * (fraction or 0)))
        self.status.setText(text)


def row(widget: Any) -> Any:
    """Make a horizontal layout without margins for ``widget``."""
    return _without_margins(QtWidgets.QHBoxLayout(widget))


def column(widget: Any) -> Any:
    """Make a vertical layout without margins for ``widget``."""
    return _without_margins(QtWidgets.QVBoxLayout(widget))


def hint(widget: Any, text: str, detail: str = "") -> None:
    """Give ``widget`` a tooltip with ``text`` as plain text, and the name ``detail`` in bold below it."""
    widget.setToolTip(tooltip(text, detail))


def tooltip(text: str, detail: str = "") -> str:
    """Return the tooltip that :func:`hint` uses. It is rich text, because Qt breaks only rich text into lines."""
    below = f"<br><b>{html.escape(detail, quote=False)}</b>" if detail else ""
    return f"<p>{html.escape(text, quote=False)}{below}</p>"


def lines_tooltip(title: str, lines: Sequence[str]) -> str:
    """Return a tooltip with ``title`` in bold and each of ``lines`` below it, all as plain text."""
    below = "".join(f"<br>{html.escape(line, quote=False)}" for line in lines)
    return f"<p><b>{html.escape(title, quote=False)}</b>{below}</p>"


def text_label(text: str = "") -> Any:
    """Make a label that shows ``text`` as plain text, in as many lines as it needs."""
    label = QtWidgets.QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def heading(text: str, buddy: Optional[Any] = None) -> Any:
    """Make a label in bold for a part of a window."""
    label = text_label(text)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    if buddy is not None:
        label.setBuddy(buddy)
    return label


def menu_text(name: str) -> str:
    """Return ``name`` as the text of a menu's entry, without an access key."""
    return name.replace("&", "&&")


class _LargeIcons(QtWidgets.QProxyStyle):
    """The application's style with icons that are large enough to recognize a layer."""

    def pixelMetric(self, metric: Any, option: Any = None, widget: Any = None) -> int:  # noqa: N802 (Qt's name)
        if metric == QtWidgets.QStyle.PixelMetric.PM_SmallIconSize:
            return THUMBNAIL
        return int(super().pixelMetric(metric, option, widget))


def enlarge_icons(menu: Any) -> None:
    """Let ``menu`` show icons as large as the pictures in lists."""
    style = _LargeIcons(QtWidgets.QApplication.style().objectName())
    style.setParent(menu)
    menu.setStyle(style)


def show_icon(action: Any, icon: Any) -> None:
    """Show ``icon`` in a menu. Most of Krita's menus show no icons."""
    action.setIcon(icon)
    action.setIconVisibleInMenu(True)


def flat_button(icon: str, name: str, tooltip: str) -> Any:
    """Make a flat button with one of Krita's icons. Screen readers use ``name``."""
    button = QtWidgets.QToolButton()
    flatten(button, icon, name, tooltip)
    return button


def flatten(button: Any, icon: str, name: str, tooltip: str) -> None:
    """Make a tool button look like those of :func:`flat_button`."""
    button.setIcon(Krita.instance().icon(icon))
    button.setAccessibleName(name)
    hint(button, tooltip)
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)


def fold_button(text: str, tooltip: str) -> Any:
    """Make a button with an arrow, which shows and hides a part of the docker."""
    fold = QtWidgets.QToolButton()
    fold.setText(text)
    fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    fold.setArrowType(Qt.ArrowType.RightArrow)
    fold.setAutoRaise(True)
    fold.setCheckable(True)
    fold.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    arrows = Qt.ArrowType.RightArrow, Qt.ArrowType.DownArrow
    fold.toggled.connect(lambda shown: fold.setArrowType(arrows[shown]))
    hint(fold, tooltip)
    return fold


def framed(image: Any, side: int) -> Any:
    """Return a pixmap of ``side`` pixels with ``image`` in its middle. A pattern below it shows transparency."""
    pixmap = QtGui.QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    if image.isNull():
        return pixmap
    scaled = image.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    area = QtCore.QRect((side - scaled.width()) // 2, (side - scaled.height()) // 2, scaled.width(), scaled.height())
    painter = QtGui.QPainter(pixmap)
    paint_ground(painter, area)
    painter.drawImage(area.topLeft(), scaled)
    painter.end()
    return pixmap


def paint_ground(painter: Any, area: Any) -> None:
    """Paint a light and dark pattern, which shows transparency in every theme."""
    painter.fillRect(area, QtGui.QColor(200, 200, 200))
    painter.fillRect(area, QtGui.QBrush(QtGui.QColor(150, 150, 150), Qt.BrushStyle.Dense4Pattern))


def _without_margins(layout: Any) -> Any:
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(4)
    return layout
