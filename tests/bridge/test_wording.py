"""The texts of both editors: rounded, translated, and without private folders."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import List

import pytest

from nst_core.bridge import language, wording
from nst_core.bridge.client import Client
from nst_core.job.errors import EngineFailed, HostError, InvalidJob, WorkerDied
from nst_core.job.events import ClientEvent, Failed, Progress, Started


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "a few seconds left"),
        (12, "about 10 s left"),
        (54, "about 55 s left"),
        (56, "about 1 min left"),
        (130, "about 2 min left"),
        (3299, "about 55 min left"),
        (3600, "about 1 h 0 min left"),
        (5300, "about 1 h 30 min left"),
    ],
)
def test_time_left(seconds: float, text: str) -> None:
    assert wording.time_left(seconds) == text


def test_a_duration_and_the_time_left_agree_in_each_language() -> None:
    assert wording.duration(12) == "about 10 s"
    try:
        language.use(["de"])
        assert (wording.duration(1), wording.time_left(1)) == ("ein paar Sekunden", "noch ein paar Sekunden")
        language.use(["fr"])
        assert (wording.duration(130), wording.time_left(130)) == ("environ 2 min", "encore environ 2 min")
    finally:
        language.use(["en"])


def test_layer_name() -> None:
    assert wording.layer_name(["Great Wave"]) == "Great Wave \u2013 Neural Style"
    assert wording.layer_name(["Wave", "", "Poppies", "Auvers"]) == "Wave and 2 more \u2013 Neural Style"
    assert wording.layer_name([""]) == "Neural Style"


def test_progress_and_start() -> None:
    assert wording.progress(Progress(0.999, 1.0, 512, 3, 0.1)) == "99 % \u2013 a few seconds left"
    started = Started("cuda:1", ((128, 96), (512, 384)), 3 * 2**29, 20.0, 0)
    assert wording.started(started) == "Painting at 512 x 384 px on the GPU 2, using about 1.5 GiB of memory"


def test_an_error_in_another_language() -> None:
    assert wording.error(EngineFailed("It broke.")) == "It broke."
    died = WorkerDied("The engine exited with code 3 while it worked.", "Try again.")
    assert wording.error(died) == "The engine exited with code 3 while it worked. Try again."
    try:
        language.use(["de"])
        assert wording.error(died).startswith("Die Engine ist unerwartet zu Ende gegangen. The engine exited")
        constant = HostError("No style is chosen.")
        assert wording.error(constant) == "Es ist kein Stil gewählt."
    finally:
        language.use(["en"])


@pytest.mark.skipif(os.name == "nt", reason="ends by signals")
@pytest.mark.parametrize(
    ("end", "words"),
    [
        ("sys.exit(3)", "ist unerwartet zu Ende gegangen (Exit-Code 3)"),
        ("os.kill(os.getpid(), 9)", "wurde beendet, vielleicht weil der Speicher ausging"),
        ("os.kill(os.getpid(), 11)", "ist abgestürzt (SIGSEGV)"),
    ],
)
def test_the_end_of_an_engine_is_said_in_one_language(tmp_path: Path, end: str, words: str) -> None:
    language.use(["de"])
    log = tmp_path / "engine.log"
    client = Client([sys.executable, "-c", f"import os, sys; {end}"], log)
    try:
        client.start()
        events: List[ClientEvent] = []
        while not events:
            events = client.poll()
        (failed,) = events
        assert isinstance(failed, Failed)
        said = wording.error(failed.error)
    finally:
        client.close()
        language.use(["en"])
    remedy = "Führen Sie `python3 install.py` aus, wenn es wieder vorkommt."
    assert said == f"Die Engine {words}, während sie startete. {remedy} Das Protokoll ist {log}."


def test_only_an_english_problem_gets_a_headline() -> None:
    language.use(["de"])
    try:
        english = wording.error(InvalidJob("The setting strength must be a number from 0 to 1, not 7."))
        german = wording.error(
            InvalidJob(language.tr("A preset needs a name of at most {count} letters.").format(count=80))
        )
    finally:
        language.use(["en"])
    assert english == "Das lässt sich nicht malen. The setting strength must be a number from 0 to 1, not 7."
    assert german == "Eine Vorgabe braucht einen Namen von höchstens 80 Zeichen."


def test_report_has_the_log_and_not_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEURAL_STYLE_HOME", str(tmp_path))
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    logs = tmp_path / "state" / "logs"
    logs.mkdir(parents=True)
    (logs / "old.log").write_text("yesterday")
    os.utime(str(logs / "old.log"), (0, 0))
    (logs / "new.log").write_text("\n".join(f"line {number} in {tmp_path}/x" for number in range(200)))
    error = EngineFailed("It broke.", "Try again.")
    error.__cause__ = ValueError("why")
    text = wording.report(error, "Krita 5.2.9", {"Document": "RGBA U8"})
    for part in ("in Krita 5.2.9", "[engine-failed] It broke.", "Try again.", "ValueError: why", "line 199 in ~/x"):
        assert part in text
    assert str(tmp_path) not in text and "line 159 " not in text and "yesterday" not in text
