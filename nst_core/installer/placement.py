"""The plug-ins into the editors: all of them or, if one fails, none.

Everything is written beside its target first, under a hidden name; then each target makes room and the new one takes
its name. If a move fails, all old ones return. After a kill between two moves, :func:`finish` makes the others.

Only files that the manifest lists, with the contents that were placed, are removed. The rest of an old plug-in, files
that the user added or changed, stays in a folder ``NAME.kept`` beside the new one.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import List, Mapping, Optional, Sequence

from ..bridge.files import PART, replace_text
from ..job.errors import InstallFailed
from . import kritarc, plugins
from .hosts import Host
from .manifest import Manifest
from .storage import entries, make_private, new, old, remove, remove_files, set_aside, swap_back, swap_in

Command = Optional[Sequence[str]]
_GENERATED = Path("nst_core", "engine.json")  # The engine's command; *Install engine* replaces it.


def place(hosts: Mapping[Host, Command], made: Manifest) -> List[Path]:
    """Place the plug-in in each of ``hosts``, to start its engine by the given command, and enable it.

    Returns the new names of files that were in the way and not ours. Raises InstallFailed or OSError; every host is
    then as it was before.
    """
    kept = finish(made)
    targets = [target for host in hosts for target in plugins.targets(host.editor, host.plugins)]
    for target in targets:
        is_known = not target.is_dir() or ours(target, target, made) or plugins.is_plugin(target)
        if target.is_symlink() or not is_known:
            raise InstallFailed(f"{target} is there, and was not placed by this installer.", "Move it away first.")
    made.note_folders(host.settings.parent for host in hosts if host.settings)
    made.note_targets(targets)
    with ExitStack() as undo:
        undo.callback(_give_up, made)
        for host, command in hosts.items():
            _write_beside(host, command, made)
        made.replacing = [str(target) for target in targets]
        made.save()
        for target in targets:
            undo.callback(swap_back, target)
            swap_in(target)
        for host in hosts:
            if host.settings:
                _enable(host.settings, made, undo)
        undo.pop_all()
    return kept + finish(made)


def finish(made: Manifest) -> List[Path]:
    """Complete a placement that was interrupted between two moves, and remove the predecessors and other remains.

    Returns the new names of predecessors that hold files of others.
    """
    targets = [Path(name) for name in made.replacing]
    kept = []
    for target in targets:
        swap_in(target)
    for target in targets:
        remove_files(ours(old(target), target, made))
        if old(target).exists():
            kept.append(set_aside(old(target), target))
    _give_up(made)
    return kept


def _give_up(made: Manifest) -> None:
    """Remove what an unfinished placement wrote."""
    made.replacing = []  # Saved first: plug-ins that are half removed must not be placed.
    if made.targets:
        made.save()
    for target in map(Path, made.targets):
        remove(new(target))
    for settings in map(Path, made.edits):
        remove_files(settings.parent.glob(f".*{PART}"))


def take_away(made: Manifest) -> None:
    """Remove all placed files that are unchanged. The editors' configuration loses our line."""
    finish(made)
    for target in map(Path, made.targets):
        remove_files(ours(target, target, made))
    for file in map(Path, made.edits):
        before = text_of(file)
        _write(file, kritarc.removed(before) if before else None)


def ours(place: Path, target: Path, made: Manifest) -> List[Path]:
    """The files at or below ``place`` that were placed as ``target`` and are unchanged, and all folders there."""
    if place.is_symlink() or not place.is_dir():
        return [place] if made.has_placed(target, place) else []
    found = entries(place)
    files = {path for path in found if made.has_placed(target / path.relative_to(place), path)}
    if not files:
        return []  # The user put another folder there.
    files |= {path for path in found if _is_generated(target / path.relative_to(place), path, target, made)}
    return [*(path for path in found if path in files or (path.is_dir() and not path.is_symlink())), place]


def _is_generated(path: Path, now: Path, target: Path, made: Manifest) -> bool:
    """Whether ``path``, which is ``now`` there, was made from our files: compiled modules, and the engine's command."""
    if path.parent.name == "__pycache__" and path.suffix == ".pyc":
        return str(path.parent.with_name(path.name.split(".")[0] + ".py")) in made.files
    return path == target / _GENERATED and now.is_file() and not now.is_symlink()


def _write_beside(host: Host, command: Command, made: Manifest) -> None:
    for target, sources in plugins.targets(host.editor, host.plugins).items():
        make_private(target.parent)
        plugins.write(sources, new(target))
        for name in sources:
            made.note_file(target / name, new(target) / name)
    if command:
        pointer = new(plugins.folder_of(host)) / _GENERATED
        pointer.write_text(json.dumps({"command": list(command)}), encoding="utf-8")


def _enable(settings: Path, made: Manifest, undo: ExitStack) -> None:
    file = settings.resolve()  # a link, as some keep their settings elsewhere, stays one
    before = text_of(file)
    if kritarc.is_enabled(before or ""):
        return
    made.edits = [*dict.fromkeys([*made.edits, str(file)])]
    made.save()
    make_private(file.parent)
    undo.callback(_write, file, before)
    _write(file, kritarc.enabled(before or ""))


def text_of(file: Path) -> Optional[str]:
    """The contents of a configuration file; None if there is none."""
    return file.read_bytes().decode("utf-8", "surrogateescape") if file.is_file() else None


def _write(file: Path, text: Optional[str]) -> None:
    """Make ``text`` the contents of ``file``; without any, there is no file."""
    if not text:
        remove(file)
    elif text != text_of(file):
        replace_text(file, text)
