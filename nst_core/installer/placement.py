"""The plug-ins into the editors: all of them or, if one fails, none.

Everything is written beside its target first (``NAME.new``); then each target makes room (``NAME.old``) and the new one
takes its name. Until the last has done so, the old ones are there to go back to; after a kill, :func:`recover` does.
"""

from __future__ import annotations

from contextlib import ExitStack, suppress
from pathlib import Path
from typing import List, Mapping, Optional, Sequence

from ..job.errors import InstallFailed
from . import kritarc, plugins, storage
from .hosts import GIMP, KRITA, Host
from .record import Record
from .storage import make_private, move, new, old, remove, write_atomically

Command = Optional[Sequence[str]]


def place(hosts: Mapping[Host, Command], record: Record) -> None:
    """Place the plug-in in each of ``hosts``, to start its engine by the given command, and enable it.

    Raises InstallFailed or OSError; every host is then as it was before.
    """
    targets: List[Path] = []
    for host in hosts:
        targets += plugins.targets(host.editor, host.plugins)
    _refuse_strangers(targets)
    _note(hosts, targets, record)
    with ExitStack() as undo:
        for target in targets:
            undo.callback(remove, new(target))
        for host, command in hosts.items():
            _write_beside(host, command)
        for target in targets:
            undo.callback(_take_back, target)
            _put(target)
        for host in hosts:
            if host.settings:
                _enable(host.settings, record, undo)
        undo.pop_all()
    for target in targets:
        remove(old(target))


def place_krita(resources: Path, settings: Path, command: Command = None) -> None:
    """Place and enable the plug-in in the Krita of this resource folder and configuration file; nothing is recorded."""
    place({Host(KRITA, "Krita", resources, settings): command}, Record())


def place_gimp(folder: Path, command: Command = None) -> None:
    """Place the plug-in in the ``plug-ins`` folder of a GIMP; nothing is recorded."""
    place({Host(GIMP, "GIMP", folder): command}, Record())


def recover(record: Record) -> None:
    """Bring back what an interrupted placement had moved away, and remove what it had not finished."""
    for target in map(Path, record.targets):
        remove(new(target))
        storage.recover(target)


def take_away(record: Record) -> None:
    """Remove all that was placed; configuration files lose our line, or get their former contents back."""
    recover(record)
    for target in map(Path, record.targets):
        with suppress(FileNotFoundError):
            move(target, new(target))  # At once: half a plug-in would not be known as ours.
        remove(new(target))
    for name, (before, after) in record.edits.items():
        _revert(Path(name), before, after)


def _refuse_strangers(targets: Sequence[Path]) -> None:
    for target in targets:
        if (target.exists() or target.is_symlink()) and not plugins.is_ours(target):
            raise InstallFailed(f"{target} is there, and was not placed by this installer.", "Move it away first.")


def _note(hosts: Mapping[Host, Command], targets: Sequence[Path], record: Record) -> None:
    record.note_folders(target.parent for target in targets)
    record.note_folders(host.settings.parent for host in hosts if host.settings)
    record.targets += [str(target) for target in targets if str(target) not in record.targets]
    record.save()


def _write_beside(host: Host, command: Command) -> None:
    for target, name in plugins.targets(host.editor, host.plugins).items():
        make_private(target.parent)
        remove(new(target))
        if name:
            plugins.write_file(host.editor, name, new(target))
        else:
            plugins.write(host.editor, new(target), command)


def _put(target: Path) -> None:
    remove(old(target))
    if target.exists():
        move(target, old(target))
    move(new(target), target)


def _take_back(target: Path) -> None:
    if new(target).exists():  # it never took its place
        storage.recover(target)
        return
    remove(target)
    storage.recover(target)


def _enable(settings: Path, record: Record, undo: ExitStack) -> None:
    file = settings.resolve()  # a link, as some keep their settings elsewhere, stays one
    before = _text(file)
    after = kritarc.enabled(before or "")
    if after == before:
        return
    first = record.edits.get(str(file), [before])[0]
    record.edits[str(file)] = [first, after]
    record.save()
    undo.callback(_revert, file, before, after)
    write_atomically(make_private(file.parent) / file.name, after)


def _revert(file: Path, before: Optional[str], after: Optional[str]) -> None:
    now = _text(file)
    if now is None:
        return
    # Krita may have written other settings since: then only our line goes.
    wanted = before if now == after else kritarc.removed(now)
    if wanted is None:
        remove(file)
    elif wanted != now:
        write_atomically(file, wanted)


def _text(file: Path) -> Optional[str]:
    if not file.is_file():
        return None
    return file.read_bytes().decode("utf-8", "surrogateescape")
