"""Thumbnails arrive one after the other, and none arrives after the window was closed."""

from __future__ import annotations

import importlib
import threading
from pathlib import Path
from typing import Any, Callable, Dict, List, Tuple

import pytest

Pending = Dict[int, Callable[[], bool]]


@pytest.fixture
def thumbnails() -> Any:
    return importlib.import_module("gimp_plugin.thumbnails").Thumbnails()


def load(thumbnails: Any, *files: Path) -> List[Tuple[int, str]]:
    """Read ``files`` to the end. The pending calls add the shown thumbnails to the returned list."""
    shown: List[Tuple[int, str]] = []
    thumbnails.load(files, 64, lambda index, pixbuf: shown.append((index, Path(pixbuf.name).name if pixbuf else "")))
    for thread in threading.enumerate():
        if thread.name == "neural-style thumbnails":
            thread.join()
    return shown


def test_each_file_is_shown_and_one_that_can_not_be_read_has_no_picture(
    thumbnails: Any, tmp_path: Path, pending: Pending
) -> None:
    for name in ("a.png", "c.png"):
        (tmp_path / name).write_bytes(b"")
    shown = load(thumbnails, *(tmp_path / name for name in ("a.png", "b.png", "c.png")))
    assert shown == [], "it was shown on another thread"
    assert [call() for call in pending.values()] == [False] * 3, "GLib would call it again"
    assert shown == [(0, "a.png"), (1, ""), (2, "c.png")]


def test_nothing_is_shown_once_it_is_closed(thumbnails: Any, tmp_path: Path, pending: Pending) -> None:
    (tmp_path / "a.png").write_bytes(b"")
    shown = load(thumbnails, tmp_path / "a.png")
    thumbnails.close()
    for call in pending.values():
        call()
    shown += load(thumbnails, tmp_path / "a.png")
    assert (shown, len(pending)) == ([], 1)
