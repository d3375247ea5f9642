"""What a file holds arrives upright, in sRGB, and with its alpha; what can't is told."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any, Callable

import pytest
from PIL import Image, ImageCms

from nst_core.cli import images
from nst_core.job.errors import UnreadableImage

PictureMaker = Callable[..., Path]


def rgba(path: Path) -> list[tuple[int, ...]]:
    """The pixels that the engine would get, in a row."""
    pixels = images.read(path).pixels()
    assert pixels.format == "rgba-u8"
    return list(zip(*[iter(bytes(pixels.data))] * 4))


def save_one_pixel(path: Path, mode: str, color: Any, **saving: Any) -> Path:
    Image.new(mode, (1, 1), color).save(path, **saving)
    return path


def deep_png(color_type: int, channels: int) -> bytes:
    """A PNG of 2 x 1 pixels with 16 bits a channel, which Pillow can't write for more than one channel."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    row = b"\0" + struct.pack(">H", 0x1234) * (2 * channels)
    header = struct.pack(">IIBBBBB", 2, 1, 16, color_type, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(row)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("mode", "color", "expected"),
    [
        ("1", 1, (255, 255, 255, 255)),
        ("L", 100, (100, 100, 100, 255)),
        ("LA", (100, 50), (100, 100, 100, 50)),
        ("RGB", (10, 20, 30), (10, 20, 30, 255)),
        ("RGBA", (10, 20, 30, 40), (10, 20, 30, 40)),
    ],
)
def test_modes(tmp_path: Path, mode: str, color: Any, expected: tuple[int, ...]) -> None:
    assert rgba(save_one_pixel(tmp_path / "a.png", mode, color)) == [expected]


def test_a_palette_with_a_transparent_entry(tmp_path: Path) -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([1, 2, 3, 200, 100, 50])
    image.putpixel((1, 0), 1)
    image.save(tmp_path / "a.png", transparency=0)
    first, second = rgba(tmp_path / "a.png")
    assert first[3] == 0
    assert second == (200, 100, 50, 255)


def test_cmyk_without_a_profile(tmp_path: Path) -> None:
    path = save_one_pixel(tmp_path / "a.tif", "CMYK", (0, 255, 255, 0))
    red, green, blue, alpha = rgba(path)[0]
    assert red > 200
    assert green < 60
    assert blue < 60
    assert alpha == 255


def test_exif_orientation_is_applied(tmp_path: Path) -> None:
    image = Image.new("RGB", (2, 1))
    image.putpixel((1, 0), (255, 255, 255))
    exif = Image.Exif()
    exif[0x0112] = 6  # turned clockwise: the left pixel comes to the top
    image.save(tmp_path / "a.png", exif=exif)
    picture = images.read(tmp_path / "a.png")
    assert picture.size == (1, 2)
    assert bytes(picture.pixels().data)[:4] == b"\0\0\0\xff"


def test_an_embedded_profile_is_converted(tmp_path: Path) -> None:
    path = save_one_pixel(tmp_path / "a.png", "RGBA", (0, 200, 0, 77), icc_profile=swapped_srgb())
    red, green, blue, alpha = rgba(path)[0]
    assert (red, green, blue) == pytest.approx((200, 0, 0), abs=3)
    assert alpha == 77


def test_an_srgb_profile_changes_nothing(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    path = save_one_pixel(tmp_path / "a.png", "RGB", (1, 77, 253), icc_profile=profile)
    assert rgba(path) == [(1, 77, 253, 255)]


def test_a_linear_profile_that_calls_itself_srgb_is_converted(tmp_path: Path) -> None:
    path = save_one_pixel(tmp_path / "a.png", "RGB", (55, 55, 55), icc_profile=linear_srgb())
    assert rgba(path)[0][:3] == pytest.approx((128, 128, 128), abs=2)


@pytest.mark.parametrize("profile", [b"no profile at all", None])
def test_a_useless_profile_is_told_and_left_aside(tmp_path: Path, profile: bytes | None) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    path = save_one_pixel(tmp_path / "a.png", "RGB", (9, 8, 7), icc_profile=profile or lab)
    picture = images.read(path)
    assert bytes(picture.pixels().data) == b"\x09\x08\x07\xff"
    assert "profile" in picture.notices[0]


def test_deep_gray_keeps_its_depth(tmp_path: Path) -> None:
    for name in ("a.png", "a.tif"):
        pixels = images.read(save_one_pixel(tmp_path / name, "I;16", 0x1234)).pixels()
        assert pixels.format == "rgba-u16"
        assert bytes(pixels.data) == b"\x34\x12" * 3 + b"\xff\xff"


def test_deep_gray_with_a_profile_is_converted_in_8_bits(tmp_path: Path) -> None:
    path = save_one_pixel(tmp_path / "a.png", "I;16", 0x8000, icc_profile=swapped_srgb())
    assert rgba(path)[0][0] == pytest.approx(128, abs=2)


@pytest.mark.parametrize(("color_type", "channels"), [(2, 3), (4, 2), (6, 4)])
def test_deep_color_is_read_with_8_bits_and_told(tmp_path: Path, color_type: int, channels: int) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(deep_png(color_type, channels))
    assert rgba(path)[0][0] == 0x12
    assert "16 bits" in images.read(path).notices[0]


def test_the_first_frame_of_an_animation_is_taken_and_told(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (2, 2), color) for color in ("red", "blue")]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    assert rgba(tmp_path / "a.gif")[0] == (255, 0, 0, 255)
    assert images.read(tmp_path / "a.gif").notices == ("a.gif has 2 frames or pages; the first one is used.",)


def test_scaling_does_not_let_hidden_colors_leak(tmp_path: Path) -> None:
    image = Image.new("RGBA", (8, 8), (255, 0, 0, 0))
    image.paste((0, 0, 255, 255), (0, 0, 4, 8))
    image.save(tmp_path / "a.png")
    data = bytes(images.read(tmp_path / "a.png").scaled((4, 4)).pixels().data)
    assert all(red == 0 for red, alpha in zip(data[::4], data[3::4]) if alpha > 8)


def test_any_damage_is_a_named_error(picture: PictureMaker, tmp_path: Path) -> None:
    """Cut and altered files of each format either open or raise the one named error."""
    for name in ("a.png", "a.jpg", "a.webp", "a.tif", "a.gif", "a.bmp"):
        path = picture(name, (40, 30))
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
                    assert "damaged" in error.problem


def linear_srgb() -> bytes:
    """The profile that editors embed in pictures with linear light: sRGB's primaries, and its name."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack(">I", profile[128:132])[0]
    for entry in range(132, 132 + 12 * count, 12):
        tag, offset, _ = struct.unpack(">4sII", profile[entry : entry + 12])
        if tag in (b"rTRC", b"gTRC", b"bTRC"):  # a curve of the type 0 has one parameter, its exponent
            profile[offset : offset + 16] = b"para" + bytes(8) + struct.pack(">i", 1 << 16)
    assert "sRGB" in ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(bytes(profile))))
    return bytes(profile)


def swapped_srgb() -> bytes:
    """sRGB with red and green exchanged, so that a conversion can be seen from afar."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack(">I", profile[128:132])[0]
    for entry in range(132, 132 + 12 * count, 12):
        tag = bytes(profile[entry : entry + 4])
        swapped = {b"rXYZ": b"gXYZ", b"gXYZ": b"rXYZ", b"rTRC": b"gTRC", b"gTRC": b"rTRC"}.get(tag, tag)
        profile[entry : entry + 4] = swapped
    return bytes(profile)
