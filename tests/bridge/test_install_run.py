"""An installation in an editor: each step is shown with the remaining time, and there is exactly one end."""

from __future__ import annotations

from typing import Any, List, Optional

import pytest

from nst_core.bridge.install_run import InstallRun
from nst_core.bridge.installation import InstallationStep, Installed
from nst_core.job.errors import EngineMissing, InstallFailed
from nst_core.job.events import Failed


class Installing:
    """A stand-in for the installer. It reports the events in ``events``."""

    def __init__(self, refusal: Optional[Exception] = None) -> None:
        self.refusal = refusal
        self.events: List[Any] = []
        self.stopped = False

    def start(self) -> None:
        if self.refusal is not None:
            raise self.refusal

    def poll(self) -> List[Any]:
        events, self.events = self.events, []
        return events

    def stop(self) -> None:
        self.stopped = True


def run_of(installing: Installing, shown: List[Any]) -> InstallRun:
    return InstallRun(lambda *state: shown.append(state), shown.append, lambda: installing)  # type: ignore[arg-type,return-value]


@pytest.mark.parametrize("error", [None, InstallFailed("The disk is full.", "Make room.")])
def test_steps_and_an_end(error: Optional[InstallFailed]) -> None:
    installing, shown = Installing(), []  # type: ignore[var-annotated]
    run = run_of(installing, shown)
    run.poll()
    assert not run.busy
    run.start()
    run.poll()
    assert run.busy and shown == [("Installing the engine...", None)]
    installing.events = [
        InstallationStep("Fetching torch", 0.25),
        InstallationStep("Unpacking"),
        Failed(error) if error else Installed(),
    ]
    run.poll()
    assert shown[1:] == [("Fetching torch", 0.25), ("Unpacking", None), error]
    assert not run.busy and not installing.stopped
    run.start()
    assert run.busy, "it may be started again"


def test_a_stopped_installation_reports_no_end() -> None:
    installing, shown = Installing(), []  # type: ignore[var-annotated]
    run = run_of(installing, shown)
    run.start()
    run.stop()
    installing.events = [Failed(InstallFailed("It was stopped."))]
    run.poll()
    assert installing.stopped and not run.busy and shown == [("Installing the engine...", None)]
    run.stop()


def test_a_start_that_fails_leaves_nothing_running() -> None:
    shown: List[Any] = []
    run = run_of(Installing(EngineMissing("No Python was found.")), shown)
    with pytest.raises(EngineMissing):
        run.start()
    assert not run.busy and shown == []
