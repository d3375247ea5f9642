"""``nst batch``: paints many independent pictures. If one picture fails, the others are still painted."""

from __future__ import annotations

import argparse
import sys
import threading
import time
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

from nst_core.job.errors import FarmLost, InvalidJob, NeuralStyleError, UnwritableOutput

from . import output
from .batch_files import STATES, Notes, Table, TableRow
from .console import NoticesTo
from .describe import description
from .film_console import Reports, reports
from .frames import files_beside, inputs_in, require
from .options import StyleFile, settings_from, without_effect
from .painters import Painters, painters_for
from .reading import PictureReader, read_job
from .result_file import ResultFile

#: The exit code if some pictures could not be painted.
SOME_FAILED = 3


@dataclass(frozen=True)
class _Task:
    """One picture to paint: its content and its styles."""

    content: Path
    styles: List[StyleFile]
    target: Path


def batch(options: argparse.Namespace) -> int:
    """Carry out the parsed ``options``, and return the exit code. Raises named errors that concern all pictures."""
    settings = settings_from(options)
    tasks = list(_tasks(options))
    require(files_beside(options), "file")
    _check_folder(options.output, tasks)
    table = Table(options.table or options.output / "batch.csv")
    table.check()
    printer = reports(options, len(tasks))
    try:
        for sentence in without_effect(options, settings):
            printer.notice(sentence)
        with painters_for(options, settings.weights) as painters:
            rows = _Batch(options, printer, painters, table, tasks).paint()
        counts = ", ".join(f"{state} {sum(row.state == state for row in rows)}" for state in STATES)
        printer.summary(f"{counts.capitalize()}: see {table.path}.")
    except NeuralStyleError as error:
        printer.failed(error)
        raise
    finally:
        printer.close()
    failed = [row for row in rows if row.state == "failed"]
    for row in failed:
        name = "" if row.content in row.problem else f"{row.content}: "
        print(f"nst: {name}{row.problem} {row.remedy}".rstrip(), file=sys.stderr)
    return SOME_FAILED if failed else 0


def _tasks(options: argparse.Namespace) -> Iterator[_Task]:
    """Yield the pictures to paint. Raises named errors if a picture is missing or if two would have the same name."""
    mixtures = [[style] for style in options.styles] if options.each_style else [options.styles]
    targets: Dict[Path, _Task] = {}
    for content in inputs_in(options.contents):
        for styles in mixtures:
            of_style = f" {styles[0].path.stem}" if options.each_style else ""
            target = options.output / f"{content.stem}{of_style}.{options.format}"
            task = _Task(content, styles, target)
            if target in targets:
                raise _same_name(targets[target], task)
            targets[target] = task
            yield task


def _same_name(one: _Task, other: _Task) -> InvalidJob:
    first, second = one.content, other.content
    if first == second:  # one picture in two styles that have the same name
        first, second = one.styles[0].path, other.styles[0].path
    return InvalidJob(
        f"Two pictures would be named {one.target.name}, from {first} and {second}.",
        "Rename one, or paint them into different folders.",
    )


def _check_folder(folder: Path, tasks: List[_Task]) -> None:
    """Make the output ``folder``. Raises :class:`UnwritableOutput` if it can't be used."""
    if folder.suffix.lower() in output.SAVING:
        raise UnwritableOutput(f"The output {folder} is one picture.", "Name a folder.")
    if folder.resolve() in {task.content.resolve().parent for task in tasks}:
        raise UnwritableOutput(f"The output folder {folder} has pictures to paint.", "Choose another folder.")
    output.make_folder(folder)
    output.check_folder(folder)


class _Batch:
    """One run of the command. With a farm, its methods run in several threads."""

    def __init__(
        self, options: argparse.Namespace, printer: Reports, painters: Painters, table: Table, tasks: List[_Task]
    ) -> None:
        self._options, self._printer, self._painters, self._table = options, printer, painters, table
        self._settings = settings_from(options)
        self._reader = PictureReader(NoticesTo(printer.notice))
        self._tasks = tasks
        self._inputs = [*(task.content for task in tasks), *files_beside(options)]
        self._notes = Notes(options.output)
        self._rows: Dict[int, TableRow] = {}
        self._lock = threading.Lock()

    def paint(self) -> List[TableRow]:
        """Paint each picture, and return the rows of the table in the order of the tasks.

        Raises :class:`InvalidJob` if an earlier run painted some pictures with other settings.
        """
        if self._options.restart:
            self._notes.outdate(task.target.name for task in self._tasks)
        for task in self._tasks:
            if task.target.exists():
                self._notes.check(task.target.name, self._description(task))
        self._painters.each(self._paint_and_note, enumerate(self._tasks))
        return self._ordered()

    def _paint_and_note(self, numbered: Tuple[int, _Task]) -> None:
        """Paint one picture, and write the whole table again."""
        number, task = numbered
        self._printer.step(len(self._rows), task.content.name)
        row = TableRow(str(task.content), " + ".join(style.path.stem for style in task.styles), str(task.target))
        began = time.monotonic()
        try:
            row.state = self._paint_one(task)
        except FarmLost:
            raise
        except NeuralStyleError as error:
            row.state, row.problem, row.remedy = "failed", error.problem, error.remedy
        row.seconds = round(time.monotonic() - began, 1)
        with self._lock:
            self._rows[number] = row
            self._table.write(self._ordered())
            self._printer.step(len(self._rows), task.content.name)
            self._printer.finished("picture", **asdict(row))

    def _ordered(self) -> List[TableRow]:
        return [self._rows[number] for number in sorted(self._rows)]

    def _paint_one(self, task: _Task) -> str:
        """Paint one picture unless an earlier run painted it. Return its state."""
        name, wanted = task.target.name, self._description(task)
        output.check(task.target, self._inputs)
        if task.target.exists():
            if self._notes.is_same(name, wanted):
                return "kept"
            if not self._notes.has(name):
                problem = f"{task.target} exists already and is not from this batch."
                raise UnwritableOutput(problem, "Choose another output.")
        content, job = read_job(self._options_of(task), self._settings, self._reader)
        pixels = self._painters.paint(job, self._printer.notice, partial(self._progress, task.content.name))
        for notice in ResultFile(content, job).write(task.target, pixels):
            self._printer.notice(notice)
        with self._lock:
            self._notes.add(name, wanted)
        return "painted"

    def _progress(self, name: str, fraction: float) -> None:
        self._printer.step(len(self._rows) + min(fraction, 0.999), name)

    def _description(self, task: _Task) -> Dict[str, Any]:
        return description(self._options_of(task), self._settings, [task.content])

    def _options_of(self, task: _Task) -> argparse.Namespace:
        """Return the options that ``nst stylize`` would have for this picture."""
        changes = {"content": task.content, "styles": task.styles, "output": task.target}
        return argparse.Namespace(**{**vars(self._options), **changes})
