"""The options of ``nst stylize``, made from the definitions of the settings.

A new setting appears here by itself. ``--init`` also takes a picture. ``--size`` is no setting of the engine: it is the
output's longest side, to which the content is brought first.
"""

from __future__ import annotations

import argparse
import math
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Callable, Dict, List, NoReturn, Optional, Tuple, Union

from nst_core.job.errors import InvalidJob
from nst_core.job.pixels import MAXIMUM_SIDE
from nst_core.job.request import check_weight
from nst_core.job.settings import Definition, Settings, definitions

#: The output's longest side in pixels where neither an option nor a smaller content says otherwise.
DEFAULT_SIZE = 1024

#: Twice a 16K picture: more is a slip of the keyboard, or a file that is meant to do harm.
MAXIMUM_PIXELS = 2 * 15360 * 8640

#: Options that are not called as their setting: --size is the output's, --tv what other tools have, and an earlier
#: result to start from is continued.
_NAMES = {
    "size": ["--working-size"],
    "total_variation": ["--total-variation", "--tv"],
    "init": ["--init", "--continue"],
}

_METAVARS = {"float": "NUMBER", "int": "NUMBER", "text": "NAME"}


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are one sentence, like those about everything else."""

    def __init__(self, **more: Any) -> None:
        super().__init__(allow_abbrev=False, **more)

    def error(self, message: str) -> NoReturn:
        """Raise :class:`InvalidJob` with argparse's ``message``."""
        raise InvalidJob(f"{message[:1].upper()}{message[1:].rstrip('.')}.", f"See {self.prog} --help.")


@dataclass(frozen=True)
class StyleFile:
    """One ``--style``: a picture, its weight in the mixture, and the files of its masks."""

    path: Path
    weight: float = 1.0
    region: Optional[Path] = None
    source: Optional[Path] = None

    def files(self) -> List[Path]:
        """All files that it needs."""
        return [path for path in (self.path, self.region, self.source) if path]


class OfTheStyleBefore(argparse.Action):
    """An option that belongs to the ``--style`` in front of it; its ``dest`` is a field of :class:`StyleFile`."""

    def __call__(self, parser: argparse.ArgumentParser, namespace: Any, value: Any, option: Any = None) -> None:
        """Put ``value`` into the newest style."""
        if not namespace.styles:
            parser.error(f"{option} belongs behind the --style that it is for")
        namespace.styles[-1] = replace(namespace.styles[-1], **{self.dest: value})


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Give ``parser`` one option for each setting, in the dialogs' order."""
    groups = {
        False: parser.add_argument_group("settings"),
        True: parser.add_argument_group("advanced settings"),
    }
    for definition in definitions():
        metavar, parse, text = _init(definition) if definition.name == "init" else _generated(definition)
        groups[definition.advanced].add_argument(
            *option_names(definition),
            dest=definition.name,
            metavar=metavar,
            type=parse,
            default=definition.default,
            help=text.replace("%", "%%"),
        )


def option_names(definition: Definition) -> List[str]:
    """The option for a setting, the name that is told in complaints first."""
    return _NAMES.get(definition.name) or [f"--{definition.name.replace('_', '-')}"]


def settings_from(options: argparse.Namespace) -> Settings:
    """The engine's settings."""
    values: Dict[str, Any] = {definition.name: getattr(options, definition.name) for definition in definitions()}
    if isinstance(values["init"], Path):
        values["init"] = "picture"
    return Settings.from_dict(values)


def parse_style(text: str) -> StyleFile:
    """``IMAGE`` or ``IMAGE=WEIGHT``; an existing file whose name contains an equals sign is taken as it is."""
    path, separator, weight = text.rpartition("=")
    number = _number(weight)
    if not separator or _exists(text) or (number is None and not _exists(path)):
        return StyleFile(Path(text))
    return StyleFile(Path(path), check_weight(weight if number is None else number, path))


def parse_size(text: str) -> Union[str, int]:
    """``full`` or a longest side in pixels; raises :class:`InvalidJob` for anything else."""
    number = _number(text)
    if text == "full":
        return text
    if number is None or not math.isfinite(number) or number != int(number) or not 1 <= number <= MAXIMUM_SIDE:
        raise InvalidJob(f"--size must be full or a whole number from 1 to {MAXIMUM_SIDE} px, not {text!r}.")
    return int(number)


def wanted_size(option: Any, content: Tuple[int, int]) -> Tuple[int, int]:
    """Width and height of the output for the ``content``'s; ``option`` is what ``--size`` gave (None: nothing).

    Raises :class:`InvalidJob` if that would be too large.
    """
    longest = max(content)
    if option is None:
        option = min(DEFAULT_SIZE, longest)
    scale = 1.0 if option == "full" else option / longest
    width, height = max(1, round(content[0] * scale)), max(1, round(content[1] * scale))
    if max(width, height) > MAXIMUM_SIDE or width * height > MAXIMUM_PIXELS:
        raise InvalidJob(f"A picture of {width} x {height} pixels is too large.", "Choose a smaller --size.")
    return width, height


def _exists(name: str) -> bool:
    try:
        return Path(name).exists()
    except OSError:  # not a name that a file can have, or not for us to see
        return False


_Generated = tuple[str, Callable[[str], Any], str]


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
    return f"{definition.minimum:.10g} to {definition.maximum:.10g}{unit}; "


def _parse(definition: Definition, text: str) -> Any:
    """The value that ``text`` names; raises :class:`InvalidJob` in terms of the option."""
    number = _number(text) if definition.kind in ("float", "int") else None
    try:
        return definition.check(text if number is None else number)
    except InvalidJob as error:
        option = option_names(definition)[0]
        raise InvalidJob(error.problem.replace(f"The setting {definition.name}", option, 1)) from error


def _number(text: str) -> Optional[float]:
    try:
        return float(text)
    except ValueError:
        return None


def _init(definition: Definition) -> _Generated:
    words = tuple(choice for choice in definition.choices if choice != "picture")
    more = "A picture file is scaled to the output's size; an earlier result is continued."
    text = f"{definition.help} {more} ({_default(definition)})"
    return f"{'|'.join(words)}|FILE", lambda name: name if name in words else Path(name), text
