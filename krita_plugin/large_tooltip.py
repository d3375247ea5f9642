"""A tooltip with the picture of a style, so large that the user can judge the style."""

from __future__ import annotations

from typing import Any, NamedTuple

from nst_core.job.errors import HostError, UnreadableImage

from .qt import QtCore, QtGui, QtWidgets
from .steps import Steps
from .styles import Source
from .widgets import tooltip

#: Longest side in pixels of the picture.
TOOLTIP_SIDE = 320


class TooltipPlace(NamedTuple):
    """The place of a tooltip: a point of the screen. It stays while the pointer is in ``area`` of ``widget``."""

    point: Any
    widget: Any
    area: Any


def show_large(source: Source, place: TooltipPlace, title: str, detail: str = "") -> Steps[None]:
    """Show the style with its ``title``, or only the title if the style has no picture."""
    try:
        image = yield from source.thumbnail(TOOLTIP_SIDE)
    except (HostError, UnreadableImage):
        image = QtGui.QImage()
    text = picture_html(image) + tooltip(title, detail)
    QtWidgets.QToolTip.showText(place.point, text, place.widget, place.area)


def picture_html(image: Any) -> str:
    """Return a QImage as HTML that contains its pixels."""
    if image.isNull():
        return ""
    buffer = QtCore.QBuffer()
    buffer.open(QtCore.QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    data = bytes(buffer.data().toBase64()).decode("ascii")
    return f'<img src="data:image/png;base64,{data}" width="{image.width()}" height="{image.height()}">'
