"""Pictures travel as integers only if the image has those integers, in sRGB: then nothing is converted."""

from __future__ import annotations

import importlib
import sys
import types
from typing import Any

import pytest


class Profile:
    def __init__(self, name: str) -> None:
        self._name = name

    @classmethod
    def new_rgb_srgb(cls) -> Profile:
        return cls("sRGB")

    def is_equal(self, other: Profile) -> bool:
        return self._name == other._name


@pytest.mark.parametrize(
    ("precision", "profile", "expected"),
    [
        ("U8_NON_LINEAR", "sRGB", "rgba-u8"),
        ("U16_NON_LINEAR", "sRGB", "rgba-u16"),
        ("U16_LINEAR", "sRGB", "rgba-f32"),
        ("FLOAT_NON_LINEAR", "sRGB", "rgba-f32"),
        ("U8_NON_LINEAR", "Adobe RGB", "rgba-f32"),
        ("U16_NON_LINEAR", "gray", "rgba-f32"),
    ],
)
def test_pixel_format(monkeypatch: pytest.MonkeyPatch, precision: str, profile: str, expected: str) -> None:
    gimp: Any = sys.modules["gi.repository"].Gimp  # type: ignore[attr-defined]
    names = ("U8_NON_LINEAR", "U16_NON_LINEAR", "U16_LINEAR", "FLOAT_NON_LINEAR")
    monkeypatch.setattr(gimp, "Precision", types.SimpleNamespace(**{name: name for name in names}), raising=False)
    monkeypatch.setattr(gimp, "ColorProfile", Profile, raising=False)
    drawable: Any = importlib.import_module("gimp_plugin.drawable")
    image = types.SimpleNamespace(get_precision=lambda: precision, get_effective_color_profile=lambda: Profile(profile))
    assert drawable.pixel_format(image) == expected
