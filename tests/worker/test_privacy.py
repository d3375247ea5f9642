"""A job leaves no open port, no file with a picture, and no private text in the log."""

from __future__ import annotations

import stat
import sys
from pathlib import Path
from typing import Iterator, Set

import pytest

from nst_core.bridge.client import Client
from nst_core.job.events import Failed, Progress, Result
from tests.worker.conversation import ENDS, children, events_until, job, run

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are examined in /proc")


@pytest.fixture
def playground(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Redirect all folders in which a process could leave a file."""
    for variable in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
        (tmp_path / variable).mkdir()
        monkeypatch.setenv(variable, str(tmp_path / variable))
    monkeypatch.chdir(tmp_path)
    yield tmp_path


def files(folder: Path) -> Set[str]:
    return {file.name for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("act", ["paint", "kill", "crash", "stumble", "starve"])
def test_only_the_log_is_left(playground: Path, client: Client, act: str) -> None:
    assert isinstance(run(client, job(act, side=64))[-1], (Result, Failed))
    client.close()
    assert files(playground) == {"engine.log"}


def test_the_log_names_neither_folders_nor_pixels(client: Client, log: Path) -> None:
    for act in ("flood", "stumble", "babble"):
        run(client, job(act))
    client.close()
    written = b"".join(file.read_bytes() for file in log.parent.iterdir())
    assert b"stumbled over" in written and b"cat.png" in written
    for secret in (b"anna", b"secret", b"/", str(Path.home()).encode()):
        assert secret not in written
    assert len(written) < 3 << 20


def test_a_busy_worker_has_no_socket_and_no_file_open(client: Client) -> None:
    client.stylize(job("work"))
    events_until(client, (Progress,))
    (worker,) = children()
    kinds = [entry.stat().st_mode for entry in Path(f"/proc/{worker}/fd").iterdir()]
    assert kinds and all(stat.S_ISFIFO(kind) or stat.S_ISCHR(kind) for kind in kinds)
    client.cancel(keep=False)
    events_until(client, ENDS)


def test_a_crash_leaves_no_core_dump(client: Client) -> None:
    run(client, job())
    (worker,) = children()
    limits = Path(f"/proc/{worker}/limits").read_text().splitlines()
    soft_limit = next(line for line in limits if line.startswith("Max core file size")).split()[4]
    assert soft_limit in ("0", "1")


def test_the_host_s_environment_does_not_reach_the_engine(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "QT_PLUGIN_PATH", "QML2_IMPORT_PATH"):
        monkeypatch.setenv(variable, "/nowhere")
    monkeypatch.setenv("HTTPS_PROXY", "kept")
    run(client, job())
    (worker,) = children()
    environment = Path(f"/proc/{worker}/environ").read_bytes()
    assert b"nowhere" not in environment and b"HTTPS_PROXY=kept" in environment
