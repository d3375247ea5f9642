"""The dialog's second bar: in an image without full color, the preview shows more than the new layer can have."""

from __future__ import annotations

from gi.repository import Gimp

from nst_core.bridge.language import tr

from .message import Message


class ColorOffer(Message):
    """Out of sight for an RGB image; ``accepted`` says whether the image shall become RGB with the painting."""

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
        self.show_notice(tr("The image becomes RGB with the painting. One step of undo takes back both."))
