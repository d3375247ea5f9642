"""Generates every possible job and picture, for property tests."""

from __future__ import annotations

from typing import Any, Dict, Optional

from hypothesis import strategies as st

from nst_core.job.pixels import PIXEL_BYTES, PixelBuffer, byte_count
from nst_core.job.request import RESULT_FORMATS, Earlier, Style, StyleJob
from nst_core.job.settings import Definition, Settings, definitions

COLORS = [name for name in PIXEL_BYTES if name.startswith("rgba")]
MASKS = [name for name in PIXEL_BYTES if name.startswith("gray")]
SIDES = st.integers(1, 6)


@st.composite
def pictures(draw: st.DrawFn, formats: Optional[list[str]] = None, like: Optional[PixelBuffer] = None) -> PixelBuffer:
    pixel_format = draw(st.sampled_from(formats or COLORS))
    width, height = (like.width, like.height) if like else (draw(SIDES), draw(SIDES))
    size = byte_count(width, height, pixel_format)
    wrap = draw(st.sampled_from([bytes, bytearray, memoryview]))
    return PixelBuffer(width, height, pixel_format, wrap(draw(st.binary(min_size=size, max_size=size))))


def masks(like: PixelBuffer) -> st.SearchStrategy[Optional[PixelBuffer]]:
    return st.none() | pictures(MASKS, like)


@st.composite
def styles(draw: st.DrawFn, content: PixelBuffer) -> Style:
    image = draw(pictures())
    weight = draw(st.floats(1e-6, 1e6))
    return Style(image, weight, draw(st.text(max_size=8)), draw(masks(content)), draw(masks(image)))


def values(definition: Definition) -> st.SearchStrategy[Any]:
    if definition.kind == "choice":
        return st.sampled_from(definition.choices)
    if definition.kind == "text":
        return st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)
    if definition.kind == "int":
        return st.integers(int(definition.minimum), int(definition.maximum))
    return st.floats(definition.minimum, definition.maximum)


@st.composite
def settings(draw: st.DrawFn) -> Settings:
    chosen: Dict[str, Any] = {entry.name: draw(values(entry)) for entry in definitions()}
    return Settings(**chosen)


@st.composite
def jobs(draw: st.DrawFn) -> StyleJob:
    content, chosen = draw(pictures()), draw(settings())
    return StyleJob(
        content=content,
        styles=tuple(draw(st.lists(styles(content), min_size=1, max_size=3))),
        settings=chosen,
        selection=draw(masks(content)),
        keep_mask=draw(masks(content)),
        initial=draw(pictures(like=content)) if chosen.init == "picture" else None,
        preview_side=draw(st.integers(0, 4096)),
        result_format=draw(st.sampled_from(RESULT_FORMATS)),
        earlier=None if chosen.init == "picture" else draw(st.none() | earlier_frames(content)),
        initial_strength=draw(st.none() | st.floats(0.01, 1)) if chosen.init == "picture" else None,
    )


@st.composite
def earlier_frames(draw: st.DrawFn, content: PixelBuffer) -> Earlier:
    return Earlier(draw(pictures(like=content)), draw(pictures(MASKS, content)), draw(pictures()))
