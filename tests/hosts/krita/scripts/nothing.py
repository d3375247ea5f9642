"""Starts Krita, and checks if the plug-in is there."""

from krita import Krita


def main(results):
    yield 500
    window = Krita.instance().activeWindow().qwindow()
    results["dockers"] = [docker.objectName() for docker in Krita.instance().dockers()]
    results["title"] = window.windowTitle()
    results["actions"] = [bool(Krita.instance().action(n)) for n in ("neural_style_show", "neural_style_stylize")]
