"""The result is a complete file with an sRGB profile, or there is no file. Inputs are never replaced."""

from __future__ import annotations

import array
import io
import os
import stat
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from nst_core.cli import output
from nst_core.cli.color import srgb_profile
from nst_core.job.errors import UnwritableOutput
from nst_core.job.pixels import PixelBuffer


def one_pixel(*channels: float) -> Image.Image:
    return output.image_of(PixelBuffer(1, 1, "rgba-f32", array.array("f", channels).tobytes()))


@pytest.mark.parametrize("extension", sorted(output.SAVING))
def test_every_format_says_srgb(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"a{extension}"
    assert output.write(path, one_pixel(0.5, 0.5, 0.5, 1.0), transparent=False) == []
    with Image.open(path) as image:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
        assert "sRGB" in ImageCms.getProfileDescription(profile)
        assert image.convert("RGB").getpixel((0, 0)) == (128, 128, 128)


def test_floats_are_rounded_and_clipped(tmp_path: Path) -> None:
    output.write(tmp_path / "a.png", one_pixel(-1.0, 1.5, 100.4 / 255, 100.6 / 255), transparent=True)
    assert Image.open(tmp_path / "a.png").getpixel((0, 0)) == (0, 255, 100, 101)


def test_a_tall_picture_is_whole() -> None:
    rows = [array.array("f", [row / 255, 0.0, 1.0, 1.0] * 3).tobytes() for row in range(200)]
    image = output.image_of(PixelBuffer(3, 200, "rgba-f32", b"".join(rows)))
    assert [image.getpixel((2, row)) for row in range(200)] == [(row, 0, 255, 255) for row in range(200)]


@pytest.mark.parametrize("name", ["a.png", "a.webp", "a.tif"])
def test_alpha_is_kept(tmp_path: Path, name: str) -> None:
    output.write(tmp_path / name, one_pixel(0.5, 0.5, 0.5, 0.2), transparent=True)
    with Image.open(tmp_path / name) as image:
        assert image.mode == "RGBA"
        assert image.getchannel("A").getpixel((0, 0)) == 51


def test_jpeg_is_laid_on_white_and_says_so(tmp_path: Path) -> None:
    notices = output.write(tmp_path / "a.jpg", one_pixel(0.0, 0.0, 0.0, 0.2), transparent=True)
    assert Image.open(tmp_path / "a.jpg").getpixel((0, 0)) == (204, 204, 204)
    assert "white" in notices[0]


def test_the_same_picture_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        output.write(tmp_path / name, one_pixel(0.1, 0.2, 0.3, 1.0), transparent=False)
        srgb_profile.cache_clear()
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"the older picture")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UnwritableOutput, match="No space left"):
        output.write(path, one_pixel(0.5, 0.5, 0.5, 1.0), transparent=False)
    assert path.read_bytes() == b"the older picture"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.png").write_bytes(b"older")
    (tmp_path / "link.png").symlink_to("real.png")
    output.write(tmp_path / "link.png", one_pixel(0.5, 0.5, 0.5, 1.0), transparent=False)
    assert (tmp_path / "link.png").is_symlink()
    assert Image.open(tmp_path / "real.png").size == (1, 1)


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_the_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "other").touch()
    output.write(tmp_path / "a.png", one_pixel(0.5, 0.5, 0.5, 1.0), transparent=False)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert len(modes) == 1


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_a_file_that_is_replaced_keeps_its_permissions(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"older")
    path.chmod(mode)
    (tmp_path / "link.png").symlink_to(path)
    for name in ("a.png", "link.png"):
        output.write(tmp_path / name, one_pixel(0.5, 0.5, 0.5, 1.0), transparent=False)
        assert Image.open(path).size == (1, 1)
        assert stat.S_IMODE(path.stat().st_mode) == mode


def circle(folder: Path, name: str) -> Path:
    """Make a link that leads back to itself through another link."""
    (folder / name).symlink_to(folder / "back")
    (folder / "back").symlink_to(folder / name)
    return folder / name


def test_a_link_to_itself_is_refused_before_anything_is_painted(tmp_path: Path) -> None:
    with pytest.raises(UnwritableOutput, match="can't be written"):
        output.check(circle(tmp_path, "a.png"), [])


def test_a_link_that_became_one_to_itself_does_not_cost_the_picture(tmp_path: Path) -> None:
    path = circle(tmp_path, "a.png")
    output.write(path, one_pixel(0.5, 0.5, 0.5, 1.0), transparent=False)
    assert Image.open(path).size == (1, 1)


def test_a_link_into_a_folder_that_is_missing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.png").symlink_to(tmp_path / "missing" / "a.png")
    with pytest.raises(UnwritableOutput, match=f"There is no folder {tmp_path / 'missing'}"):
        output.check(tmp_path / "a.png", [])


def test_an_input_under_another_name_is_found(tmp_path: Path) -> None:
    source = tmp_path / "a.png"
    source.touch()
    (tmp_path / "b.png").hardlink_to(source)
    (tmp_path / "c.png").symlink_to(source)
    for name in ("a.png", "b.png", "c.png"):
        with pytest.raises(UnwritableOutput, match="also an input"):
            output.check(tmp_path / name, [source])


def test_previews_do_not_replace_an_input(tmp_path: Path) -> None:
    with pytest.raises(UnwritableOutput, match="replace the input"):
        output.check_previews(tmp_path, [output.preview_path(tmp_path, 3)])


def test_a_format_with_short_sides(tmp_path: Path) -> None:
    output.check_size(tmp_path / "a.png", (20000, 10))
    with pytest.raises(UnwritableOutput, match="16383"):
        output.check_size(tmp_path / "a.webp", (20000, 10))
