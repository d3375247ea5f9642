"""Whether an engine works: its weights are whole, and it paints a small picture."""

from __future__ import annotations

from pathlib import Path

from .processes import run_logged

_WEIGHTS = "from nst_core.engine import weights; weights.check('original')"


def check_engine(python: Path) -> None:
    """Raises InstallFailed if the engine of this interpreter does not work."""
    run_logged([str(python), "-I", "-c", _WEIGHTS], "The check of the new engine", timeout=600)
