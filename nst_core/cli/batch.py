"""``nst batch``: many independent pictures. One that fails does not stop the others."""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
import threading
import time
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

from nst_core.bridge import file_errors, files
from nst_core.job.errors import FarmLost, InvalidJob, NeuralStyleError, UnwritableOutput

from . import output
from .console import NoticesTo
from .crew import Crew, crew
from .describe import description
from .film_console import Reports, reports
from .frames import files_beside, pictures_in
from .options import StyleFile, settings_from, without_effect
from .reading import PictureReader, read_job
from .results import ResultFile

#: Exit code if some pictures could not be painted.
SOME_FAILED = 3

#: The file in the output folder that notes which pictures are painted, and with which settings.
_NOTES = ".nst-batch.json"


@dataclass
class Row:
    """A line of the table: what happened to one picture. ``state`` is painted, kept (from an earlier run) or failed."""

    content: str
    styles: str
    output: str
    state: str = ""
    seconds: float = 0.0
    problem: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class _Task:
    """One picture to paint: its content and its styles."""

    content: Path
    styles: List[StyleFile]
    target: Path


def batch(options: argparse.Namespace) -> int:
    """Carry out the parsed ``options``; returns the exit code. Raises named errors that concern all pictures."""
    output.make_folder(options.output)
    output.check_folder(options.output)
    settings = settings_from(options)
    tasks = list(_tasks(options))
    table = options.table or options.output / "batch.csv"
    printer = reports(options, len(tasks))
    try:
        for sentence in without_effect(options, settings):
            printer.notice(sentence)
        with crew(options, settings.weights) as painters:
            rows = _Batch(options, printer, painters, table, tasks).paint()
    except NeuralStyleError as error:
        printer.failed(error)
        raise
    finally:
        printer.close()
    failed = [row for row in rows if row.state == "failed"]
    for row in failed:
        print(f"nst: {row.content}: {row.problem} {row.remedy}".rstrip(), file=sys.stderr)
    return SOME_FAILED if failed else 0


def _tasks(options: argparse.Namespace) -> Iterator[_Task]:
    """The pictures to paint. Raises :class:`InvalidJob` if two would have the same name."""
    mixtures = [[style] for style in options.styles] if options.each_style else [options.styles]
    targets = set()
    for content in pictures_in(options.contents):
        for styles in mixtures:
            of_style = f" {styles[0].path.stem}" if options.each_style else ""
            target = options.output / f"{content.stem}{of_style}.{options.format}"
            if target in targets:
                raise InvalidJob(f"Two pictures would be named {target.name}.", "Rename one, or paint them apart.")
            targets.add(target)
            yield _Task(content, styles, target)


class _Batch:
    """One run of the command. With a farm, its methods run in several threads."""

    def __init__(
        self, options: argparse.Namespace, printer: Reports, painters: Crew, table: Path, tasks: List[_Task]
    ) -> None:
        self._options, self._printer, self._crew, self._table = options, printer, painters, table
        self._settings = settings_from(options)
        self._reader = PictureReader(NoticesTo(printer.notice))
        self._tasks = tasks
        self._inputs = [*(task.content for task in tasks), *files_beside(options)]
        self._notes_file = options.output / _NOTES
        self._notes = _notes(self._notes_file)
        self._rows: Dict[int, Row] = {}
        self._lock = threading.Lock()

    def paint(self) -> List[Row]:
        """Paint each picture; returns the rows of the table in the order of the tasks."""
        self._crew.each(self._row, enumerate(self._tasks))
        return self._ordered()

    def _row(self, numbered: Tuple[int, _Task]) -> None:
        """Paint one picture, and write the table anew."""
        number, task = numbered
        self._printer.step(len(self._rows), task.content.name)
        row = Row(str(task.content), " + ".join(style.path.stem for style in task.styles), str(task.target))
        began = time.monotonic()
        try:
            row.state = self._one(task)
        except FarmLost:
            raise
        except NeuralStyleError as error:
            row.state, row.problem, row.remedy = "failed", error.problem, error.remedy
        row.seconds = round(time.monotonic() - began, 1)
        with self._lock:
            self._rows[number] = row
            rows = self._ordered()
            _write(self._table, _csv(rows) if self._table.suffix.lower() == ".csv" else _json(rows))
            self._printer.step(len(self._rows), task.content.name)
            self._printer.finished("picture", **asdict(row))

    def _ordered(self) -> List[Row]:
        return [self._rows[number] for number in sorted(self._rows)]

    def _one(self, task: _Task) -> str:
        """Paint one picture, unless an earlier run did; returns its state."""
        options = self._options_of(task)
        wanted = description(options, self._settings, [task.content])
        if task.target.exists():
            if self._notes.get(task.target.name) == wanted and not self._options.restart:
                return "kept"
            if task.target.name not in self._notes and not self._options.restart:
                raise UnwritableOutput(f"{task.target} exists already.", "Choose another folder, or add --restart.")
        output.check(task.target, self._inputs)
        content, job = read_job(options, self._settings, self._reader)
        pixels = self._crew.paint(job, self._printer.notice, partial(self._progress, task.content.name))
        for notice in ResultFile(content, job).write(task.target, pixels):
            self._printer.notice(notice)
        with self._lock:
            self._notes[task.target.name] = wanted
            _write(self._notes_file, json.dumps(self._notes, indent=1))
        return "painted"

    def _progress(self, name: str, fraction: float) -> None:
        self._printer.step(len(self._rows) + min(fraction, 0.999), name)

    def _options_of(self, task: _Task) -> argparse.Namespace:
        """The options as they would be for ``nst stylize`` with this picture."""
        changes = {"content": task.content, "styles": task.styles, "output": task.target}
        return argparse.Namespace(**{**vars(self._options), **changes})


def _notes(path: Path) -> Dict[str, Any]:
    """Which pictures earlier runs painted, and how."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _csv(rows: List[Row]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, asdict(rows[0]))
    writer.writeheader()
    writer.writerows(asdict(row) for row in rows)
    return text.getvalue()


def _json(rows: List[Row]) -> str:
    return json.dumps([asdict(row) for row in rows], indent=1)


def _write(path: Path, text: str) -> None:
    try:
        files.replace_text(path, text)
    except OSError as error:
        remedy = file_errors.remedy(error, "Choose another place.")
        raise UnwritableOutput(f"{path} can't be written ({file_errors.reason(error)}).", remedy) from error
