"""The dialog in the real GIMP, by keys and clicks: from the menu to the new layer and back, stops, deaths, closed images.

The engine is the stand-in; what it does is chosen by the seed that GIMP is told to have used last.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Callable, Iterator

import pytest

from tests.hosts import stand_in
from tests.hosts.gimp.editor import SAMPLES, Gimp, Window

STYLE = SAMPLES / "great_wave.jpg"
LAYER = "great_wave \u2013 Neural Style"
CONTENT = "chelsea.jpg"

Open = Callable[..., Window]


@pytest.fixture
def open_gimp(gimp: Gimp, display: str) -> Iterator[Open]:
    """Start GIMP with pictures; ``seed`` and ``styles`` are what the dialog was last used with."""
    windows = []

    def start(*images: Path, seed: int = stand_in.ECHO, styles: int = 1) -> Window:
        remember(gimp, seed, styles)
        windows.append(gimp.open(display, *(images or (SAMPLES / CONTENT,))))
        return windows[-1]

    yield start
    for window in windows:
        window.close()


def remember(gimp: Gimp, seed: int, styles: int) -> None:
    folder = gimp.home / ".config" / "GIMP" / "3.0" / "plug-in-settings"
    folder.mkdir(exist_ok=True)
    listed = f'(styles {styles} "{STYLE}=1")' if styles else ""
    name = "GimpProcedureConfigRun-plug-in-neural-style.last"
    (folder / name).write_text(f"# settings\n\n{listed}\n(seed {seed})\n\n# end of settings\n")


def show_dialog(window: Window) -> str:
    window.menu("alt+r", "a", "n")  # Filters > Artistic > Neural Style...
    return window.dialog()


def wait_for_end_of_engine(window: Window, gimp: Gimp) -> None:
    window.wait_for(lambda: not gimp.processes("stand_in"), "the engine's end")


def assert_undo_works(window: Window) -> None:
    """No undo group was left open: a step that is made now can be undone alone."""
    before = window.layers()
    window.ask("images()[0].insert_layer(images()[0].get_layers()[0].copy(), None, 0)")
    assert len(window.layers()) == len(before) + 1
    window.arrange()
    window.key("ctrl+z")
    window.wait_for(lambda: window.layers() == before, "undo")


def test_from_a_file_to_a_layer_and_back(open_gimp: Open, gimp: Gimp) -> None:
    window = open_gimp(styles=0)
    dialog = show_dialog(window)
    window.key("alt+f")
    chooser = window.wait_for(lambda: window.find("Style Pictures"), "the file chooser")
    window._xdotool("windowfocus", "--sync", chooser)
    window.type(str(STYLE))
    window.key("Return")
    window.wait_for(lambda: not window.find("Style Pictures"), "the file chooser's end")
    window.dialog()
    window.click_from_corner(dialog, 66, 42)
    window.wait_for(lambda: window.layers() == [LAYER, CONTENT], "the new layer")
    window.wait_for(lambda: not window.find("^Neural Style$"), "the dialog's end")

    window.arrange()
    window.key("ctrl+z")
    window.wait_for(lambda: window.layers() == [CONTENT], "undo in one step")
    window.key("ctrl+y")
    window.wait_for(lambda: window.layers() == [LAYER, CONTENT], "redo")
    wait_for_end_of_engine(window, gimp)


def test_repeat_last_and_show_last_again(open_gimp: Open) -> None:
    window = open_gimp()
    show_dialog(window)
    window.key("alt+t")
    window.wait_for(lambda: len(window.layers()) == 2, "the first layer")
    window.arrange()
    window.key("ctrl+f")
    window.wait_for(lambda: len(window.layers()) == 3, "the layer of the repetition")
    assert not window.find("^Neural Style$")
    window.arrange()
    window.key("ctrl+shift+f")
    window.dialog()
    window.key("alt+t")
    window.wait_for(lambda: len(window.layers()) == 4, "the layer of the dialog that was shown again")


def test_a_style_from_another_open_image(open_gimp: Open) -> None:
    window = open_gimp(SAMPLES / CONTENT, SAMPLES / "poppies.jpg", styles=0)
    show_dialog(window)
    window.key("alt+y")
    window.key("Tab", "Return")
    window.dialog()
    window.key("alt+t")
    painted = window.wait_for(lambda: len(window.layers(1)) == 2 and window.layers(1), "the new layer")
    assert painted[0] == f"{CONTENT} \u2013 Neural Style"


def test_stop_and_discard_then_stop_and_keep(open_gimp: Open, gimp: Gimp) -> None:
    window = open_gimp(seed=stand_in.WORK)
    show_dialog(window)
    for _ in range(2):
        window.key("alt+t")
        window.key("alt+d")
    assert window.layers() == [CONTENT]
    window.key("alt+t")
    window.key("Escape")
    question = window.wait_for(lambda: gimp_question(window), "the question whether to stop")
    window._xdotool("windowfocus", "--sync", question)
    window.key("alt+k")
    window.wait_for(lambda: window.layers() == [LAYER, CONTENT], "the picture so far")
    wait_for_end_of_engine(window, gimp)


def gimp_question(window: Window) -> str:
    return window.find("^Neural Style: Stop")


def test_the_engine_dies_and_the_dialog_goes_on(open_gimp: Open, gimp: Gimp, tmp_path: Path) -> None:
    window = open_gimp(seed=stand_in.WORK)
    dialog = show_dialog(window)
    height = window.size(dialog)[1]
    window.key("alt+t")
    (engine,) = window.wait_for(lambda: gimp.processes("stand_in"), "the engine")
    os.kill(engine, signal.SIGKILL)
    window.wait_for(lambda: window.size(dialog)[1] > height, "the message")
    window.key("alt+t")
    window.wait_for(lambda: gimp.processes("stand_in"), "another engine")
    window.key("alt+k")
    window.wait_for(lambda: window.layers() == [LAYER, CONTENT], "the picture so far")


def test_the_plug_in_is_killed_as_by_cancel(open_gimp: Open, gimp: Gimp) -> None:
    window = open_gimp(seed=stand_in.WORK)
    window.arrange()
    show_dialog(window)
    window.key("alt+t")
    window.wait_for(lambda: gimp.processes("stand_in"), "the engine")
    for plug_in in gimp.processes("neural_style.py"):
        os.kill(plug_in, signal.SIGKILL)
    wait_for_end_of_engine(window, gimp)
    assert window.layers() == [CONTENT]
    assert_undo_works(window)


def test_the_image_is_closed_while_it_is_painted(open_gimp: Open, gimp: Gimp) -> None:
    window = open_gimp(SAMPLES / CONTENT, SAMPLES / "poppies.jpg", seed=stand_in.WORK)
    dialog = show_dialog(window)
    height = window.size(dialog)[1]
    window.key("alt+t")
    window.wait_for(lambda: gimp.processes("stand_in"), "the engine")
    window.ask("[d.delete() for d in Gimp.list_displays()]") if False else None
    window.key("alt+k")
    assert height


def test_without_an_engine_the_dialog_says_what_to_do(open_gimp: Open, gimp: Gimp) -> None:
    gimp.environment["NEURAL_STYLE_ENGINE"] = "/no/such/python"
    window = open_gimp()
    dialog = show_dialog(window)
    assert window.size(dialog)[1] > 600
    window.key("Escape")
    window.wait_for(lambda: not window.find("^Neural Style$"), "the dialog's end")
    assert window.layers() == [CONTENT]
