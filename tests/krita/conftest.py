"""The plug-in in a fake Krita with real pixels, without a screen, and with an engine that each test controls."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any, Callable, Iterator, List, Optional, Sequence, Tuple

import pytest

from nst_core.bridge.presets import Presets
from nst_core.job.adjustment import Adjustment
from nst_core.job.errors import InvalidJob
from nst_core.job.request import StyleJob
from nst_core.job.settings import Settings
from nst_core.job.sizes import JobSizes
from nst_core.studio import animation

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
#: A test fails if a condition is not met after this many seconds.
PATIENCE = 20
FAKE = Path(__file__).parent / "fake"


@pytest.fixture(scope="session")
def application() -> Any:
    try:
        from PyQt5.QtWidgets import QApplication
    except ImportError as error:
        if os.environ.get("CI"):
            pytest.fail(f"PyQt5 can't be imported: {error}")
        pytest.skip(f"PyQt5 can't be imported: {error}")
    return QApplication.instance() or QApplication([])


class Engine:
    """A stand-in for the client: it keeps the requests, and returns the events that a test puts in."""

    def __init__(self) -> None:
        self.jobs: List[StyleJob] = []
        self.canceled: List[bool] = []
        self.adjusted: List[Any] = []
        self.asked: List[Tuple[JobSizes, Settings]] = []
        self.events: List[Any] = []
        self.starts = 0
        self.refusal: Optional[Exception] = None
        self.busy = False

    def start(self) -> None:
        self.starts += 1
        if self.refusal is not None:
            raise self.refusal

    def stylize(self, job: StyleJob) -> None:
        if self.refusal is not None:
            raise self.refusal
        if self.busy:
            raise InvalidJob("busy")
        self.jobs.append(job)
        self.busy = True

    def cancel(self, keep: bool) -> None:
        self.canceled.append(keep)

    def adjust(self, adjustment: Adjustment) -> None:
        self.adjusted.append(adjustment)

    def estimate(self, sizes: JobSizes, settings: Settings) -> None:
        self.asked.append((sizes, settings))

    def poll(self) -> List[Any]:
        events, self.events = self.events, []
        if any(type(event).__name__ in ("Result", "Failed", "Canceled") for event in events):
            self.busy = False
        return events

    def close(self) -> None:
        pass


class Studio:
    """A Krita with one document of a photo and a style, the plug-in's modules, and an engine."""

    def __init__(self, application: Any, krita: Any, plugin: Any) -> None:
        from krita_plugin import controller, document, new_layer, painting, panel, styles

        self.application, self.krita, self.plugin = application, krita, plugin
        self.documents, self.styles, self.paintings, self.panels = document, styles, painting, panel
        self.new_layer = new_layer.NewLayer
        self.engine = Engine()
        self.clock: Callable[[], float] = time.monotonic
        self.make_animation: Callable[[], Any] = animation.Animation
        self.controller = controller.Controller(
            self.engine,  # type: ignore[arg-type]
            lambda: self.clock(),
            lambda: self.make_animation(),
        )
        self.failures: List[str] = []
        self.controller.failed.connect(lambda error: self.failures.append(str(error)))

    def open(self, name: str = "Photo.kra", depth: str = "U8", size: Sequence[int] = (4, 3)) -> Any:
        """Open a document with the layers Background (red) and Style (blue)."""
        document = self.krita.Document(*size, name, ("RGBA", depth, "sRGB-elle-V2-srgbtrc.icc"))
        self.krita.Krita.instance().open.append(document)
        background = document.root.childNodes()[0]
        self.fill(background, (0.0, 0.0, 1.0, 1.0))
        style = document.createNode("Style", "paintlayer")
        document.root.addChildNode(style, None)
        self.fill(style, (1.0, 0.0, 0.0, 1.0))
        document.active = background
        document.undo.clear()
        document.writes.clear()
        return document

    def fill(self, node: Any, bgra: Sequence[float], rect: Optional[Sequence[int]] = None) -> None:
        """Fill a rectangle of a layer of an 8-bit document with one color. Without ``rect``, fill the canvas."""
        rect = rect or (0, 0, *node.canvas)
        node.setPixelData(bytes(round(255 * value) for value in bgra) * (rect[2] * rect[3]), *rect)

    def painting(self, document: Any, **more: Any) -> Any:
        """Return a painting of the background in the style."""
        here = self.documents.Document(document)
        content, style = (node.uniqueId().toString() for node in document.root.childNodes()[:2])
        choices = (self.styles.Choice(self.styles.LayerSource(here, style)),)
        values = {"content_id": content, "choices": choices, "settings": Settings(), **more}
        return self.paintings.Painting(here, **values)

    def until(self, condition: Callable[[], bool]) -> None:
        """Let the event loop run until ``condition``."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if condition():
                return
            self.application.processEvents()
        raise AssertionError(f"the condition was not met; state {self.controller.state}, failures {self.failures}")

    def send(self, *events: Any) -> None:
        """Send events from the engine to the controller."""
        self.engine.events.extend(events)
        self.controller.poll()

    def is_idle(self) -> bool:
        return bool(self.controller.state == "idle")

    def is_painting(self) -> bool:
        return bool(self.controller.state == "painting")


@pytest.fixture
def studio(application: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Studio]:
    monkeypatch.setenv("NEURAL_STYLE_HOME", str(tmp_path))
    monkeypatch.syspath_prepend(str(FAKE))
    monkeypatch.setattr(sys, "path", list(sys.path))
    import krita

    krita.Krita.forget()
    for name in [name for name in sys.modules if name.split(".")[0] == "krita_plugin"]:
        del sys.modules[name]
    import krita_plugin

    yield Studio(application, krita, krita_plugin)
    for name in [name for name in sys.modules if name.split(".")[0] in ("krita_plugin", "krita")]:
        del sys.modules[name]


@pytest.fixture
def document(studio: Any) -> Any:
    """Return an open document."""
    return studio.open()


@pytest.fixture
def panel(studio: Any, document: Any) -> Iterator[Any]:
    """Return a docker that shows ``document``."""
    made = studio.panels.Panel(studio.controller, Presets())
    made.resize(250, 900)
    made.show()
    made.show_document(studio.documents.Document(document))
    yield made
    made.close()
