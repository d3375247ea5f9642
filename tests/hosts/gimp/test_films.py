"""Animations in the real GIMP with the real engine: layers and folders, in batch mode and in the dialog."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import pytest
from PIL import Image

from tests.hosts.conftest import RealEngine
from tests.hosts.gimp.conftest import each_gimp
from tests.hosts.gimp.dialogs import Open, close_dialog, show_dialog
from tests.hosts.gimp.editor import REPOSITORY, SAMPLES, Gimp, Window

STYLE = SAMPLES / "great_wave.jpg"
SIZE = (96, 64)
#: The names of the layers, the lowest first.
NAMES = ("first (100ms)", "second (50ms)(replace)", "third", "fourth (200ms)(combine)")

#: Makes an image with these layers. The second and the fourth are small, and the third is hidden.
LAYERS = f"""
image = Gimp.Image.new(96, 64, Gimp.ImageBaseType.RGB)
photo = Gimp.file_load(1, Gio.File.new_for_path({str(SAMPLES / "chelsea.jpg")!r}))
photo.scale(96, 64)
for number, name in enumerate({NAMES!r}):
    layer = Gimp.Layer.new_from_drawable(photo.get_layers()[0], image)
    layer.set_name(name)
    image.insert_layer(layer, None, 0)
    if number % 2:
        layer.add_alpha()
        layer.resize(48, 32, -8 * number, -8)
image.get_layers()[1].set_visible(False)
"""
#: Calls the procedure on ``image``.
CALL = f"""
procedure = Gimp.get_pdb().lookup_procedure("plug-in-neural-style-animate")
config = procedure.create_config()
config.set_property("image", image)
config.set_core_object_array("drawables", [])
config.set_property("styles", [{str(STYLE)!r}])
config.set_property("quality", "draft")
"""
RUN = """
values = procedure.run(config)
print("status:", values.index(0).value_nick, Gimp.get_pdb().get_last_error())
"""


@pytest.fixture
def gimp(template: Gimp, real_engine: RealEngine, tmp_path: Path) -> Gimp:
    copied = template.copy(tmp_path / "home", real_engine.folders)
    copied.install_engine(real_engine.command)
    return copied


@pytest.fixture
def frames(tmp_path: Path) -> Path:
    """Return a folder with three pictures and another file."""
    folder = tmp_path / "frames"
    folder.mkdir()
    photo = Image.open(SAMPLES / "chelsea.jpg").resize(SIZE)
    for number in (9, 10, 11):
        photo.rotate(number - 9).save(folder / f"frame{number}.png")
    (folder / "notes.txt").write_text("no picture")
    return folder


@each_gimp
def test_layers_become_the_layers_of_a_new_image(gimp: Gimp) -> None:
    """As in GIMP's own animation filters, hidden layers are frames, and a frame covers those below it."""
    told = """
painted = values.index(1)
layers = painted.get_layers()
print("names:", [layer.get_name() for layer in layers])
print("sizes:", {(layer.get_width(), layer.get_height()) for layer in layers})
print("undo:", painted.undo_is_enabled(), "kept:", before == [found.get_name() for found in image.get_layers()])
def alpha(layer):
    data = layer.get_buffer().get(Gegl.Rectangle.new(90, 60, 1, 1), 1.0, "A u8", Gegl.AbyssPolicy.NONE)
    return bytes(data)[0]
print("alpha:", [alpha(layer) for layer in layers])
"""
    before = "from gi.repository import Gegl\nbefore = [found.get_name() for found in image.get_layers()]\n"
    said = gimp.batch(LAYERS + before + CALL + RUN + told)
    assert "status: success" in said, said
    assert f"names: {list(reversed(NAMES))}" in said
    assert "sizes: {(96, 64)}" in said
    assert "undo: True kept: True" in said
    assert "alpha: [255, 255, 0, 255]" in said, "only the frame that replaces the one before it is transparent there"


def test_a_folder_becomes_files(gimp: Gimp, frames: Path, tmp_path: Path) -> None:
    output = tmp_path / "painted"
    folders = f"""
config.set_property("frames-folder", Gio.File.new_for_path({str(frames)!r}))
config.set_property("output-folder", Gio.File.new_for_path({str(output)!r}))
"""
    said = gimp.batch(LAYERS + CALL + folders + RUN + RUN)
    assert "status: success" in said, said
    painted = {file.name: Image.open(file) for file in output.iterdir()}
    assert set(painted) == {"frame9.png", "frame10.png", "frame11.png"}
    assert {picture.size for picture in painted.values()} == {SIZE}
    assert "frame9.png exists already in the output folder. Choose an empty folder." in said


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("[image.remove_layer(found) for found in image.get_layers()[:-1]]", "There are fewer than two frames. Use an"),
        ("config.set_property('styles', [])", "style"),
        (
            "config.set_property('frames-folder', Gio.File.new_for_path('{frames}'))",
            "No output folder is chosen. Choose",
        ),
        ("config.set_property('frames-folder', Gio.File.new_for_path('/no/such'))", "/no/such can't be read: No such"),
    ],
)
def test_what_can_not_be_animated_is_said(gimp: Gimp, frames: Path, change: str, words: str) -> None:
    said = gimp.batch(LAYERS + CALL + change.format(frames=frames) + RUN)
    assert "status: execution-error" in said
    assert words in said


def test_without_an_engine_no_empty_image_stays(gimp: Gimp) -> None:
    gimp.environment["NEURAL_STYLE_ENGINE"] = "/no/such/program worker"
    said = gimp.batch(
        LAYERS + CALL + "before = len(Gimp.get_images())" + RUN + "print(len(Gimp.get_images()) - before)"
    )
    assert "status: execution-error NEURAL_STYLE_ENGINE names '/no/such/program'" in said
    assert "\n0\n" in said


def test_a_frame_of_another_size_is_named(gimp: Gimp, frames: Path, tmp_path: Path) -> None:
    Image.new("RGB", (50, 50)).save(frames / "frame10.png")
    folders = f"""
config.set_property("frames-folder", Gio.File.new_for_path({str(frames)!r}))
config.set_property("output-folder", Gio.File.new_for_path({str(tmp_path / "painted")!r}))
"""
    said = gimp.batch(LAYERS + CALL + folders + RUN)
    assert "frame10 has another size than the first frame. Give all frames the same size." in said


@each_gimp
def test_in_the_dialog(open_gimp: Open) -> None:
    window = open_gimp()
    open_frames(window)
    show_film_dialog(window)
    window.press("The Great Wave off Kanagawa")
    window.press("Quality", 1)
    window.press("Draft")
    window.press("Animate")
    window.wait_for(lambda: "All frames are painted." in window.texts(), "the end")
    assert window.layers(2) == list(reversed(NAMES))
    assert window.layers(1) == list(reversed(NAMES))
    window.key("Escape")
    window.wait_for(lambda: not window.find("^Neural Style: Animate$"), "the dialog's end")


@pytest.mark.parametrize(("button", "count"), [("Stop and Keep", 3), ("Stop and Discard", 2)])
def test_stopped_after_a_frame(open_gimp: Open, button: str, count: int) -> None:
    window = open_gimp()
    open_frames(window)
    show_film_dialog(window)
    window.press("The Great Wave off Kanagawa")
    window.press("Animate")
    window.wait_for(lambda: any(text.startswith("Frame 2 of 4") for text in window.texts()), "the first frame")
    window.press(button)
    window.wait_for(lambda: button not in window.texts(), "the end")
    assert window.ask("len(images())") == count
    if count > 2:
        kept = window.layers(2)
        # On a busy machine the click can come after the last frame.
        assert 0 < len(kept) <= 4 and kept == list(reversed(NAMES))[-len(kept) :]


def test_the_plug_in_is_killed(open_gimp: Open, gimp: Gimp) -> None:
    """*Cancel* in GIMP itself also kills it. The engine ends, the image does not change, and the engine's files go."""
    window = open_gimp()
    open_frames(window)
    show_film_dialog(window)
    window.press("The Great Wave off Kanagawa")
    window.press("Animate")
    window.wait_for(lambda: any(text.startswith("Frame 2 of 4") for text in window.texts()), "the first frame")
    for plug_in in gimp.processes("neural_style.py"):
        os.kill(plug_in, signal.SIGKILL)
    window.wait_for(lambda: not gimp.processes("nst_core"), "the engine's end")
    assert window.layers(1) == list(reversed(NAMES))
    films = gimp.home / "neural-style" / "cache" / "films"
    assert any(films.rglob("*.png"))
    show_film_dialog(window)
    assert not films.exists(), "no picture of a killed plug-in stays"


def open_frames(window: Window) -> None:
    """Open the image with the frames."""
    window.ask(f"exec({LAYERS + 'Gimp.Display.new(image); photo.delete()'!r}, globals())")


def show_film_dialog(window: Window) -> None:
    """Choose *Filters > Artistic > Neural Style: Animate...*"""
    window.menu("alt+r", "a", "a", "a", "Return")  # Another entry has the same letter.
    window.focus(window.wait_for(lambda: window.find("^Neural Style: Animate$"), "the dialog"))


def documented(language: str) -> str:
    """Return the code in this language in the chapter about animations."""
    text = (REPOSITORY / "docs" / "gimp-batch.md").read_text(encoding="utf-8")
    found = re.search(rf"```{language}\n(.*?)```", text[text.index("## An animation") :], re.DOTALL)
    assert found
    return found[1].replace("/home/anna/great_wave.jpg", str(STYLE))


def test_the_documented_python(gimp: Gimp) -> None:
    said = gimp.batch(f"{LAYERS}{documented('python')}\nprint('frames:', len(animation.get_layers()))")
    assert "frames: 4" in said


def test_the_documented_scheme(gimp: Gimp, frames: Path, tmp_path: Path) -> None:
    call = documented("scheme").replace("/home/anna/frames", str(frames)).replace("/home/anna", str(tmp_path))
    gimp.batch(f"(let* ((image (car (gimp-image-new 96 64 RGB)))) {call})", interpreter="plug-in-script-fu-eval")
    assert {file.name for file in (tmp_path / "painted").iterdir()} == {"frame9.png", "frame10.png", "frame11.png"}


def test_it_begins_with_what_was_tried_on_one_frame(open_gimp: Open) -> None:
    """The result of the first test is no frame."""
    window = open_gimp(styles=0)
    open_frames(window)
    show_dialog(window)
    window.press("The Great Wave off Kanagawa")
    window.press("Quality", 1)
    window.press("Draft")
    window.press("Stylize")
    window.wait_for(lambda: len(window.layers(1)) == 5 and "Stop and Keep" not in window.texts(), "the trial")
    close_dialog(window)
    show_film_dialog(window)
    window.wait_for(lambda: {"Great Wave", "Draft"} <= set(window.texts()), "its styles and settings")
    window.press("Animate")
    window.wait_for(lambda: "All frames are painted." in window.texts(), "the end")
    assert window.layers(2) == list(reversed(NAMES))
