"""The plug-ins into the editors: all of them or, if one fails, none.

Everything is written beside its target first, under a new random name; then each target makes room and the new one
takes its name. The old ones stay until the last one is replaced; after a kill before that, :func:`recover`
brings all of them back.

Only files that the manifest lists, with the contents that were placed, are replaced or removed. Other files in a
plug-in's folder move with it to the new one; a file or plug-in that somebody else put there, or changed, is renamed.
"""

from __future__ import annotations

import secrets
import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import List, Mapping, Optional, Sequence

from ..bridge.files import PART, move, replace_text
from ..job.errors import InstallFailed
from . import kritarc, plugins
from .hosts import GIMP, KRITA, Host
from .manifest import Manifest
from .storage import entries, make_private, remove, remove_files, unused

Command = Optional[Sequence[str]]
_OLD = ".old"  # Suffix of a replaced target that is deleted later. A user's file gets another name, and is kept.
_ABSENT = ".absent"  # Suffix of the name for a predecessor where there was none.
_GENERATED = Path("nst_core", "engine.json")  # The engine's command; *Install engine* replaces it.


def place(hosts: Mapping[Host, Command], made: Manifest) -> List[Path]:
    """Place the plug-in in each of ``hosts``, to start its engine by the given command, and enable it.

    Returns the new names of files that were in the way and not ours. Raises InstallFailed or OSError; every host is
    then as it was before.
    """
    recover(made)
    targets: List[Path] = []
    for host in hosts:
        targets += plugins.targets(host.editor, host.plugins)
    updated = {target for target in targets if str(target) in made.targets}
    renamed: List[Path] = []
    with ExitStack() as undo:
        undo.callback(recover, made)
        _note(hosts, targets, made)
        for host, command in hosts.items():
            _write_beside(host, command, made)
        for target in targets:
            renamed += _make_room(target, target in updated, made)
        for target in targets:
            undo.callback(_take_back, target, made)
            _put(target, made)
        for host in hosts:
            if host.settings:
                _enable(host.settings, made, undo)
        undo.pop_all()
    recover(made)
    made.keep_latest(targets)
    return renamed


def place_krita(resources: Path, settings: Path, command: Command = None) -> None:
    """Place and enable the plug-in in the Krita of this resource folder and configuration file; nothing is recorded."""
    place({Host(KRITA, "Krita", resources, settings): command}, Manifest())


def place_gimp(folder: Path, command: Command = None) -> None:
    """Place the plug-in in the ``plug-ins`` folder of a GIMP; nothing is recorded."""
    place({Host(GIMP, "GIMP", folder): command}, Manifest())


def recover(made: Manifest) -> None:
    """Undo a placement that was interrupted before the last target was replaced, and remove its temporary files."""
    targets = [Path(name) for name in made.staging]
    if any(_new(target, made).exists() for target in targets):
        for target in targets:
            _bring_back(target, made)
    for target in targets:  # Only now, because the successors show that the placement is not complete.
        remove(_new(target, made))
    for target in targets:
        if _old(target, made).name.endswith(_OLD):
            remove(_old(target, made))
    for settings in map(Path, made.edits):
        remove_files(settings.parent.glob(f".*{PART}"))
    if made.staging:
        made.staging = {}
        made.save()


def take_away(made: Manifest) -> None:
    """Remove all placed files that are unchanged. The editors' configuration loses our line."""
    recover(made)
    for target in map(Path, made.targets):
        remove_files(ours(target, made))
    for name, (before, after) in made.edits.items():
        _revert(Path(name), before, after)


def ours(target: Path, made: Manifest) -> List[Path]:
    """The files at or below ``target`` that were placed and are unchanged, and the folders that hold them."""
    if target.is_symlink() or not target.is_dir():
        return [target] if made.has_placed(target) else []
    found = entries(target)
    files = {path for path in found if made.has_placed(path) or _is_generated(path, target, made)}
    if not any(made.has_placed(path) for path in files):
        return []  # The user put another folder there.
    around = {folder for path in files for folder in path.parents}
    return [*(path for path in found if path in files or path in around), target]


def _is_generated(path: Path, target: Path, made: Manifest) -> bool:
    """Whether ``path`` was made from our files: compiled modules, and the engine's command."""
    if path.parent.name == "__pycache__" and path.suffix == ".pyc":
        return str(path.parent.with_name(path.name.split(".")[0] + ".py")) in made.files
    return path == target / _GENERATED and path.is_file() and not path.is_symlink()


def _note(hosts: Mapping[Host, Command], targets: Sequence[Path], made: Manifest) -> None:
    made.note_folders(target.parent for target in targets)
    made.note_folders(host.settings.parent for host in hosts if host.settings)
    made.targets += [str(target) for target in targets if str(target) not in made.targets]
    for target in targets:
        name = f".neural-style-{secrets.token_hex(8)}"
        made.staging[str(target)] = (f"{name}.new", f"{name}{_OLD if target.exists() else _ABSENT}")
    made.save()


def _new(target: Path, made: Manifest) -> Path:
    return target.with_name(made.staging[str(target)][0])


def _old(target: Path, made: Manifest) -> Path:
    return target.with_name(made.staging[str(target)][1])


def _write_beside(host: Host, command: Command, made: Manifest) -> None:
    for target, name in plugins.targets(host.editor, host.plugins).items():
        make_private(target.parent)
        new = _new(target, made)
        if name:
            plugins.write_file(host.editor, name, new)
        else:
            plugins.write(host.editor, new, command)
        for path in [new] if name else [path for path in new.rglob("*") if path.is_file()]:
            made.note_file(target / path.relative_to(new), path.read_bytes())
    made.save()


def _make_room(target: Path, is_update: bool, made: Manifest) -> List[Path]:
    """Prepare that ``target`` is replaced. Returns the names that files of others will have then.

    Raises InstallFailed if it is neither ours nor another copy of the plug-in, such as from a zip.
    """
    placed = set(ours(target, made))
    others = [path for path in entries(target) if path not in placed]
    if target.is_symlink() or (target.is_dir() and not (is_update and placed) and not plugins.is_plugin(target)):
        raise InstallFailed(f"{target} is there, and was not placed by this installer.", "Move it away first.")
    if is_update and placed:
        return _carry_over(target, others, _new(target, made))
    if not target.exists() or (placed and not others):
        return []
    kept = unused(target)
    made.staging[str(target)] = (_new(target, made).name, kept.name)
    made.save()
    return [kept]


def _carry_over(folder: Path, files: Sequence[Path], successor: Path) -> List[Path]:
    """Copy ``files`` of others in ``folder`` to its ``successor``. Returns those that change their names."""
    renamed: List[Path] = []
    for path in files:
        copy = successor / path.relative_to(folder)
        if path.is_dir() and not path.is_symlink():
            copy.mkdir(parents=True, exist_ok=True)
            continue
        if copy.exists():
            copy = unused(copy)
            renamed.append(folder / copy.relative_to(successor))
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, copy, follow_symlinks=False)
    return renamed


def _put(target: Path, made: Manifest) -> None:
    if target.exists():
        move(target, _old(target, made))
    move(_new(target, made), target)


def _take_back(target: Path, made: Manifest) -> None:
    if target.exists() and not _new(target, made).exists():  # It took its place.
        move(target, _new(target, made))


def _bring_back(target: Path, made: Manifest) -> None:
    predecessor = _old(target, made)
    if predecessor.exists() or (predecessor.name.endswith(_ABSENT) and ours(target, made)):
        _take_back(target, made)
    if predecessor.exists() and not target.exists():
        move(predecessor, target)


def _enable(settings: Path, made: Manifest, undo: ExitStack) -> None:
    file = settings.resolve()  # a link, as some keep their settings elsewhere, stays one
    before = _text(file)
    after = kritarc.enabled(before or "")
    if after == before:
        return
    first = made.edits.get(str(file), [before])[0]
    made.edits[str(file)] = [first, after]
    made.save()
    undo.callback(_revert, file, before, after)
    make_private(file.parent)
    replace_text(file, after)


def _revert(file: Path, before: Optional[str], after: Optional[str]) -> None:
    now = _text(file)
    if now is None:
        return
    # Krita may have written other settings since: then only our line goes.
    wanted = before if now == after else kritarc.removed(now)
    if wanted is None:
        remove(file)
    elif wanted != now:
        replace_text(file, wanted)


def _text(file: Path) -> Optional[str]:
    if not file.is_file():
        return None
    return file.read_bytes().decode("utf-8", "surrogateescape")
