"""The sizes of a painting's pictures are known before any picture is read."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any, Callable

import pytest

from nst_core.job.errors import HostError, InvalidJob
from nst_core.job.settings import Settings
from nst_core.job.sizes import JobSizes
from nst_core.studio.costs import ASSUMED_STYLE

New = Callable[..., Any]


@pytest.fixture
def painting() -> Any:
    return importlib.import_module("gimp_plugin.painting")


@pytest.fixture
def content(new_image: New, new_layer: New) -> Any:
    return new_layer(new_image(), "content", (640, 480))


def choice(painting: Any, layer: Any, region: Any = None) -> Any:
    return painting.styles.Choice(painting.styles.LayerSource(layer), region=region)


def test_all_pictures_count(painting: Any, content: Any, new_layer: New, new_selection: New, tmp_path: Path) -> None:
    image = content.image
    keep, start, style = (new_layer(image, name, (50, 40)) for name in ("keep", "start", "style"))
    new_selection(image)
    file = painting.styles.Choice(painting.styles.FileSource(painting.styles.Gio.File(str(tmp_path / "none.png"))))
    choices = (choice(painting, style, painting.regions.of(keep)), file)
    whole = painting.Painting(image, content, choices, Settings(init="picture"), painting.regions.of(keep), start)
    assert whole.sizes(512) == JobSizes((640, 480), ((50, 40), ASSUMED_STYLE), 1, 2, True, 512)


def test_no_more_than_there_is(painting: Any, content: Any, new_layer: New) -> None:
    start, style = new_layer(content.image, "start"), new_layer(content.image, "style", (50, 40))
    plain = painting.Painting(content.image, content, (choice(painting, style),), Settings(), initial=start)
    assert plain.sizes(0) == JobSizes((640, 480), ((50, 40),), preview_side=0)


def test_a_selection_that_is_the_region_of_a_style_does_not_count_twice(
    painting: Any, content: Any, new_layer: New, new_selection: New
) -> None:
    region = painting.regions.of(new_selection(content.image))
    chosen = choice(painting, new_layer(content.image, "style", (50, 40)), region)
    sizes = painting.Painting(content.image, content, (chosen,), Settings()).sizes(0)
    assert (sizes.regions, sizes.masks) == (1, 0)


def test_nothing_to_paint(painting: Any, content: Any, new_layer: New) -> None:
    with pytest.raises(InvalidJob):
        painting.Painting(content.image, content, (), Settings()).sizes(0)
    style = choice(painting, new_layer(content.image, "style"))
    content.image.items.remove(content)
    with pytest.raises(HostError, match="was deleted"):
        painting.Painting(content.image, content, (style,), Settings()).sizes(0)
