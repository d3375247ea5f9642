"""A real scheduler and real workers on this machine."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, Iterator, List

import pytest

ROOT = Path(__file__).parents[2]


class LocalFarm:
    """``nst farm`` in its own process."""

    def __init__(self, *options: str, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "nst_core.cli", "farm", *options, "--port", "0"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT, start_new_session=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_WAIT_POLICY": "PASSIVE", **environment},
        )  # fmt: skip
        assert self.process.stdout is not None
        found = re.search(r"at (\S+),", self.process.stdout.readline())
        assert found
        self.address = found[1]

    def workers(self) -> List[int]:
        """Return the process ids of the running workers."""
        import distributed

        with distributed.Client(self.address, set_as_default=False) as client:
            return list(client.run(os.getpid).values())

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the farm: normally, or with SIGKILL for the scheduler and all workers."""
        if how == signal.SIGKILL:
            os.killpg(self.process.pid, how)
        else:
            self.process.send_signal(how)
        self.process.wait(60)


class Certificates:
    """A certificate for TLS in ``folder``, signed by a new authority, and Dask's configuration for it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._openssl("req -x509 -newkey rsa:2048 -nodes -subj /CN=farm -keyout ca-key.pem -out ca.pem")
        self._openssl("req -newkey rsa:2048 -nodes -subj /CN=machine -keyout machine-key.pem -out machine.csr")
        self._openssl("x509 -req -in machine.csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -out machine.pem")

    @property
    def configuration(self) -> Dict[str, Any]:
        """The content of ``distributed.yaml`` on each machine."""
        machine = {"cert": str(self._folder / "machine.pem"), "key": str(self._folder / "machine-key.pem")}
        roles = dict.fromkeys(("scheduler", "worker", "client"), machine)
        tls = {"ca-file": str(self._folder / "ca.pem"), **roles}
        return {"distributed": {"comm": {"require-encryption": True, "tls": tls}}}

    def _openssl(self, arguments: str) -> None:
        subprocess.run(["openssl", *arguments.split()], cwd=self._folder, check=True, capture_output=True)


@pytest.fixture(scope="session")
def farm() -> Iterator[LocalFarm]:
    """A farm with two workers for all tests that do not change it."""
    pytest.importorskip("distributed")
    local = LocalFarm()
    yield local
    local.end()
