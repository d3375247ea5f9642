"""The build of torch for each kind of hardware, and the other choice if its index does not answer."""

from __future__ import annotations

import platform
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Dict, Iterator, List

import pytest

from nst_core.installer import builds
from nst_core.installer.builds import COMMON, CPU, LEAN, TORCH, Build
from nst_core.installer.reporting import Reporter
from nst_core.job.errors import InstallFailed


@pytest.fixture
def linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(builds, "offers_torch", lambda index: True)


def choose(device: str) -> tuple[Build, str]:
    events: List[Dict[str, object]] = []
    build = builds.choose(device, Reporter(events.append))
    return build, " ".join(str(event["text"]) for event in events)


@pytest.mark.parametrize(
    ("found", "expected"),
    [("cpu", CPU), ("cuda", COMMON), ("rocm", Build("rocm", "rocm7.1", False)), ("xpu", Build("xpu", "xpu", False))],
)
def test_on_linux(linux: None, monkeypatch: pytest.MonkeyPatch, found: str, expected: Build) -> None:
    monkeypatch.setattr(builds, "detect", lambda: found)
    build, told = choose("auto")
    assert build == expected and found in told, "the choice is printed"


def test_the_requested_device_is_chosen(linux: None) -> None:
    assert choose("cpu")[0] == CPU and choose("cuda")[0] == COMMON


def test_an_index_that_does_not_answer_is_done_without(linux: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builds, "offers_torch", lambda index: False)
    build, told = choose("cpu")
    assert build == LEAN and "build of the package index is used" in told and "works in the same way" in told


@pytest.mark.parametrize("device", ["rocm", "xpu"])
def test_a_gpu_without_its_build_is_reported(linux: None, monkeypatch: pytest.MonkeyPatch, device: str) -> None:
    monkeypatch.setattr(builds, "offers_torch", lambda index: False)
    monkeypatch.setattr(builds, "detect", lambda: device)
    build, told = choose("auto")
    assert build == LEAN and "can't use this GPU" in told
    assert f"install.py engine --device {device}` tries again" in told
    with pytest.raises(InstallFailed, match=f"no {device} build") as failure:
        choose(device)
    assert "--device auto" in failure.value.remedy


def test_a_device_that_the_system_has_not_is_refused(linux: None) -> None:
    with pytest.raises(InstallFailed, match="no mps build"):
        choose("mps")


def test_on_macos(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(platform, "machine", lambda: "arm64")
    build, told = choose("auto")
    assert build == COMMON and "mps" in told
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    with pytest.raises(InstallFailed, match="Macs with an Intel processor, and this Python runs as on one") as failure:
        choose("auto")
    assert "Rosetta" in failure.value.remedy


def test_processors_without_torch_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "armv7l")
    with pytest.raises(InstallFailed, match="armv7l"):
        choose("auto")


def test_the_wheels_in_a_folder_decide_the_build(tmp_path: Path) -> None:
    assert builds.in_folder(str(tmp_path)) == LEAN
    (tmp_path / "triton-3.8.0-cp312-cp312-manylinux.whl").touch()
    assert builds.in_folder(str(tmp_path)) == COMMON
    (tmp_path / f"torch-{TORCH}+cpu-cp312-cp312-linux_x86_64.whl").touch()
    assert builds.in_folder(str(tmp_path)) == CPU
    assert builds.by_tag("cpu") == CPU and builds.by_tag("") == COMMON


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        offered = self.path.startswith("/with/")
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"<a>torch-{TORCH if offered else '1.0'}+cpu</a>".encode())

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def page() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Page) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_an_index_is_asked_for_the_very_version(page: str) -> None:
    assert builds.offers_torch(f"{page}/with")
    assert not builds.offers_torch(f"{page}/without")
    assert not builds.offers_torch("http://127.0.0.1:9")
