"""The user's favorite styles, recent styles, and folders of styles. They are stored in ``styles.json``.

Each change reads the file again, so two open editors do not lose each other's changes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Dict, Iterable, List, Optional, Tuple

from nst_core.bridge import paths, settings_file

from .bundled import painting_at

FORMAT = 1
FILE = "styles.json"
#: The number of recent styles that are stored.
RECENT = 24


@dataclass(frozen=True)
class StyleLists:
    """Lists of absolute paths, without duplicates. A bundled painting has its path in this copy of the package."""

    favorites: Tuple[Path, ...] = ()
    recent: Tuple[Path, ...] = ()
    folders: Tuple[Path, ...] = ()

    def with_recent(self, path: Path) -> StyleLists:
        """Return these lists with ``path`` as the newest recent style."""
        return replace(self, recent=_unique([path, *self.recent])[:RECENT])

    def with_favorite_toggled(self, path: Path) -> StyleLists:
        """Return these lists with the favorite ``path`` added, or removed if it was there."""
        path = _normal(path)
        if path in self.favorites:
            return replace(self, favorites=tuple(other for other in self.favorites if other != path))
        return replace(self, favorites=(*self.favorites, path))

    def with_folder(self, folder: Path) -> StyleLists:
        """Return these lists with ``folder`` as the last folder. A folder that is already listed keeps its place."""
        return replace(self, folders=_unique([*self.folders, folder]))

    def without_folder(self, folder: Path) -> StyleLists:
        """Return these lists without ``folder``."""
        return replace(self, folders=tuple(other for other in self.folders if other != _normal(folder)))


def load(folder: Optional[Path] = None) -> StyleLists:
    """Read the lists from ``folder`` (None: the user's settings folder). Never fails; damaged entries are left out."""
    tree = settings_file.read(_file(folder))
    lists = StyleLists(*(_unique(_paths(tree.get(name))) for name in ("favorites", "recent", "folders")))
    return replace(lists, recent=lists.recent[:RECENT])


def store(lists: StyleLists, folder: Optional[Path] = None) -> None:
    """Write ``lists`` to ``folder`` (None: the user's settings folder). Raises :class:`UnwritableOutput`."""
    tree: Dict[str, Any] = {"format": FORMAT}
    for name in ("favorites", "recent", "folders"):
        tree[name] = list(map(str, getattr(lists, name)))
    settings_file.write(_file(folder), tree)


def _file(folder: Optional[Path]) -> Path:
    return (folder or paths.settings_folder()) / FILE


def _paths(values: Any) -> List[Path]:
    texts = [text for text in values if isinstance(text, str) and "\0" not in text] if isinstance(values, list) else []
    return [Path(text) for text in texts if Path(text).is_absolute()]


def _unique(given: Iterable[Path]) -> Tuple[Path, ...]:
    return tuple(dict.fromkeys(map(_normal, given)))


def _normal(path: Path) -> Path:
    """Return the absolute path of a file. A bundled painting gets its path in this copy of the package."""
    painting = painting_at(path)
    return painting.path if painting else path.absolute()
