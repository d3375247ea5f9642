"""Runs a test's script inside a real Krita, and quits.

The script (environment: NEURAL_STYLE_SCRIPT) defines ``main(results)``, a generator. It yields a number of milliseconds
to wait, or a function, which is called until it returns True. Krita's event loop runs between the steps. At the end,
``results`` is written as JSON to NEURAL_STYLE_RESULTS.
"""

import json
import os
import runpy
import sys
import time
import traceback
from pathlib import Path

from krita import Extension, Krita
from PyQt5.QtCore import QTimer

SCRIPT = os.environ.get("NEURAL_STYLE_SCRIPT", "")
WAIT_SECONDS = float(os.environ.get("NEURAL_STYLE_WAIT", "90"))


class Driver(Extension):
    """Starts the script after the first window has opened."""

    def setup(self):
        self.results = {}

    def createActions(self, window):
        if SCRIPT and not self.results:
            self.results["krita"] = Krita.instance().version()
            QTimer.singleShot(1500, self.start)

    def start(self):
        sys.path.insert(0, str(Path(SCRIPT).parent))
        # Krita would open a window and wait. The test needs the error instead.
        sys.excepthook = lambda *error: self.results.setdefault("error", "".join(traceback.format_exception(*error)))
        try:
            self.steps = runpy.run_path(SCRIPT)["main"](self.results)
        except Exception:
            self.results["error"] = traceback.format_exc()
            return self.finish()
        self.step()

    def step(self):
        if in_a_call_of_the_plugin():
            return QTimer.singleShot(20, self.step)
        try:
            wanted = next(self.steps)
        except StopIteration:
            return self.finish()
        except BaseException:
            self.results["error"] = traceback.format_exc()
            return self.finish()
        if callable(wanted):
            return self.wait(wanted, time.monotonic() + WAIT_SECONDS)
        QTimer.singleShot(int(wanted), self.step)

    def wait(self, condition, deadline):
        try:
            if not in_a_call_of_the_plugin() and condition():
                return self.step()
        except BaseException:
            self.results["error"] = traceback.format_exc()
            return self.finish()
        if time.monotonic() > deadline:
            self.results["error"] = f"the condition was not met at line {self.steps.gi_frame.f_lineno}"
            return self.finish()
        QTimer.singleShot(20, lambda: self.wait(condition, deadline))

    def finish(self):
        Path(os.environ["NEURAL_STYLE_RESULTS"]).write_text(json.dumps(self.results), encoding="utf-8")
        Krita.instance().setBatchmode(True)
        for document in Krita.instance().documents():
            document.setModified(False)
            document.setBatchmode(True)
            document.close()
        QTimer.singleShot(100, Krita.instance().action("file_quit").trigger)
        QTimer.singleShot(5000, lambda: os._exit(7))


def in_a_call_of_the_plugin():
    """Return True if a function of the plug-in waits for Krita while the event loop runs (Krita 5.3: in activeNode)."""
    return any("/neural_style/" in frame.f_code.co_filename for frame, _ in traceback.walk_stack(None))


Krita.instance().addExtension(Driver(Krita.instance()))
