"""Colors are converted to sRGB according to the description in their file, and keep the depth of the file."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
from PIL import Image, ImageCms

from nst_core.cli import images
from nst_core.job.errors import UnreadableImage

from .files import (
    EXIF,
    ICC,
    SRGB,
    assert_seen,
    decoded,
    encoded,
    linear_srgb,
    png,
    ramp,
    seen,
    shown_from,
    swapped_srgb,
    tiff,
    to_xyz,
)

ADOBE = (0.64, 0.33, 0.21, 0.71, 0.15, 0.06)
DISPLAY_P3 = (0.68, 0.32, 0.265, 0.69, 0.15, 0.06)
BT_2020 = (0.708, 0.292, 0.17, 0.797, 0.131, 0.046)
D65 = (0.3127, 0.329)

GRAY, COLOR = 0, 2


def chunk_of_gamma(gamma: float) -> tuple[bytes, bytes]:
    return b"gAMA", struct.pack(">I", round(gamma * 100000))


def chunk_of_chromaticities(primaries: Any, white: Any = D65) -> tuple[bytes, bytes]:
    return b"cHRM", struct.pack(">8I", *(round(number * 100000) for number in (*white, *primaries)))


def deep(values: Any) -> Any:
    return np.rint(values * 65535).astype(np.uint16)


# An embedded profile


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.webp", "a.tif", "a.avif"])
def test_an_embedded_profile(tmp_path: Path, name: str) -> None:
    lossless = {"lossless": True} if name == "a.webp" else {"quality": 100}
    saving = {} if name in ("a.png", "a.tif") else lossless
    Image.new("RGB", (16, 16), (0, 200, 0)).save(tmp_path / name, icc_profile=swapped_srgb(), **saving)
    assert np.abs(seen(tmp_path / name)[8, 8] * 255 - (200, 0, 0, 255)).max() <= 4


def test_a_profile_leaves_alpha_alone(tmp_path: Path) -> None:
    Image.new("RGBA", (1, 1), (0, 200, 0, 77)).save(tmp_path / "a.png", icc_profile=swapped_srgb())
    assert np.abs(seen(tmp_path / "a.png")[0, 0] * 255 - (200, 0, 0, 77)).max() <= 1


def test_an_srgb_profile_changes_nothing(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.new("RGB", (1, 1), (1, 77, 253)).save(tmp_path / "a.png", icc_profile=profile)
    assert images.read(tmp_path / "a.png").pixels.tolist() == [[[1, 77, 253, 255]]]


@pytest.mark.parametrize("profile", [b"no profile at all", None])
def test_a_useless_profile_is_reported_and_left_aside(tmp_path: Path, profile: bytes | None) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    Image.new("RGB", (1, 1), (9, 8, 7)).save(tmp_path / "a.png", icc_profile=profile or lab)
    picture = images.read(tmp_path / "a.png")
    assert picture.pixels.tolist() == [[[9, 8, 7, 255]]]
    assert "profile" in picture.notices[0]


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("kind", ["png", "tiff"])
def test_16_bits_keep_their_depth_through_a_profile(tmp_path: Path, kind: str, channels: int) -> None:
    """In linear light, the darkest level of 8 bits is level 13 of sRGB. So a step with 8 bits would be visible."""
    light = ramp(channels) ** 4
    colors = 1 if channels < 3 else 3
    if kind == "png":
        Image.new("RGB", (1, 1)).save(tmp_path / "profile.png", icc_profile=linear_srgb())
        data = (tmp_path / "profile.png").read_bytes()
        start = data.index(b"iCCP")
        length = struct.unpack(">I", data[start - 4 : start])[0]
        data = png(deep(light), 16, {1: 0, 2: 4, 3: 2, 4: 6}[channels], (b"iCCP", data[start + 4 : start + 4 + length]))
    else:
        tags = {ICC: linear_srgb(), **({338: 2} if channels > colors else {})}
        data = tiff(deep(light), 16, tags=tags)
    (tmp_path / "a").write_bytes(data)
    shown, expected = seen(tmp_path / "a"), encoded(light[..., :colors])
    assert np.abs(shown[..., :3] - expected).max() <= 0.1 / 255
    if channels > colors:
        assert np.abs(shown[..., 3] - light[..., -1]).max() <= 1 / 65535


def test_a_gray_profile_in_16_bits(tmp_path: Path) -> None:
    light = ramp(1) ** 4
    profile = bytes(imagecodecs.cms_profile("gray", gamma=1.0))
    (tmp_path / "a.tif").write_bytes(tiff(deep(light), 16, tags={ICC: profile}))
    assert np.abs(seen(tmp_path / "a.tif")[..., :3] - encoded(light)).max() <= 0.1 / 255


def test_a_profile_of_inks(tmp_path: Path) -> None:
    """A gray profile is used. An RGB profile does not fit inks."""
    Image.new("CMYK", (1, 1), (0, 255, 255, 0)).save(tmp_path / "a.tif", icc_profile=linear_srgb())
    assert images.read(tmp_path / "a.tif").pixels.tolist() == [[[255, 0, 0, 255]]]
    assert "does not fit" in images.read(tmp_path / "a.tif").notices[0]


# PNG


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("color_type", [GRAY, COLOR])
@pytest.mark.parametrize("gamma", [1.0, 1 / 1.8, 1 / 2.6])
def test_gama(tmp_path: Path, gamma: float, color_type: int, depth: int) -> None:
    values = np.rint(ramp(1 if color_type == GRAY else 3) * (2**depth - 1)) / (2**depth - 1)
    numbers = np.rint(values * (2**depth - 1)).astype(int)
    (tmp_path / "a.png").write_bytes(png(numbers, depth, color_type, chunk_of_gamma(gamma)))
    assert_seen(tmp_path / "a.png", encoded(values ** (1 / round(gamma, 5))))


@pytest.mark.parametrize("gamma", [0.45455, 0.45])
def test_the_gama_of_a_screen_stands_for_srgb(tmp_path: Path, gamma: float) -> None:
    values = ramp(3)
    for more in ([], [chunk_of_chromaticities(SRGB)]):
        (tmp_path / "a.png").write_bytes(png(deep(values), 16, COLOR, chunk_of_gamma(gamma), *more))
        assert_seen(tmp_path / "a.png", values)


def test_chrm(tmp_path: Path) -> None:
    values = ramp(3)
    (tmp_path / "a.png").write_bytes(png(deep(values), 16, COLOR, chunk_of_chromaticities(DISPLAY_P3)))
    assert_seen(tmp_path / "a.png", shown_from(decoded(values), DISPLAY_P3))
    chunks = chunk_of_gamma(1 / 2.2), chunk_of_chromaticities(ADOBE)
    (tmp_path / "a.png").write_bytes(png(deep(values), 16, COLOR, *chunks))
    assert_seen(tmp_path / "a.png", shown_from(values ** (1 / 0.45455), ADOBE))


def test_another_white_point_stays_white(tmp_path: Path) -> None:
    d50 = chunk_of_chromaticities(ADOBE, (0.3457, 0.3585))
    (tmp_path / "a.png").write_bytes(png(np.full((1, 1, 3), 255), 8, COLOR, d50, chunk_of_gamma(1.0)))
    assert_seen(tmp_path / "a.png", np.ones((1, 1, 3)))


def test_the_chunk_srgb_goes_before_gama_and_chrm(tmp_path: Path) -> None:
    values = ramp(3)
    chunks = chunk_of_gamma(1.0), chunk_of_chromaticities(ADOBE), (b"sRGB", b"\0")
    (tmp_path / "a.png").write_bytes(png(deep(values), 16, COLOR, *chunks))
    assert_seen(tmp_path / "a.png", values)


CODE_POINTS = [
    ((1, 13), SRGB, decoded),
    ((12, 13), DISPLAY_P3, decoded),
    ((1, 8), SRGB, lambda signal: signal),
    ((9, 8), BT_2020, lambda signal: signal),
    ((1, 4), SRGB, decoded),
    ((12, 5), DISPLAY_P3, lambda signal: signal**2.8),
    ((9, 14), BT_2020, lambda s: np.where(s < 0.081, s / 4.5, ((s + 0.099) / 1.099) ** (1 / 0.45))),
    ((2, 2), SRGB, decoded),
]


@pytest.mark.parametrize(("points", "primaries", "to_light"), CODE_POINTS, ids=lambda value: str(value)[:8])
def test_cicp(tmp_path: Path, points: Any, primaries: Any, to_light: Any) -> None:
    values = ramp(3)
    chunks = (b"cICP", bytes([*points, 0, 1])), (b"sRGB", b"\0"), chunk_of_gamma(0.3)
    (tmp_path / "a.png").write_bytes(png(deep(values), 16, COLOR, *chunks))
    assert_seen(tmp_path / "a.png", shown_from(to_light(values), primaries))
    assert images.read(tmp_path / "a.png").notices == ()


@pytest.mark.parametrize(("transfer", "name"), [(16, "PQ"), (18, "HLG"), (9, "9/9")])
def test_colors_beyond_a_screen_are_reported(tmp_path: Path, transfer: int, name: str) -> None:
    values = ramp(3)
    (tmp_path / "a.png").write_bytes(png(deep(values), 16, COLOR, (b"cICP", bytes([9, transfer, 0, 1]))))
    assert_seen(tmp_path / "a.png", values)
    assert images.read(tmp_path / "a.png").notices[0].endswith("which can't be converted; they are taken as sRGB.")
    assert name in images.read(tmp_path / "a.png").notices[0]


# EXIF


def exif(color_space: int | None, index: str | None, **more: Any) -> Image.Exif:
    data = Image.Exif()
    data[0x8769] = {0xA001: color_space} if color_space else {0x9000: b"0230"}
    if index:
        data[0x8769][0xA005] = {1: index, 2: b"0100"}
    return data


@pytest.mark.parametrize("name", ["a.jpg", "a.webp", "a.png"])
@pytest.mark.parametrize(("color_space", "index"), [(0xFFFF, "R03"), (None, "R03"), (2, None)])
def test_adobe_rgb_of_cameras(tmp_path: Path, name: str, color_space: int | None, index: str | None) -> None:
    image = Image.new("RGB", (16, 16), (50, 180, 90))
    saving: dict[str, Any] = {"lossless": True} if name == "a.webp" else {"quality": 100}
    image.save(tmp_path / name, exif=exif(color_space, index), **({} if name == "a.png" else saving))
    expected = shown_from((np.array([50, 180, 90]) / 255) ** (563 / 256), ADOBE) * 255
    assert np.abs(seen(tmp_path / name)[8, 8, :3] * 255 - expected).max() <= 4


@pytest.mark.parametrize(("color_space", "index"), [(1, "R98"), (None, None), (1, None)])
def test_srgb_of_cameras(tmp_path: Path, color_space: int | None, index: str | None) -> None:
    Image.new("RGB", (16, 16), (50, 180, 90)).save(tmp_path / "a.png", exif=exif(color_space, index))
    picture = images.read(tmp_path / "a.png")
    assert picture.pixels[0, 0].tolist() == [50, 180, 90, 255]
    assert picture.notices == ()


@pytest.mark.parametrize("index", [b"R03\0", b"R98\0"])
def test_exif_in_a_tiff(tmp_path: Path, index: bytes) -> None:
    values = ramp(3)
    start = len(tiff(deep(values), 16, tags={EXIF: 0}))
    interoperability = struct.pack("<HHHI4sI", 1, 1, 2, 4, index, 0)
    details = struct.pack("<HHHIHHHHIII", 2, 0xA001, 3, 1, 0xFFFF, 0, 0xA005, 4, 1, start + 30, 0)
    (tmp_path / "a.tif").write_bytes(tiff(deep(values), 16, tags={EXIF: start}) + details + interoperability)
    assert_seen(tmp_path / "a.tif", shown_from(values ** (563 / 256), ADOBE) if index == b"R03\0" else values)
    assert ("not sRGB" in str(images.read(tmp_path / "a.tif").notices)) == (index == b"R98\0")


def test_chromaticities_of_exif(tmp_path: Path) -> None:
    data = exif(0xFFFF, None)
    data[0x13E], data[0x13F], data[0x8769][0xA500] = D65, DISPLAY_P3, 1.8
    Image.new("RGB", (16, 16), (50, 180, 90)).save(tmp_path / "a.png", exif=data)
    expected = shown_from((np.array([50, 180, 90]) / 255) ** 1.8, DISPLAY_P3)
    assert np.abs(seen(tmp_path / "a.png")[8, 8, :3] - expected).max() <= 1 / 255


def test_nclx_goes_before_exif(tmp_path: Path) -> None:
    Image.new("RGB", (16, 16), (50, 180, 90)).save(tmp_path / "a.avif", exif=exif(0xFFFF, "R03"), quality=100)
    picture = images.read(tmp_path / "a.avif")
    assert np.abs(picture.pixels[8, 8].astype(int) - (50, 180, 90, 255)).max() <= 4
    assert picture.notices == ()


def test_colors_without_calibration_are_reported(tmp_path: Path) -> None:
    Image.new("RGB", (16, 16), (50, 180, 90)).save(tmp_path / "a.jpg", exif=exif(0xFFFF, None))
    assert "colors that are not sRGB" in images.read(tmp_path / "a.jpg").notices[0]


def test_a_profile_goes_before_exif(tmp_path: Path) -> None:
    image = Image.new("RGB", (16, 16), (0, 200, 0))
    image.save(tmp_path / "a.png", exif=exif(0xFFFF, "R03"), icc_profile=swapped_srgb())
    assert np.abs(seen(tmp_path / "a.png")[8, 8] * 255 - (200, 0, 0, 255)).max() <= 1


# AVIF, JPEG 2000, BMP, TIFF


def avif(stored: Any, depth: int, primaries: int, transfer: int) -> bytes:
    """Return a lossless AVIF with these numbers in its box for colors."""
    data = bytes(imagecodecs.avif_encode(stored, level=100, bitspersample=depth, pixelformat="444"))
    at = data.index(b"colrnclx") + 8
    return data[:at] + struct.pack(">HH", primaries, transfer) + data[at + 4 :]


@pytest.mark.parametrize("depth", [8, 10, 12])
@pytest.mark.parametrize(
    ("points", "primaries", "to_light"),
    [((12, 13), DISPLAY_P3, decoded), ((9, 8), BT_2020, lambda signal: signal), ((1, 13), SRGB, decoded)],
    ids=["P3", "linear", "sRGB"],
)
def test_nclx(tmp_path: Path, points: Any, primaries: Any, to_light: Any, depth: int) -> None:
    numbers = np.rint(ramp(3, height=16, width=16) * (2**depth - 1))
    stored = numbers.astype(np.uint8 if depth == 8 else np.uint16)
    (tmp_path / "a.avif").write_bytes(avif(stored, depth, *points))
    assert_seen(tmp_path / "a.avif", shown_from(to_light(numbers / (2**depth - 1)), primaries))


def test_nclx_beyond_a_screen_is_reported(tmp_path: Path) -> None:
    (tmp_path / "a.avif").write_bytes(avif(np.zeros((16, 16, 3), np.uint8), 8, 9, 16))
    assert "has colors in PQ" in images.read(tmp_path / "a.avif").notices[0]


@pytest.mark.parametrize("depth", [8, 12, 16])
@pytest.mark.parametrize("channels", [1, 3])
def test_jpeg_2000_with_a_profile(tmp_path: Path, channels: int, depth: int) -> None:
    light = ramp(channels, height=16, width=16) ** 2
    numbers = np.rint(light * (2**depth - 1)).astype(np.uint8 if depth == 8 else np.uint16)
    codestream = imagecodecs.jpeg2k_encode(numbers.squeeze(), level=0, codecformat="j2k", bitspersample=depth)
    (tmp_path / "a.jp2").write_bytes(jp2(bytes(codestream), 16, 16, channels, depth, linear_srgb()))
    assert_seen(tmp_path / "a.jp2", encoded(numbers / (2**depth - 1)))


@pytest.mark.parametrize("depth", [8, 16])
def test_jpeg_2000_in_cmyk(tmp_path: Path, depth: int) -> None:
    """Full cyan must not become transparent red."""
    numbers = np.zeros((16, 16, 4), np.uint8 if depth == 8 else np.uint16)
    numbers[..., 0] = 2**depth - 1
    codestream = imagecodecs.jpeg2k_encode(numbers, level=0, codecformat="j2k", bitspersample=depth, mct=False)
    file = jp2(bytes(codestream), 16, 16, 4, depth, b"")
    cmyk = file.replace(b"colr\2\0\0", b"colr\1\0\0\0\0\0\x0c").replace(
        struct.pack(">I", 11) + b"colr", struct.pack(">I", 15) + b"colr"
    )
    header = cmyk.index(b"jp2h") - 4
    length = struct.pack(">I", struct.unpack(">I", cmyk[header : header + 4])[0] + 4)
    (tmp_path / "a.jp2").write_bytes(cmyk[:header] + length + cmyk[header + 4 :])
    if depth == 16:
        with pytest.raises(UnreadableImage, match="CMYK with more than 8 bits"):
            images.read(tmp_path / "a.jp2")
    else:
        red, _, blue, alpha = np.frombuffer(images.read(tmp_path / "a.jp2").pixels.data, np.uint8)[:4]
        assert red < 40 and blue > 200 and alpha == 255


def jp2(codestream: bytes, width: int, height: int, channels: int, depth: int, profile: bytes) -> bytes:
    def box(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", 8 + len(content)) + name + content

    size = struct.pack(">IIHBBBB", height, width, channels, depth - 1, 7, 0, 0)
    header = box(b"ihdr", size) + box(b"colr", b"\2\0\0" + profile)
    kind = box(b"ftyp", b"jp2 \0\0\0\0jp2 ")
    return box(b"jP  ", b"\r\n\x87\n") + kind + box(b"jp2h", header) + box(b"jp2c", codestream)


def bmp(values: Any, space: bytes, endpoints: Any = (0,) * 9, gammas: Any = (0,) * 3, profile: bytes = b"") -> bytes:
    """Return a bitmap of 24 bits with version 5 of the header."""
    height, width = values.shape[:2]
    rows = [row[:, ::-1].astype(np.uint8).tobytes() for row in values[::-1]]
    pixels = b"".join(row + bytes(-len(row) % 4) for row in rows)
    header = struct.pack("<IiiHHIIiiII", 124, width, height, 1, 24, 0, len(pixels), 0, 0, 0, 0) + bytes(16) + space
    header += struct.pack("<9i", *(round(number * 2**30) for number in endpoints))
    header += struct.pack("<3I", *(round(number * 2**16) for number in gammas))
    header += struct.pack("<IIII", 4, 124 + len(pixels), len(profile), 0)
    return struct.pack("<2sIHHI", b"BM", 14 + 124 + len(pixels) + len(profile), 0, 0, 138) + header + pixels + profile


def test_a_bitmap_with_a_profile(tmp_path: Path) -> None:
    values = np.rint(ramp(3) * 255)
    (tmp_path / "a.bmp").write_bytes(bmp(values, b"DEBM", profile=linear_srgb()))
    assert_seen(tmp_path / "a.bmp", encoded(values / 255))


@pytest.mark.parametrize("gammas", [(1.8, 1.8, 1.8), (1.8, 1.0, 2.6)])
def test_a_calibrated_bitmap(tmp_path: Path, gammas: Any) -> None:
    values = np.rint(ramp(3) * 255)
    (tmp_path / "a.bmp").write_bytes(bmp(values, bytes(4), to_xyz(ADOBE).T.ravel(), gammas))
    assert_seen(tmp_path / "a.bmp", shown_from((values / 255) ** np.array(gammas), ADOBE))


@pytest.mark.parametrize("space", [bytes(4), b"BGRs", b" niW"])
def test_a_bitmap_in_srgb(tmp_path: Path, space: bytes) -> None:
    values = np.rint(ramp(3) * 255)
    (tmp_path / "a.bmp").write_bytes(bmp(values, space))
    assert_seen(tmp_path / "a.bmp", values / 255)
    assert images.read(tmp_path / "a.bmp").notices == ()


def test_a_bitmap_that_names_a_profile_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "a.bmp").write_bytes(bmp(np.zeros((1, 1, 3)), b"KNIL", profile=b"C:\\a.icc\0"))
    assert "profile in another file" in images.read(tmp_path / "a.bmp").notices[0]


def test_chromaticities_and_curves_of_tiff(tmp_path: Path) -> None:
    values = ramp(3)
    points = {
        318: [(round(number * 10000), 10000) for number in D65],
        319: [(round(number * 10000), 10000) for number in ADOBE],
    }
    (tmp_path / "a.tif").write_bytes(tiff(deep(values), 16, tags=points))
    assert_seen(tmp_path / "a.tif", shown_from(decoded(values), ADOBE))
    curve = [int(number) for number in np.rint(np.linspace(0, 1, 256) ** 1.8 * 65535)]
    values = np.rint(values * 255)
    (tmp_path / "a.tif").write_bytes(tiff(values.astype(np.uint8), 8, tags={**points, 301: curve * 3}))
    assert_seen(tmp_path / "a.tif", shown_from((values / 255) ** 1.8, ADOBE))


@pytest.mark.parametrize("cut", range(4, 130, 3))
def test_a_damaged_description_of_colors_is_no_crash(tmp_path: Path, cut: int) -> None:
    whole = bmp(np.zeros((1, 1, 3)), bytes(4), to_xyz(ADOBE).T.ravel(), (1.8,) * 3)
    damaged = whole[: 14 + cut] + b"\xff" * 3 + whole[14 + cut + 3 :]
    (tmp_path / "a.bmp").write_bytes(damaged)
    try:
        images.read(tmp_path / "a.bmp")
    except UnreadableImage as error:
        assert str(tmp_path) in error.problem
