"""The presets that an editor offers: the shipped ones, then the user's own.

A shipped preset is about the look of the picture. The user's quality, size, seed and machine stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import List

from nst_core.bridge.language import tr
from nst_core.bridge.presets import Presets
from nst_core.job.errors import InvalidJob
from nst_core.job.settings import Settings, definitions

from .shipped_presets import shipped

#: The settings that a shipped preset leaves alone.
_LEFT_ALONE = (
    *("quality", "size", "seed", "seamless"),
    *(definition.name for definition in definitions() if definition.of_machine),
)


@dataclass(frozen=True)
class Preset:
    """Settings under a name. ``detail`` is a line that describes a shipped preset."""

    name: str
    settings: Settings
    detail: str = ""
    is_shipped: bool = False

    def applied_to(self, current: Settings) -> Settings:
        """The settings after this preset was chosen while ``current`` were set."""
        if not self.is_shipped:
            return self.settings
        return replace(self.settings, **{name: getattr(current, name) for name in _LEFT_ALONE})

    def is_changed(self, current: Settings) -> bool:
        """Whether ``current`` are other settings than this preset's."""
        return self.applied_to(current) != current

    def title(self, current: Settings) -> str:
        """The name, and whether ``current`` differ: ``Portrait (changed)``."""
        return tr("{name} (changed)").format(name=self.name) if self.is_changed(current) else self.name


class PresetList:
    """The shipped presets and those in ``own``.

    A shipped preset can't be renamed or deleted, and no other preset gets its name: that raises :class:`InvalidJob`.
    """

    def __init__(self, own: Presets) -> None:
        self._own = own

    def presets(self) -> List[Preset]:
        """All presets: the shipped ones in their own order, then the user's by name."""
        ready = [Preset(name, Settings(**values), detail, is_shipped=True) for name, detail, values in shipped()]
        return [*ready, *(Preset(name, settings) for name, settings in self._own.all().items())]

    def save(self, name: str, settings: Settings) -> Preset:
        """Add a preset of the user, or replace the one of this name. Raises like :meth:`Presets.save`."""
        return Preset(self._own.save(_free(name), settings), settings)

    def rename(self, preset: Preset, name: str) -> Preset:
        """Give ``preset`` a name that no other has. Raises like :meth:`Presets.rename`."""
        _require_own(preset)
        return replace(preset, name=self._own.rename(preset.name, _free(name)))

    def delete(self, preset: Preset) -> None:
        """Remove ``preset``."""
        _require_own(preset)
        self._own.delete(preset.name)


def is_name_of_shipped(name: str) -> bool:
    """Whether a shipped preset has this name, so that the user's own can't have it."""
    return _comparable(name) in {_comparable(preset.name) for preset in shipped()}


def _comparable(name: str) -> str:
    return " ".join(name.split()).casefold()


def _free(name: str) -> str:
    if is_name_of_shipped(name):
        raise InvalidJob(tr("A preset that comes with the program has this name."), tr("Choose another name."))
    return name


def _require_own(preset: Preset) -> None:
    if preset.is_shipped:
        problem = tr("The preset {name} comes with the program.").format(name=preset.name)
        raise InvalidJob(problem, tr("Only your own presets can be renamed or deleted."))
