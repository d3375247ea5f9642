"""Only files that the user drops on the dialog become styles."""

from __future__ import annotations

import importlib
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from nst_core.job.errors import UnreadableImage


@pytest.fixture
def arrivals(monkeypatch: pytest.MonkeyPatch) -> Any:
    repository: Any = sys.modules["gi.repository"]
    for name in ("Gdk", "Gtk"):
        monkeypatch.setattr(repository, name, SimpleNamespace(), raising=False)
    return importlib.import_module("gimp_plugin.arrivals")


def test_an_address_on_the_web_is_no_file(arrivals: Any) -> None:
    file = "file:///home/anna/wave.jpg"
    assert [found.get_path() for found in arrivals.files_of([file])] == ["/home/anna/wave.jpg"]
    with pytest.raises(UnreadableImage, match=r"https://example\.org/wave\.jpg is no file on this computer"):
        arrivals.files_of([file, "https://example.org/wave.jpg"])
