"""The presets that come with the program. Their values were chosen by eye, with pictures of each kind."""

from __future__ import annotations

from typing import Any, Dict, NamedTuple, Tuple

from nst_core.bridge.language import tr


class Shipped(NamedTuple):
    """A shipped preset: its name and description in the language of the user, and the settings that it changes."""

    name: str
    detail: str
    values: Dict[str, Any]


def shipped() -> Tuple[Shipped, ...]:
    """Return the shipped presets in the order of the list, with texts in the current language."""
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
