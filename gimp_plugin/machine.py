"""The user's own settings of the machine, for a painting whose other settings come from a record."""

from __future__ import annotations

from contextlib import suppress

from nst_core.bridge.presets import Presets
from nst_core.job.errors import UnwritableOutput
from nst_core.job.settings import Settings


def own() -> Settings:
    """Settings whose device, memory and network weights were last used in any editor."""
    return Presets().last()


def remember(settings: Settings) -> None:
    """Make the device, memory and network weights of ``settings`` the last ones."""
    presets = Presets()
    remembered = presets.last().on_machine_of(settings)
    if remembered != presets.last():
        with suppress(UnwritableOutput):  # If the file can't be written, paint anyway.
            presets.remember(remembered)
