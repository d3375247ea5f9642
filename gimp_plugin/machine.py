"""The user's own settings of the machine. A painting from a record uses them."""

from __future__ import annotations

from contextlib import suppress

from nst_core.bridge.presets import Presets
from nst_core.job.errors import UnwritableOutput
from nst_core.job.settings import Settings


def own() -> Settings:
    """Return settings with the device, memory and network weights that were last used in any editor."""
    return Presets().last()


def remember(settings: Settings) -> None:
    """Store the device, memory and network weights of ``settings`` as the last used ones."""
    presets = Presets()
    remembered = presets.last().on_machine_of(settings)
    if remembered != presets.last():
        with suppress(UnwritableOutput):  # If the file can't be written, paint anyway.
            presets.remember(remembered)
