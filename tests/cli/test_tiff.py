"""A TIFF of any depth, byte order and layout is read as the picture that was written."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image

from nst_core.cli import images
from nst_core.job.errors import UnreadableImage

from .files import COLORMAP, EXTRA_SAMPLES, ICC, PHOTOMETRIC, assert_seen, encoded, linear_srgb, ramp, tiff

WHITE_IS_ZERO, PALETTE, CMYK, YCBCR, CIE_LAB, ICC_LAB = 0, 3, 5, 6, 8, 9
PREMULTIPLIED, STRAIGHT = 1, 2


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.tif"


def whole(values: Any, depth: int) -> Any:
    return np.rint(values * (2**depth - 1)).astype(np.uint64)


@pytest.mark.parametrize("planar", [False, True], ids=["together", "planar"])
@pytest.mark.parametrize("order", ["<", ">"], ids=["little", "big"])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("depth", [8, 12, 16, 32])
def test_depths(path: Path, depth: int, channels: int, order: str, planar: bool) -> None:
    values = ramp(channels)
    colors = 1 if channels < 3 else 3
    tags = {EXTRA_SAMPLES: STRAIGHT} if channels > colors else {}
    path.write_bytes(tiff(whole(values, depth), depth, order, planar, tags))
    assert_seen(path, values[..., :colors], values[..., colors] if channels > colors else 1)


@pytest.mark.parametrize("photometric", [0, 1])
@pytest.mark.parametrize("depth", [1, 2, 4, 6, 8, 10, 12, 14, 16, 32])
def test_gray(path: Path, depth: int, photometric: int) -> None:
    values = ramp(1, width=11)
    numbers = whole(values, depth)
    path.write_bytes(tiff(numbers, depth, tags={PHOTOMETRIC: photometric}))
    shown = numbers / (2**depth - 1)
    assert_seen(path, shown if photometric else 1 - shown)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("kind", ["f2", "f4", "f8"])
def test_floats(path: Path, kind: str, channels: int, order: str) -> None:
    values = ramp(channels).astype(kind)
    colors = 1 if channels < 3 else 3
    tags = {EXTRA_SAMPLES: STRAIGHT} if channels > colors else {}
    path.write_bytes(tiff(values, 8 * values.dtype.itemsize, order, tags=tags))
    assert_seen(path, values[..., :colors], values[..., colors] if channels > colors else 1)
    assert images.read(path).notices == ()


def test_floats_out_of_range_are_cut_and_reported(path: Path) -> None:
    values = np.array([[[-0.5], [0.25], [np.nan], [7.0]]], np.float32)
    path.write_bytes(tiff(values, 32))
    assert_seen(path, np.array([[[0], [0.25], [0], [1]]]))
    assert images.read(path).notices == ("a.tif has values below 0 or above 1; they are cut.",)


def test_linear_floats_with_their_profile(path: Path) -> None:
    """Like a file from an editor: floating point, linear light, and a profile for linear light."""
    values = (ramp(3) ** 3).astype(np.float32)
    path.write_bytes(tiff(values, 32, tags={ICC: linear_srgb()}))
    assert_seen(path, encoded(values))


@pytest.mark.parametrize("channels", [2, 4])
@pytest.mark.parametrize("depth", [8, 16])
def test_premultiplied_alpha(path: Path, depth: int, channels: int) -> None:
    values = ramp(channels)
    alpha = values[..., -1:] = 0.5 + values[..., -1:] / 2
    stored = np.concatenate([values[..., :-1] * alpha, alpha], 2)
    path.write_bytes(tiff(whole(stored, depth), depth, tags={EXTRA_SAMPLES: PREMULTIPLIED}))
    shown = images.read(path)
    assert shown.transparent
    full = np.iinfo(shown.pixels.dtype).max
    colors = values[..., :-1] if channels == 4 else np.repeat(values[..., :1], 3, 2)
    assert np.abs(shown.pixels[..., :3] / full - colors).max() <= 2 / 255
    assert np.abs(shown.pixels[..., 3:] / full - alpha).max() <= 1 / 255


def test_floats_with_premultiplied_alpha(path: Path) -> None:
    values = ramp(4).astype(np.float32)
    stored = np.concatenate([values[..., :3] * values[..., 3:], values[..., 3:]], 2)
    path.write_bytes(tiff(stored, 32, tags={EXTRA_SAMPLES: PREMULTIPLIED}))
    shown = images.read(path).pixels / 65535
    visible = values[..., 3] > 0.05
    assert np.abs(shown[..., :3] - values[..., :3])[visible].max() <= 1 / 255


def test_extra_samples_that_are_no_alpha(path: Path) -> None:
    values = ramp(5)
    path.write_bytes(tiff(whole(values, 16), 16, tags={EXTRA_SAMPLES: [0, STRAIGHT]}))
    assert_seen(path, values[..., :3], values[..., 4])
    path.write_bytes(tiff(whole(values[..., :4], 16), 16, tags={EXTRA_SAMPLES: 0}))
    assert_seen(path, values[..., :3])


@pytest.mark.parametrize("unit", [1, 256, 257], ids=["8 bits", "shifted", "16 bits"])
@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_palettes(path: Path, depth: int, unit: int) -> None:
    colors = np.random.default_rng(1).integers(0, 256, (3, 2**depth))
    colors[0, 0] = 255
    indices = whole(ramp(1), depth)
    path.write_bytes(
        tiff(indices, depth, tags={PHOTOMETRIC: PALETTE, COLORMAP: [int(c) for c in colors.ravel() * unit]})
    )
    assert_seen(path, colors.T[indices[..., 0].astype(int)] / 255)


@pytest.mark.parametrize("depth", [8, 16])
def test_inks(path: Path, depth: int) -> None:
    values = ramp(4)
    path.write_bytes(tiff(whole(values, depth), depth, tags={PHOTOMETRIC: CMYK}))
    assert_seen(path, (1 - values[..., :3]) * (1 - values[..., 3:]))


@pytest.mark.parametrize(("depth", "photometric"), [(8, CIE_LAB), (16, CIE_LAB), (8, ICC_LAB), (16, ICC_LAB)])
def test_lab(path: Path, depth: int, photometric: int) -> None:
    lightness, a, b = np.array([[0, 50, 100, 54]]), np.array([[0, 0, 0, 81]]), np.array([[0, 0, 0, 70]])
    top = 65280 if (depth, photometric) == (16, ICC_LAB) else 2**depth - 1
    unit, middle = (256 if depth == 16 else 1), (128 if photometric == ICC_LAB else 0)
    stored = np.dstack([lightness * top / 100, (a + middle) * unit, (b + middle) * unit])
    numbers = np.rint(stored).astype(np.int64).astype(np.uint64) & (2**depth - 1)
    path.write_bytes(tiff(numbers, depth, tags={PHOTOMETRIC: photometric}))
    # With D50, the red of sRGB is about L 54, a 81, b 70.
    expected = np.array([[[0, 0, 0], [119, 119, 119], [255, 255, 255], [255, 0, 0]]]) / 255
    assert np.abs(images.read(path).pixels[..., :3] / (255 if depth == 8 else 65535) - expected).max() <= 6 / 255


@pytest.mark.parametrize(
    ("compression", "predictor"),
    [
        (None, False),
        ("packbits", False),
        *((name, on) for name in ("lzw", "zlib", "lzma", "zstd") for on in (False, True)),
    ],
)
@pytest.mark.parametrize("tile", [None, (16, 16)], ids=["strips", "tiles"])
@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize("kind", ["u1", "u2", "f4"])
def test_compressions(path: Path, compression: Any, predictor: bool, tile: Any, planar: str, kind: str) -> None:
    values = ramp(3, height=21, width=33)
    stored = values.astype(kind) if kind == "f4" else whole(values, 8 * int(kind[1])).astype(kind)
    if planar == "separate":
        stored = np.moveaxis(stored, 2, 0)
    tifffile.imwrite(
        path, stored, photometric="rgb", planarconfig=planar, compression=compression, tile=tile, predictor=predictor,
        rowsperstrip=None if tile else 5, byteorder=">",
    )  # fmt: skip
    assert_seen(path, values)


@pytest.mark.parametrize("compression", ["group3", "group4", "tiff_ccitt"])
def test_faxes(path: Path, compression: str) -> None:
    bits = ramp(height=20, width=37) > 0.5
    Image.fromarray(bits).save(path, compression=compression)
    assert_seen(path, bits[..., None].astype(float))


@pytest.mark.parametrize("mode", ["L", "RGB", "YCbCr"])
@pytest.mark.parametrize("compression", ["jpeg", "tiff_lzw"])
def test_photographs_look_as_pillow_shows_them(path: Path, mode: str, compression: str) -> None:
    image = Image.merge("RGB", [Image.linear_gradient("L").rotate(90 * n).resize((48, 32)) for n in range(3)])
    image.convert(mode).save(path, compression=compression)
    with Image.open(path) as pillows:
        assert_seen(path, np.asarray(pillows.convert("RGB")) / 255)


def test_a_big_tiff(path: Path) -> None:
    values = ramp(3)
    tifffile.imwrite(path, whole(values, 16).astype("u2"), photometric="rgb", bigtiff=True)
    assert_seen(path, values)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientations(path: Path, orientation: int) -> None:
    values = ramp(1)
    path.write_bytes(tiff(whole(values, 16), 16, tags={274: orientation}))
    columns_first = values.swapaxes(0, 1)
    expected = {
        1: values, 2: values[:, ::-1], 3: values[::-1, ::-1], 4: values[::-1],
        5: columns_first, 6: columns_first[:, ::-1], 7: columns_first[::-1, ::-1], 8: columns_first[::-1],
    }  # fmt: skip
    assert_seen(path, expected[orientation])


def test_the_first_page_is_taken_and_reported(path: Path) -> None:
    pages = [Image.new("I;16", (4, 4), value) for value in (0x4000, 0x8000)]
    pages[0].save(path, save_all=True, append_images=pages[1:])
    assert_seen(path, np.full((4, 4, 1), 0x4000 / 65535))
    assert images.read(path).notices == ("a.tif has 2 frames or pages; the first one is used.",)


def test_signed_numbers_are_refused_by_name(path: Path) -> None:
    for kind in ("i1", "i2", "i4"):
        path.write_bytes(tiff(np.full((4, 4, 1), 100, kind), 8 * int(kind[1])))
        with pytest.raises(UnreadableImage, match="signed numbers, and the file does not define black and white"):
            images.read(path)


def test_a_depth_that_no_reader_agrees_on_is_refused_by_name(path: Path) -> None:
    path.write_bytes(tiff(whole(ramp(1), 24), 24))
    with pytest.raises(UnreadableImage, match="24 bits"):
        images.read(path)


@pytest.mark.parametrize("photometric", [32803, 32844, 99])
def test_colors_that_are_no_picture_are_refused_by_name(path: Path, photometric: int) -> None:
    path.write_bytes(tiff(whole(ramp(1), 16), 16, tags={PHOTOMETRIC: photometric}))
    with pytest.raises(UnreadableImage, match=r"its colors \(.*\) can't be converted"):
        images.read(path)


def test_a_size_beyond_reason_is_refused_before_it_is_read(path: Path) -> None:
    path.write_bytes(tiff(whole(ramp(1), 16), 16, tags={256: 60000, 257: 60000}))
    with pytest.raises(UnreadableImage, match="more pixels than can be opened safely"):
        images.read(path)


def test_pixels_that_are_missing_are_not_black(path: Path) -> None:
    data = io.BytesIO()
    tifffile.imwrite(data, whole(ramp(1, height=64), 16).astype("u2"), rowsperstrip=8)
    path.write_bytes(data.getvalue()[:-200])
    with pytest.raises(UnreadableImage, match="damaged or incomplete"):
        images.read(path)
    path.write_bytes(tiff(whole(ramp(1), 16), 16, tags={257: 9000}))
    with pytest.raises(UnreadableImage, match="damaged or incomplete"):
        images.read(path)
