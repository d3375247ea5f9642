"""Prints the progress of a film or a batch: for a person on stderr, or for a script on stdout."""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any, Protocol

from nst_core.bridge import wording
from nst_core.job.errors import NeuralStyleError


class Reports(Protocol):
    """Print the progress of a long run."""

    def notice(self, text: str) -> None:
        """Print a message, but the same message only once."""

    def step(self, done: float, text: str) -> None:
        """Report that ``done`` steps are finished; a fraction counts a part of a step.

        ``text`` names the current step.
        """

    def finished(self, name: str, **facts: Any) -> None:
        """Report a finished picture or frame. ``name`` is the name of the event for scripts."""

    def summary(self, text: str) -> None:
        """Report to a person that the run is complete. ``text`` is the result."""

    def failed(self, error: NeuralStyleError) -> None:
        """Report that the run ended in ``error``. The command itself prints the error on stderr."""

    def close(self) -> None:
        """Clean up the terminal after the run."""


class Quiet:
    """Prints nothing. The command itself prints errors."""

    def __init__(self, steps: int) -> None:
        self._pace = Pace(steps)
        self._printed: set[str] = set()

    def notice(self, text: str) -> None:  # noqa: D102
        if text not in self._printed:
            self._printed.add(text)
            self._print_notice(text)

    def step(self, done: float, text: str) -> None:  # noqa: D102
        self._pace.at(done)

    def finished(self, name: str, **facts: Any) -> None: ...  # noqa: D102

    def summary(self, text: str) -> None: ...  # noqa: D102

    def failed(self, error: NeuralStyleError) -> None: ...  # noqa: D102

    def close(self) -> None: ...  # noqa: D102

    def _print_notice(self, text: str) -> None: ...


class Lines(Quiet):
    """Prints each event as a JSON object on one line, and the progress at each whole percent."""

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
    """Shows a progress bar."""

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
    """Estimates how long the rest of ``steps`` will take.

    The newest steps count most, because the first frame is slow.
    """

    _SMOOTHING = 0.3

    def __init__(self, steps: int) -> None:
        self._steps, self._whole = steps, 0
        self._seconds = 0.0
        self._left: float = steps
        self._last = time.monotonic()
        self._began: float | None = None

    def at(self, done: float) -> None:
        """Note that ``done`` steps are finished now."""
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
        """True if at least one step has been measured."""
        return self._seconds > 0

    @property
    def seconds_left(self) -> float:
        """The estimated seconds until the end. 0 if no step has been measured."""
        return self._seconds * self._left


def reports(options: argparse.Namespace, steps: int) -> Reports:
    """Return the reports that the options ask for."""
    return Lines(steps) if options.json else Quiet(steps) if options.quiet else Bar(steps)
