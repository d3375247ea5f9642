"""The presets that an editor offers: the shipped ones, then the user's own.

A shipped preset changes the look of the picture. It does not change the user's quality, size, seed, seamless edges or
settings of the machine. A preset of the user may also contain styles: pictures of the gallery and other files. It can't
contain layers, because they belong to one document.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import List, Optional, Sequence, Tuple

from nst_core.bridge.language import tr
from nst_core.bridge.presets import FileStyle, Presets
from nst_core.job.errors import InvalidJob
from nst_core.job.settings import Settings, definitions

from .bundled import painting_at
from .shipped_presets import shipped

#: The settings that a shipped preset does not change.
_UNCHANGED = (
    *("quality", "size", "seed", "seamless"),
    *(definition.name for definition in definitions() if definition.of_machine),
)


@dataclass(frozen=True)
class Preset:
    """Named settings. ``detail`` is a line that describes a shipped preset.

    If a preset has ``styles``, they replace the chosen styles.
    """

    name: str
    settings: Settings
    detail: str = ""
    is_shipped: bool = False
    styles: Tuple[FileStyle, ...] = ()

    def applied_to(self, current: Settings) -> Settings:
        """Return the settings after the user chooses this preset. ``current`` are the settings before."""
        if not self.is_shipped:
            return self.settings
        return replace(self.settings, **{name: getattr(current, name) for name in _UNCHANGED})

    def is_changed(self, current: Settings, styles: Optional[Sequence[FileStyle]] = None) -> bool:
        """Return True if the settings ``current`` or the chosen ``styles`` differ from those of this preset.

        Without ``styles``, only the settings are compared. A chosen style that is a layer has an empty path.
        """
        has_other_styles = bool(self.styles) and styles is not None and tuple(styles) != self.styles
        return has_other_styles or self.applied_to(current) != current

    def title(self, current: Settings, styles: Optional[Sequence[FileStyle]] = None) -> str:
        """Return the name, with a mark if :meth:`is_changed`: ``Portrait (changed)``."""
        return tr("{name} (changed)").format(name=self.name) if self.is_changed(current, styles) else self.name


class PresetList:
    """The shipped presets, and the user's presets in ``own``.

    A shipped preset can't be renamed or deleted, and no other preset can have its name. An attempt raises
    :class:`InvalidJob`.
    """

    def __init__(self, own: Presets) -> None:
        self._own = own

    def presets(self) -> List[Preset]:
        """Return all presets: first the shipped ones in a fixed order, then the user's by name."""
        ready = [Preset(name, Settings(**values), detail, is_shipped=True) for name, detail, values in shipped()]
        own = self._own.all().items()
        return [
            *ready,
            *(Preset(name, stored.settings, styles=_located(stored.styles)) for name, stored in own),
        ]

    def save(self, name: str, settings: Settings, styles: Sequence[FileStyle] = ()) -> Preset:
        """Add a preset of the user. It replaces a preset with the same name.

        Raises the errors of :meth:`Presets.save`, and :class:`InvalidJob` if a style is a layer, so it has no path.
        """
        if not all(style.path for style in styles):
            problem = tr("A preset can't hold a style that is a layer.")
            raise InvalidJob(problem, tr("Choose styles from the gallery or from files, or save the settings alone."))
        return Preset(self._own.save(_require_free(name), settings, styles), settings, styles=tuple(styles))

    def rename(self, preset: Preset, name: str) -> Preset:
        """Rename ``preset``. The name must be free. Raises the errors of :meth:`Presets.rename`."""
        _require_own(preset)
        return replace(preset, name=self._own.rename(preset.name, _require_free(name)))

    def delete(self, preset: Preset) -> None:
        """Remove ``preset``."""
        _require_own(preset)
        self._own.delete(preset.name)


def is_name_of_shipped(name: str) -> bool:
    """Return True if a shipped preset has this name. A preset of the user can't have it then."""
    return _comparable(name) in {_comparable(preset.name) for preset in shipped()}


def _located(styles: Sequence[FileStyle]) -> Tuple[FileStyle, ...]:
    """Return ``styles`` with the path of each bundled painting in this copy of the package."""
    paintings = [painting_at(Path(style.path)) for style in styles]
    return tuple(
        style._replace(path=str(painting.path)) if painting else style for style, painting in zip(styles, paintings)
    )


def _comparable(name: str) -> str:
    return " ".join(name.split()).casefold()


def _require_free(name: str) -> str:
    if is_name_of_shipped(name):
        raise InvalidJob(tr("A preset that comes with the program has this name."), tr("Choose another name."))
    return name


def _require_own(preset: Preset) -> None:
    if preset.is_shipped:
        problem = tr("The preset {name} comes with the program.").format(name=preset.name)
        raise InvalidJob(problem, tr("Only your own presets can be renamed or deleted."))
