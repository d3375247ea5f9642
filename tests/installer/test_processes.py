"""The log of other programs: its size is limited, and it has the last failure."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from nst_core.bridge import log, paths
from nst_core.installer import diagnosis
from nst_core.installer.processes import last_line, log_file, run_logged
from nst_core.job.errors import InstallFailed

LIMIT = 2000


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "LIMIT", LIMIT)


def say(text: str, code: int = 0) -> None:
    run_logged([sys.executable, "-I", "-c", f"print({text!r}); raise SystemExit({code})"], "Talking")


def test_the_log_is_bounded_and_the_named_one_has_the_last_failure() -> None:
    for number in range(12):
        say(f"{number} " + "x" * 700)
    with pytest.raises(InstallFailed, match="an error of its own") as failure:
        say("an error of its own", 1)
    assert str(log_file()) in failure.value.remedy and "an error of its own" in log_file().read_text(encoding="utf-8")
    logs = list(paths.logs_folder().iterdir())
    assert sorted(path.name for path in logs) == ["install.1.log", "install.log"]
    assert all(path.stat().st_size < 2 * LIMIT for path in logs)


def test_a_report_includes_the_end_of_the_full_log() -> None:
    say("the last word of the old")
    log_file().write_text(log_file().read_text(encoding="utf-8") + "x\n" * 20, encoding="utf-8")
    log_file().replace(log_file().with_name("install.1.log"))
    say("the first word of the new")
    told = diagnosis.report([])
    assert told.index("the last word of the old") < told.index("the first word of the new")


def test_a_log_that_can_not_be_set_aside_is_written_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows, this happens while a text editor has the log open."""

    def refuse(path: Path, target: Path) -> None:
        raise PermissionError(13, "The process cannot access the file", str(path))

    say("x" * LIMIT)
    monkeypatch.setattr(Path, "replace", refuse)
    say("and more")
    assert "and more" in log_file().read_text(encoding="utf-8")


def test_the_sign_of_life_is_a_line_of_the_program() -> None:
    say("Collecting torch")
    assert last_line() == "Collecting torch"
    say("")
    assert last_line() == "", "not the line that says which program was started"
