"""The styles that an editor offers: favorite and recent ones, the bundled paintings, the user's folders.

Nothing here opens a picture. A large folder is listed only up to a limit, so it does not block the editor.
"""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path
from typing import Any, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from nst_core.bridge.language import tr, tr_count
from nst_core.job.errors import InvalidJob
from nst_core.job.text import cleaned

from . import style_lists
from .bundled import PAINTINGS, painting_at
from .style_lists import StyleLists

#: The values of ``StyleEntry.group``, besides the paths of folders.
FAVORITE, RECENT, BUNDLED = "favorite", "recent", "bundled"

#: The formats that both editors open.
SUFFIXES = (
    *(".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".gif"),
    *(".avif", ".heic", ".heif", ".jxl", ".ora", ".psd"),
)


class Limits(NamedTuple):
    """The number of files that are looked at in a folder, and the number of its pictures that are listed."""

    files: int = 5000
    pictures: int = 500


_LIMITS = Limits()


class StyleEntry(NamedTuple):
    """A style of the gallery. ``group`` is FAVORITE, RECENT, BUNDLED, or the path of a folder."""

    path: Path
    title: str
    detail: str
    is_favorite: bool
    group: str


class StyleGroup(NamedTuple):
    """Styles under a heading. A folder of the user is in ``folder``. ``note`` explains why pictures are missing."""

    label: str
    entries: Tuple[StyleEntry, ...]
    folder: Optional[Path] = None
    note: str = ""


class Gallery:
    """All styles. The user's own lists are stored in ``folder`` (None: the user's settings folder).

    Reading never fails. Every change is stored at once, and raises :class:`UnwritableOutput` if that is impossible.
    """

    def __init__(self, folder: Optional[Path] = None, limits: Limits = _LIMITS) -> None:
        self._folder, self._limits = folder, limits

    def groups(self) -> List[StyleGroup]:
        """Return the styles in the order of the gallery. Favorite and recent files that do not exist are left out."""
        lists = self._lists()
        folders = [_folder_group(folder, lists, self._limits) for folder in lists.folders]
        return [*_groups_without_folders(lists), *folders]

    def first(self, count: int) -> List[StyleEntry]:
        """Return the first ``count`` styles: favorite and recent ones, then one painting of each artist."""
        entries = [entry for group in _groups_without_folders(self._lists()) for entry in group.entries]
        artists = {painting.artist: painting.path for painting in reversed(PAINTINGS)}
        wanted = [entry for entry in entries if entry.group != BUNDLED or entry.path in artists.values()]
        paths = [entry.path for entry in wanted]
        return [entry for place, entry in enumerate(wanted) if entry.path not in paths[:place]][:count]

    def use(self, path: Path) -> None:
        """Make the style in the file ``path`` the newest of the recent styles."""
        self._store(self._lists().with_recent(path))

    def toggle_favorite(self, path: Path) -> bool:
        """Make the file ``path`` a favorite. If it was one, remove it from the favorites. True if it is one now."""
        before = self._lists()
        after = before.with_favorite_toggled(path)
        self._store(after)
        return len(after.favorites) > len(before.favorites)

    def add_folder(self, folder: Path) -> None:
        """Add the folder ``folder`` to the gallery. Raises :class:`InvalidJob` if it is no folder."""
        if not _is_dir(folder):
            raise InvalidJob(tr("{name} is no folder.").format(name=folder), tr("Choose another folder."))
        self._store(self._lists().with_folder(folder))

    def remove_folder(self, folder: Path) -> None:
        """Remove ``folder`` from the gallery. Its files stay."""
        self._store(self._lists().without_folder(folder))

    def _lists(self) -> StyleLists:
        return style_lists.load(self._folder)

    def _store(self, lists: StyleLists) -> None:
        style_lists.store(lists, self._folder)


def _groups_without_folders(lists: StyleLists) -> List[StyleGroup]:
    favorites = _existing(lists.favorites)
    chosen = ((tr("Favorites"), FAVORITE, favorites), (tr("Recent"), RECENT, _existing(lists.recent)))
    groups = [StyleGroup(label, _entries(found, group, lists)) for label, group, found in chosen if found]
    bundled = [painting.path for painting in PAINTINGS]
    return [*groups, StyleGroup(tr("Paintings"), _entries(bundled, BUNDLED, lists))]


def _entries(files: Sequence[Path], group: str, lists: StyleLists) -> Tuple[StyleEntry, ...]:
    favorites = frozenset(lists.favorites)
    return tuple(_entry(path, group, path in favorites) for path in files)


def _entry(path: Path, group: str, is_favorite: bool) -> StyleEntry:
    painting = painting_at(path)
    if painting:
        return StyleEntry(path, painting.title, painting.detail, is_favorite, group)
    return StyleEntry(path, cleaned(path.stem), cleaned(path.parent.name), is_favorite, group)


def _folder_group(folder: Path, lists: StyleLists, limits: Limits) -> StyleGroup:
    has_namesake = [other.name for other in lists.folders].count(folder.name) > 1
    label = cleaned(str(folder) if has_namesake or not folder.name else folder.name)
    try:
        found, is_complete = _pictures(folder, limits)
    except OSError:
        return StyleGroup(label, (), folder, tr("This folder can't be read."))
    note = "" if is_complete else _incomplete_note(len(found))
    return StyleGroup(label, _entries(found, str(folder), lists), folder, note)


def _incomplete_note(count: int) -> str:
    one = "Only {count} picture of this folder is shown."
    return tr_count(one, "Only {count} pictures of this folder are shown.", count)


def _pictures(folder: Path, limits: Limits) -> Tuple[List[Path], bool]:
    """Return the pictures directly in ``folder``, sorted by name, and True if these are all. Raises OSError."""
    with os.scandir(folder) as listing:
        found = sorted(_picture_names(islice(listing, limits.files)), key=lambda name: (name.casefold(), name))
        is_complete = len(found) <= limits.pictures and next(listing, None) is None
    return [folder / name for name in found[: limits.pictures]], is_complete


def _picture_names(listing: Iterator[Any]) -> Iterator[str]:
    for item in listing:
        is_picture = item.name.lower().endswith(SUFFIXES) and not item.name.startswith(".")
        if is_picture and _is_file(item):
            yield item.name


def _existing(files: Sequence[Path]) -> List[Path]:
    return [path for path in files if _is_file(path)]


def _is_file(item: Any) -> bool:
    """Return True if ``item``, a path or an entry of a listing, is a file. Return False if the system can't say it."""
    try:
        return bool(item.is_file())
    except OSError:
        return False


def _is_dir(folder: Path) -> bool:
    try:
        return folder.is_dir()
    except OSError:
        return False
