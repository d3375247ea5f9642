"""Small texts that GIMP keeps with a layer or an image, or until it ends. A record is such a text.

GIMP gives layers of different images the same numbers, and begins again with image 1 in each session. Nothing else
distinguishes two images without a file. So an image gets a random identity as soon as something refers to it.
"""

from __future__ import annotations

import re
import secrets
from typing import Any

from gi.repository import Gimp

RECORD, IDENTITY = "neural-style", "neural-style-image"

# libgimp defines these as macros, which introspection does not offer.
_PERSISTENT, _UNDOABLE = 1, 2

_IDENTITY = re.compile(r"[0-9a-f]{16}")


def read_record(layer: Gimp.Layer) -> str:
    """Return the record that :func:`attach_record` stored with ``layer``; empty if there is none."""
    return _read(layer, RECORD)


def attach_record(layer: Gimp.Layer, text: str) -> None:
    """Store a record with ``layer``. GIMP saves it with the image."""
    _attach(layer, RECORD, text, _PERSISTENT | _UNDOABLE)


def identity(image: Gimp.Image) -> str:
    """Return the identity of ``image``; empty if it has none."""
    text = _read(image, IDENTITY)
    return text if _IDENTITY.fullmatch(text) else ""


def identify(image: Gimp.Image) -> str:
    """Return the identity of ``image``, and make one first if it has none. A new one ends with the session."""
    if not identity(image):
        _attach(image, IDENTITY, secrets.token_hex(8), 0)
    return identity(image)


def keep_identity(image: Gimp.Image) -> None:
    """Make GIMP save the identity of ``image`` with it. This is a part of the current undo step."""
    _attach(image, IDENTITY, identify(image), _PERSISTENT | _UNDOABLE)


def keep_for_session(name: str, text: str) -> None:
    """Store ``text`` until GIMP ends."""
    _attach(Gimp, name, text, 0)


def kept_for_session(name: str) -> str:
    """Return the text that GIMP has stored under this name; empty if there is none."""
    return _read(Gimp, name)


def _read(owner: Any, name: str) -> str:
    parasite = owner.get_parasite(name)
    # Introspection returns the bytes of a parasite as signed numbers.
    return "" if parasite is None else bytes(byte & 0xFF for byte in parasite.get_data()).decode("utf-8", "replace")


def _attach(owner: Any, name: str, text: str, flags: int) -> None:
    data = [byte - 256 if byte > 127 else byte for byte in text.encode()]
    owner.attach_parasite(Gimp.Parasite.new(name, flags, data))
