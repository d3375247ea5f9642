"""Presets are not lost: with other editors, damaged files, and folders that can't be written."""

from __future__ import annotations

import errno
import json
import os
import stat
from dataclasses import replace
from pathlib import Path
from typing import Optional

import pytest

from nst_core.bridge.presets import FileStyle, Presets, Stored
from nst_core.job.errors import InvalidJob, UnwritableOutput
from nst_core.job.settings import Settings

WILD = Settings(strength=1.0, style_scale=2.0)
DEEP = b"[" * 100_000 + b"]" * 100_000


def test_save_load_rename_delete(tmp_path: Path) -> None:
    presets = Presets(tmp_path / "deep" / "folder")
    assert list(presets.all()) == []
    assert presets.save("  Wild \n strokes ", WILD) == "Wild strokes"
    presets.save("calm", Settings(strength=0.2))
    assert list(presets.all()) == ["calm", "Wild strokes"]
    assert presets.all()["Wild strokes"].settings == WILD
    assert presets.rename("Wild strokes", "Storm") == "Storm"
    assert list(presets.all()) == ["calm", "Storm"]
    assert presets.all()["Storm"].settings == WILD
    presets.delete("Storm")
    assert list(presets.all()) == ["calm"]


def test_damaged_styles_are_left_out(tmp_path: Path) -> None:
    good = {"path": "/a.png", "weight": 2.0}
    damaged = [3, {}, {"path": 3}, {"path": "relative.png"}, {"path": "/nul\0.png"}]
    styles = {"good": [good, {"path": "/b.png", "weight": "x"}], "damaged": damaged, "none": 7}
    tree = {"presets": {name: {**WILD.to_dict(), "styles": values} for name, values in styles.items()}}
    (tmp_path / "presets.json").write_text(json.dumps(tree), encoding="utf-8")
    found = Presets(tmp_path).all()
    assert found["good"] == Stored(WILD, (FileStyle("/a.png", 2.0), FileStyle("/b.png")))
    assert found["damaged"] == found["none"] == Stored(WILD)


def test_a_name_is_not_taken_from_another_preset(tmp_path: Path) -> None:
    presets = Presets(tmp_path)
    presets.save("a", WILD)
    presets.save("b", Settings())
    with pytest.raises(InvalidJob):
        presets.rename("a", "b")
    assert presets.all()["b"].settings == Settings()


@pytest.mark.parametrize("name", ["", " \t", "x" * 81])
def test_names_that_can_not_be(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidJob):
        Presets(tmp_path).save(name, WILD)


def test_two_editors_keep_each_others_presets(tmp_path: Path) -> None:
    krita, gimp = Presets(tmp_path), Presets(tmp_path)
    krita.save("from Krita", WILD)
    gimp.save("from GIMP", WILD)
    assert list(krita.all()) == ["from GIMP", "from Krita"]


def test_last_settings_come_back(tmp_path: Path) -> None:
    assert Presets(tmp_path).last() == Settings.first()
    Presets(tmp_path).remember(WILD)
    assert Presets(tmp_path).last() == WILD


def test_values_of_another_version_fall_back(tmp_path: Path) -> None:
    values = {**WILD.to_dict(), "strength": 7, "unknown": 1}
    tree = {"format": 2, "presets": {"old": values, "broken": 3}}
    (tmp_path / "presets.json").write_text(json.dumps(tree), encoding="utf-8")
    assert list(Presets(tmp_path).all()) == ["old"]
    assert Presets(tmp_path).all()["old"].settings == Settings(style_scale=2.0)


@pytest.mark.parametrize("content", [b"{", b"[1]", b"\xff\xfe\x00", b"", DEEP, b'{"presets": ' + DEEP + b"}"])
def test_a_damaged_file_is_kept_aside(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "presets.json").write_bytes(content)
    presets = Presets(tmp_path)
    assert list(presets.all()) == []
    presets.save("new", WILD)
    assert list(presets.all()) == ["new"]
    assert (tmp_path / "presets.json.damaged").read_bytes() == content


def test_each_damaged_file_is_kept_aside(tmp_path: Path) -> None:
    for content in ("first", "second", "third"):
        (tmp_path / "presets.json").write_text(content, encoding="utf-8")
        Presets(tmp_path).save("new", WILD)
    kept = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.glob("presets.json.*")}
    assert kept == {
        "presets.json.damaged": "first",
        "presets.json.damaged-2": "second",
        "presets.json.damaged-3": "third",
    }


@pytest.mark.skipif(os.name == "nt", reason="links need a permission on Windows")
@pytest.mark.parametrize("content", [None, "{}", "damaged"])
def test_a_file_that_is_a_link_stays_one(tmp_path: Path, content: Optional[str]) -> None:
    folder, elsewhere = tmp_path / "settings", tmp_path / "elsewhere"
    folder.mkdir()
    link = folder / "presets.json"
    link.symlink_to(elsewhere / "mine.json")
    if content:
        elsewhere.mkdir()
        (elsewhere / "mine.json").write_text(content, encoding="utf-8")
    presets = Presets(folder)
    presets.save("one", WILD)
    presets.save("two", WILD)
    assert link.is_symlink() and list(folder.iterdir()) == [link]
    assert set(json.loads((elsewhere / "mine.json").read_text(encoding="utf-8"))["presets"]) == {"one", "two"}
    kept = [path.read_text(encoding="utf-8") for path in elsewhere.glob("mine.json.*")]
    assert kept == (["damaged"] if content == "damaged" else [])


@pytest.mark.skipif(os.name == "nt", reason="modes of POSIX")
def test_new_files_and_their_folder_are_the_users_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    folder = tmp_path / "settings"
    presets = Presets(folder)
    presets.save("one", WILD)
    presets.remember(WILD)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}
    assert modes == {"settings": 0o700, "presets.json": 0o600, "last.json": 0o600}


def test_nothing_is_left_beside_the_files(tmp_path: Path) -> None:
    presets = Presets(tmp_path)
    presets.save("one", WILD)
    presets.remember(WILD)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["last.json", "presets.json"]


def nested(depth: int) -> object:
    return [nested(depth - 1)] if depth else "deep"


@pytest.mark.parametrize("depth", [1, 10, 14, 50, 300, 900])
def test_a_deeply_nested_value_gives_a_default(tmp_path: Path, depth: int) -> None:
    tree = {"settings": {"strength": nested(depth), "device": nested(depth)}}
    (tmp_path / "last.json").write_text(json.dumps(tree))
    assert replace(Presets(tmp_path).last(), size=0) == Settings()


def test_each_text_can_be_stored(tmp_path: Path) -> None:
    presets = Presets(tmp_path)
    assert presets.save("half \ud83d a pair\0", WILD) == "half \ufffd a pair\ufffd"
    presets.save("Übergröße \U0001f3a8", WILD)
    assert set(presets.all()) == {"half \ufffd a pair\ufffd", "Übergröße \U0001f3a8"}
    assert [path.name for path in tmp_path.iterdir()] == ["presets.json"]


def test_a_stored_text_that_no_editor_can_show_is_made_showable(tmp_path: Path) -> None:
    tree = {"presets": {"a\ud800": WILD.to_dict()}, "settings": {"device": "\udfff", "weights": "a\0"}}
    for name in ("presets.json", "last.json"):
        (tmp_path / name).write_text(json.dumps(tree))
    assert list(Presets(tmp_path).all()) == ["a\ufffd"]
    assert Presets(tmp_path).all()["a\ufffd"].settings == WILD
    assert Presets(tmp_path).last() == Settings()


@pytest.mark.parametrize("what_fails", ["write", "replace"])
def test_a_failed_write_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what_fails: str) -> None:
    if what_fails == "replace":
        (tmp_path / "last.json").mkdir()
    else:
        monkeypatch.setattr("os.fsync", full_disk)
    with pytest.raises(UnwritableOutput):
        Presets(tmp_path).remember(WILD)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []


def full_disk(handle: int) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_asks_for_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fsync", full_disk)
    with pytest.raises(UnwritableOutput, match="Make room on the disk"):
        Presets(tmp_path).save("x", WILD)


def test_a_folder_that_can_not_be_written_is_a_named_error(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("in the way")
    with pytest.raises(UnwritableOutput, match="can't be stored"):
        Presets(blocker / "settings").save("x", WILD)


def test_presets_that_cannot_be_read_now_are_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    presets = Presets(tmp_path)
    presets.save("Mine", Settings(strength=0.5))

    def failing(path: Path, *given: object, **named: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_text", failing)
        patch.setattr(Path, "read_bytes", failing)
        with pytest.raises(UnwritableOutput):
            presets.save("Other", Settings())
    assert list(presets.all()) == ["Mine"]
