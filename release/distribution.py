"""Builds the Python package, as source and as a wheel. ``pip install`` of either provides the command ``nst``."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Dict, List

from nst_core import __version__

#: The name of the Python package. ``neural-style`` belongs to another project.
NAME = "neural-style-layers"
_BUILD = """
import sys
from flit_core import buildapi
buildapi.build_sdist(sys.argv[1])
buildapi.build_wheel(sys.argv[1])
"""
_DATE = "315532800"  # 1980-01-01, the earliest date in a wheel


def build(files: Dict[str, Path], folder: Path) -> List[Path]:
    """Build both from ``files``, whose keys are paths in a clone, and write them to ``folder``. Return their paths."""
    # From a copy, because a clone may have ignored files, and modes that depend on its owner's umask.
    with tempfile.TemporaryDirectory() as scratch:
        for name, path in files.items():
            copy = Path(scratch, name)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
            copy.chmod(0o644)
        environment = {**os.environ, "SOURCE_DATE_EPOCH": _DATE}
        command = [sys.executable, "-I", "-c", _BUILD, str(folder.resolve())]
        subprocess.run(command, cwd=scratch, env=environment, check=True)
    stem = f"{NAME.replace('-', '_')}-{__version__}"
    return [folder / f"{stem}.tar.gz", folder / f"{stem}-py3-none-any.whl"]
