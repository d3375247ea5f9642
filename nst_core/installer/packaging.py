"""``install.py package``: the plug-ins as zips, for Krita's plug-in importer and for GIMP's folder."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path
from typing import List

from .. import __version__
from ..bridge.files import replace_bytes
from . import plugins
from .hosts import GIMP, KRITA

# Fixed, so that the same tree gives the same zip.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def package(folder: Path) -> List[Path]:
    """Write both zips to ``folder``, which is made, and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_package(editor, folder / f"neural_style-{__version__}-{editor}.zip") for editor in (KRITA, GIMP)]


def _package(editor: str, target: Path) -> Path:
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch)
        plugins.write(editor, tree / plugins.NAME)
        for name in filter(None, plugins.targets(editor, Path()).values()):
            plugins.write_file(editor, name, tree / name)
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(tree.rglob("*")):
                _add(archive, path, path.relative_to(tree).as_posix())
        replace_bytes(target, content.getvalue())
    return target


def _add(archive: zipfile.ZipFile, path: Path, name: str) -> None:
    # Folders have entries of their own: Krita's importer finds the module by the entry of its folder.
    info = zipfile.ZipInfo(name + "/" * path.is_dir(), _EPOCH)
    info.external_attr = path.stat().st_mode << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, b"" if path.is_dir() else path.read_bytes())
