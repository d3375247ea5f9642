"""A request is one tree: a content picture, styles, masks and settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Optional, Tuple

from .errors import InvalidJob
from .pixels import PixelBuffer
from .settings import Settings

#: More styles than anyone mixes: a bound for requests that arrive on the wire.
MAXIMUM_STYLES = 32
#: The smallest and the largest weight of a style that an editor offers. Weights are relative to each other, so 1 is in
#: the middle of a logarithmic scale, and both ends are far beyond the ratios that can be seen in a picture.
WEIGHT_RANGE = (0.01, 100.0)
#: The formats that a result can have.
RESULT_FORMATS = ("rgba-f32", "rgba-u8")


@dataclass(frozen=True)
class Style:
    """One style picture and its share in the mixture.

    ``weight`` is positive and relative to the other styles. ``region`` is a mask of the content's size: the part of the
    canvas that this style paints (None: everywhere). ``source`` is a mask of the style picture's size: the part of it
    that is used (None: all that is not transparent).
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
    """The frame that was painted before this one of a film. All pictures have the content's size, except ``opening``.

    ``picture`` is the earlier result, moved to where its parts are now. ``weights`` is a mask of how firmly each pixel
    keeps its color: 1 exactly, 0 not at all, as where something comes into view. ``opening`` is the content of the
    first frame of the shot. The colors of the whole shot are measured on it, where it is opaque.
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
    """Paint ``content`` in ``styles``. The result has the content's width and height, and its alpha.

    If ``settings.mode`` is ``texture``, the content gives only the size, and the result is opaque.

    ``selection`` (a mask of the content's size) restricts the change: outside of it the content is only context, and
    the result's alpha is multiplied by it. ``keep_mask`` (a mask of that size) restricts ``settings.keep_content``
    (None: it holds everywhere): where the mask is black, ``keep_content`` counts as 0. ``initial`` (the content's size)
    is the start of the optimization if ``settings.init`` is ``picture``: an earlier result is continued.
    With ``initial_strength`` it is a finished result of this strength, and only another one is wanted: that takes a
    few steps. ``preview_side`` is the largest side of previews in pixels; 0 sends none. ``result_format`` is that of
    the result: ``rgba-f32``, or ``rgba-u8`` for an editor's 8-bit layer. With an ``earlier`` frame this is the next one
    of a film: the painting starts from it and takes fewer steps.
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
    """A style's weight as a float; raises :class:`InvalidJob` unless it is positive and finite."""
    is_number = isinstance(weight, (int, float)) and not isinstance(weight, bool)
    if not is_number or not 0 < weight <= 1e6:
        of_style = f" of the style {name}" if name else ""
        raise InvalidJob(
            f"The weight{of_style} must be a positive number up to 1000000, not {weight!r}.", "Use for example 1."
        )
    return float(weight)


def _require_picture(buffer: Any, role: str) -> None:
    if not isinstance(buffer, PixelBuffer) or buffer.is_mask:
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
