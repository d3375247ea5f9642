"""The gallery: lists stay after restarts, damage and changes by a second editor. Folders can have any kind and size."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import List

import pytest

from nst_core.job.errors import InvalidJob, UnwritableOutput
from nst_core.studio.bundled import PAINTINGS
from nst_core.studio.gallery import Gallery, Limits, StyleEntry, StyleGroup
from nst_core.studio.style_lists import RECENT

WAVE, POPPIES = PAINTINGS[0].path, PAINTINGS[1].path


@pytest.fixture
def gallery(tmp_path: Path) -> Gallery:
    return Gallery(tmp_path / "settings")


@pytest.fixture
def styles(tmp_path: Path) -> Path:
    """A folder of the user with two pictures and many other files."""
    folder = tmp_path / "My styles"
    (folder / "deeper.png").mkdir(parents=True)
    for name in ("b.PNG", "A.jpeg", "notes.txt", ".hidden.png", "png", "deeper.png/inside.png"):
        (folder / name).write_bytes(b"")
    return folder


def group(gallery: Gallery, label: str) -> StyleGroup:
    return next(group for group in gallery.groups() if group.label == label)


def names(group: StyleGroup) -> List[str]:
    return [entry.path.name for entry in group.entries]


def labels(gallery: Gallery) -> List[str]:
    return [group.label for group in gallery.groups()]


def test_a_new_user_sees_the_bundled_paintings(gallery: Gallery, tmp_path: Path) -> None:
    (paintings,) = gallery.groups()
    assert paintings.label == "Paintings"
    assert paintings.entries[0] == StyleEntry(
        WAVE, "The Great Wave off Kanagawa", "Katsushika Hokusai, c. 1831", False, "bundled"
    )
    assert len(paintings.entries) == 17
    assert not (tmp_path / "settings").exists(), "looking stores nothing"


def test_the_first_styles_are_the_users_own_then_one_of_each_artist(gallery: Gallery, styles: Path) -> None:
    titles = [entry.title for entry in gallery.first(4)]
    assert titles == ["The Great Wave off Kanagawa", "Snow at Inokashira", "Café Terrace at Night", titles[3]]
    for path in (styles / "b.PNG", POPPIES):
        gallery.use(path)
    gallery.toggle_favorite(POPPIES)
    gallery.add_folder(styles)
    assert [entry.path for entry in gallery.first(3)] == [POPPIES, styles / "b.PNG", WAVE]
    assert len(gallery.first(100)) == 2 + len({painting.artist for painting in PAINTINGS})


def test_recent_styles_newest_first_each_once(gallery: Gallery, styles: Path) -> None:
    for path in (WAVE, styles / "b.PNG", POPPIES, WAVE):
        gallery.use(path)
    assert names(group(gallery, "Recent")) == ["great_wave.jpg", "poppies.jpg", "b.PNG"]
    assert {entry.group for entry in group(gallery, "Recent").entries} == {"recent"}
    assert labels(gallery) == ["Recent", "Paintings"]


def test_recent_styles_are_bounded(gallery: Gallery, tmp_path: Path) -> None:
    for number in range(RECENT + 3):
        (tmp_path / f"{number}.png").write_bytes(b"")
        gallery.use(tmp_path / f"{number}.png")
    assert names(group(gallery, "Recent")) == [f"{number}.png" for number in range(RECENT + 2, 2, -1)]


def test_favorites_are_marked_in_every_group(gallery: Gallery, styles: Path) -> None:
    gallery.add_folder(styles)
    assert gallery.toggle_favorite(styles / "b.PNG") is True
    assert gallery.toggle_favorite(WAVE) is True
    assert labels(gallery) == ["Favorites", "Paintings", "My styles"]
    assert names(group(gallery, "Favorites")) == ["b.PNG", "great_wave.jpg"]
    assert [entry.is_favorite for entry in group(gallery, "My styles").entries] == [False, True]
    assert group(gallery, "Paintings").entries[0].is_favorite
    assert gallery.toggle_favorite(WAVE) is False
    assert names(group(gallery, "Favorites")) == ["b.PNG"]
    assert not group(gallery, "Paintings").entries[0].is_favorite


def test_missing_files_are_left_out_until_they_are_back(gallery: Gallery, styles: Path) -> None:
    picture = styles / "b.PNG"
    gallery.use(picture)
    gallery.toggle_favorite(picture)
    picture.rename(styles / "elsewhere.png")
    assert labels(gallery) == ["Paintings"]
    (styles / "elsewhere.png").rename(picture)
    assert labels(gallery) == ["Favorites", "Recent", "Paintings"]


def test_a_folder_lists_its_pictures_by_name(gallery: Gallery, styles: Path) -> None:
    gallery.add_folder(styles)
    gallery.add_folder(styles)
    assert labels(gallery) == ["Paintings", "My styles"]
    assert group(gallery, "My styles") == StyleGroup(
        "My styles",
        (
            StyleEntry(styles / "A.jpeg", "A", "My styles", False, str(styles)),
            StyleEntry(styles / "b.PNG", "b", "My styles", False, str(styles)),
        ),
        styles,
    )
    gallery.remove_folder(styles)
    assert labels(gallery) == ["Paintings"]
    assert (styles / "b.PNG").exists()


def test_folders_of_the_same_name_show_their_paths(gallery: Gallery, tmp_path: Path) -> None:
    for parent in ("one", "two"):
        (tmp_path / parent / "styles").mkdir(parents=True)
        gallery.add_folder(tmp_path / parent / "styles")
    assert labels(gallery)[1:] == [str(tmp_path / "one" / "styles"), str(tmp_path / "two" / "styles")]


def test_a_large_folder_is_listed_up_to_a_limit(tmp_path: Path) -> None:
    gallery = Gallery(tmp_path / "settings", Limits(files=6, pictures=3))
    folder = tmp_path / "large"
    folder.mkdir()
    gallery.add_folder(folder)
    for count, listed, note in ((3, 3, ""), (5, 3, "Only 3 pictures of this folder are shown.")):
        for number in range(count):
            (folder / f"{number}.png").write_bytes(b"")
        assert len(group(gallery, "large").entries) == listed
        assert group(gallery, "large").note == note
    assert names(group(gallery, "large")) == ["0.png", "1.png", "2.png"]


def test_a_folder_is_scanned_up_to_a_limit(tmp_path: Path) -> None:
    gallery = Gallery(tmp_path / "settings", Limits(files=4))
    folder = tmp_path / "scanned"
    folder.mkdir()
    gallery.add_folder(folder)
    for number in range(4):
        (folder / f"{number}.png").write_bytes(b"")
    assert group(gallery, "scanned").note == ""
    for number in range(4, 9):
        (folder / f"{number}.png").write_bytes(b"")
    assert len(group(gallery, "scanned").entries) == 4
    assert group(gallery, "scanned").note == "Only 4 pictures of this folder are shown."


def test_a_missing_folder_can_still_be_removed(gallery: Gallery, styles: Path) -> None:
    gallery.add_folder(styles)
    styles.rename(styles.with_name("moved"))
    assert group(gallery, "My styles") == StyleGroup("My styles", (), styles, "This folder can't be read.")
    gallery.remove_folder(styles)
    assert labels(gallery) == ["Paintings"]


def test_only_a_folder_is_added(gallery: Gallery, styles: Path) -> None:
    for path in (styles / "b.PNG", styles / "missing"):
        with pytest.raises(InvalidJob, match="is no folder"):
            gallery.add_folder(path)


def test_two_editors_keep_each_others_changes(tmp_path: Path, styles: Path) -> None:
    krita, gimp = Gallery(tmp_path), Gallery(tmp_path)
    krita.add_folder(styles)
    gimp.toggle_favorite(POPPIES)
    krita.use(WAVE)
    assert labels(krita) == labels(gimp) == ["Favorites", "Recent", "Paintings", "My styles"]


def test_a_painting_of_another_copy_of_the_package_is_the_same(gallery: Gallery, tmp_path: Path) -> None:
    copy = tmp_path / "pykrita" / "nst_core" / "studio" / "paintings" / WAVE.name
    gallery.use(copy)
    gallery.use(WAVE)
    gallery.toggle_favorite(copy)
    assert [entry.path for entry in group(gallery, "Recent").entries] == [WAVE]
    assert gallery.toggle_favorite(WAVE) is False


@pytest.mark.parametrize(
    "stored",
    [
        b"{",
        b"\xff",
        b"[]",
        b'{"recent": 1, "favorites": {"a": 1}, "folders": null}',
        json.dumps(
            {key: [1, None, "", "relative.png", "/a\0b"] for key in ("recent", "favorites", "folders")}
        ).encode(),
    ],
)
def test_a_damaged_file_does_no_harm(gallery: Gallery, tmp_path: Path, stored: bytes) -> None:
    (tmp_path / "settings").mkdir()
    (tmp_path / "settings" / "styles.json").write_bytes(stored)
    assert labels(gallery) == ["Paintings"]
    gallery.use(WAVE)
    assert labels(gallery) == ["Recent", "Paintings"]


@pytest.mark.skipif(os.name == "nt", reason="file names are Unicode there")
def test_names_that_are_no_unicode_are_stored_and_can_be_shown(gallery: Gallery, styles: Path) -> None:
    odd = styles / os.fsdecode(b"fl\xfcgel.png")
    odd.write_bytes(b"")
    gallery.add_folder(styles)
    gallery.use(odd)
    (entry,) = group(gallery, "Recent").entries
    assert entry.path == odd
    assert entry.title == "fl\ufffdgel"
    assert odd in [entry.path for entry in group(gallery, "My styles").entries]


def test_a_change_that_can_not_be_stored_is_a_named_error(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("in the way")
    with pytest.raises(UnwritableOutput, match="can't be stored"):
        Gallery(blocker / "settings").use(WAVE)
