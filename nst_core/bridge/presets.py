"""The files of presets and of the last settings. Updates, crashes and a second open editor do not damage them.

Each change reads the file again and replaces it in one step, so two open editors do not lose each other's presets. A
damaged file is renamed, never overwritten.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, NamedTuple, Optional, Sequence, Tuple

from nst_core.job.errors import InvalidJob
from nst_core.job.request import check_weight
from nst_core.job.settings import Settings
from nst_core.job.text import cleaned

from . import paths, settings_file
from .language import tr

FORMAT = 1
LONGEST_NAME = 80


class FileStyle(NamedTuple):
    """A style of a preset: the absolute path of its file, and its weight in the mixture."""

    path: str
    weight: float = 1.0


class Stored(NamedTuple):
    """The contents of a preset. Without ``styles``, it changes only the settings."""

    settings: Settings
    styles: Tuple[FileStyle, ...] = ()


class Presets:
    """The user's presets and the last settings, in ``folder`` (None: the user's settings folder).

    Reading never fails. Writing raises :class:`UnwritableOutput`, and :class:`InvalidJob` for a name that is not
    allowed.
    """

    def __init__(self, folder: Optional[Path] = None) -> None:
        self.folder = folder or paths.settings_folder()

    def all(self) -> Dict[str, Stored]:
        """Return all presets, in alphabetical order."""
        presets = self._presets()
        return {
            name: Stored(Settings.restore(presets[name]), _styles(presets[name].get("styles")))
            for name in sorted(presets, key=str.casefold)
        }

    def save(self, name: str, settings: Settings, styles: Sequence[FileStyle] = ()) -> str:
        """Add or replace a preset. Return its name as it was stored."""
        name, values = _checked_name(name), settings.to_dict()
        stored = {**values, "styles": [style._asdict() for style in styles]} if styles else values
        self._store({**self._presets(), name: stored})
        return name

    def rename(self, old: str, new: str) -> str:
        """Rename a preset. The name must be free. Return it as it was stored."""
        new = _checked_name(new)
        presets = self._presets()
        if new != old and new in presets:
            raise InvalidJob(tr("A preset of this name exists."), tr("Choose another name."))
        if old in presets:
            presets[new] = presets.pop(old)
            self._store(presets)
        return new

    def delete(self, name: str) -> None:
        """Delete a preset."""
        self._store({key: values for key, values in self._presets().items() if key != name})

    def last(self) -> Settings:
        """Return the last settings of any editor, or the first settings of a new installation."""
        stored = _mapping(settings_file.read(self.folder / "last.json"), "settings")
        return Settings.restore(stored) if stored else Settings.first()

    def remember(self, settings: Settings) -> None:
        """Store ``settings`` as the last ones."""
        settings_file.write(self.folder / "last.json", {"format": FORMAT, "settings": settings.to_dict()})

    def _presets(self) -> Dict[str, Any]:
        presets = _mapping(settings_file.read(self.folder / "presets.json"), "presets")
        return {cleaned(name): values for name, values in presets.items() if isinstance(values, dict)}

    def _store(self, presets: Dict[str, Any]) -> None:
        settings_file.write(self.folder / "presets.json", {"format": FORMAT, "presets": presets})


def _checked_name(name: str) -> str:
    name = cleaned(" ".join(name.split()))
    if not 1 <= len(name) <= LONGEST_NAME:
        raise InvalidJob(tr("A preset needs a name of at most {count} letters.").format(count=LONGEST_NAME))
    return name


def _mapping(tree: Dict[str, Any], key: str) -> Dict[str, Any]:
    value = tree.get(key)
    return value if isinstance(value, dict) else {}


def _styles(values: Any) -> Tuple[FileStyle, ...]:
    found = [_style(value) for value in values] if isinstance(values, list) else []
    return tuple(style for style in found if style is not None)


def _style(value: Any) -> Optional[FileStyle]:
    """Return the stored style, or None if it is damaged."""
    path = value.get("path") if isinstance(value, dict) else None
    if not isinstance(path, str) or "\0" in path or not Path(path).is_absolute():
        return None
    try:
        return FileStyle(path, check_weight(value.get("weight", 1.0), path))
    except InvalidJob:
        return FileStyle(path)
