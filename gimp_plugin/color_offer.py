"""The dialog's bar for a gray or indexed image, whose new layer can't have all colors of the preview."""

from __future__ import annotations

from gi.repository import Gimp

from nst_core.bridge.language import tr

from .message import Message


class ColorOffer(Message):
    """The bar, hidden for an RGB image. ``accepted`` is True if the user wants to convert the image to RGB."""

    def __init__(self, image: Gimp.Image) -> None:
        super().__init__()
        self.accepted = False
        if image.get_base_type() == Gimp.ImageBaseType.INDEXED:
            self._offer_rgb(tr("This image is indexed: the painting will have the colors of its palette only."))
        elif image.get_base_type() == Gimp.ImageBaseType.GRAY:
            self._offer_rgb(tr("This image is gray: the painting will be gray, too."))

    def _offer_rgb(self, text: str) -> None:
        self.show_offer(text, (tr("Convert to RGB"), self._accept))

    def _accept(self) -> None:
        self.accepted = True
        self.show_notice(tr("The painting also converts the image to RGB. One step of undo reverts both."))
