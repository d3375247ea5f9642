"""The visible part of a picture."""

from __future__ import annotations

import importlib
from typing import Any, Tuple

import pytest


@pytest.fixture
def viewport() -> Any:
    return importlib.import_module("gimp_plugin.viewport").Viewport()


@pytest.mark.parametrize(
    ("size", "room", "shown"),
    [((400, 300), (800, 800), (800, 600)), ((4000, 1000), (500, 500), (500, 125)), ((10_000, 1), (100, 100), (100, 1))],
)
def test_the_whole_picture_fits(
    viewport: Any, size: Tuple[int, int], room: Tuple[int, int], shown: Tuple[int, int]
) -> None:
    viewport.size = size
    view = viewport.view(room)
    assert (view.left, view.top, view.width, view.height) == (0, 0, *size)
    assert view.shown == shown
    assert (view.x, view.y) == ((room[0] - shown[0]) // 2, (room[1] - shown[1]) // 2)


def test_close_up_each_pixel_is_a_dot_and_the_middle_is_seen_first(viewport: Any) -> None:
    viewport.size, viewport.is_close = (1000, 600), True
    view = viewport.view((400, 800))
    assert (view.left, view.top, view.width, view.height) == (300, 0, 400, 600)
    assert view.shown == (400, 600)
    assert (view.x, view.y) == (0, 100)


def test_it_moves_up_to_the_edge_and_back_at_once(viewport: Any) -> None:
    viewport.size, viewport.is_close = (1000, 1000), True
    viewport.view((400, 400))
    for _ in range(3):
        viewport.move(250, 0)
        assert viewport.view((400, 400)).left in (550, 600)
    viewport.move(-10, 0)
    assert viewport.view((400, 400)).left == 590
