"""What other programs say is kept, as far as somebody may want to read it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from nst_core.bridge import log, paths
from nst_core.installer import doctor, pip
from nst_core.installer.processes import log_end, log_file, run_logged
from nst_core.job.errors import InstallFailed

LIMIT = 2000


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "LIMIT", LIMIT)


def say(text: str, code: int = 0) -> None:
    run_logged([sys.executable, "-I", "-c", f"print({text!r}); raise SystemExit({code})"], "Talking")


def test_the_log_is_bounded_and_the_last_failure_is_in_the_one_that_is_told() -> None:
    for number in range(12):
        say(f"{number} " + "x" * 700)
    with pytest.raises(InstallFailed, match="an error of its own") as failure:
        say("an error of its own", 1)
    assert str(log_file()) in failure.value.remedy and "an error of its own" in log_file().read_text(encoding="utf-8")
    logs = list(paths.logs_folder().iterdir())
    assert sorted(path.name for path in logs) == ["install.1.log", "install.log"]
    assert all(path.stat().st_size < 2 * LIMIT for path in logs)


def test_what_pip_looked_at_is_counted_from_its_beginning_also_in_a_new_log() -> None:
    log_file().parent.mkdir(parents=True)
    log_file().write_text("Collecting torch\n" * LIMIT, encoding="utf-8")
    before = log_end()
    assert pip.looked_at(before) == 0
    say("Collecting numpy")
    assert pip.looked_at(before) == 1


def test_a_report_reaches_back_into_the_log_that_was_full() -> None:
    say("the last word of the old")
    log_file().write_text(log_file().read_text(encoding="utf-8") + "x\n" * 20, encoding="utf-8")
    log_file().replace(log_file().with_name("install.1.log"))
    say("the first word of the new")
    told = doctor.report([])
    assert told.index("the last word of the old") < told.index("the first word of the new")


def test_a_log_that_can_not_be_set_aside_is_written_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows, while an editor of texts has it open."""

    def refuse(path: Path, target: Path) -> None:
        raise PermissionError(13, "The process cannot access the file", str(path))

    say("x" * LIMIT)
    monkeypatch.setattr(Path, "replace", refuse)
    say("and more")
    assert "and more" in log_file().read_text(encoding="utf-8")
