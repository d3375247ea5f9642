"""The styles that an editor offers: favorite and recent ones, the bundled paintings, the user's folders.

Nothing here opens a picture. A folder is listed up to a limit, so that a large one does not block an editor.
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

#: The values of ``StyleEntry.group`` beside the paths of folders.
FAVORITE, RECENT, BUNDLED = "favorite", "recent", "bundled"

#: The formats that both editors open.
SUFFIXES = (
    *(".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".gif"),
    *(".avif", ".heic", ".heif", ".jxl", ".ora", ".psd"),
)

#: How many files of a folder are looked at, and how many pictures of it are listed.
SCANNED, LISTED = 5000, 500


class StyleEntry(NamedTuple):
    """A style of the gallery. ``group`` is FAVORITE, RECENT, BUNDLED, or the path of a folder."""

    path: Path
    title: str
    detail: str
    is_favorite: bool
    group: str


class StyleGroup(NamedTuple):
    """Styles under a heading. ``folder`` is set for a folder of the user. ``note`` says why pictures are missing."""

    label: str
    entries: Tuple[StyleEntry, ...]
    folder: Optional[Path] = None
    note: str = ""


class Gallery:
    """All styles, with the user's own lists in ``folder`` (None: the user's settings folder).

    Reading never fails. Every change is stored at once, and raises :class:`UnwritableOutput` if that is impossible.
    """

    def __init__(self, folder: Optional[Path] = None) -> None:
        self._folder = folder

    def groups(self) -> List[StyleGroup]:
        """The styles in the order in which they are shown. Favorite and recent files that are gone are left out."""
        lists = self._lists()
        return [*_groups_without_folders(lists), *(_folder_group(folder, lists) for folder in lists.folders)]

    def first(self, count: int) -> List[StyleEntry]:
        """The ``count`` styles to begin with: favorite and recent ones, then one painting of each artist."""
        entries = [entry for group in _groups_without_folders(self._lists()) for entry in group.entries]
        artists = {painting.artist: painting.path for painting in reversed(PAINTINGS)}
        wanted = [entry for entry in entries if entry.group != BUNDLED or entry.path in artists.values()]
        paths = [entry.path for entry in wanted]
        return [entry for place, entry in enumerate(wanted) if entry.path not in paths[:place]][:count]

    def use(self, path: Path) -> None:
        """Make the style in the file ``path`` the newest of the recent ones."""
        self._store(self._lists().with_recent(path))

    def toggle_favorite(self, path: Path) -> bool:
        """Make the file ``path`` a favorite, or no favorite if it was one. Returns whether it is one now."""
        before = self._lists()
        after = before.with_favorite_toggled(path)
        self._store(after)
        return len(after.favorites) > len(before.favorites)

    def add_folder(self, folder: Path) -> None:
        """List the pictures of ``folder`` from now on. Raises :class:`InvalidJob` if it is no folder."""
        if not _is_dir(folder):
            raise InvalidJob(tr("{name} is no folder.").format(name=folder), tr("Choose another folder."))
        self._store(self._lists().with_folder(folder))

    def remove_folder(self, folder: Path) -> None:
        """List ``folder`` no longer. Its files stay."""
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


def _folder_group(folder: Path, lists: StyleLists) -> StyleGroup:
    has_namesake = [other.name for other in lists.folders].count(folder.name) > 1
    label = cleaned(str(folder) if has_namesake or not folder.name else folder.name)
    try:
        found, is_complete = _pictures(folder)
    except OSError:
        return StyleGroup(label, (), folder, tr("This folder can't be read."))
    return StyleGroup(
        label, _entries(found, str(folder), lists), folder, "" if is_complete else _shown_of_more(len(found))
    )


def _shown_of_more(count: int) -> str:
    one = "Only {count} picture of this folder is shown."
    return tr_count(one, "Only {count} pictures of this folder are shown.", count)


def _pictures(folder: Path) -> Tuple[List[Path], bool]:
    """Pictures directly in ``folder``, sorted by name, and whether these are all. Raises OSError."""
    with os.scandir(folder) as listing:
        found = sorted(_picture_names(islice(listing, SCANNED)), key=lambda name: (name.casefold(), name))
        is_complete = len(found) <= LISTED and next(listing, None) is None
    return [folder / name for name in found[:LISTED]], is_complete


def _picture_names(listing: Iterator[Any]) -> Iterator[str]:
    for item in listing:
        is_picture = item.name.lower().endswith(SUFFIXES) and not item.name.startswith(".")
        if is_picture and _is_file(item):
            yield item.name


def _existing(files: Sequence[Path]) -> List[Path]:
    return [path for path in files if _is_file(path)]


def _is_file(item: Any) -> bool:
    """Whether ``item``, a path or an entry of a listing, is a file; False where that can't be found out."""
    try:
        return bool(item.is_file())
    except OSError:
        return False


def _is_dir(folder: Path) -> bool:
    try:
        return folder.is_dir()
    except OSError:
        return False
