"""The presets that come with the program. Their values were chosen by looking at pictures of each kind."""

from __future__ import annotations

from typing import Any, Dict, NamedTuple, Tuple

from nst_core.bridge.language import tr


class Shipped(NamedTuple):
    """A name and a line of description in the user's language, and the settings that differ from the defaults."""

    name: str
    detail: str
    values: Dict[str, Any]


def shipped() -> Tuple[Shipped, ...]:
    """The shipped presets in the order in which they are shown, in the language in use."""
    return (
        Shipped(
            tr("Portrait"),
            tr("Faces keep their features, and skin is smooth."),
            {"keep_content": 0.85, "total_variation": 1.0},
        ),
        Shipped(
            tr("Landscape"),
            tr("Broad strokes for sky, water and trees."),
            {"keep_content": 0.6, "style_scale": 2.0},
        ),
        Shipped(
            tr("Free"),
            tr("Shapes dissolve into the style."),
            {"keep_content": 0.1, "style_scale": 1.5},
        ),
        Shipped(
            tr("Keep my colors"),
            tr("The strokes of the style in the colors of your picture."),
            {"color": "luminance"},
        ),
        Shipped(
            tr("Sketch"),
            tr("Fine marks in pale colors."),
            {"keep_content": 0.75, "style_scale": 0.35, "color": "luminance", "color_amount": 0.5},
        ),
        Shipped(
            tr("Texture"),
            tr("Fills the area with the style alone, without your picture."),
            {"mode": "texture", "style_scale": 0.5},
        ),
    )
