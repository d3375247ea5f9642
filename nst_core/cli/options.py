"""The options of ``nst stylize``, made from the definitions of the settings.

A new setting becomes an option automatically. ``--init`` also accepts a picture. ``--size`` is no setting of the
engine: it is the longest side of the output, and the content is scaled to it first.
"""

from __future__ import annotations

import argparse
import math
import sys
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, NoReturn, Optional, Sequence, Tuple, Union

from nst_core.job.errors import InvalidJob
from nst_core.job.pixels import MAXIMUM_SIDE
from nst_core.job.request import check_weight
from nst_core.job.settings import AUTOMATIC, Definition, Settings, definitions

#: The output's longest side in pixels, unless an option or a smaller content decides it.
DEFAULT_SIZE = 1024

#: Twice the pixels of a 16K picture. A larger number is a typing error or a harmful file.
MAXIMUM_PIXELS = 2 * 15360 * 8640

#: The text for an adaptive number that the engine chooses.
_AUTOMATIC = "auto"

#: Options whose name differs from their setting: --size is the output's size, and other programs use the name --tv.
_NAMES = {"size": ["--working-size"], "total_variation": ["--total-variation", "--tv"]}

#: Options of earlier versions, and the options that replace them.
_SUCCESSORS = {"--structure": "--keep-content", "--protect": "--keep-content", "--protection": "--keep-mask"}

_METAVARS = {"float": "NUMBER", "int": "NUMBER", "text": "NAME"}


class Parser(argparse.ArgumentParser):
    """A parser that raises its errors as :class:`InvalidJob`, so that ``nst`` prints them like all other errors."""

    def __init__(self, **more: Any) -> None:
        super().__init__(allow_abbrev=False, **more)
        self._arguments: List[str] = []

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Return the options, and the arguments that this parser does not know."""
        self._arguments = list(sys.argv[1:] if args is None else args)
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        """Raise :class:`InvalidJob` with argparse's ``message``. If an option is unknown, name that option instead."""
        if message.startswith("the following arguments are required"):  # a required option may be mistyped
            names = [argument.partition("=")[0] for argument in self._arguments if argument.startswith("--")]
            unknown = [name for name in names if name not in self._option_string_actions and name != "--"]
            if unknown:
                self.refuse(unknown)
        raise InvalidJob(f"{message[:1].upper()}{message[1:].rstrip('.')}.", f"See `{self.prog} --help`.")

    def refuse(self, unknown: Sequence[str]) -> NoReturn:
        """Raise :class:`InvalidJob` for arguments that this parser does not know."""
        for option in (argument.partition("=")[0] for argument in unknown):
            if option in _SUCCESSORS:
                raise InvalidJob(f"{option} is an option of an earlier version.", f"Use {_SUCCESSORS[option]} instead.")
        self.error(f"Unknown arguments: {' '.join(unknown)}")


@dataclass(frozen=True)
class StyleFile:
    """One ``--style``: a picture, its weight in the mixture, and the files of its masks."""

    path: Path
    weight: float = 1.0
    region: Optional[Path] = None
    source: Optional[Path] = None

    def files(self) -> List[Path]:
        """Return all files of this style."""
        return [path for path in (self.path, self.region, self.source) if path]


class StyleOption(argparse.Action):
    """An option for the ``--style`` before it. Its ``dest`` is a field of :class:`StyleFile`."""

    def __call__(self, parser: argparse.ArgumentParser, namespace: Any, value: Any, option: Any = None) -> None:
        """Set ``value`` in the last style."""
        if not namespace.styles:
            parser.error(f"{option} must follow the --style that it is for")
        namespace.styles[-1] = replace(namespace.styles[-1], **{self.dest: value})


class _InitOption(argparse.Action):
    """``--init`` or ``--continue``. Both set the same value, so the last option wins."""

    def __call__(self, parser: argparse.ArgumentParser, namespace: Any, value: Any, option: Any = None) -> None:
        """Set ``value``, and note that an earlier option of the other name has no effect."""
        before = getattr(namespace, "init_option", option)
        if before != option:
            namespace.overruled = f"{before} has no effect with {option} {value}."
        namespace.init, namespace.init_option = value, option


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Add one option for each setting to ``parser``, in the order of the dialogs."""
    groups = {
        False: parser.add_argument_group("settings"),
        True: parser.add_argument_group("advanced settings"),
    }
    for definition in definitions():
        group, is_init = groups[definition.advanced], definition.name == "init"
        metavar, parse, text = _init(definition) if is_init else _generated(definition)
        group.add_argument(
            *option_names(definition),
            dest=definition.name,
            metavar=metavar,
            type=parse,
            default=definition.default,
            help=text.replace("%", "%%"),
            action=_InitOption if is_init else "store",
        )
        if is_init:
            text = "Continue the painting from RESULT of an earlier run. This is the same as --init RESULT."
            group.add_argument(
                "--continue", metavar="RESULT", dest="init", type=Path, default=argparse.SUPPRESS, help=text,
                action=_InitOption,
            )  # fmt: skip
            parser.set_defaults(overruled="")


def option_names(definition: Definition) -> List[str]:
    """Return the names of the option for a setting. Errors use the first one."""
    return _NAMES.get(definition.name) or [f"--{definition.name.replace('_', '-')}"]


def settings_from(options: argparse.Namespace) -> Settings:
    """Return the engine's settings from the parsed ``options``."""
    values: Dict[str, Any] = {definition.name: getattr(options, definition.name) for definition in definitions()}
    if isinstance(values["init"], Path):
        values["init"] = "picture"
    return Settings.from_dict(values)


def without_effect(options: argparse.Namespace, settings: Settings) -> Iterator[str]:
    """Yield a sentence for each given option that has no effect."""
    if settings.mode == "texture":
        for definition in definitions():
            if definition.of_content and getattr(settings, definition.name) != definition.default:
                yield f"{option_names(definition)[0]} has no effect on a texture."
    elif settings.color == "style" and settings.color_amount != Settings.color_amount:
        yield "--color-amount has no effect with --color style."
    if options.overruled:
        yield options.overruled
    if options.keep_mask and settings.mode == "texture":
        yield "--keep-mask has no effect on a texture."
    elif options.keep_mask and settings.keep_content == 0:
        yield "--keep-mask has no effect with --keep-content 0."


def parse_style(text: str) -> StyleFile:
    """Parse ``IMAGE`` or ``IMAGE=WEIGHT``. If a file has the whole text as its name, the text has no weight."""
    path, separator, weight = text.rpartition("=")
    number = _number(weight)
    if not separator or _exists(text) or (number is None and not _exists(path)):
        return StyleFile(Path(text))
    return StyleFile(Path(path), check_weight(weight if number is None else number, path))


def parse_size(text: str) -> Union[str, int]:
    """Parse ``full`` or a longest side in pixels. Raises :class:`InvalidJob` for any other text."""
    number = _number(text)
    if text == "full":
        return text
    if number is None or not math.isfinite(number) or number != int(number) or not 1 <= number <= MAXIMUM_SIDE:
        raise InvalidJob(f"--size must be full or a whole number from 1 to {MAXIMUM_SIDE} px, not {text!r}.")
    return int(number)


def wanted_size(option: Union[str, int, None], content: Tuple[int, int]) -> Tuple[int, int]:
    """Return width and height of the output for a ``content`` size. ``option`` is the value of ``--size``, or None.

    Raises :class:`InvalidJob` if the output would be too large.
    """
    longest = max(content)
    side = min(DEFAULT_SIZE, longest) if option is None else longest if option == "full" else int(option)
    width, height = (max(1, round(length * side / longest)) for length in content)
    if max(width, height) > MAXIMUM_SIDE or width * height > MAXIMUM_PIXELS:
        raise InvalidJob(f"A picture of {width} x {height} pixels is too large.", "Choose a smaller --size.")
    return width, height


def _exists(name: str) -> bool:
    try:
        return Path(name).exists()
    except OSError:  # no file can have this name, or the user has no access to it
        return False


_Generated = Tuple[str, Callable[[str], Any], str]


def _generated(definition: Definition) -> _Generated:
    metavar = "|".join(definition.choices) or definition.unit.upper() or _METAVARS[definition.kind]
    return metavar, partial(_parse, definition), f"{definition.help} ({_range(definition)}{_default(definition)})"


def _default(definition: Definition) -> str:
    value = definition.default
    return f"default: {value if isinstance(value, str) else format(value, 'g')}"


def _range(definition: Definition) -> str:
    if definition.kind not in ("float", "int"):
        return ""
    unit = f" {definition.unit}" if definition.unit else ""
    automatic = f" or {_AUTOMATIC}" if definition.adaptive else ""
    return f"{definition.minimum:.10g} to {definition.maximum:.10g}{unit}{automatic}; "


def _parse(definition: Definition, text: str) -> Any:
    """Return the value that ``text`` describes. Raises :class:`InvalidJob`, which names the option."""
    if definition.adaptive and text == _AUTOMATIC:
        return AUTOMATIC
    number = _number(text) if definition.kind in ("float", "int") else None
    return replace(definition, adaptive=False).check(text if number is None else number, option_names(definition)[0])


def _number(text: str) -> Optional[float]:
    try:
        return float(text)
    except ValueError:
        return None


def _init(definition: Definition) -> _Generated:
    words = tuple(choice for choice in definition.choices if choice != "picture")
    text = f"{definition.help} A file is a picture, and is scaled to the output. ({_default(definition)})"
    return f"{'|'.join(words)}|FILE", lambda name: name if name in words else Path(name), text
