"""PNG files of frames: another program reads all channels and bits."""

from __future__ import annotations

import array
import math
from pathlib import Path

import pytest

from nst_core.job.pixels import PixelBuffer
from nst_core.studio.png import write_png

np = pytest.importorskip("numpy")
images = pytest.importorskip("nst_core.cli.images")


def read(tmp_path: Path, picture: PixelBuffer) -> np.ndarray:  # type: ignore[name-defined]
    write_png(tmp_path / "picture.png", picture)
    return images.read(tmp_path / "picture.png").pixels


def test_eight_bits_with_alpha(tmp_path: Path) -> None:
    data = bytes(range(24))
    assert read(tmp_path, PixelBuffer(3, 2, "rgba-u8", data)).tobytes() == data


def test_sixteen_bits_with_alpha(tmp_path: Path) -> None:
    data = array.array("H", (1, 257, 4660, 65535, 40000, 3, 2, 32768))
    found = read(tmp_path, PixelBuffer(1, 2, "rgba-u16", data.tobytes()))
    assert found.dtype == np.uint16
    assert found.ravel().tolist() == data.tolist()


def test_floats_become_sixteen_bits(tmp_path: Path) -> None:
    data = array.array("f", (0.0, 0.5, 1.0, 1.0, -1.0, 2.0, math.nan, 0.25))
    found = read(tmp_path, PixelBuffer(2, 1, "rgba-f32", data.tobytes()))
    assert found.ravel().tolist() == [0, 32768, 65535, 65535, 0, 65535, 0, 16384]


def test_a_mask(tmp_path: Path) -> None:
    found = read(tmp_path, PixelBuffer(3, 1, "gray-u8", b"\x00\x80\xff"))
    assert found[0, :, 0].tolist() == [0, 128, 255]
    assert found[0, :, 3].tolist() == [255, 255, 255]


def test_a_picture_of_many_pieces(tmp_path: Path) -> None:
    data = np.random.default_rng(1).integers(0, 256, 700 * 900 * 4, np.uint8).tobytes()
    assert read(tmp_path, PixelBuffer(700, 900, "rgba-u8", data)).tobytes() == data
