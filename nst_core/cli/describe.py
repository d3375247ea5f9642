"""Describes the settings and files of a long run, so that a run that continues notices changes."""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence

from nst_core import __version__
from nst_core.job.settings import Settings, definitions

from .frames import pictures_in

#: The working size that the engine chose at the beginning of the run, if the user left the choice to the engine.
CHOSEN_SIZE = "chosen size"

#: Notes that are not settings of the user: the progress of a run, and the facts that were found at its beginning.
_STATES = ("complete", CHOSEN_SIZE)

#: The name of the frames in a description.
_FRAMES = "frames"

#: The largest number of frames that a sentence names.
_NAMED = 3


def description(options: argparse.Namespace, settings: Settings, frames: Sequence[Path], **more: Any) -> Dict[str, Any]:
    """Return everything that decides how the ``frames`` look, by names that a user knows.

    ``more`` adds facts that only one kind of run has.
    """
    values = {e.name: getattr(settings, e.name) for e in definitions() if not e.of_machine or e.name == "weights"}
    return {
        **values,
        "version": __version__,
        _FRAMES: [stamp(frame) for frame in frames],
        "styles": [
            [stamp(style.path), _masks(style.region), stamp(style.source), style.weight] for style in options.styles
        ],
        "selection": _masks(options.selection),
        "keep-mask": _masks(options.keep_mask),
        "init picture": stamp(options.init if isinstance(options.init, Path) else None),
        "output size": options.output_size,
        "format": options.format,
        **more,
    }


def changed(before: Dict[str, Any], now: Dict[str, Any]) -> str:
    """Return the differences between two descriptions as part of a sentence. Empty: there is no difference."""
    parts = [other_settings(before, now)]
    if before.get(_FRAMES) != now[_FRAMES]:
        parts.append(f"other frames: {_other_frames(before.get(_FRAMES), now[_FRAMES])}")
    return " and ".join(part for part in parts if part)


def other_settings(before: Dict[str, Any], now: Dict[str, Any]) -> str:
    """Return the names of settings that differ between two descriptions as part of a sentence, or an empty text."""
    names = [name for name in {**before, **now} if name not in (*_STATES, _FRAMES)]
    names = [name for name in names if before.get(name) != now.get(name)]
    return f"other settings ({', '.join(names)})" if names else ""


def _other_frames(before: Any, now: List[str]) -> str:
    old, new = ({text.rsplit(" ", 2)[0]: text for text in stamps} for stamps in (before or [], now))
    found = {
        "changed": [path for path in new if path in old and old[path] != new[path]],
        "added": [path for path in new if path not in old],
        "missing": [path for path in old if path not in new],
    }
    texts = [f"{_listed(paths)} {state}" for state, paths in found.items() if paths]
    return ", ".join(texts) or "they have another order"


def _listed(paths: List[str]) -> str:
    names = [Path(path).name for path in paths]
    more = len(names) - _NAMED
    return " and ".join([", ".join(names[:_NAMED]), *([f"{more} more"] if more > 0 else [])])


def _masks(name: Optional[Path]) -> str:
    """Return the stamp of all masks that ``name`` describes: one file, a folder or a pattern."""
    return stamps(pictures_in([str(name)])) if name else ""


def stamps(paths: Sequence[Path]) -> str:
    """Return a short text that changes when one of the files or their order changes."""
    digest = hashlib.blake2b(digest_size=16)
    for path in paths:
        digest.update(f"{stamp(path)}\n".encode("utf-8", "surrogateescape"))
    return f"{len(paths)} files, {digest.hexdigest()}"


def stamp(path: Path | None) -> str:
    """Return the path, the size and the time of the file, because size or time change together with its content."""
    if path is None:
        return ""
    try:
        status = path.stat()
    except OSError:  # a missing file is reported when it is read
        return str(path)
    return f"{path} {status.st_size} {status.st_mtime_ns}"
