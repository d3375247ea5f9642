"""Pictures from files are upright, and keep their depth and transparency. Losses are reported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, Callable

import numpy as np
import pytest
from PIL import Image

from nst_core.cli import images
from nst_core.job.errors import UnreadableImage

from .files import assert_seen, png, ramp, seen, tiff

PictureMaker = Callable[..., Path]

GRAY, COLOR, PALETTE, GRAY_ALPHA, COLOR_ALPHA = 0, 2, 3, 4, 6


def one_pixel(path: Path, mode: str, color: Any, **saving: Any) -> list[int]:
    """Write a picture of one pixel with Pillow, and return the RGBA values that nst reads."""
    Image.new(mode, (1, 1), color).save(path, **saving)
    pixels: list[int] = images.read(path).pixels[0, 0].tolist()
    return pixels


@pytest.mark.parametrize(
    ("mode", "color", "expected"),
    [
        ("1", 1, [255, 255, 255, 255]),
        ("L", 100, [100, 100, 100, 255]),
        ("LA", (100, 50), [100, 100, 100, 50]),
        ("RGB", (10, 20, 30), [10, 20, 30, 255]),
        ("RGBA", (10, 20, 30, 40), [10, 20, 30, 40]),
        ("I;16", 0x1234, [0x1234, 0x1234, 0x1234, 65535]),
    ],
)
def test_modes(tmp_path: Path, mode: str, color: Any, expected: list[int]) -> None:
    assert one_pixel(tmp_path / "a.png", mode, color) == expected


def test_cmyk_without_a_profile(tmp_path: Path) -> None:
    assert one_pixel(tmp_path / "a.tif", "CMYK", (0, 255, 255, 0)) == [255, 0, 0, 255]
    red, green, blue, _ = one_pixel(tmp_path / "a.jpg", "CMYK", (0, 255, 255, 0), quality=100)
    assert red > 250 > 5 > max(green, blue)


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.webp", "a.avif"])
def test_exif_orientation_is_applied(tmp_path: Path, name: str) -> None:
    image = Image.new("RGB", (64, 32))
    image.paste((255, 255, 255), (32, 0, 64, 32))
    exif = Image.Exif()
    exif[0x0112] = 6  # turned clockwise, so the left half is at the top
    image.save(tmp_path / name, exif=exif)
    picture = images.read(tmp_path / name)
    assert picture.size == (32, 64)
    assert picture.pixels[8, 8, 0] < 9
    assert picture.pixels[56, 8, 0] > 246


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.webp"])
def test_damaged_exif_is_no_reason_to_refuse_a_picture(tmp_path: Path, name: str) -> None:
    for exif in (b"garbage", b"II*\0\xff\xff\xff\xff", b"II*\0\x08\0\0\0\x05\0", b""):
        Image.new("RGB", (8, 8), "white").save(tmp_path / name, exif=b"Exif\0\0" + exif)
        assert images.read(tmp_path / name).pixels.min() > 250


@pytest.mark.parametrize(
    ("color_type", "channels"), [(GRAY, 1), (COLOR, 3), (GRAY_ALPHA, 2), (COLOR_ALPHA, 4)], ids=str
)
def test_16_bits_are_kept(tmp_path: Path, color_type: int, channels: int) -> None:
    numbers = np.rint(ramp(channels) * 65535).astype(int)
    (tmp_path / "a.png").write_bytes(png(numbers, 16, color_type))
    colors = 1 if channels < 3 else 3
    shown = seen(tmp_path / "a.png") * 65535
    assert np.abs(shown[..., :3] - numbers[..., :colors]).max() < 0.5
    assert np.abs(shown[..., 3] - (numbers[..., -1] if channels > colors else 65535)).max() < 0.5
    assert images.read(tmp_path / "a.png").notices == ()


# Transparency


@pytest.mark.parametrize("depth", [1, 2, 4, 8, 16])
def test_a_transparent_gray(tmp_path: Path, depth: int) -> None:
    numbers = np.arange(min(2**depth, 200)).reshape(1, -1, 1) * (2**depth // min(2**depth, 200))
    clear = int(numbers[0, 1, 0])
    (tmp_path / "a.png").write_bytes(png(numbers, depth, GRAY, (b"tRNS", clear.to_bytes(2, "big"))))
    assert_seen(tmp_path / "a.png", numbers / (2**depth - 1), numbers[..., 0] != clear)
    assert images.read(tmp_path / "a.png").transparent


@pytest.mark.parametrize("depth", [8, 16])
def test_a_transparent_color(tmp_path: Path, depth: int) -> None:
    numbers = np.rint(ramp(3) * (2**depth - 1)).astype(int)
    numbers[2, 3] = numbers[4, 4] = clear = numbers[0, 0]
    chunk = b"tRNS", b"".join(int(number).to_bytes(2, "big") for number in clear)
    (tmp_path / "a.png").write_bytes(png(numbers, depth, COLOR, chunk))
    assert_seen(tmp_path / "a.png", numbers / (2**depth - 1), (numbers != clear).any(2))


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_a_palette_with_alpha(tmp_path: Path, depth: int) -> None:
    rng = np.random.default_rng(3)
    colors, alpha = rng.integers(0, 256, (2**depth, 3)), rng.integers(0, 256, 2 ** (depth - 1))
    indices = np.rint(ramp(1) * (2**depth - 1)).astype(int)
    chunks = (b"PLTE", colors.astype(np.uint8).tobytes()), (b"tRNS", alpha.astype(np.uint8).tobytes())
    (tmp_path / "a.png").write_bytes(png(indices, depth, PALETTE, *chunks))
    opacity = np.concatenate([alpha, np.full(2**depth - len(alpha), 255)])
    assert_seen(tmp_path / "a.png", colors[indices[..., 0]] / 255, opacity[indices[..., 0]] / 255)


def gif(frame: tuple[int, int, int, int], canvas: tuple[int, int], transparent: int | None) -> bytes:
    """Return a GIF with one frame (left, top, width, height): color 1 in its first pixel, and color 2 in all others."""
    left, top, width, height = frame
    colors = bytes([9, 9, 9, 250, 0, 0, 0, 250, 0, 0, 0, 250])
    # Before each pixel, a code clears the table, so that all codes have three bits.
    codes = [code for pixel in [1, *[2] * (width * height - 1)] for code in (4, pixel)] + [5]
    bits = sum(code << (3 * at) for at, code in enumerate(codes))
    data = bits.to_bytes((3 * len(codes) + 7) // 8, "little")
    control = b"!\xf9\4" + bytes([transparent is not None, 0, 0, transparent or 0, 0])
    blocks = b"".join(bytes([len(part)]) + part for part in (data[at : at + 255] for at in range(0, len(data), 255)))

    def shorts(*numbers: int) -> bytes:
        return b"".join(number.to_bytes(2, "little") for number in numbers)

    head = b"GIF89a" + shorts(*canvas) + b"\x91\0\0" + colors + control
    return head + b"," + shorts(left, top, width, height) + b"\0\2" + blocks + b"\0;"


@pytest.mark.parametrize("transparent", [None, 1])
@pytest.mark.parametrize("frame", [(0, 0, 5, 4), (1, 1, 3, 2), (0, 0, 3, 4), (2, 0, 3, 4)])
def test_a_gif_whose_frame_is_smaller_than_its_canvas(tmp_path: Path, frame: Any, transparent: int | None) -> None:
    (tmp_path / "a.gif").write_bytes(gif(frame, (5, 4), transparent))
    left, top, width, height = frame
    color, alpha = np.zeros((4, 5, 3)), np.zeros((4, 5))
    color[top : top + height, left : left + width] = (0, 250, 0)
    alpha[top : top + height, left : left + width] = 1
    color[top, left] = (250, 0, 0)
    alpha[top, left] = transparent is None
    assert_seen(tmp_path / "a.gif", color / 255, alpha)


def test_scaling_does_not_let_hidden_colors_leak(tmp_path: Path) -> None:
    values = np.zeros((8, 8, 4))
    values[..., 0] = 1
    values[:, :4] = (0, 0, 1, 1)
    for depth in (8, 16):
        (tmp_path / "a.png").write_bytes(png((values * (2**depth - 1)).astype(int), depth, COLOR_ALPHA))
        pixels = images.read(tmp_path / "a.png").scaled((4, 4)).pixels / (2**depth - 1)
        assert pixels[..., 0][pixels[..., 3] > 0.03].max() <= 1 / 255


@pytest.mark.parametrize("size", [(5, 3), (40, 20)])
def test_both_depths_are_scaled_alike(tmp_path: Path, size: tuple[int, int]) -> None:
    values = np.sort(np.sort(ramp(4), 0), 1)  # smooth, so that 8 bits cut no overshoot
    scaled = []
    for depth in (8, 16):
        (tmp_path / "a.png").write_bytes(png(np.rint(values * (2**depth - 1)).astype(int), depth, COLOR_ALPHA))
        scaled.append(images.read(tmp_path / "a.png").scaled(size).pixels / (2**depth - 1))
    visible = scaled[1][..., 3] > 0.5
    assert np.abs(scaled[0] - scaled[1])[visible].max() <= 5 / 255


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
def test_odd_metadata_prints_nothing(tmp_path: Path, name: str) -> None:
    """In a new process, because pytest handles logging in this one."""
    numbers = np.rint(ramp(1) * 65535).astype(np.uint64)
    odd = png(numbers, 16, GRAY, (b"gAMA", b"\0" * 4), (b"PLTE", b"\0" * 3))
    (tmp_path / name).write_bytes(odd if name == "a.png" else tiff(numbers, 16, tags={50000: b"\0" * 9, 34665: 1}))
    script = f"from pathlib import Path; from nst_core.cli import images; images.read(Path({str(tmp_path / name)!r}))"
    root = Path(__file__).parents[2]
    ended = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


# Incomplete and damaged files


@pytest.mark.parametrize("name", ["a.jpg", "progressive.jpg", "gray.jpg"])
def test_a_jpeg_that_lacks_only_its_end(picture: PictureMaker, name: str) -> None:
    path = picture(name, (96, 96), "L" if name == "gray.jpg" else "RGB", progressive=name == "progressive.jpg")
    whole, complete = path.read_bytes(), images.read(path)
    assert complete.notices == ()
    for cut in (1, 2, 4):
        path.write_bytes(whole[:-cut])
        shown = images.read(path)
        assert (shown.pixels[:80] == complete.pixels[:80]).all()
        assert f"{name} lacks its end" in shown.notices[0]


def test_a_jpeg_that_lacks_a_large_part_is_refused(picture: PictureMaker) -> None:
    path = picture("a.jpg", (300, 300))
    whole = path.read_bytes()
    for share in (0.3, 0.5, 0.8):
        path.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(UnreadableImage, match="damaged or incomplete"):
            images.read(path)


def test_the_first_frame_of_an_animation_is_taken_and_reported(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (2, 2), color) for color in ("red", "blue")]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    picture = images.read(tmp_path / "a.gif")
    assert picture.pixels[0, 0].tolist() == [255, 0, 0, 255]
    assert picture.notices == ("a.gif has 2 frames or pages; the first one is used.",)


@pytest.mark.parametrize(
    "name", ["a.png", "deep.png", "a.jpg", "a.webp", "a.tif", "deep.tif", "a.gif", "a.bmp", "a.jp2", "a.avif"]
)
def test_any_damage_is_a_named_error(picture: PictureMaker, tmp_path: Path, name: str) -> None:
    """Shortened and altered files of each format either open, or raise only the named error."""
    path = picture(name, (40, 30), "I;16" if name.startswith("deep") else "RGB")
    assert images.read(path).size == (40, 30)
    whole = path.read_bytes()
    for position in range(0, len(whole), max(1, len(whole) // 60)):
        altered = bytearray(whole)
        altered[position] ^= 0xFF
        for data in (whole[:position], bytes(altered)):
            (tmp_path / "damaged").write_bytes(data)
            try:
                images.read(tmp_path / "damaged")
            except UnreadableImage as error:
                assert str(tmp_path) in error.problem
