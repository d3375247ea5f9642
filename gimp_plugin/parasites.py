"""Small texts that GIMP keeps with a layer, an image or by itself, such as a painted layer's record.

GIMP numbers the layers of each image anew, and images anew in each session. Nothing else distinguishes two images
without a file, so such an image gets a random identity as soon as something refers to it.
"""

from __future__ import annotations

import re
import secrets
from typing import Any

from gi.repository import Gimp

RECORD, IDENTITY = "neural-style", "neural-style-image"

# libgimp has these as macros, which introspection does not show.
_PERSISTENT, _UNDOABLE = 1, 2

_IDENTITY = re.compile(r"[0-9a-f]{16}")


def read_record(layer: Gimp.Layer) -> str:
    """The record that :func:`attach_record` stored with ``layer``; empty if there is none."""
    return _read(layer, RECORD)


def attach_record(layer: Gimp.Layer, text: str) -> None:
    """Store a record with ``layer``, to be saved with its image."""
    _attach(layer, RECORD, text, _PERSISTENT | _UNDOABLE)


def identity(image: Gimp.Image) -> str:
    """The identity of ``image``; empty if it has none."""
    text = _read(image, IDENTITY)
    return text if _IDENTITY.fullmatch(text) else ""


def identify(image: Gimp.Image) -> str:
    """The identity of ``image``, which gets one if it has none. It ends with the session, and nothing is saved."""
    if not identity(image):
        _attach(image, IDENTITY, secrets.token_hex(8), 0)
    return identity(image)


def keep_identity(image: Gimp.Image) -> None:
    """Let the identity of ``image`` be saved with it from now on, as a part of the current step of undo."""
    _attach(image, IDENTITY, identify(image), _PERSISTENT | _UNDOABLE)


def keep_for_session(name: str, text: str) -> None:
    """Let GIMP keep ``text`` until it ends."""
    _attach(Gimp, name, text, 0)


def kept_for_session(name: str) -> str:
    """The text that GIMP keeps under this name; empty if there is none."""
    return _read(Gimp, name)


def _read(owner: Any, name: str) -> str:
    parasite = owner.get_parasite(name)
    # Introspection gives the bytes of a parasite as signed numbers.
    return "" if parasite is None else bytes(byte & 0xFF for byte in parasite.get_data()).decode("utf-8", "replace")


def _attach(owner: Any, name: str, text: str, flags: int) -> None:
    data = [byte - 256 if byte > 127 else byte for byte in text.encode()]
    owner.attach_parasite(Gimp.Parasite.new(name, flags, data))
