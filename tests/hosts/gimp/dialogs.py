"""Shared parts of the tests of the dialog: the usual pictures, and the actions of a user."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, List

from tests.hosts.gimp.editor import SAMPLES, Gimp, Window

STYLE = SAMPLES / "great_wave.jpg"
LAYER = "great_wave \u2013 Neural Style"
CONTENT = "chelsea.jpg"

#: The text of the dialog when the engine runs.
READY = "Ready to paint on the processor"
#: The dialog's message about a deleted layer.
GONE = "A layer was deleted before it was read."

#: Steps that convert the usual picture from RGB.
GRAY = "image.convert_grayscale()"
INDEXED = "image.convert_indexed(Gimp.ConvertDitherType.NONE, Gimp.ConvertPaletteType.GENERATE, 8, False, False, '')"

Open = Callable[..., Window]


def remember(gimp: Gimp, seed: int, styles: int, **settings: object) -> None:
    """Let the dialog begin with these settings and this number of styles."""
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
    """Return the usual picture in a separate file, after this conversion."""
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
    window.wait_for(lambda: "Poppies" in window.texts(), "the paintings")
    return gallery


def visible(window: Window) -> List[bool]:
    """Return the visibility of the layers, from top to bottom."""
    found: List[bool] = window.ask("[layer.get_visible() for layer in images()[0].get_layers()]")
    return found


def ask_to_repeat(window: Window) -> None:
    """Choose Filters > Artistic > Repeat Neural Style of Layer, and wait for the question about its file."""
    window.menu("alt+r", "a", "r", "r", "Return")  # Another entry has the same letter.
    window.focus(window.wait_for(lambda: window.find("^Neural Style: Files$"), "the question"))


def start_painting(window: Window, gimp: Gimp) -> None:
    """Press Stylize, and wait until the engine works."""
    before = engine_log(gimp).count(" pixels.")
    window.press("Stylize")
    window.wait_for(lambda: engine_log(gimp).count(" pixels.") > before, "a job in the engine")
    window.wait_for(lambda: window.can_press("Stop and Keep"), "the buttons that stop it")


def wait_for_painting(window: Window, count: int) -> None:
    """Wait until the first image has this number of layers and the newest one is a complete result."""
    is_painted = "bool(images()[0].get_layers()[0].get_parasite_list())"
    window.wait_for(lambda: len(window.layers()) == count and window.ask(is_painted), "the new layer")
    window.wait_for(lambda: "Stop and Keep" not in window.texts(), "the end of the painting")


def is_said(window: Window, words: str) -> bool:
    """Return True if the dialog shows a text with these words."""
    return any(words in text for text in window.texts())


def close_dialog(window: Window) -> None:
    """Close the dialog, and wait for its end. It handles no key before a new layer is complete."""
    window.dialog()
    window.key("Escape")
    window.wait_for(lambda: not window.find("^Neural Style$"), "the dialog's end")


def engine_log(gimp: Gimp) -> str:
    log = gimp.home / "neural-style" / "state" / "logs" / "engine.log"
    return log.read_text() if log.exists() else ""


def assert_nothing_is_left(window: Window, gimp: Gimp) -> None:
    """Check that no process, no layer and no open undo group is left. The next step must be undone alone."""
    window.wait_for(lambda: not gimp.processes("stand_in"), "the engine's end")
    assert gimp.processes("neural_style.py") == []
    assert window.layers() == [CONTENT]
    window.ask("images()[0].insert_layer(images()[0].get_layers()[0].copy(), None, 0)")
    assert len(window.layers()) == 2
    window.menu("ctrl+z")
    window.wait_for(lambda: window.layers() == [CONTENT], "undo")
