"""Lasting names of layers and channels. A name leads to exactly the same layer or channel, or to none.

A lasting name is GIMP's tattoo, an ``@``, and the identity of the image: ``12@0f3a5b7c9d1e2f40``. The tattoo is a
number that stays the same as long as the image exists. Without the identity, it would fit a layer of almost any image.
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
    """Return the lasting name of ``item``, a layer or channel."""
    return f"{item.get_tattoo()}@{parasites.identify(item.get_image())}"


def to_item(kind: str, item: Gimp.Item, path: str = "") -> Reference:
    """Return a record's reference to ``item``. ``path`` is the file of its image if that is another image."""
    return Reference(kind, item.get_name(), lasting_name(item), path)


def find(name: str, kind: str, images: Sequence[Gimp.Image]) -> Optional[Gimp.Item]:
    """Return the layer with this lasting name, or the channel if ``kind`` is ``channel``.

    Return None if no image of ``images`` has this identity, or if several have it: a user may duplicate an image, or
    open it twice. Then the name is ambiguous.
    """
    if not re.fullmatch(LASTING_NAME, name):
        return None
    tattoo, _, identity = name.partition("@")
    return _by_tattoo(int(tattoo), kind, [image for image in images if parasites.identity(image) == identity])


def find_in_file(reference: Reference) -> Optional[Gimp.Layer]:
    """Return the layer of ``reference`` in another image, which was opened again from its file."""
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
    """Return the path of the file that ``image`` came from; empty if it was never saved."""
    file = image.get_file() or image.get_imported_file()
    return (file.get_path() or "") if file is not None else ""


def image_name(image: Gimp.Image) -> str:
    """Return the name of ``image`` for the user: the name of its file, or GIMP's name for an image without a file."""
    return Path(image_path(image)).name or str(image.get_name())
