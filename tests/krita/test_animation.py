"""*Animate* sends frames to a stand-in for ``nst animate``, and makes one animated layer from the painted frames."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, List

import pytest

from nst_core.bridge import paths
from nst_core.studio.animation import Animation
from tests.krita.docker import click
from tests.studio.test_animation import PAINTS, abandon_frames

#: 70 pixels are wider than one tile of Krita.
SIZE = (70, 3)
LAYER = "Style \u2013 Neural Style"


@pytest.fixture
def document(studio: Any) -> Any:
    """Return a document whose background has frames at 0, 2, 3 and 5. Those at 2 and 3 are equal; the last is empty."""
    found = studio.open(size=SIZE)
    background = found.root.childNodes()[0]
    for time, shade in ((0, 0.2), (2, 0.4), (3, 0.4), (5, None)):
        background.pixels = {}
        if shade is not None:
            studio.fill(background, (0.0, shade, 1.0, 1.0))
        background.frames[time] = background.pixels
    background.show(0)
    found.last_time = 7
    found.undo.clear()
    return found


def paints(studio: Any, tmp_path: Path, then: str = "") -> Path:
    """Let the stand-in return each frame unchanged, and then do ``then``."""
    folder = tmp_path / "films"
    studio.make_animation = lambda: Animation([sys.executable, "-c", PAINTS.format(then=then)], folder)
    return folder


def film(studio: Any, document: Any, first: int = 0, last: int = 7) -> Any:
    from krita_plugin.film_order import FilmOrder

    return FilmOrder(**vars(studio.painting(document)), first=first, last=last)


def shades(node: Any) -> List[Any]:
    """Return time and green of the new layer's frames at the last pixel, or None for an empty frame."""
    return [(time, pixels[69, 2][1] if pixels else None) for time, pixels in sorted(node.frames.items())]


def names(document: Any) -> List[str]:
    return [node.name() for node in document.root.childNodes()]


def test_a_film_is_one_layer_in_one_step(studio: Any, document: Any, tmp_path: Path) -> None:
    folder = paints(studio, tmp_path)
    studio.controller.stylize(film(studio, document))
    studio.until(studio.is_idle)
    assert studio.failures == []
    assert names(document) == ["Background", LAYER, "Style"]
    layer = document.root.childNodes()[1]
    assert shades(layer) == [(0, 51), (2, 102), (5, None)]
    assert [step[0] for step in document.undo] == ["add"] and document.time == 0
    assert document.active.name() == "Background"
    studio.until(lambda: not folder.exists())


def test_a_range(studio: Any, document: Any, tmp_path: Path) -> None:
    paints(studio, tmp_path)
    studio.controller.stylize(film(studio, document, 1, 2))
    studio.until(studio.is_idle)
    assert shades(document.root.childNodes()[1]) == [(0, None), (1, 51), (2, 102), (3, None)]


def test_stop_and_keep(studio: Any, document: Any, tmp_path: Path) -> None:
    paints(studio, tmp_path, "import time; time.sleep(600)")
    seen: List[Any] = []
    studio.controller.previewed.connect(seen.append)
    studio.controller.stylize(film(studio, document))
    studio.until(lambda: bool(seen))
    studio.controller.stop(True)
    studio.until(studio.is_idle)
    assert shades(document.root.childNodes()[1]) == [(0, 51), (2, None)]


def test_an_engine_that_dies_leaves_the_finished_frames(studio: Any, document: Any, tmp_path: Path) -> None:
    folder = paints(studio, tmp_path, "number < 2 or sys.exit(7)")
    document.root.childNodes()[0].frames[6] = dict(document.root.childNodes()[0].frames[0])
    studio.controller.stylize(film(studio, document))
    studio.until(lambda: bool(studio.failures))
    assert shades(document.root.childNodes()[1]) == [(0, 51), (2, 102), (5, None)]
    assert studio.failures == [
        "The engine ended unexpectedly (exit code 7) while it worked. Try again, at a smaller size if memory is short."
    ]
    assert studio.is_idle()
    studio.until(lambda: not folder.exists())


def test_a_disk_that_refuses_the_film(studio: Any, document: Any, tmp_path: Path) -> None:
    paints(studio, tmp_path, "number > 1 or (output / 'film.kra').symlink_to('/no/such/place')")
    studio.controller.stylize(film(studio, document))
    studio.until(lambda: bool(studio.failures))
    assert studio.failures == ["The frames can't be saved for the engine: No such file or directory. Check the folder."]


def test_a_million_frames_do_not_stop_krita(
    studio: Any, document: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = paints(studio, tmp_path)
    asked: List[int] = []

    def has_keyframe(node: Any, time: int) -> bool:
        asked.append(time)
        return time in node.frames

    monkeypatch.setattr(studio.krita.Node, "hasKeyframeAtTime", has_keyframe)
    studio.controller.stylize(film(studio, document, last=1 << 20))
    studio.until(lambda: len(asked) > 100)
    assert studio.controller.state == "reading" and len(asked) < 1 << 19
    studio.controller.stop(False)
    assert studio.is_idle()
    studio.until(lambda: not folder.exists())


def test_what_a_crash_has_left_is_removed(studio: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEURAL_STYLE_HOME", str(tmp_path))
    left = abandon_frames(paths.films_folder())
    studio.controller.warm()
    studio.until(lambda: not left.exists())
    assert not paths.films_folder().exists()


def test_discarded_nothing_changes(studio: Any, document: Any, tmp_path: Path) -> None:
    folder = paints(studio, tmp_path, "import time; time.sleep(600)")
    seen: List[Any] = []
    studio.controller.previewed.connect(seen.append)
    studio.controller.stylize(film(studio, document))
    studio.until(lambda: bool(seen))
    studio.controller.stop(False)
    assert studio.is_idle()
    assert names(document) == ["Background", "Style"] and document.undo == []
    studio.until(lambda: not folder.exists())


def test_a_document_that_is_closed_meanwhile(studio: Any, document: Any, tmp_path: Path) -> None:
    folder = paints(studio, tmp_path, "import time; time.sleep(600)")
    studio.controller.stylize(film(studio, document))
    studio.until(studio.is_painting)
    studio.krita.Krita.instance().open.remove(document)
    studio.controller.poll()
    studio.until(studio.is_idle)
    assert studio.failures[0].startswith("The document was closed")
    studio.until(lambda: not folder.exists())


def test_a_canvas_of_another_size_is_said(studio: Any, document: Any, tmp_path: Path) -> None:
    paints(studio, tmp_path)
    notices: List[str] = []
    studio.controller.noticed.connect(notices.append)
    studio.controller.stylize(film(studio, document))
    studio.until(studio.is_painting)
    document.resize(80, 3)
    studio.until(studio.is_idle)
    assert names(document)[1] == LAYER
    assert notices[-1].startswith("The canvas has another size now.")


def test_a_content_that_is_removed_meanwhile(studio: Any, document: Any, tmp_path: Path) -> None:
    paints(studio, tmp_path)
    studio.controller.stylize(film(studio, document))
    studio.until(studio.is_painting)
    document.root.childNodes()[0].remove()
    studio.until(studio.is_idle)
    assert names(document) == ["Style", LAYER]
    assert shades(document.root.childNodes()[1]) == [(0, 51), (2, 102), (5, None)]


def test_only_the_selection_is_seen(studio: Any, document: Any, tmp_path: Path) -> None:
    paints(studio, tmp_path)
    document.chosen = studio.krita.Selection(10, 0, 60, 3)
    studio.controller.stylize(film(studio, document))
    studio.until(studio.is_idle)
    pixels = document.root.childNodes()[1].frames[0]
    assert (9, 1) not in pixels or pixels[9, 1][3] == 0
    assert pixels[10, 1][3] == 255


def test_the_menu_asks_for_the_range(studio: Any, panel: Any, document: Any, tmp_path: Path) -> None:
    paints(studio, tmp_path)
    panel.styles.add(studio.painting(document).choices[0])
    panel.stylizing.for_frames.trigger()
    studio.until(lambda: bool(dialogs(panel)))
    (dialog,) = dialogs(panel)
    assert (dialog.first.value(), dialog.last.value()) == (0, 7)
    dialog.first.setValue(2)
    dialog.last.setValue(1)
    assert dialog.last.value() == 2
    panel.form.fields["strength"].set_value(0.35)  # The docker can be used while the window is open.
    dialog.accept()
    studio.until(lambda: not studio.is_idle())
    assert not panel.progress.on_canvas.isVisible() and not panel.steering.isVisible()
    assert studio.controller.painting.settings.strength == 0.35
    studio.until(studio.is_idle)
    assert shades(document.root.childNodes()[1]) == [(0, None), (2, 102), (3, None)]


@pytest.fixture
def animated(studio: Any, panel: Any, document: Any, tmp_path: Path) -> Any:
    """Return the layer of an animation, which is active."""
    paints(studio, tmp_path)
    panel.styles.add(studio.painting(document).choices[0])
    studio.controller.stylize(film(studio, document))
    studio.until(studio.is_idle)
    document.active = document.root.childNodes()[1]
    panel.look_again()
    return document.active


def test_an_animation_is_repeated_as_an_animation(studio: Any, panel: Any, document: Any, animated: Any) -> None:
    panel.styles.clear()
    click(panel.repeat_bar.repeat)
    studio.until(lambda: bool(dialogs(panel)))
    dialogs(panel)[0].accept()
    studio.until(lambda: not studio.is_idle())
    studio.until(studio.is_idle)
    assert studio.failures == [] and studio.engine.jobs == []
    assert [shades(node) for node in document.root.childNodes()[1:3]] == [[(0, 51), (2, 102), (5, None)]] * 2


def test_no_single_picture_goes_on_from_an_animation(studio: Any, panel: Any, animated: Any) -> None:
    said = (
        "An animation can't be continued or get another strength. Use its settings, change them, and animate the "
        "content again."
    )
    click(panel.repeat_bar.continue_)
    studio.until(lambda: bool(studio.failures))
    before = panel.results.strength.value()
    panel.results.strength.set_value(before / 2)
    studio.until(lambda: len(studio.failures) == 2)
    assert studio.failures == [said] * 2
    assert panel.results.strength.value() == before and studio.is_idle() and studio.engine.jobs == []


def test_a_content_without_frames(studio: Any, panel: Any, document: Any) -> None:
    panel.styles.add(studio.painting(document).choices[0])
    document.root.childNodes()[0].frames = {}
    panel.stylizing.for_frames.trigger()
    studio.until(lambda: bool(studio.failures))
    assert studio.failures == ["The content has no frames. Animate a layer in the timeline, or choose another content."]


def dialogs(panel: Any) -> List[Any]:
    from krita_plugin.range_dialog import RangeDialog

    return [dialog for dialog in panel.findChildren(RangeDialog) if dialog.isVisible()]
