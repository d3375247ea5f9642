"""A stand-in for the engine, and small pictures."""

from __future__ import annotations

import array
import os
from pathlib import Path
from typing import Any, Callable, Generator, List

import pytest
from PIL import Image

from nst_core.cli import main, result_file
from nst_core.cli import stylize as stylize_module
from nst_core.job.events import Event, Notice, Preview, Progress, Result, Started
from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import StyleJob


class StandInEngine:
    """Paints a picture of one color, with the events of a real engine. The test can read its jobs."""

    jobs: List[StyleJob]
    steps = 3
    color = (0.5, 0.25, 0.125, 1.0)
    on_step: Callable[[StandInEngine, int], None] = staticmethod(lambda engine, step: None)

    def __init__(self) -> None:
        self.stopped = False

    def events(self, job: StyleJob) -> Generator[Event, None, None]:
        """Yield three steps of progress, each with a preview if the job asks for previews."""
        self.jobs.append(job)
        width, height = job.content.width, job.content.height
        yield Started("cpu", ((width, height),), 2**20, 3.0, 0)
        yield Notice("this is a stand-in")
        for step in range(self.steps):
            self.on_step(self, step)
            if self.stopped:
                break
            yield Progress((step + 1) / self.steps, 1.0, max(width, height), step, 1.0)
            if job.preview_side:
                yield Preview(PixelBuffer(1, 1, "rgba-u8", b"\x80\x40\x20\xff"))
        pixels = PixelBuffer(width, height, "rgba-f32", array.array("f", self.color).tobytes() * (width * height))
        yield Result(pixels, not self.stopped, 0.1, "cpu", job.settings.seed)

    def stop(self) -> None:
        self.stopped = True


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> type[StandInEngine]:
    """Replace the engine by the stand-in's class. ``jobs`` has all jobs that it got."""

    class Fresh(StandInEngine):
        jobs: List[StyleJob] = []  # noqa: RUF012 - each test has its own list

    for module in (stylize_module, result_file):
        monkeypatch.setattr(module, "InProcess", Fresh)
    return Fresh


@pytest.fixture
def picture(tmp_path: Path) -> Callable[..., Path]:
    """A function that writes a picture with a gradient and returns its path."""

    def make(name: str = "content.png", size: tuple[int, int] = (24, 16), mode: str = "RGB", **saving: Any) -> Path:
        path = tmp_path / name
        Image.linear_gradient("L").resize(size).convert(mode).save(path, **saving)
        return path

    return make


@pytest.fixture
def nst(tmp_path: Path, picture: Callable[..., Path]) -> Callable[..., int]:
    """A function that runs ``nst stylize`` with a content, a style and an output. Keyword arguments replace these."""

    def run(*more: Any, content: Any = None, style: Any = None, output: Any = None) -> int:
        content = picture("content.png") if content is None else content
        style = picture("style.png", (20, 20)) if style is None else style
        output = tmp_path / "out.png" if output is None else output
        return main(["stylize", *map(str, [content, "--style", style, "-o", output, *more])])

    return run


@pytest.fixture
def ffmpeg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install the program ffmpeg, from a Python package for tests."""
    package = pytest.importorskip("imageio_ffmpeg")
    folder = tmp_path / "ffmpeg"
    folder.mkdir()
    (folder / "ffmpeg").symlink_to(package.get_ffmpeg_exe())
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
