"""The presets that an editor offers: the shipped ones, then the user's own.

A shipped preset is about the look of the picture. The user's quality, size, seed and machine stay as they are. A preset
of the user may hold its styles, too: pictures of the gallery and other files. Layers have no place in it, because they
belong to one document.
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

#: The settings that a shipped preset leaves alone.
_LEFT_ALONE = (
    *("quality", "size", "seed", "seamless"),
    *(definition.name for definition in definitions() if definition.of_machine),
)


@dataclass(frozen=True)
class Preset:
    """Settings under a name. ``detail`` is a line that describes a shipped preset.

    If there are ``styles``, they take the place of the chosen ones.
    """

    name: str
    settings: Settings
    detail: str = ""
    is_shipped: bool = False
    styles: Tuple[FileStyle, ...] = ()

    def applied_to(self, current: Settings) -> Settings:
        """The settings after this preset was chosen while ``current`` were set."""
        if not self.is_shipped:
            return self.settings
        return replace(self.settings, **{name: getattr(current, name) for name in _LEFT_ALONE})

    def is_changed(self, current: Settings, styles: Optional[Sequence[FileStyle]] = None) -> bool:
        """Whether ``current`` are other settings than this preset's, or ``styles`` others than those that it holds.

        Without ``styles`` only the settings count. A chosen style that is no file is one with an empty path.
        """
        has_other_styles = bool(self.styles) and styles is not None and tuple(styles) != self.styles
        return has_other_styles or self.applied_to(current) != current

    def title(self, current: Settings, styles: Optional[Sequence[FileStyle]] = None) -> str:
        """The name, and whether it :meth:`is_changed`: ``Portrait (changed)``."""
        return tr("{name} (changed)").format(name=self.name) if self.is_changed(current, styles) else self.name


class PresetList:
    """The shipped presets and those in ``own``.

    A shipped preset can't be renamed or deleted, and no other preset gets its name: that raises :class:`InvalidJob`.
    """

    def __init__(self, own: Presets) -> None:
        self._own = own

    def presets(self) -> List[Preset]:
        """All presets: the shipped ones in their own order, then the user's by name."""
        ready = [Preset(name, Settings(**values), detail, is_shipped=True) for name, detail, values in shipped()]
        own = self._own.all().items()
        return [*ready, *(Preset(name, stored.settings, styles=_present(stored.styles)) for name, stored in own)]

    def save(self, name: str, settings: Settings, styles: Sequence[FileStyle] = ()) -> Preset:
        """Add a preset of the user, or replace the one of this name.

        Raises like :meth:`Presets.save`, and :class:`InvalidJob` if one of ``styles`` is no file: it has no path.
        """
        if not all(style.path for style in styles):
            problem = tr("A preset can't hold a style that is a layer.")
            raise InvalidJob(problem, tr("Choose styles from the gallery or from files, or save the settings alone."))
        return Preset(self._own.save(_free(name), settings, styles), settings, styles=tuple(styles))

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


def _present(styles: Sequence[FileStyle]) -> Tuple[FileStyle, ...]:
    """``styles`` with the bundled paintings of this copy of the package, wherever the stored ones lie."""
    paintings = [painting_at(Path(style.path)) for style in styles]
    return tuple(
        style._replace(path=str(painting.path)) if painting else style for style, painting in zip(styles, paintings)
    )


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
