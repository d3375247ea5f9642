"""The real GIMP with the plug-in installed, in batch mode, or on a display with keys and clicks."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from nst_core.installer import placement
from nst_core.installer.hosts import GIMP, Host
from nst_core.installer.manifest import Manifest
from tests.hosts import provision

REPOSITORY = Path(__file__).resolve().parents[3]
SAMPLES = REPOSITORY / "docs" / "samples"
SCRIPTS = Path(__file__).parent / "scripts"
STAND_IN = ("python3", str(REPOSITORY / "tests" / "hosts" / "stand_in.py"))

#: A test fails after waiting for this many seconds.
PATIENCE = 60.0

_GIMPRC = """(show-welcome-dialog no)
(color-profile-policy keep)
(check-updates no)
(save-session-info no)
(single-window-mode yes)
"""


class Gimp:
    """The GIMP of the Debian folder ``root``, with its own home folder."""

    def __init__(self, root: Path, home: Path, folders: Sequence[Path] = ()) -> None:
        self.root, self.home = root, home
        self.version = next(root.glob("usr/bin/gimp-3.*")).name.replace("gimp-", "")
        self.profile = home / ".config" / "GIMP" / self.version
        self._folders = [REPOSITORY, home.parent, *folders]
        self.environment: Dict[str, str] = {
            "HOME": str(home),
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LC_ALL": "C.UTF-8",
            "XDG_RUNTIME_DIR": str(home / "run"),
            "NEURAL_STYLE_HOME": str(home / "neural-style"),
            "NEURAL_STYLE_SAMPLES": str(SAMPLES),
            "NEURAL_STYLE_SCRATCH": str(home.parent),
        }

    def install(self, engine: Sequence[str] = STAND_IN) -> None:
        """Install the plug-in and settings for tests, and start GIMP once, because the first start takes longer."""
        self.profile.mkdir(parents=True)
        (self.home / "run").mkdir(mode=0o700)
        (self.profile / "gimprc").write_text(_GIMPRC)
        self.install_engine(engine)
        self.batch("pass")

    def install_engine(self, command: Sequence[str]) -> None:
        """Let the plug-in start this engine."""
        placement.place({Host(GIMP, "GIMP", self.profile / "plug-ins"): command}, Manifest())

    def copy(self, home: Path, folders: Sequence[Path] = ()) -> Gimp:
        """Return another GIMP with a copy of this home folder."""
        shutil.copytree(self.home, home)
        return Gimp(self.root, home, [*self._folders, *folders])

    def batch(self, code: str, timeout: float = 300.0, interpreter: str = "python-fu-eval") -> str:
        """Run ``code`` in ``gimp-console`` and return its output. Fail if the exit code is not 0."""
        arguments = ["-i", "--batch-interpreter", interpreter, "-b", code, "--quit"]
        return self.run(f"gimp-console-{self.version}", arguments, timeout)

    def run(self, program: str, arguments: Sequence[str], timeout: float = 300.0) -> str:
        """Run a program of its Debian, and return the output. Fail if the exit code is not 0."""
        command = self._command(program, arguments)
        ended = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)
        assert ended.returncode == 0, f"GIMP ended with {ended.returncode}:\n{ended.stdout}\n{ended.stderr}"
        return ended.stdout + ended.stderr

    def results(self, script: str, timeout: float = 300.0) -> Any:
        """Run one of the scripts in ``gimp-console``, and return the JSON that it wrote."""
        results = self.home / "results.json"
        self.environment["NEURAL_STYLE_RESULTS"] = str(results)
        said = self.batch(_execute(SCRIPTS / script), timeout)
        assert results.exists(), said
        return json.loads(results.read_text())

    def open(self, display: str, *images: Path) -> Window:
        """Start GIMP on ``display`` with ``images`` open, and wait until it can be used."""
        self.environment["DISPLAY"] = display
        questions = self.home / "questions"
        questions.mkdir()
        self.environment.update(NEURAL_STYLE_QUESTIONS=str(questions), PYTHONPATH=str(SCRIPTS))
        batch = ["--batch-interpreter", "python-fu-eval", "-b", _execute(SCRIPTS / "remote.py")]
        arguments = ["--no-splash", *map(str, images), *batch]
        log = (self.home / "gimp.log").open("w")
        command = self._command(f"gimp-{self.version}", arguments)
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        window = Window(process, display, questions)
        window.wait_for(lambda: window.ask("len(Gimp.get_images())") == len(images), "GIMP's start")
        window.arrange()
        return window

    def processes(self, word: str) -> List[int]:
        """Return the ids of this GIMP's processes whose command line contains ``word``."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command = (folder / "cmdline").read_bytes()
                mine = f"HOME={self.home}".encode() in (folder / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if mine and word.encode() in command:
                found.append(int(folder.name))
        return found

    def _command(self, program: str, arguments: Sequence[str]) -> List[str]:
        variables = [f"{name}={value}" for name, value in self.environment.items()]
        return provision.inside(self.root, ["env", "-i", *variables, program, *arguments], self._folders)


class Window:
    """A GIMP on a display. Tests ask it in Python, and use its keys and clicks."""

    def __init__(self, process: subprocess.Popen[bytes], display: str, questions: Path) -> None:
        self.process = process
        self._display = display
        self._questions = questions
        self._count = self._asked = 0

    def ask(self, expression: str) -> Any:
        """Return the value of a Python expression inside GIMP. Its event loop runs meanwhile."""
        self._count += 1
        return self._answer(expression, self._questions / f"{self._count}.py")

    def ask_plug_in(self, expression: str) -> Any:
        """Return the value of a Python expression inside the plug-in, which shows its dialog."""
        self._asked += 1
        return self._answer(expression, self._questions / f"dialog-{self._asked}.ask")

    def texts(self) -> List[str]:
        """Return all texts in the plug-in's windows."""
        return list(map(str, self.ask_plug_in("texts()")))

    def names(self) -> List[str]:
        """Return all texts, names for a screen reader, and tooltips in the plug-in's windows."""
        return [str(name) for found in self.ask_plug_in("[names(widget) for widget in shown()]") for name in found]

    def can_press(self, name: str) -> bool:
        """Return True if the plug-in shows a widget with this text, name or tooltip, and it can be pressed."""
        return self.ask_plug_in(f"place({name!r})") is not None

    def press(self, name: str, number: int = 0, across: float = 0.5) -> None:
        """Click the plug-in's widget with this text, name or tooltip, after it can be clicked and does not move.

        The click is in its middle, or at ``across`` of its width.
        """
        where: List[Any] = [None]

        def is_still() -> bool:
            where.append(self.ask_plug_in(f"place({name!r}, {number}, {across})"))
            return where[-1] is not None and where[-1] == where[-2]

        self.wait_for(is_still, f"a place to press {name!r}")
        self._xdotool("mousemove", *map(str, where[-1]), "click", "1")

    def _answer(self, expression: str, question: Path) -> Any:
        question.with_suffix(".new").write_text(expression)
        question.with_suffix(".new").rename(question)
        answer = question.with_suffix(".json")
        deadline = time.monotonic() + PATIENCE
        while not answer.exists():
            assert self.process.poll() is None, "GIMP has ended"
            assert time.monotonic() < deadline, f"no answer to {expression}"
            time.sleep(0.02)
        value = json.loads(answer.read_text())
        assert "error" not in value, value["error"]
        return value["value"]

    def layers(self, image: int = 0) -> List[str]:
        """Return the names of an open image's layers, from top to bottom."""
        return [str(name) for name in self.ask(f"[l.get_name() for l in images()[{image}].get_layers()]")]

    def wait_for(self, condition: Callable[[], Any], what: str) -> Any:
        """Return the first true value of ``condition``. Fail if it stays false."""
        deadline = time.monotonic() + PATIENCE
        while True:
            value = condition()
            if value:
                return value
            if time.monotonic() > deadline:
                seen = self.screenshot(self._questions.parent.parent / "seen.png")
                raise AssertionError(f"waited in vain for {what}; what was seen is in {seen}")
            time.sleep(0.1)

    def arrange(self) -> None:
        """Let the main window fill the display, and focus it."""
        main = self.wait_for(lambda: self.find("GIMP$"), "GIMP's window")
        self._xdotool("windowmove", main, "0", "0", "windowsize", main, "1280", "960")
        self.focus(main)

    def find(self, title: str) -> str:
        """Return the id of the window with this title, or an empty text."""
        found = self._xdotool("search", "--onlyvisible", "--name", title).split()
        return found[-1] if found else ""

    def popups(self) -> int:
        """Return the number of open menus of GIMP itself."""
        return len(self._xdotool("search", "--onlyvisible", "--name", "^GNU Image Manipulation Program$").split())

    def menu(self, *keys: str) -> None:
        """Open a menu of the main window, and choose each entry by its underlined letter."""
        self.arrange()
        for key in keys:
            self.key(key)
            time.sleep(0.3)  # A menu needs a moment to get the focus.

    def dialog(self) -> str:
        """Return the plug-in's dialog, and focus it."""
        window: str = self.wait_for(lambda: self.find("^Neural Style$"), "the dialog")
        self.focus(window)
        return window

    def focus(self, window: str) -> None:
        """Focus the window."""
        self._xdotool("windowfocus", "--sync", window)

    def click(self, window: str, x: int, y: int) -> None:
        """Click at a position in the window."""
        self._xdotool("mousemove", "--window", window, str(x), str(y), "click", "1")

    def wheel(self, window: str, x: int, y: int) -> None:
        """Turn the wheel over a position in the window: first up, and then further down."""
        self.point(window, x, y)
        self._xdotool("click", "4", "click", "5", "click", "5", "click", "5")

    def point(self, window: str, x: int, y: int) -> None:
        """Move the pointer to a position in the window."""
        self._xdotool("mousemove", "--window", window, str(x), str(y))

    def drag(self, start: Tuple[int, int], x: int) -> None:
        """Drag from ``start`` on the display to another ``x``."""
        for words in (("mousemove", *start), ("mousedown", 1), ("mousemove", x, start[1]), ("mouseup", 1)):
            self._xdotool(*map(str, words))

    def drop(self, start: Tuple[int, int], end: Tuple[int, int]) -> None:
        """Drag something from ``start`` on the display to ``end``, as slowly as a user, and drop it."""
        self._xdotool("mousemove", *map(str, start))
        self._xdotool("mousedown", "1")
        for step in range(1, 21):
            place = (str(a + (b - a) * step // 20) for a, b in zip(start, end))
            self._xdotool("mousemove", *place)
            time.sleep(0.1)
        time.sleep(1)
        self._xdotool("mouseup", "1")

    def size(self, window: str) -> Tuple[int, int]:
        """Return the window's width and height."""
        lines = dict(
            line.split("=", 1) for line in self._xdotool("getwindowgeometry", "--shell", window).splitlines() if line
        )
        return int(lines["WIDTH"]), int(lines["HEIGHT"])

    def key(self, *keys: str) -> None:
        """Press keys one after the other, for example ``ctrl+z``."""
        self._xdotool("key", "--delay", "80", *keys)

    def type(self, text: str) -> None:
        """Type a text."""
        self._xdotool("type", "--delay", "30", text)

    def screenshot(self, path: Path, window: Optional[str] = None) -> Path:
        """Take a picture of the window, or of the whole display."""
        environment = {**os.environ, "DISPLAY": self._display}
        subprocess.run(["import", "-window", window or "root", str(path)], check=True, env=environment)
        return path

    def close(self) -> None:
        """Let GIMP quit by its own procedure, because its handler of a termination signal sometimes hangs."""
        shutil.rmtree(self._questions)
        self.process.wait(PATIENCE)

    def _xdotool(self, *arguments: str) -> str:
        environment = {**os.environ, "DISPLAY": self._display}
        ended = subprocess.run(
            ["xdotool", *arguments], capture_output=True, text=True, env=environment, timeout=PATIENCE, check=False
        )
        return ended.stdout


def _execute(script: Path) -> str:
    folder = f"import sys; sys.path.append({str(script.parent)!r}); "
    return folder + f"exec(compile(open({str(script)!r}, encoding='utf-8').read(), {script.name!r}, 'exec'))"
