"""The docker shows the costs of a picture before the user presses Stylize, and updates them after each change."""

from __future__ import annotations

import os
from typing import Any, Callable, Iterator

import pytest

from nst_core.bridge import language
from nst_core.bridge.presets import Presets
from nst_core.bridge.record import Reference
from nst_core.job.errors import HostError
from nst_core.job.events import Estimate, Failed, Ready
from nst_core.job.sizes import JobSizes
from nst_core.studio.bundled import PAINTINGS
from nst_core.studio.costs import ASSUMED_STYLE
from tests.krita.docker import choose_style

GIBIBYTE = 1 << 30
READY = Ready("1", ("cpu",))


@pytest.fixture
def panel(studio: Any) -> Iterator[Any]:
    made = studio.panels.Panel(studio.controller, Presets())
    made.resize(250, 800)
    made.show()
    yield made
    made.close()


def settle(studio: Any) -> None:
    """Wait until the docker has asked for the costs after the last change."""
    count = len(studio.engine.asked)
    studio.until(lambda: len(studio.engine.asked) > count)


def answer(studio: Any, estimate: Estimate) -> None:
    """Make the engine ready, and let it answer with the costs."""
    studio.send(READY)
    settle(studio)
    studio.send(estimate)


@pytest.fixture
def document(studio: Any, panel: Any) -> Any:
    """Return a document that the docker shows, with a chosen style."""
    opened = studio.open(size=(40, 30))
    panel.show_document(studio.documents.Document(opened))
    choose_style(studio, panel, opened)
    return opened


def test_they_are_asked_for_once_the_engine_is_ready_and_after_each_change(
    studio: Any, panel: Any, document: Any
) -> None:
    from PyQt5.QtCore import QEvent

    from krita_plugin.regions import Region

    studio.send(READY)
    settle(studio)
    assert studio.engine.asked[-1] == (JobSizes((40, 30), ((40, 30),), preview_side=1024), panel.form.settings())
    studio.send(Estimate(24.0, 11 * GIBIBYTE // 10, 0))
    assert panel.costs.text.text() == "About 25 s, 1.1 GiB of memory" and panel.costs.isVisible()
    assert not panel.costs.quick.isVisible()

    def select() -> None:
        document.chosen = studio.krita.Selection(0, 0, 4, 4)
        panel.enterEvent(QEvent(QEvent.Enter))

    def go_to_the_other_layer() -> None:
        document.active = document.root.childNodes()[1]
        panel.look_again()

    here = studio.documents.Document(document)
    mask = Region(here, Reference("selection"))
    changes: tuple[tuple[Callable[[], None], dict[str, Any]], ...] = (
        (lambda: panel.form.fields["size"].set_value(640), {}),
        (lambda: panel.styles.add(studio.styles.Choice(studio.styles.FileSource(str(PAINTINGS[0].path)))), {}),
        (lambda: panel.styles.rows[0].region.choose(mask), {"regions": 1}),
        (lambda: panel.keep_mask.choose(mask), {"masks": 1}),
        (select, {"masks": 2}),
        (go_to_the_other_layer, {}),
        (lambda: panel.show_document(studio.documents.Document(studio.open("Other.kra"))), {"content": (4, 3)}),
    )
    for change, expected in changes:
        change()
        settle(studio)
        sizes, settings = studio.engine.asked[-1]
        assert settings == panel.form.settings()
        assert {name: getattr(sizes, name) for name in expected} == expected
    assert studio.engine.asked[-1][0].styles == ((40, 30), ASSUMED_STYLE)
    assert studio.failures == []


def test_no_pixel_is_read_for_them(studio: Any, document: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    painting = studio.painting(document)
    for name in ("projectionPixelData", "pixelData", "thumbnail"):
        monkeypatch.setattr(studio.krita.Node, name, None)
    monkeypatch.setattr(studio.krita.Selection, "pixelData", None)
    document.chosen = studio.krita.Selection(0, 0, 4, 4)
    assert painting.sizes() == JobSizes((40, 30), ((40, 30),), masks=1, preview_side=1024)


def test_a_quicker_size_is_taken_with_one_click(studio: Any, panel: Any, document: Any) -> None:
    answer(studio, Estimate(240.0, GIBIBYTE, 1024))
    assert panel.costs.quick.text() == "At 1024 px: less than a minute"
    panel.costs.quick.click()
    assert panel.form.settings().size == 1024
    settle(studio)
    assert studio.engine.asked[-1][1].size == 1024


def test_a_problem_is_shown_in_their_place(studio: Any, panel: Any, document: Any) -> None:
    answer(studio, Estimate(0.0, 0, 0, "This needs 9 GiB."))
    assert panel.costs.text.text() == "This needs 9 GiB." and not panel.costs.quick.isVisible()


@pytest.mark.parametrize("lacking", ["document", "style", "layer", "content"])
def test_nothing_is_asked_or_shown_if_something_is_lacking(
    studio: Any, panel: Any, document: Any, lacking: str
) -> None:
    answer(studio, Estimate(24.0, GIBIBYTE, 0))
    if lacking == "document":
        panel.show_document(None)
    elif lacking == "style":
        panel.styles.clear()
    elif lacking == "layer":
        document.root.childNodes()[1].remove()
        panel.form.changed.emit()
    else:
        document.active = None
        panel.look_again()
    studio.until(lambda: not panel.costs.isVisible())
    assert len(studio.engine.asked) == 1 and not panel.message.isVisible()


def test_they_are_hidden_while_a_picture_is_painted(studio: Any, panel: Any, document: Any) -> None:
    answer(studio, Estimate(24.0, GIBIBYTE, 0))
    assert panel.costs.isVisible()
    panel.button.click()
    studio.until(studio.is_painting)
    studio.send(Estimate(24.0, GIBIBYTE, 0))
    assert not panel.costs.isVisible()
    count = len(studio.engine.asked)
    studio.send(Failed(HostError("Memory ran out.")))
    studio.until(lambda: len(studio.engine.asked) > count)
    studio.send(Estimate(24.0, GIBIBYTE, 0))
    assert panel.costs.isVisible()


def test_each_window_shows_the_costs_of_its_own_picture(studio: Any, panel: Any, document: Any) -> None:
    other = studio.panels.Panel(studio.controller, Presets())
    other.show()
    answer(studio, Estimate(24.0, GIBIBYTE, 0))
    assert panel.costs.isVisible() and not other.costs.isVisible()
    other.close()


@pytest.mark.parametrize("code", ["en", *language.available()])
def test_the_offer_fits_into_250_pixels(studio: Any, panel: Any, code: str) -> None:
    from PyQt5.QtGui import QFont

    language.use([code])
    try:
        panel.setFont(QFont("DejaVu Sans", 9))
        panel.costs.show_estimate(Estimate(5300.0, 12 * GIBIBYTE, 2048))
        studio.application.processEvents()
        quick = panel.costs.quick
        assert panel.width() == 250 and quick.fontMetrics().horizontalAdvance(quick.text()) + 8 <= quick.width()
        if os.environ.get("NEURAL_STYLE_SHOTS"):
            panel.grab().save(f"{os.environ['NEURAL_STYLE_SHOTS']}/costs-{code}.png")
    finally:
        language.use(["en"])


def test_a_working_size_that_is_too_small_is_warned_of_at_once(studio: Any, panel: Any) -> None:
    opened = studio.open(size=(2400, 10))
    panel.show_document(studio.documents.Document(opened))
    choose_style(studio, panel, opened)
    panel.form.fields["size"].set_value(256)
    studio.until(panel.costs.caution.isVisible)
    assert "Use 640 px or more." in panel.costs.caution.text() and not panel.costs.text.isVisible(), "no engine yet"
    panel.form.fields["size"].set_value(640)
    studio.until(lambda: not panel.costs.isVisible())
    panel.form.fields["size"].set_value(256)
    studio.until(panel.costs.caution.isVisible)
    panel.styles.clear()
    studio.until(lambda: not panel.costs.isVisible())
