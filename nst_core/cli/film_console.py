"""The progress of a film or a batch, in frames or pictures: for a person on stderr, or for a script on stdout."""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any, Protocol

from nst_core.bridge import wording
from nst_core.job.errors import NeuralStyleError


class Reports(Protocol):
    """Prints how far a long run is. ``step`` is called for each part of it, finished or not."""

    def notice(self, text: str) -> None:
        """Print a message; the same one only once."""

    def step(self, done: float, text: str) -> None:
        """``done`` of the steps are done, also a part of one; ``text`` names the current one."""

    def finished(self, name: str, **facts: Any) -> None:
        """A picture or a frame is finished; ``name`` is the kind of the line for scripts."""

    def summary(self, text: str) -> None:
        """The run is complete; ``text`` says what it did, for a person."""

    def failed(self, error: NeuralStyleError) -> None:
        """The run ended in ``error``, which the command prints on stderr."""

    def close(self) -> None:
        """The run has ended; leave the terminal tidy."""


class Quiet:
    """Prints nothing: errors are printed by the command."""

    def __init__(self, steps: int) -> None:
        self._pace = Pace(steps)
        self._said: set[str] = set()

    def notice(self, text: str) -> None:  # noqa: D102
        if text not in self._said:
            self._said.add(text)
            self._print_notice(text)

    def step(self, done: float, text: str) -> None:  # noqa: D102
        self._pace.at(done)

    def finished(self, name: str, **facts: Any) -> None: ...  # noqa: D102

    def summary(self, text: str) -> None: ...  # noqa: D102

    def failed(self, error: NeuralStyleError) -> None: ...  # noqa: D102

    def close(self) -> None: ...  # noqa: D102

    def _print_notice(self, text: str) -> None: ...


class Lines(Quiet):
    """One JSON object a line; those of progress come at whole percents."""

    def __init__(self, steps: int) -> None:
        super().__init__(steps)
        self._steps, self._percent = steps, 0

    def step(self, done: float, text: str) -> None:  # noqa: D102
        super().step(done, text)
        percent = int(100 * done / self._steps)
        if percent > self._percent:
            self._percent = percent
            left = round(self._pace.seconds_left, 1) if self._pace.is_known else None
            self._print("progress", fraction=percent / 100, seconds_left=left)

    def finished(self, name: str, **facts: Any) -> None:  # noqa: D102
        self._print(name, seconds_left=round(self._pace.seconds_left, 1), **facts)

    def failed(self, error: NeuralStyleError) -> None:  # noqa: D102
        self._print("failed", **error.to_wire())

    def _print_notice(self, text: str) -> None:
        self._print("notice", text=text)

    def _print(self, name: str, **facts: Any) -> None:
        print(json.dumps({"event": name, **facts}), flush=True)


class Bar(Quiet):
    """A progress bar."""

    def __init__(self, steps: int) -> None:
        super().__init__(steps)
        from tqdm import tqdm

        self._bar = tqdm(
            total=steps, disable=None, leave=False, bar_format="{percentage:3.0f}% |{bar}| {desc}", file=sys.stderr
        )

    def step(self, done: float, text: str) -> None:  # noqa: D102
        super().step(done, text)
        self._bar.n = done
        left = f", {wording.time_left(self._pace.seconds_left)}" if self._pace.is_known else ""
        self._bar.set_description_str(f"{text}{left}", refresh=True)

    def summary(self, text: str) -> None:  # noqa: D102
        self._bar.clear()
        print(text, file=sys.stderr)

    def close(self) -> None:  # noqa: D102
        self._bar.close()

    def _print_notice(self, text: str) -> None:
        self.summary(f"Note: {text}")


class Pace:
    """The time that the rest of ``steps`` will take. The last ones count most: the first frame takes longer."""

    _SMOOTHING = 0.3

    def __init__(self, steps: int) -> None:
        self._steps, self._whole = steps, 0
        self._seconds = 0.0
        self._left: float = steps
        self._last = time.monotonic()
        self._began: float | None = None

    def at(self, done: float) -> None:
        """``done`` steps are done."""
        if self._began is None:
            self._began, self._whole = done, int(done)
        self._left = self._steps - done
        if int(done) > self._whole:
            now = time.monotonic()
            each = (now - self._last) / (int(done) - self._whole)
            self._seconds = each if not self.is_known else self._seconds + self._SMOOTHING * (each - self._seconds)
            self._last, self._whole = now, int(done)

    @property
    def is_known(self) -> bool:
        """Whether a step has been measured."""
        return self._seconds > 0

    @property
    def seconds_left(self) -> float:
        """Seconds that the rest will take, 0 if no step has been measured."""
        return self._seconds * self._left


def reports(options: argparse.Namespace, steps: int) -> Reports:
    """The reports that the options ask for."""
    return Lines(steps) if options.json else Quiet(steps) if options.quiet else Bar(steps)
