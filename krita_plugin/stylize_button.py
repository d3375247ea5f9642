"""The button *Stylize*, with a menu for several pictures at once and for animations."""

from __future__ import annotations

from typing import Any, Callable, List, Sequence

from nst_core.bridge.language import tr

from .layer_tree import Layer
from .qt import Qt, QtWidgets, Signal
from .widgets import hint, row


class StylizeButton(QtWidgets.QWidget):
    """The button and its menu. ``pressed`` reports the button; the other signals report the entries of the menu.

    ``quality`` is the field of that setting, beside the button. ``styles`` returns the number of chosen styles, and
    ``layers`` the selected layers.
    """

    pressed = Signal()
    each_style = Signal()
    each_layer = Signal()
    animate = Signal()

    def __init__(self, quality: Any, styles: Callable[[], int], layers: Callable[[], Sequence[Layer]]) -> None:
        super().__init__()
        self._quality, self._styles, self._layers = quality, styles, layers
        self.button = QtWidgets.QPushButton()
        self.button.setObjectName("stylize")
        self.button.clicked.connect(lambda checked=False: self.pressed.emit())
        self.more = QtWidgets.QToolButton()
        self.more.setObjectName("stylize_more")
        self.more.setArrowType(Qt.ArrowType.DownArrow)
        self.more.setPopupMode(QtWidgets.QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setStyleSheet("QToolButton::menu-indicator { image: none; }")  # The button itself is an arrow.
        self.more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.more.setSizePolicy(QtWidgets.QSizePolicy.Policy.Fixed, QtWidgets.QSizePolicy.Policy.Expanding)
        self.more.setAccessibleName(tr("Several pictures"))
        hint(self.more, tr("Paint several pictures, one after the other."))
        menu = QtWidgets.QMenu(self)
        self.for_styles = menu.addAction(tr("One picture for each style"))
        self.for_styles.triggered.connect(lambda checked=False: self.each_style.emit())
        self.for_layers = menu.addAction("")
        self.for_layers.triggered.connect(lambda checked=False: self.each_layer.emit())
        menu.addSeparator()
        self.for_frames = menu.addAction(tr("Animate..."))
        self.for_frames.triggered.connect(lambda checked=False: self.animate.emit())
        menu.aboutToShow.connect(self.update_menu)
        self.more.setMenu(menu)
        line = row(self)
        line.setSpacing(2)
        line.addWidget(quality, 3)
        line.addWidget(self.button, 2)
        line.addWidget(self.more)
        self.show_busy(False)

    def tab_stops(self) -> List[Any]:
        """Return the widgets that the Tab key reaches."""
        return [self._quality, self.button, self.more]

    def show_busy(self, is_busy: bool) -> None:
        """Show whether the button paints now or adds to the queue."""
        self.button.setText(tr("Add to queue") if is_busy else tr("Stylize"))
        later = tr("Paint this, too, as soon as the pictures before it are done.")
        now = tr("Paint the content in the chosen styles, into a new layer above it.")
        hint(self.button, later if is_busy else now)

    def update_menu(self) -> None:
        """Enable the entries that are possible now, for several styles or several selected layers."""
        self.for_styles.setEnabled(self._styles() > 1)
        count = len(self._layers())
        self.for_layers.setEnabled(count > 1)
        self.for_layers.setText(tr("Each selected layer ({count})").format(count=count))
