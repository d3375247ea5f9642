from __future__ import annotations

import io
import os
import threading
from pathlib import Path

import pytest

from nst_core.bridge.log import LIMIT, keep_log, without_folders


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (b'  File "/home/anna/My Art/worker.py", line 3', b'  File "worker.py", line 3'),
        (b"could not read /home/anna/cat.png: damaged", b"could not read cat.png: damaged"),
        (b"could not read /home/anna/My Art/my cat.png", b"could not read my cat.png"),
        (b"/a b/c to /d e/f", b"f"),
        (rb"could not read C:\Users\Anna\cat.png", b"could not read cat.png"),
        (rb"FileNotFoundError: 'C:\\Users\\Anna B\\cat.png'", b"FileNotFoundError: 'cat.png'"),
        (rb"could not read C:\Users\O'Brien\my cat.png", b"could not read my cat.png"),
        ("could not read /home/andré's home/cat.png".encode(), b"could not read cat.png"),
        (b"""FileNotFoundError: "/home/o'brien/cat.png\"""", b"""FileNotFoundError: "cat.png\""""),
        (b"weights=~/private/vgg.pth;", b"vgg.pth;"),
        (b"Job 1: 64 x 64 pixels.", b"Job 1: 64 x 64 pixels."),
    ],
)
def test_of_a_path_only_the_name_of_the_file_is_kept(text: bytes, kept: bytes) -> None:
    assert without_folders(text) == kept


def pour(text: bytes, path: Path) -> None:
    """Send ``text`` through a pipe, like a worker's stderr."""
    reader, writer = os.pipe()
    thread = threading.Thread(target=keep_log, args=(io.FileIO(reader, "rb"), path))
    thread.start()
    with io.FileIO(writer, "wb") as line:
        view = memoryview(text)
        while view:
            view = view[line.write(view) or 0 :]
    thread.join()


def test_the_log_is_rotated_and_bounded(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "engine.log"
    pour(b"".join(b"%06d %s\n" % (number, b"." * 90) for number in range(40_000)), path)
    sizes = {file.name: file.stat().st_size for file in path.parent.iterdir()}
    assert set(sizes) == {"engine.log", "engine.1.log"}
    assert LIMIT <= sizes["engine.1.log"] < LIMIT + 200 and sizes["engine.log"] < LIMIT
    assert path.read_bytes().splitlines()[-1].startswith(b"039999")


def test_a_line_without_end_is_cut(tmp_path: Path) -> None:
    pour(b"x" * (3 * LIMIT), tmp_path / "engine.log")
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) < 2 * LIMIT + (1 << 17)


def test_bytes_that_are_no_text_are_kept(tmp_path: Path) -> None:
    pour(b"\xff\0\n", tmp_path / "engine.log")
    assert (tmp_path / "engine.log").read_bytes() == b"\xff\0\n"
