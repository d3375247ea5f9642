"""Files onto this machine: resumed where they broke off, checked by SHA-256, complete or not there at all.

A file grows as ``NAME.part`` and is renamed once its sum is right, so a name without ``.part`` is a whole file.
"""

from __future__ import annotations

import hashlib
import ssl
import time
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Callable, Optional, Sequence
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from ..job.errors import InstallFailed
from .storage import move

STALLED = 30.0  # seconds without a byte
PAUSES = (1.0, 3.0, 10.0)  # seconds to wait after each attempt that brought nothing new
_CHUNK = 1 << 18

Arrived = Callable[[int], None]  # hears how many bytes of the file are there
Read = Callable[[int], None]  # hears how many more bytes were read


class Refused(Exception):
    """The server wants what only pip is configured for: a password, a certificate."""


class _Broken(Exception):
    """An attempt that ended before the file did; the text says why."""


class _NothingMore(Exception):
    """The server's file ends where ours does, or before."""


def remote_size(url: str) -> int:
    """Bytes at ``url``, 0 if the server does not say."""
    try:
        with urlopen(Request(url, method="HEAD"), timeout=STALLED) as answer:
            return int(answer.headers.get("Content-Length") or 0)
    except (OSError, HTTPException, ValueError):
        return 0


def fetch(
    url: str, target: Path, sha256: str, arrived: Arrived, pauses: Sequence[float] = PAUSES, stalled: float = STALLED
) -> None:
    """Download ``url`` to ``target`` unless it is there already; what an earlier attempt left is continued.

    Raises InstallFailed with the address and the file's place, so that it can be fetched by hand; Refused where the
    server wants credentials; OSError if the disk is full.
    """
    if is_whole(target, sha256):
        return
    part = target.with_name(target.name + ".part")
    failures = 0
    while True:
        before = _length(part)
        problem = _attempt(url, part, sha256, arrived, stalled)
        if not problem:
            move(part, target)
            return
        failures = 0 if _length(part) > before else failures + 1
        if failures > len(pauses):
            raise InstallFailed(
                f"{target.name} could not be downloaded: {problem}.",
                f"Check the network and run the same command again: it continues where this one stopped."
                f" Or download {url} by hand, to {target}.",
            )
        time.sleep(pauses[failures - 1] if failures else 0)


def is_whole(path: Path, sha256: str, read: Optional[Read] = None) -> bool:
    """Whether the file ``path`` is there with this sum (hexadecimal)."""
    return path.is_file() and sum_of(path, read) == sha256


def sum_of(path: Path, read: Optional[Read] = None) -> str:
    """The SHA-256 (hexadecimal) of the file ``path``."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for chunk in iter(lambda: file.read(_CHUNK), b""):
            digest.update(chunk)
            if read:
                read(len(chunk))
    return digest.hexdigest()


def _attempt(url: str, part: Path, sha256: str, arrived: Arrived, stalled: float) -> str:
    """Continue ``part`` to its end. Returns why it is not whole, or an empty text."""
    try:
        _receive(url, part, arrived, stalled)
    except _Broken as broken:
        return str(broken)
    except _NothingMore:  # An earlier run was cut off between the last byte and the renaming; or it is another file.
        pass
    if is_whole(part, sha256):
        return ""
    part.unlink()
    return "its contents are not the published ones"


def _receive(url: str, part: Path, arrived: Arrived, stalled: float) -> None:
    have = _length(part)
    request = Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    with _open(request, stalled) as answer:
        resumed = answer.status == 206
        end = int(answer.headers.get("Content-Length") or 0) + (have if resumed else 0)
        with part.open("ab" if resumed else "wb") as file:
            for chunk in iter(lambda: _read(answer), b""):
                file.write(chunk)
                arrived(file.tell())
    if _length(part) < end:
        raise _Broken("the connection broke off")


def _open(request: Request, stalled: float) -> HTTPResponse:
    try:
        answer: HTTPResponse = urlopen(request, timeout=stalled)
        return answer
    except HTTPError as error:
        if error.code in (401, 403, 407):
            raise Refused from error
        if error.code == 416:
            raise _NothingMore from error
        raise _Broken(f"the server answers {error.code} {error.reason}") from error
    except URLError as error:
        if isinstance(error.reason, ssl.SSLError):
            raise Refused from error
        raise _Broken(str(error.reason)) from error
    except (OSError, HTTPException) as error:
        raise _Broken(str(error)) from error


def _read(answer: HTTPResponse) -> bytes:
    try:
        return answer.read1(_CHUNK)  # what has come: read() would wait for a whole chunk, and lose a part of one
    except (OSError, HTTPException) as error:
        raise _Broken(str(error) or "the connection broke off") from error


def _length(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
