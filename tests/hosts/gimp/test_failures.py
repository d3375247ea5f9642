"""The engine, the plug-in or the real GIMP ends during the work, or is missing. Nothing is left over or lost."""

from __future__ import annotations

import os
import signal

from tests.hosts import stand_in
from tests.hosts.gimp.dialogs import (
    CONTENT,
    GONE,
    LAYER,
    READY,
    Open,
    assert_nothing_is_left,
    close_dialog,
    is_said,
    show_dialog,
    start_painting,
)
from tests.hosts.gimp.editor import SAMPLES, Gimp

#: The position of the Cancel button in the progress bar of GIMP's main window.
CANCEL = (990, 944)


def test_the_engine_dies_and_the_dialog_goes_on(open_gimp: Open, gimp: Gimp) -> None:
    window = open_gimp(seed=stand_in.WORK)
    show_dialog(window)
    start_painting(window, gimp)
    os.kill(gimp.processes("stand_in")[0], signal.SIGKILL)
    window.wait_for(lambda: is_said(window, "The engine"), "the message")
    start_painting(window, gimp)
    window.press("Stop and Keep")
    window.wait_for(lambda: window.layers() == [LAYER, CONTENT], "the picture so far")


def test_cancel_in_gimp_itself(open_gimp: Open, gimp: Gimp) -> None:
    """GIMP kills the plug-in. Its engine ends, and the image has no new layer."""
    window = open_gimp(seed=stand_in.WORK)
    show_dialog(window)
    start_painting(window, gimp)
    window.click(window.find("GIMP$"), *CANCEL)
    assert_nothing_is_left(window, gimp)


def test_the_plug_in_is_killed(open_gimp: Open, gimp: Gimp) -> None:
    window = open_gimp(seed=stand_in.WORK)
    show_dialog(window)
    start_painting(window, gimp)
    for plug_in in gimp.processes("neural_style.py"):
        os.kill(plug_in, signal.SIGKILL)
    assert_nothing_is_left(window, gimp)


def test_gimp_itself_is_killed(open_gimp: Open, gimp: Gimp) -> None:
    """The plug-in and its engine end with GIMP."""
    window = open_gimp(seed=stand_in.WORK)
    show_dialog(window)
    start_painting(window, gimp)
    window.process.kill()
    window.wait_for(lambda: not gimp.processes("stand_in"), "the engine's end")
    window.wait_for(lambda: not gimp.processes("neural_style.py"), "the plug-in's end")


def test_gimp_itself_is_killed_while_nothing_happens(open_gimp: Open, gimp: Gimp) -> None:
    """No painting runs, so the plug-in has no reason to ask GIMP for anything."""
    window = open_gimp()
    show_dialog(window)
    window.wait_for(lambda: READY in window.texts(), "the engine")
    window.process.kill()
    window.wait_for(lambda: not gimp.processes("stand_in"), "the engine's end")
    window.wait_for(lambda: not gimp.processes("neural_style.py"), "the plug-in's end")


def test_the_image_is_closed_while_it_is_painted(open_gimp: Open, gimp: Gimp) -> None:
    """The picture gets a new image, so nothing is lost."""
    window = open_gimp(SAMPLES / "poppies.jpg", SAMPLES / CONTENT, seed=stand_in.WORK)
    show_dialog(window)
    start_painting(window, gimp)
    window.menu("ctrl+w")
    window.wait_for(lambda: window.ask("len(images())") == 1, "the image's end")
    window.dialog()
    window.key("alt+t")  # GIMP has raised its own window above the dialog, so the test can't click on the dialog.
    window.wait_for(lambda: is_said(window, GONE), "the message that there is nothing more to paint")
    window.key("alt+k")
    window.wait_for(lambda: window.ask("len(images())") == 2, "the new image")
    window.wait_for(lambda: window.layers(1) == [LAYER], "the picture in it")
    assert window.layers(0) == ["poppies.jpg"]
    assert not window.find("Message")


def test_without_an_engine_the_dialog_says_what_to_do(open_gimp: Open, gimp: Gimp) -> None:
    """The dialog offers to install an engine, and offers it again after this failed, because no Python is suitable."""
    gimp.install_engine(["/no/such/python"])
    window = open_gimp()
    show_dialog(window)
    begun = gimp.home / "neural-style" / "data" / "placed.json"
    for _ in range(2):
        window.press("Install engine")
        window.wait_for(begun.exists, "the installer")
        window.wait_for(lambda: not gimp.processes("install.py"), "the installer's end")
        begun.unlink()
    close_dialog(window)
    assert window.layers() == [CONTENT]
