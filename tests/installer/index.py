"""A package index and file server on this machine, which can fail like a real network."""

from __future__ import annotations

import hashlib
import threading
import time
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Dict, List
from urllib.parse import urlsplit


class Index:
    """Serves the wheels of a folder: a list at ``/simple/NAME/``, contents at ``/files/WHEEL`` and ``.metadata``.

    ``fault`` says how downloads fail: ``""`` (not at all), ``stall`` (half of the file, then no more bytes),
    ``truncate`` (half of the file, then the connection ends), ``corrupt`` (other bytes), ``vanish`` (404). ``requests``
    lists the requested files, and ``truncated`` the files whose connection ended. ``rate`` is in bytes a second; 0
    means no limit.
    """

    def __init__(self, wheels: Path) -> None:
        self.wheels = wheels
        self.fault = ""
        self.rate = 0
        self.requests: List[str] = []
        self.truncated: List[str] = []
        self.stopping = threading.Event()
        index = self

        class Handler(_Handler):
            server_of = index

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Index:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: Any) -> None:
        if not self.stopping.is_set():
            self.stop()

    def stop(self) -> None:
        """Disconnect from the network, even in the middle of a file."""
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()

    def page(self, name: str) -> bytes:
        """Return the page that lists the files of the package ``name``."""
        links = []
        for wheel in self.wheels.glob(f"{name.replace('-', '_')}-*.whl"):
            sums = f"sha256={_sum(wheel.read_bytes())}", f"sha256={_sum(metadata(wheel))}"
            links.append(f'<a href="/files/{wheel.name}#{sums[0]}" data-core-metadata="{sums[1]}">{wheel.name}</a>')
        return f"<!DOCTYPE html><html><body>{' '.join(links)}</body></html>".encode()


def metadata(wheel: Path) -> bytes:
    """Return the metadata of a wheel, which the index also serves separately."""
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA")))


class _Handler(BaseHTTPRequestHandler):
    server_of: Index

    def log_message(self, *_: Any) -> None:
        """Print nothing."""

    def do_GET(self) -> None:
        self.path = urlsplit(self.path).path  # A client that uses this server as its proxy sends the whole address.
        parts = self.path.strip("/").split("/")
        if parts[0] == "simple":
            self._send(200, self.server_of.page(parts[1]), {"Content-Type": "text/html"})
        elif self.path.endswith(".metadata"):
            self._send(200, metadata(self.server_of.wheels / parts[1].replace(".metadata", "")), {})
        else:
            self._file()

    def _file(self) -> None:
        name = self.path.split("/")[-1]
        content = (self.server_of.wheels / name).read_bytes()
        fault = self.server_of.fault
        if fault == "vanish":
            self._send(404, b"", {})
            return
        self.server_of.requests.append(name)
        self._headers(200, len(content), {})
        self._body(bytes(byte ^ 1 for byte in content) if fault == "corrupt" else content, fault)
        if fault == "truncate":
            self.server_of.truncated.append(name)

    def _body(self, content: bytes, fault: str) -> None:
        broken = fault in ("stall", "truncate")
        self._trickle(content[: len(content) // 2] if broken else content)
        if fault == "stall":
            self.server_of.stopping.wait(30)
        if broken:
            self.close_connection = True

    def _trickle(self, content: bytes) -> None:
        piece = self.server_of.rate // 50 or len(content) or 1
        try:
            for place in range(0, len(content), piece):
                self.wfile.write(content[place : place + piece])
                if self.server_of.stopping.is_set():
                    raise ConnectionAbortedError
                if self.server_of.rate:
                    time.sleep(0.02)
        except OSError:
            self.close_connection = True

    def _send(self, status: int, content: bytes, headers: Dict[str, str]) -> None:
        self._headers(status, len(content), headers)
        self.wfile.write(content)

    def _headers(self, status: int, length: int, headers: Dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(length)}.items():
            self.send_header(name, value)
        self.end_headers()


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
