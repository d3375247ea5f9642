"""Krita's own importer of plug-ins takes the zip of a release. After a restart, the docker offers the engine."""

from __future__ import annotations

import shutil
from pathlib import Path

from release import packaging

from .conftest import each_krita
from .editor import DRIVER, Editor


@each_krita
def test_krita_imports_the_zip_and_the_docker_offers_the_engine(editor: Editor, display: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    for folder in ("data/krita", "config", "cache", "run", "nst"):
        (home / folder).mkdir(parents=True, mode=0o700)
    shutil.copytree(DRIVER, home / "data/krita/pykrita")
    (home / "config/kritarc").write_text("[python]\nenable_neural_style_driver=true\n", encoding="utf-8")
    zipped = packaging.plugin("krita", home)

    found = editor.run(home, "importer", display, NEURAL_STYLE_ZIP=str(zipped))
    assert found["entry"] == "Import Python Plugin from File..."
    assert "Neural Style" in found["said"]
    assert "enable_neural_style=true" in (home / "config/kritarc").read_text("utf-8")

    found = editor.run(home, "imported", display)
    assert found["docker"] == "Neural Style"
    assert "engine" in found["failure"]
    assert any("Install" in text for text in found["offers"])
