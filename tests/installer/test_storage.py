"""Folders and files are replaced in one step."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Any, Optional

import pytest

from nst_core.bridge import files
from nst_core.installer import storage
from nst_core.job.errors import InstallFailed


def tree(folder: Path, text: str) -> Path:
    folder.mkdir()
    (folder / "file").write_text(text, encoding="utf-8")
    return folder


def text(folder: Path) -> str:
    return (folder / "file").read_text(encoding="utf-8")


def test_a_swap_puts_the_new_in_the_place_of_the_old(tmp_path: Path) -> None:
    target = tree(tmp_path / "engine", "old")
    tree(storage.new(target), "new")
    storage.swap_in(target)
    assert text(target) == "new" and text(storage.old(target)) == "old"


def test_a_swap_that_fails_leaves_the_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target, successor = tree(tmp_path / "engine", "old"), tree(storage.new(tmp_path / "engine"), "new")
    replace = Path.replace

    def refuse(path: Path, other: Path) -> Path:
        if path == successor:
            raise PermissionError(errno.EPERM, "Operation not permitted", str(path))
        return replace(path, other)

    with monkeypatch.context() as patch, pytest.raises(PermissionError):
        patch.setattr(Path, "replace", refuse)
        storage.swap_in(target)
    assert text(target) == "old" and text(successor) == "new" and len([*tmp_path.iterdir()]) == 2


def test_a_swap_is_undone_wherever_it_stopped(tmp_path: Path) -> None:
    target = tree(tmp_path / "engine", "old")
    tree(storage.new(target), "new")
    storage.swap_back(target)
    assert text(target) == "old" and text(storage.new(target)) == "new", "nothing was moved yet"
    target.rename(storage.old(target))
    storage.swap_back(target)
    assert text(target) == "old" and text(storage.new(target)) == "new", "half of it"
    storage.swap_in(target)
    storage.swap_back(target)
    assert text(target) == "old" and text(storage.new(target)) == "new", "all of it"


@pytest.mark.parametrize(
    ("there", "expected"), [(["old"], "old"), (["old", "target"], "target"), (["target"], "target")]
)
def test_an_interrupted_swap_is_undone(tmp_path: Path, there: list[str], expected: str) -> None:
    target = tmp_path / "engine"
    for name in there:
        tree(storage.old(target) if name == "old" else target, name)
    storage.restore(target)
    assert text(target) == expected


def test_new_folders_are_the_users_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    storage.make_private(tmp_path / "a" / "b")
    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("a", "a/b")] == [0o700, 0o700]
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_writing_keeps_mode_and_odd_bytes(tmp_path: Path) -> None:
    file = tmp_path / "kritarc"
    file.write_bytes(b"a=\xff\r\n")
    file.chmod(0o600)
    files.replace_text(file, file.read_bytes().decode("utf-8", "surrogateescape") + "b=é\n")
    assert file.read_bytes() == b"a=\xff\r\nb=\xc3\xa9\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_failed_write_changes_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("before", encoding="utf-8")
    with pytest.raises(UnicodeEncodeError):
        files.replace_text(file, "a lone surrogate: \ud800")
    with pytest.raises(IsADirectoryError):
        files.replace_text(tree(tmp_path / "folder", "x"), "text")
    assert file.read_text(encoding="utf-8") == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def test_a_folder_of_the_user_is_not_taken_for_the_installers(tmp_path: Path) -> None:
    own, other = storage.mark(tmp_path / "own"), tree(tmp_path / "other", "precious")
    (tmp_path / "link").symlink_to(own, target_is_directory=True)
    assert storage.is_marked(own)
    assert not storage.is_marked(other) and not storage.is_marked(tmp_path / "link")
    storage.require_marked([own, tmp_path / "nothing"])
    for folder in (other, tmp_path / "link"):
        with pytest.raises(InstallFailed, match="not made by this installer"):
            storage.require_marked([own, folder])


def test_removing_a_link_spares_its_target(tmp_path: Path) -> None:
    target = tree(tmp_path / "the user's own", "precious")
    link = tmp_path / "link"
    link.symlink_to(target, target_is_directory=True)
    storage.remove(link)
    storage.remove(link)
    assert text(target) == "precious" and not link.is_symlink()


def test_removing_goes_through_read_only_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows does not delete read-only files."""
    unlink = os.unlink

    def as_windows(path: str, *, dir_fd: Optional[int] = None) -> None:
        if not os.stat(path, dir_fd=dir_fd, follow_symlinks=False).st_mode & stat.S_IWUSR:
            raise PermissionError(errno.EACCES, "Access is denied", str(path))
        unlink(path, dir_fd=dir_fd)

    tree(tmp_path / "folder", "x")
    file = tree(tmp_path / "folder" / "inner", "x") / "file"
    file.chmod(0o400)
    monkeypatch.setattr(os, "unlink", as_windows)
    with pytest.raises(PermissionError):
        file.unlink()
    storage.remove(tmp_path / "folder")
    assert not (tmp_path / "folder").exists()


class Antivirus:
    """Blocks a new file: the first ``times`` attempts to rename or remove it fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, name: str, times: int, answer: int = errno.EACCES) -> None:
        self._work, self._times, self._answer = getattr(os, name), times, answer
        monkeypatch.setattr(os, name, self)
        monkeypatch.setattr(files, "PAUSES", (0.0, 0.0, 0.0))

    def __call__(self, path: str, *others: Any, **options: Any) -> None:
        self._times -= 1
        if self._times >= 0:
            raise OSError(self._answer, os.strerror(self._answer), str(path))
        self._work(path, *others, **options)


def test_a_swap_waits_for_an_antivirus_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tree(tmp_path / "engine", "old")
    tree(storage.new(target), "new")
    Antivirus(monkeypatch, "replace", 3)
    storage.swap_in(target)
    assert text(target) == "new"


def test_a_file_that_is_held_for_long_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tree(tmp_path / "engine", "old")
    tree(storage.new(target), "new")
    Antivirus(monkeypatch, "replace", 4)
    with pytest.raises(PermissionError):
        storage.swap_in(target)
    assert text(target) == "old"


def test_a_full_disk_is_an_error_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Antivirus(monkeypatch, "replace", 1, errno.ENOSPC)
    with pytest.raises(OSError, match="No space left"):
        files.replace_text(tmp_path / "file", "x")


@pytest.mark.parametrize(("name", "answer"), [("unlink", errno.EACCES), ("rmdir", errno.ENOTEMPTY)])
def test_removing_waits_for_an_antivirus_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, answer: int
) -> None:
    tree(tree(tmp_path / "folder", "x") / "inner", "x")
    Antivirus(monkeypatch, name, 3, answer)
    storage.remove(tmp_path / "folder")
    assert not list(tmp_path.iterdir())


def test_the_deepest_entries_come_first_and_a_link_goes_alone(tmp_path: Path) -> None:
    tree(tmp_path / "folder", "x")
    tree(tmp_path / "folder" / "inner", "x")
    (tmp_path / "folder" / "link").symlink_to("inner")
    names = [path.relative_to(tmp_path / "folder").as_posix() for path in storage.entries(tmp_path / "folder")]
    assert names[0] == "inner/file" and sorted(names[1:]) == ["file", "inner", "link"]
    assert storage.entries(tmp_path / "folder" / "link") == []


def test_a_second_holder_is_refused_until_the_first_lets_go(tmp_path: Path) -> None:
    lock = tmp_path / "folder" / "lock"
    with storage.exclusive(lock), pytest.raises(InstallFailed), storage.exclusive(lock):
        pass
    with storage.exclusive(lock):
        pass


def test_an_empty_folder_is_taken_and_a_full_one_is_not(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    storage.require_marked([tmp_path / "empty", tmp_path / "missing"])
    assert storage.is_marked(storage.mark(tmp_path / "empty"))
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").touch()
    with pytest.raises(InstallFailed, match="was not made by this installer"):
        storage.require_marked([tmp_path / "full"])
