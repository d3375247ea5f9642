"""The definitions of all settings of a job: name, range, default, label and help.

The options of the command line, the widgets of both editors, the wire and the stored settings are all made from
:func:`definitions`, so they always agree. To add a setting, add a field to :class:`Settings`.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Dict, List, Mapping, Tuple, Union

from .errors import InvalidJob
from .text import is_clean

Value = Union[float, int, str]

#: With this value of a number, the engine chooses a number that suits the machine.
AUTOMATIC = -1


@dataclass(frozen=True)
class Definition:
    """The description of one setting.

    ``kind`` is ``float``, ``int``, ``choice`` or ``text``. A number is from ``minimum`` to ``maximum`` (both are
    allowed), in ``unit``. A choice is one of ``choices``, and ``choice_labels`` has its label. Dialogs hide
    ``advanced`` settings at first. A ``live`` setting may change while a job runs. On the slider of a ``logarithmic``
    number, equal distances are equal ratios. ``zero_label`` is shown for a 0 with a special meaning, such as *Full
    size*. An ``adaptive`` number may also be :data:`AUTOMATIC`. A setting ``of_content`` has no effect on a texture. A
    setting ``of_machine`` describes the computer, not the picture, so documents never contain it.
    """

    name: str
    kind: str
    default: Value
    label: str
    help: str
    minimum: float = 0.0
    maximum: float = 0.0
    unit: str = ""
    choices: Tuple[str, ...] = ()
    choice_labels: Tuple[str, ...] = ()
    advanced: bool = False
    live: bool = False
    logarithmic: bool = False
    zero_label: str = ""
    adaptive: bool = False
    of_content: bool = False
    of_machine: bool = False

    @property
    def first(self) -> Value:
        """The value with which an editor begins. ``nst`` and other programs begin with the default."""
        return AUTOMATIC if self.adaptive else self.default

    def check(self, value: Any, subject: str = "") -> Value:
        """Return ``value`` in the type of this setting. Raises :class:`InvalidJob` if it is not allowed.

        ``subject`` is the name of the setting in the error.
        """
        allowed, rule = self._judge(value)
        if not allowed:
            raise InvalidJob(f"{subject or f'The setting {self.name}'} {rule}, not {value!r}.")
        return float(value) if self.kind == "float" else int(value) if self.kind == "int" else str(value)

    def _judge(self, value: Any) -> Tuple[bool, str]:
        """Return True if ``value`` is allowed, and the rule for it."""
        if self.kind == "text":
            return isinstance(value, str) and is_clean(value), "must be a text"
        if self.kind == "choice":
            return value in self.choices, f"must be one of {', '.join(self.choices)}"
        if self.adaptive and value == AUTOMATIC:
            return True, ""
        allowed = _is_within(value, self.minimum, self.maximum) and (self.kind == "float" or value == int(value))
        unit = f" {self.unit}" if self.unit else ""
        number = "a whole number" if self.kind == "int" else "a number"
        return allowed, f"must be {number} from {self.minimum:g} to {self.maximum:g}{unit}"


def _is_within(value: Any, minimum: float, maximum: float) -> bool:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_number and minimum <= value <= maximum


def _setting(kind: str, default: Value, label: str, help: str, **more: Any) -> Any:
    return field(default=default, metadata={"kind": kind, "label": label, "help": help, **more})


@dataclass(frozen=True)
class Settings:
    """The settings of one job. All values are checked. Raises :class:`InvalidJob`."""

    mode: str = _setting(
        "choice", "picture", "Paint", "The kind of painting: the content as a picture, or a texture that fills its "
        "whole area with the style alone.",
        choices=("picture", "texture"), choice_labels=("A picture", "A texture"),
    )  # fmt: skip
    strength: float = _setting(
        "float", 1.0, "Strength", "How far the picture moves from the content towards the style: 0 changes nothing, "
        "1 is the full style.", minimum=0.0, maximum=1.0, live=True, of_content=True,
    )  # fmt: skip
    keep_content: float = _setting(
        "float", 0.7, "Keep content", "How firmly objects keep their shape: 0 lets everything flow, 1 keeps every "
        "object and takes only strokes and colors from the style; everywhere, or within a mask.",
        minimum=0.0, maximum=1.0, live=True, of_content=True,
    )  # fmt: skip
    style_scale: float = _setting(
        "float", 1.0, "Stroke size", "Size of the strokes and patterns taken from the style: 1 fits the style to the "
        "canvas, 0.5 halves its strokes, 2 doubles them.", minimum=0.25, maximum=4.0, logarithmic=True,
    )  # fmt: skip
    color: str = _setting(
        "choice", "style", "Color", "Where the colors come from: the style, the style's light and dark in the "
        "content's hues, or the style recolored to match the content.",
        choices=("style", "luminance", "content"),
        choice_labels=("From the style", "Content's hues", "Match the content"), of_content=True,
    )  # fmt: skip
    color_amount: float = _setting(
        "float", 1.0, "Color amount", "How much of the chosen color treatment is applied: 0 leaves the style's "
        "colors, 1 applies it fully.", minimum=0.0, maximum=1.0, advanced=True, of_content=True,
    )  # fmt: skip
    quality: str = _setting(
        "choice", "normal", "Quality", "How long the picture is refined: draft for trying out, normal for most "
        "pictures, high for the last one.",
        choices=("draft", "normal", "high"), choice_labels=("Draft", "Normal", "High"),
    )  # fmt: skip
    size: int = _setting(
        "int", 0, "Working size", "Longest side at which the picture is painted; it is then enlarged with the "
        "content's own detail. 0 paints at full size. In Krita and GIMP, Automatic is a size that takes about a "
        "minute or less.",
        minimum=0, maximum=65536, unit="px", zero_label="Full size", adaptive=True,
    )  # fmt: skip
    total_variation: float = _setting(
        "float", 0.0, "Smoothness", "Evens out grain and small speckles: 0 keeps every mark of the brush, 1 suits "
        "noisy styles, more flattens fine texture.", minimum=0.0, maximum=10.0, advanced=True, live=True,
    )  # fmt: skip
    seamless: str = _setting(
        "choice", "none", "Seamless", "Edges that continue at the opposite edge, for tiles and patterns: left and "
        "right, top and bottom, or both.",
        choices=("none", "x", "y", "both"),
        choice_labels=("No", "Left and right", "Top and bottom", "All around"), advanced=True,
    )  # fmt: skip
    init: str = _setting(
        "choice", "content", "Start from", "The start of the painting: the content, random noise (a freer "
        "interpretation), or a picture that is given with the job.",
        choices=("content", "noise", "picture"), choice_labels=("Content", "Noise", "Picture"), advanced=True,
        of_content=True,
    )  # fmt: skip
    seed: int = _setting(
        "int", 0, "Seed", "Picks the random numbers: the same seed and settings give the same picture on the same "
        "machine.", minimum=0, maximum=2**31 - 1, advanced=True,
    )  # fmt: skip
    device: str = _setting(
        "text", "auto", "Device", "The device that computes: auto takes a GPU if there is one; or cpu, cuda, cuda:1, "
        "mps, xpu.",
        advanced=True, of_machine=True,
    )  # fmt: skip
    memory: float = _setting(
        "float", 0.0, "Memory", "The most memory that the engine may use. 0 takes a share of what is free.",
        minimum=0.0, maximum=4096.0, unit="GiB", advanced=True, zero_label="Automatic",
        of_machine=True,
    )  # fmt: skip
    weights: str = _setting(
        "text", "original", "Network weights", "Which VGG-19 looks at the pictures: original (best for style), "
        "torchvision, or the path of a weights file.", advanced=True, of_machine=True,
    )  # fmt: skip

    def __post_init__(self) -> None:
        for definition in definitions():
            object.__setattr__(self, definition.name, definition.check(getattr(self, definition.name)))

    def to_dict(self) -> Dict[str, Value]:
        """Return the name and the value of every setting, for JSON."""
        return asdict(self)

    def live(self) -> Dict[str, Value]:
        """Return the name and the value of each setting that may change while a job runs."""
        return {entry.name: getattr(self, entry.name) for entry in definitions() if entry.live}

    def on_machine_of(self, own: Settings) -> Settings:
        """Return these settings, but the settings of the machine from ``own``. Used for settings in a document."""
        return replace(self, **{entry.name: getattr(own, entry.name) for entry in definitions() if entry.of_machine})

    @classmethod
    def first(cls) -> Settings:
        """Return the first settings in an editor."""
        return cls(**{entry.name: entry.first for entry in definitions()})  # type: ignore[arg-type]

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Settings:
        """Return the settings that :meth:`to_dict` has written. Raises :class:`InvalidJob` for unknown names."""
        known = {definition.name for definition in definitions()}
        unknown = sorted(set(values) - known)
        if unknown:
            raise InvalidJob(
                f"Unknown settings: {', '.join(unknown)}.", f"The settings are {', '.join(sorted(known))}."
            )
        return cls(**dict(values))

    @classmethod
    def restore(cls, values: Mapping[str, Any]) -> Settings:
        """Return the settings that any version has stored. Values that are not allowed become defaults."""
        values, kept = _with_keep_content(values), {}
        for definition in definitions():
            try:
                kept[definition.name] = definition.check(values.get(definition.name, definition.default))
            except InvalidJob:
                kept[definition.name] = definition.default
        return cls(**kept)  # type: ignore[arg-type]


def definitions() -> List[Definition]:
    """Return the definitions of all settings, in the order of the dialogs."""
    return [Definition(name=f.name, default=f.default, **f.metadata) for f in fields(Settings)]  # type: ignore[arg-type]


def _with_keep_content(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return stored ``values`` with ``keep_content`` instead of two older settings.

    ``protect`` (0 to 1) kept detail. ``structure`` (1 to 1/32) kept all shapes larger than this part of the picture.
    Both did nothing by default, so a user who changed one wanted to keep more of the content. Each
    change counts as a share of its whole range. The larger share is the part of the way from the default of
    ``keep_content`` to 1.
    """
    protect: Any = values.get("protect")
    structure: Any = values.get("structure")
    kept_detail = protect if _is_within(protect, 0, 1) else 0
    kept_shapes = math.log(1 / structure) / math.log(32) if _is_within(structure, 1 / 32, 1) else 0
    share = max(kept_detail, kept_shapes)
    if "keep_content" in values or share == 0:
        return values
    return {**values, "keep_content": Settings.keep_content + (1 - Settings.keep_content) * share}
