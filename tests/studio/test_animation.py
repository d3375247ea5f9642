"""Animations of an editor: a stand-in for ``nst animate`` paints, fails, is stopped, or dies."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Callable, List, Sequence

import pytest

from nst_core.bridge import paths
from nst_core.bridge.private_folder import PrivateFolder
from nst_core.installer.diagnosis import own_command
from nst_core.job.errors import EngineFailed, EngineMissing, InvalidJob, UnwritableOutput, WorkerDied
from nst_core.job.events import Failed, Notice
from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import Style, StyleJob
from nst_core.job.settings import AUTOMATIC, Settings
from nst_core.studio.animation import Animation, AnimationEvent, Ended, FramePainted, FrameProgress
from nst_core.studio.film_command import FilmFiles, animate_command

#: Copies the frames, and reports them like ``nst animate --json``. ``{then}`` runs after each frame.
PAINTS = """
import json, pathlib, shutil, sys
def say(event, **facts): print(json.dumps(dict(event=event, **facts)), flush=True)
source, output = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2].partition("=")[2])
output.mkdir()
frames = sorted(source.iterdir())
say("notice", text="--color-amount has no effect with --color style.")
say("notice", text="The processor is used.")
for number, frame in enumerate(frames, 1):
    say("progress", fraction=(number - 0.5) / len(frames), seconds_left=None if number == 1 else 3.0)
    shutil.copy(frame, output)
    say("frame", frame=number, frames=len(frames), file=str(output / frame.name), seconds_left=3.0, begins_shot=True)
    {then}
"""


def job(shade: int, **more: Any) -> StyleJob:
    style = Style(PixelBuffer(1, 1, "rgba-u8", b"\1\2\3\xff"), 2.0)
    return StyleJob(PixelBuffer(2, 1, "rgba-u8", bytes([shade, 0, 0, 255]) * 2), (style,), **more)


@pytest.fixture
def parent(tmp_path: Path) -> Path:
    return tmp_path / "films"


@pytest.fixture
def animate(parent: Path) -> Callable[..., Animation]:
    def make(script: str, *shades: int) -> Animation:
        animation = Animation([sys.executable, "-c", script], parent)
        for shade in shades:
            animation.add(job(shade))
        animation.paint()
        return animation

    return make


def events_of(animation: Animation, until: type = Ended) -> List[AnimationEvent]:
    events: List[AnimationEvent] = []
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        events += animation.poll()
        if any(isinstance(event, (until, Failed, Ended)) for event in events):
            return events
        time.sleep(0.01)
    raise AssertionError(f"no end: {events}")


def kinds(events: Sequence[AnimationEvent], *wanted: type) -> List[Any]:
    return [event for event in events if isinstance(event, wanted)]


def assert_nothing_left(animation: Animation, parent: Path) -> None:
    animation.close(60)
    assert not parent.exists()


def test_frames_come_as_files_in_their_order(animate: Callable[..., Animation], parent: Path) -> None:
    animation = animate(PAINTS.format(then=""), 10, 20, 30)
    events = events_of(animation)
    painted = kinds(events, FramePainted)
    assert [frame.numbers for frame in painted] == [(0,), (1,), (2,)]
    assert all(frame.file.read_bytes().startswith(b"\x89PNG") for frame in painted)
    assert events[-1] == Ended(True)
    assert kinds(events, Notice) == [Notice("The processor is used.")]  # without options of the command
    assert_nothing_left(animation, parent)


def test_at_the_end_only_painted_frames_need_room(animate: Callable[..., Animation], parent: Path) -> None:
    animation = animate(PAINTS.format(then="(output / 'notes').mkdir(exist_ok=True)"), 10, 20)
    events_of(animation)
    (folder,) = (path for path in parent.iterdir() if path.is_dir())
    assert {path.name for path in folder.rglob("*")} - {"style-0.png"} == {"painted", "000000.png", "000001.png"}
    assert not (folder / "content").exists()
    animation.close(60)


def test_progress_in_frames(animate: Callable[..., Animation]) -> None:
    animation = animate(PAINTS.format(then=""), 10, 20)
    last = kinds(events_of(animation), FrameProgress)[-1]
    assert last == FrameProgress(2, 2, 0.75, 3.0)
    assert FrameProgress(1, 3, 0.4).text == "Frame 2 of 3"
    assert FrameProgress(1, 3, 0.4, 25.0).text == "Frame 2 of 3 \u2013 about 25 s left"
    animation.close(60)


def test_a_frame_that_is_held_is_painted_once(animate: Callable[..., Animation]) -> None:
    animation = animate(PAINTS.format(then=""), 10, 10, 20, 20, 20, 10)
    painted = kinds(events_of(animation), FramePainted)
    assert [frame.numbers for frame in painted] == [(0, 1), (2, 3, 4), (5,)]
    animation.close(60)


def test_a_stopped_animation_keeps_its_frames(animate: Callable[..., Animation], parent: Path) -> None:
    animation = animate(PAINTS.format(then="import time; number < 2 or time.sleep(600)"), 10, 20, 30)
    events: List[AnimationEvent] = []
    while len(kinds(events, FramePainted)) < 2:
        events += animation.poll()
    animation.stop()
    events += events_of(animation)
    assert events[-1] == Ended(False)
    assert [frame.file.exists() for frame in kinds(events, FramePainted)] == [True, True]
    assert_nothing_left(animation, parent)


def test_it_can_be_stopped_before_the_last_frame_is_there(parent: Path) -> None:
    animation = Animation([sys.executable, "-c", "raise SystemExit('never started')"], parent)
    animation.add(job(1))
    animation.stop()
    assert events_of(animation)[-1] == Ended(False)
    assert_nothing_left(animation, parent)


def test_closing_ends_the_process_and_removes_the_frames(animate: Callable[..., Animation], parent: Path) -> None:
    animation = animate(PAINTS.format(then="import time; time.sleep(600)"), 10, 20)
    events_of(animation, FramePainted)
    assert_nothing_left(animation, parent)


def test_a_named_error(animate: Callable[..., Animation], parent: Path) -> None:
    line = '{"event": "failed", "code": "invalid-job", "problem": "No.", "remedy": "Yes."}'
    animation = animate(f"print({line!r}); raise SystemExit(2)", 10)
    error = events_of(animation)[-1].error  # type: ignore[union-attr]
    assert isinstance(error, InvalidJob)
    assert (error.problem, error.remedy) == ("No.", "Yes.")
    assert_nothing_left(animation, parent)


def test_an_error_on_stderr(animate: Callable[..., Animation]) -> None:
    """An engine whose environment lacks a library has such an error."""
    text = "nst: This Python has no module cv2. Run `python3 install.py`."
    animation = animate(f"import sys; print({text!r}, file=sys.stderr); sys.exit(2)", 10)
    error = events_of(animation)[-1].error  # type: ignore[union-attr]
    assert isinstance(error, EngineFailed)
    assert error.problem == text[5:]
    animation.close(60)


@pytest.mark.parametrize(
    "script",
    [
        "raise SystemExit(7)",
        "pass",
        "print('[' * 10**5)",
        """print('{"event": []}')""",
        """print('{"event": "frame", "frame": 1e999, "file": "x"}')""",
    ],
)
def test_a_death_without_a_word(animate: Callable[..., Animation], script: str) -> None:
    animation = animate(script, 10)
    assert isinstance(events_of(animation)[-1].error, WorkerDied)  # type: ignore[union-attr]
    animation.close(60)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    animation = Animation([sys.executable], tmp_path / "file" / "films")
    for shade in range(5):
        animation.add(job(shade))
    error = events_of(animation)[-1].error  # type: ignore[union-attr]
    assert isinstance(error, UnwritableOutput)
    assert not animation.is_full  # a caller that waits for room continues, and gets the error
    animation.close(60)


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_only_the_user_sees_the_frames(animate: Callable[..., Animation], parent: Path) -> None:
    animation = animate(PAINTS.format(then=""), 10)
    events_of(animation)
    assert parent.stat().st_mode & 0o077 == 0
    assert {path.stat().st_mode & 0o077 for path in parent.iterdir()} == {0}
    animation.close(60)


def abandon_frames(parent: Path) -> Path:
    """The editor died while its frame was painted."""
    script = f"""
import os, pathlib
from nst_core.bridge.private_folder import PrivateFolder
folder = PrivateFolder(pathlib.Path({str(parent)!r}))
(folder.path / "frame.png").write_bytes(b"secret")
os._exit(1)
"""
    subprocess.run([sys.executable, "-c", script], check=False, cwd=Path(__file__).parents[2])
    (frame,) = parent.rglob("frame.png")
    return frame


def test_frames_of_a_dead_editor_are_removed_by_the_next(parent: Path) -> None:
    abandon_frames(parent)
    mine = PrivateFolder(parent)
    assert not any(parent.rglob("frame.png"))
    other = PrivateFolder(parent)  # the folder of a living process stays
    assert mine.path.is_dir()
    mine.remove()
    other.remove()
    assert not parent.exists()


def test_memory_is_bounded(parent: Path) -> None:
    animation = Animation([sys.executable], parent)
    animation.add(job(1))
    animation.add(job(2))
    for _ in range(6000):
        if not animation.is_full:
            break
        time.sleep(0.01)
    assert not animation.is_full
    animation.close(60)


def test_the_command_of_each_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    python = ["/e/python", "-I", "-m"]
    assert animate_command([*python, "nst_core.worker"]) == [*python, "nst_core.cli", "animate"]
    assert animate_command(["/usr/bin/nst", "worker"]) == ["/usr/bin/nst", "animate"]
    by_ssh = ["C:/bin/ssh.exe", "studio", *python, "nst_core.worker"]
    for elsewhere in (["ssh", "studio", "nst", "worker"], by_ssh, ["/usr/bin/other"]):
        with pytest.raises(EngineMissing, match="on this computer"):
            animate_command(elsewhere)
    monkeypatch.setenv("NEURAL_STYLE_ENGINE", f'"{sys.executable}" -m nst_core.worker')
    assert animate_command() == [paths.engine_command()[0], "-m", "nst_core.cli", "animate"]


def test_an_environment_of_the_users_own_paints_animations_as_well() -> None:
    """An environment for ``install.py --engine``: it has the packages, and the plug-in has the code."""
    pytest.importorskip("nst_core.cli.command")
    worker = own_command(Path(sys.executable), Path(__file__).parents[2])
    said = subprocess.check_output([*animate_command(worker), "--help"], text=True, cwd="/")
    assert "nst animate" in said and "--loop" in said


@pytest.mark.parametrize("size", [96, 0, AUTOMATIC])
def test_the_command_line_understands_all_arguments(tmp_path: Path, size: int) -> None:
    """``nst animate`` reads exactly the arguments that the animation writes."""
    command = pytest.importorskip("nst_core.cli.command")
    options = pytest.importorskip("nst_core.cli.options")
    mask = PixelBuffer(2, 1, "gray-u8", b"\x00\xff")
    picture = PixelBuffer(1, 1, "rgba-u8", b"\1\2\3\xff")
    settings = Settings(
        strength=0.4, quality="draft", size=size, total_variation=0.5, seed=7, style_scale=0.3, init="noise"
    )
    styles = (Style(picture, 2.0, region=mask), Style(picture, 0.25))
    wanted = StyleJob(job(5).content, styles, settings, selection=mask, keep_mask=mask)
    files = FilmFiles(tmp_path)
    files.write_frame(wanted)
    parsed = command.make_parser().parse_args(["animate", *files.arguments])
    assert options.settings_from(parsed) == settings
    assert [style.weight for style in parsed.styles] == [2.0, 0.25]
    assert [style.region for style in parsed.styles] == [tmp_path / "region-0", None]
    assert all(style.path.is_file() for style in parsed.styles)
    for folder in (Path(parsed.frames[0]), parsed.selection, parsed.keep_mask, tmp_path / "region-0"):
        assert [path.name for path in folder.iterdir()] == ["000000.png"]
    assert (parsed.output_size, parsed.json) == ("full", True)
