"""GIMP with the real engine: the documented ways to call it, and the artist's settings, at small sizes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.documented import commands
from tests.hosts.conftest import RealEngine
from tests.hosts.gimp.conftest import each_gimp
from tests.hosts.gimp.dialogs import Open, close_dialog, show_dialog
from tests.hosts.gimp.editor import REPOSITORY, SAMPLES, Gimp

DOCUMENT = (REPOSITORY / "docs" / "gimp-batch.md").read_text(encoding="utf-8")
CALLS = commands("gimp-console-3.0")
SIDE = 96

#: True if the image has this number of layers and the newest one is complete.
IS_PAINTED = "len(images()[0].get_layers()) == {} and bool(images()[0].get_layers()[0].get_parasite_list())"


@pytest.fixture
def gimp(template: Gimp, real_engine: RealEngine, tmp_path: Path) -> Gimp:
    copied = template.copy(tmp_path / "home", real_engine.folders)
    copied.install_engine(real_engine.command)
    return copied


@pytest.fixture
def photos(gimp: Gimp, tmp_path: Path) -> Path:
    """Return a folder with two small pictures and another file."""
    folder = tmp_path / "photos"
    folder.mkdir()
    gimp.batch(
        "for name in ('chelsea', 'coffee'):\n"
        f"    image = Gimp.file_load(1, Gio.File.new_for_path('{SAMPLES}/' + name + '.jpg'))\n"
        f"    image.scale({SIDE}, {SIDE * 2 // 3})\n"
        f"    Gimp.file_save(1, image, Gio.File.new_for_path('{folder}/' + name + '.png'), None)\n"
    )
    (folder / "notes.txt").write_text("no picture")
    return folder


def code_block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL)
    assert found
    return found[1]


def documented_batch(interpreter: str) -> str:
    """Return the code that a documented command gives to this interpreter."""
    found = [re.search(rf"--batch-interpreter {interpreter} -b '(.*?)'", line, re.DOTALL) for line in CALLS]
    (code,) = (called[1] for called in found if called)
    return code


@each_gimp
def test_the_documented_folder(gimp: Gimp, photos: Path, tmp_path: Path) -> None:
    code = (
        documented_batch("python-fu-eval").replace('"docs/', f'"{REPOSITORY}/docs/').replace('"photos"', f'"{photos}"')
    )
    said = gimp.batch(code.replace('"painted"', f'"{tmp_path}/painted"'))
    assert "chelsea.png: done" in said
    painted = {path.name: path.read_bytes() for path in (tmp_path / "painted").iterdir()}
    assert set(painted) == {"chelsea.png", "coffee.png"}
    assert all(data != (photos / name).read_bytes() for name, data in painted.items())


def test_the_documented_folder_reports_a_failure(gimp: Gimp, photos: Path, tmp_path: Path) -> None:
    (photos / "coffee.png").write_bytes(b"no picture")
    call = f'paint_folder("{photos}", "{tmp_path}/painted", ["{SAMPLES}/poppies.jpg"], quality="draft")'
    code = f'exec(open("{REPOSITORY}/docs/examples/gimp_batch.py").read())\n{call}'
    with pytest.raises(AssertionError, match=r"Not painted: coffee\.png"):
        gimp.batch(code)
    assert [path.name for path in (tmp_path / "painted").iterdir()] == ["chelsea.png"]


def test_the_documented_folder_refuses_a_setting_out_of_range(gimp: Gimp, photos: Path, tmp_path: Path) -> None:
    call = f'paint_folder("{photos}", "{tmp_path}/painted", ["{SAMPLES}/poppies.jpg"], strength=2.0)'
    code = f'exec(open("{REPOSITORY}/docs/examples/gimp_batch.py").read())\n{call}'
    with pytest.raises(AssertionError, match=r"strength can't be 2\.0"):
        gimp.batch(code)
    assert list((tmp_path / "painted").iterdir()) == []


def test_the_documented_scheme(gimp: Gimp, photos: Path, tmp_path: Path) -> None:
    code = documented_batch("plug-in-script-fu-eval").replace("/home/anna/photo.jpg", str(photos / "chelsea.png"))
    code = code.replace("/home/anna/painted.png", str(tmp_path / "painted.png")).replace("/home/anna", str(SAMPLES))
    gimp.batch(code, interpreter="plug-in-script-fu-eval")
    assert (tmp_path / "painted.png").stat().st_size > 1000


@each_gimp
def test_the_documented_python(gimp: Gimp, photos: Path) -> None:
    pictures = "".join(
        f"{name} = Gimp.file_load(1, Gio.File.new_for_path('{photos}/{picture}.png'))\n"
        for name, picture in (("image", "chelsea"), ("another", "coffee"))
    )
    names = "layer, other = image.get_layers()[0], another.get_layers()[0]\n"
    code = code_block("python").replace("/home/anna", str(SAMPLES))
    said = gimp.batch(f"{pictures}{names}{code}\nprint('painted:', painted and painted.get_name())")
    assert "painted: great_wave and 1 more" in said


@pytest.fixture
def effects(gimp: Gimp) -> Any:
    """Return the measurements of the cases in ``engine_cases.py``."""
    return gimp.results("engine_cases.py", timeout=600)


def test_the_controls_of_the_artist(effects: Any) -> None:
    # Two flat styles have the halves of a canvas as regions, from layer masks. No color crosses the border.
    left, right = effects["regions"]
    assert left[0] - left[2] > 0.3
    assert right[2] - right[0] > 0.3

    # With a soft selection, the alpha of the result is the selection's.
    assert effects["soft selection"] == pytest.approx([0.0, 0.5, 1.0], abs=0.01)

    # A result is continued after the image was saved and opened. The new picture is near its start, but not equal.
    moved, away = effects["continued"]
    assert 0 < moved < 0.5 * away

    # A seamless texture: opposite edges differ by no more than neighboring lines inside.
    for axis in ("x", "y"):
        edge, inside = effects["seamless"][axis]
        assert edge < 1.5 * inside
    assert effects["seamless"]["alpha"] == 1.0


@each_gimp
def test_another_strength_of_a_result(open_gimp: Open, photos: Path) -> None:
    """The slider beside the results makes the picture more similar to its content, in a separate layer."""
    window = open_gimp(photos / "chelsea.png", quality='"draft"')
    show_dialog(window)
    window.press("Stylize")
    window.wait_for(lambda: window.ask(IS_PAINTED.format(2)), "the first result")
    window.press("Strength of this result", 1)  # This is the middle of the slider below the label.
    window.wait_for(lambda: window.ask(IS_PAINTED.format(3)), "the other strength")
    close_dialog(window)
    weaker, full = window.ask("[record(layer)['settings']['strength'] for layer in images()[0].get_layers()[:2]]")
    assert 0.3 < weaker < full == 1.0
    pixels = "[pixel(layer, x, y) for x in range(4, 96, 8) for y in range(4, 64, 8)]"
    near, away, content = window.ask(f"[{pixels} for layer in images()[0].get_layers()]")
    assert 0 < difference(near, content) < 0.85 * difference(away, content)


def difference(one: Any, other: Any) -> float:
    """Return the mean difference between the channels of two lists of pixels."""
    pairs = [float(abs(a - b)) for first, second in zip(one, other) for a, b in zip(first[:3], second[:3])]
    return sum(pairs) / len(pairs)
