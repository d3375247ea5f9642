"""The request to paint a picture: one tree of a content picture, styles, masks and settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Optional, Tuple

from .errors import InvalidJob
from .pixels import PixelBuffer
from .settings import Settings

#: The largest number of styles. Nobody mixes so many; this limit is for requests that arrive on the wire.
MAXIMUM_STYLES = 32
#: The smallest and the largest weight of a style in an editor. Weights are relative to each other, so 1 is in the
#: middle of a logarithmic scale. The ratios at both ends are larger than any ratio whose effect can be seen.
WEIGHT_RANGE = (0.01, 100.0)
#: The formats that a result can have: floats, or the integers of an editor's layer.
RESULT_FORMATS = ("rgba-f32", "rgba-u16", "rgba-u8", "linear-u16", "linear-f16", "linear-f32")


@dataclass(frozen=True)
class Style:
    """One style picture and its share in the mixture.

    ``weight`` is positive and relative to the other styles. ``region`` is a mask of the content's size: this style
    paints only there (None: everywhere). ``source`` is a mask of the style picture's size: only this part of the style
    picture is used (None: all of it that is not transparent).
    """

    image: PixelBuffer
    weight: float = 1.0
    name: str = ""
    region: Optional[PixelBuffer] = None
    source: Optional[PixelBuffer] = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "weight", check_weight(self.weight, self.name))
        _require_picture(self.image, "style")
        _require_mask(self.source, self.image, "source mask of a style")


@dataclass(frozen=True)
class Earlier:
    """The frame of a film that was painted before this one. All pictures have the content's size, except ``opening``.

    ``picture`` is the earlier result. Its parts were moved to their places in this frame. ``weights`` is a mask: 1
    means that a pixel keeps its color exactly, 0 that it may change freely, because something new comes into view
    there. ``opening`` is the content of the first frame of the shot. Its opaque part gives the colors of the whole
    shot.
    """

    picture: PixelBuffer
    weights: PixelBuffer
    opening: PixelBuffer

    def __post_init__(self) -> None:
        _require_picture(self.picture, "earlier frame")
        _require_mask(self.weights, self.picture, "mask of the weights of an earlier frame")
        _require_picture(self.opening, "first frame of a shot")


@dataclass(frozen=True)
class StyleJob:
    """The request to paint ``content`` in ``styles``. The result has the content's width, height and alpha.

    If ``settings.mode`` is ``texture``, the content gives only the size, and the result is opaque.

    - ``selection`` is a mask of the content's size. Only the part within it is painted; the rest is only context. The
      result's alpha is multiplied by it.
    - ``keep_mask`` is a mask of the content's size. ``settings.keep_content`` applies where it is white; where it is
      black, ``keep_content`` is 0. None: it applies everywhere.
    - ``initial`` is a picture of the content's size, such as an earlier result. The optimization starts from it if
      ``settings.init`` is ``picture``.
    - ``initial_strength`` is the strength of ``initial``, if that is a finished result, and only its strength has to
      change. This needs only a few steps.
    - ``preview_side`` is the longest side of previews in pixels; 0: no previews.
    - ``result_format`` is one of :data:`RESULT_FORMATS`.
    - ``earlier`` is the earlier frame of a film. The painting of this frame starts from it and needs fewer steps.
    """

    content: PixelBuffer
    styles: Tuple[Style, ...]
    settings: Settings = field(default_factory=Settings)
    selection: Optional[PixelBuffer] = None
    keep_mask: Optional[PixelBuffer] = None
    initial: Optional[PixelBuffer] = None
    preview_side: int = 512
    result_format: str = "rgba-f32"
    earlier: Optional[Earlier] = None
    initial_strength: Optional[float] = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "styles", tuple(self.styles))
        if not 1 <= len(self.styles) <= MAXIMUM_STYLES:
            remedy = "Leave some out." if self.styles else "Add a style."
            raise InvalidJob(f"A job needs 1 to {MAXIMUM_STYLES} styles, not {len(self.styles)}.", remedy)
        if not isinstance(self.preview_side, int) or not 0 <= self.preview_side <= 4096:
            raise InvalidJob("The preview's longest side must be 0 to 4096 pixels.")
        if self.result_format not in RESULT_FORMATS:
            raise InvalidJob(f"The result's format must be one of {', '.join(RESULT_FORMATS)}.")
        _require_picture(self.content, "content")
        _require_mask(self.selection, self.content, "selection")
        _require_mask(self.keep_mask, self.content, "keep mask")
        for style in self.styles:
            _require_mask(style.region, self.content, "region of a style")
        if self.initial is not None:
            _require_picture(self.initial, "initial picture")
            _require_same_size(self.initial, self.content, "initial picture")
        if self.earlier is not None:
            _require_same_size(self.earlier.picture, self.content, "earlier frame")
            if self.initial is not None:
                raise InvalidJob("A job starts from an earlier frame or from an initial picture, not from both.")
        if self.initial_strength is not None:
            self._require_variation(self.initial_strength)
        if (self.settings.init == "picture") != (self.initial is not None):
            raise InvalidJob(
                "A picture to start from needs the setting init=picture, and the setting needs the picture.",
                "Give both, or neither.",
            )

    def _require_variation(self, strength: Any) -> None:
        if self.initial is None:
            raise InvalidJob("A strength of the initial picture needs the picture.")
        is_number = isinstance(strength, (int, float)) and not isinstance(strength, bool)
        if not is_number or not 0 < strength <= 1:
            raise InvalidJob(f"The strength of the initial picture must be above 0 and at most 1, not {strength!r}.")


def check_weight(weight: Any, name: str) -> float:
    """Return a style's weight as a float. Raises :class:`InvalidJob` if it is not positive, or too large."""
    is_number = isinstance(weight, (int, float)) and not isinstance(weight, bool)
    if not is_number or not 0 < weight <= 1e6:
        of_style = f" of the style {name}" if name else ""
        raise InvalidJob(
            f"The weight{of_style} must be a positive number up to 1000000, not {weight!r}.", "Use for example 1."
        )
    return float(weight)


def _require_picture(buffer: Any, role: str) -> None:
    if not isinstance(buffer, PixelBuffer) or not buffer.format.startswith("rgba-"):
        raise InvalidJob(f"The {role} must be a color picture.")


def _require_mask(mask: Optional[PixelBuffer], like: PixelBuffer, role: str) -> None:
    if mask is None:
        return
    if not isinstance(mask, PixelBuffer) or not mask.is_mask:
        raise InvalidJob(f"The {role} must be a mask.")
    _require_same_size(mask, like, role)


def _require_same_size(buffer: PixelBuffer, like: PixelBuffer, role: str) -> None:
    if (buffer.width, buffer.height) != (like.width, like.height):
        raise InvalidJob(
            f"The {role} is {buffer.width} x {buffer.height} pixels, but its picture is {like.width} x {like.height}."
        )
