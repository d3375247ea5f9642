"""An engine of another version: the docker reports it when it opens, and offers to install the engine again."""

from robot import *


def main(results):
    panel()
    yield lambda: bool(failure_text())
    results["said"] = failure_text()
    results["offered"] = widget("install_engine").isVisible()
    shot("outdated")
