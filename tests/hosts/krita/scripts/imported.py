"""The plug-in after it was imported and Krita was started again: it has no engine yet, and offers to install one."""

from PyQt5.QtWidgets import QPushButton
from robot import *


def main(results):
    yield from photo_and_wave()
    panel()
    yield 1000
    results["docker"] = docker().windowTitle()
    pick("add_style", "Great Wave")
    yield 500
    click("stylize")
    yield lambda: bool(failure_text())
    results["failure"] = failure_text()
    results["offers"] = [button.text() for button in panel().message.findChildren(QPushButton) if button.isVisible()]
    shot("imported", whole=True)
    yield 300
