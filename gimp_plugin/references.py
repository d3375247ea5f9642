"""Lasting names of layers and channels: each is found again for certain, or not at all.

A lasting name is GIMP's tattoo, a number that lasts as long as its image, and behind an ``@`` the identity of that
image: ``12@0f3a5b7c9d1e2f40``. A tattoo alone would fit a layer of almost any image.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Optional, Sequence

from gi.repository import Gimp

from nst_core.bridge.record import Reference

from . import parasites

#: The form of a lasting name.
LASTING_NAME = r"[0-9]{1,10}@[0-9a-f]{16}"

_LARGEST_TATTOO = (1 << 32) - 1


def lasting_name(item: Gimp.Item) -> str:
    """The lasting name of ``item``, a layer or channel."""
    return f"{item.get_tattoo()}@{parasites.identify(item.get_image())}"


def to_item(kind: str, item: Gimp.Item, path: str = "") -> Reference:
    """A part of a record that refers to ``item``; ``path`` is the file of its image if that is another one."""
    return Reference(kind, item.get_name(), lasting_name(item), path)


def find(name: str, kind: str, images: Sequence[Gimp.Image]) -> Optional[Gimp.Item]:
    """The channel (if ``kind`` is ``channel``) or layer that has this lasting name; None unless one of ``images`` fits.

    More than one fits if an image was duplicated or opened twice: then the name is ambiguous.
    """
    if not re.fullmatch(LASTING_NAME, name):
        return None
    tattoo, _, identity = name.partition("@")
    return _by_tattoo(int(tattoo), kind, [image for image in images if parasites.identity(image) == identity])


def find_in_file(reference: Reference) -> Optional[Gimp.Layer]:
    """The layer that ``reference`` means in another image that was closed and opened again from its file."""
    if not reference.path or not re.fullmatch(LASTING_NAME, reference.layer):
        return None
    images = [image for image in Gimp.get_images() if image_path(image) == reference.path]
    layer = _by_tattoo(int(reference.layer.partition("@")[0]), "layer", images)
    return layer if layer is not None and layer.get_name() == reference.name else None


def _by_tattoo(tattoo: int, kind: str, images: Sequence[Gimp.Image]) -> Optional[Gimp.Item]:
    if len(images) != 1 or not 0 < tattoo <= _LARGEST_TATTOO:
        return None
    return images[0].get_channel_by_tattoo(tattoo) if kind == "channel" else images[0].get_layer_by_tattoo(tattoo)


def image_path(image: Gimp.Image) -> str:
    """The file that ``image`` came from; empty if it was never saved."""
    file = image.get_file() or image.get_imported_file()
    return (file.get_path() or "") if file is not None else ""


def image_name(image: Gimp.Image) -> str:
    """The name of ``image`` for the user: its file's name, or GIMP's name for an image without a file."""
    return Path(image_path(image)).name or str(image.get_name())
