"""What the tests of the dialog share: the usual pictures, and the ways of a person through the dialog."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Callable, List, Tuple

from PIL import Image

from tests.hosts.gimp.editor import SAMPLES, Gimp, Window

STYLE = SAMPLES / "great_wave.jpg"
LAYER = "great_wave \u2013 Neural Style"
CONTENT = "chelsea.jpg"

Open = Callable[..., Window]


def remember(gimp: Gimp, seed: int, styles: int, **settings: object) -> None:
    """Let the dialog begin with these settings and so many styles."""
    folder = gimp.profile / "plug-in-settings"
    folder.mkdir(exist_ok=True)
    names = " ".join([f'"{STYLE}=1"'] * styles)
    listed = f"(styles {styles} {names})\n" if styles else ""
    chosen = "".join(f"({name} {value})\n" for name, value in {"seed": seed, **settings}.items())
    name = "GimpProcedureConfigRun-plug-in-neural-style.last"
    (folder / name).write_text(f"# settings\n\n{listed}{chosen}\n# end of settings\n")


def show_dialog(window: Window) -> str:
    window.menu("alt+r", "a", "n")  # Filters > Artistic > Neural Style...
    return window.dialog()


def converted(gimp: Gimp, conversion: str) -> Path:
    """The usual picture in a file of its own, after this step."""
    file = gimp.home / "converted.png"
    gimp.batch(
        f"image = Gimp.file_load(1, Gio.File.new_for_path('{SAMPLES / CONTENT}'))\n{conversion}\n"
        f"Gimp.file_save(1, image, Gio.File.new_for_path('{file}'), None)"
    )
    return file


def show_gallery(window: Window) -> str:
    window.key("alt+g")
    gallery: str = window.wait_for(lambda: window.find("^Style Gallery$"), "the gallery")
    window.focus(gallery)
    time.sleep(0.5)
    return gallery


def click_from_right(window: Window, dialog: str, place: Tuple[int, int]) -> None:
    """Click at a place that is counted from the dialog's right and upper edges."""
    window.click(dialog, window.size(dialog)[0] - place[0], place[1])


def click_from_below(window: Window, dialog: str, place: Tuple[int, int]) -> None:
    """Click at a place that is counted from the dialog's left and lower edges."""
    window.point(dialog, 5, 5)  # A tooltip may hide the place.
    time.sleep(0.5)
    window.click(dialog, place[0], window.size(dialog)[1] - place[1])


def visible(window: Window) -> List[bool]:
    """Which layers are seen, from top to bottom."""
    found: List[bool] = window.ask("[layer.get_visible() for layer in images()[0].get_layers()]")
    return found


def top_of(window: Window, dialog: str) -> bytes:
    """The pixels of the dialog where it has its messages, right of the picture."""
    with tempfile.TemporaryDirectory() as folder:
        seen = Image.open(window.screenshot(Path(folder) / "dialog.png", dialog))
        return seen.convert("RGB").crop((610, 20, 660, 70)).tobytes()


def ask_to_repeat(window: Window) -> None:
    """Filters > Artistic > Repeat Neural Style of Layer, up to the question whether its file may be read."""
    window.menu("alt+r", "a", "r", "r", "Return")  # Another entry has the same letter.
    window.focus(window.wait_for(lambda: window.find("^Neural Style: Files$"), "the question"))


def start_painting(window: Window, gimp: Gimp) -> None:
    """Press Stylize, and wait until the engine is at work."""
    before = engine_log(gimp).count(" pixels.")
    time.sleep(1)  # The key of another button may have been pressed: its click comes a little later.
    window.dialog()
    window.key("alt+t")
    window.wait_for(lambda: engine_log(gimp).count(" pixels.") > before, "a job in the engine")
    time.sleep(1)  # The dialog shows the buttons that stop it.


def close_dialog(window: Window) -> None:
    """Close the dialog, and wait until it is gone. It handles no key before a new layer is complete."""
    window.dialog()
    window.key("Escape")
    window.wait_for(lambda: not window.find("^Neural Style$"), "the dialog's end")


def engine_log(gimp: Gimp) -> str:
    log = gimp.home / "neural-style" / "state" / "logs" / "engine.log"
    return log.read_text() if log.exists() else ""


def assert_nothing_is_left(window: Window, gimp: Gimp) -> None:
    """No process, no layer, and no open undo group: the next step can be undone alone."""
    window.wait_for(lambda: not gimp.processes("stand_in"), "the engine's end")
    assert gimp.processes("neural_style.py") == []
    assert window.layers() == [CONTENT]
    window.ask("images()[0].insert_layer(images()[0].get_layers()[0].copy(), None, 0)")
    assert len(window.layers()) == 2
    window.menu("ctrl+z")
    window.wait_for(lambda: window.layers() == [CONTENT], "undo")
