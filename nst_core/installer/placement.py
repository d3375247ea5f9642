"""Places the plug-ins in the editors: in all of them or, if one fails, in none.

Everything is first written beside its target, under a hidden name. Then each target is renamed, and the new one gets
its name. If a move fails, all old targets get their names back. After a kill between two moves, :func:`finish` makes
the other moves.

A file is removed only if the manifest lists it and its contents are unchanged. Files of an old plug-in that the user
added or changed stay in a folder ``NAME.kept`` beside the new plug-in.
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
_GENERATED = Path("nst_core", "engine.json")  # It has the engine's command. *Install engine* replaces it.


def place(hosts: Mapping[Host, Command], made: Manifest) -> List[Path]:
    """Place and enable the plug-in in each of ``hosts``. Each plug-in starts its engine by the given command.

    Return the new names of foreign files that were at the target. Raises InstallFailed or OSError: then every host
    is unchanged.
    """
    kept = finish(made)
    targets = [target for host in hosts for target in plugins.targets(host.editor, host.plugins)]
    for target in targets:
        is_known = not target.is_dir() or placed_files(target, target, made) or plugins.is_plugin(target)
        if target.is_symlink() or not is_known:
            raise InstallFailed(f"{target} is there, and was not placed by this installer.", "Move it away first.")
    made.note_folders(host.settings.parent for host in hosts if host.settings)
    made.note_targets(targets)
    with ExitStack() as undo:
        undo.callback(_discard_unfinished, made)
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
    """Complete a placement that was interrupted between two moves, and remove the old targets and temporary files.

    Return the new names of old targets that have foreign files.
    """
    targets = [Path(name) for name in made.replacing]
    kept = []
    for target in targets:
        swap_in(target)
    for target in targets:
        remove_files(placed_files(old(target), target, made))
        if old(target).exists():
            kept.append(set_aside(old(target), target))
    _discard_unfinished(made)
    return kept


def _discard_unfinished(made: Manifest) -> None:
    """Remove the files that an unfinished placement wrote."""
    made.replacing = []  # Saved first, so that half removed plug-ins are never placed.
    if made.targets:
        made.save()
    for target in map(Path, made.targets):
        remove(new(target))
    for settings in map(Path, made.edits):
        remove_files(settings.parent.glob(f".*{PART}"))


def remove_placed(made: Manifest) -> None:
    """Remove all placed files that are unchanged, and our line in the editors' configuration."""
    finish(made)
    for target in map(Path, made.targets):
        remove_files(placed_files(target, target, made))
    for file in map(Path, made.edits):
        before = text_of(file)
        _write(file, kritarc.removed(before) if before else None)


def placed_files(place: Path, target: Path, made: Manifest) -> List[Path]:
    """Return the unchanged files at or below ``place`` that were placed as ``target``, and all folders there."""
    if place.is_symlink() or not place.is_dir():
        return [place] if made.has_placed(target, place) else []
    found = entries(place)
    files = {path for path in found if made.has_placed(target / path.relative_to(place), path)}
    if not files:
        return []  # This is a folder of the user.
    files |= {path for path in found if _is_generated(target / path.relative_to(place), path, target, made)}
    return [*(path for path in found if path in files or (path.is_dir() and not path.is_symlink())), place]


def _is_generated(path: Path, now: Path, target: Path, made: Manifest) -> bool:
    """Return True if ``path``, now at ``now``, was made from our files: a compiled module, or the engine's command."""
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
    file = settings.resolve()  # a link stays a link: some users keep their settings elsewhere
    before = text_of(file)
    if kritarc.is_enabled(before or ""):
        return
    made.edits = [*dict.fromkeys([*made.edits, str(file)])]
    made.save()
    make_private(file.parent)
    undo.callback(_write, file, before)
    _write(file, kritarc.enabled(before or ""))


def text_of(file: Path) -> Optional[str]:
    """Return the contents of a configuration file, or None if it does not exist."""
    return file.read_bytes().decode("utf-8", "surrogateescape") if file.is_file() else None


def _write(file: Path, text: Optional[str]) -> None:
    """Write ``text`` to ``file``. Without a text, remove the file."""
    if not text:
        remove(file)
    elif text != text_of(file):
        replace_text(file, text)
