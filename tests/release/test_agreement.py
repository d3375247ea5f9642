"""The version, the changelog and the files for forges must agree in a release."""

from __future__ import annotations

import re
from pathlib import Path

from PIL import Image

from nst_core import __version__

ROOT = Path(__file__).resolve().parents[2]


def test_the_changelog_begins_with_this_version_or_with_unreleased_changes() -> None:
    heads = re.findall(
        r"^## \[(.+?)\](?: - \d{4}-\d\d-\d\d)?$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE
    )
    assert __version__ in [head for head in heads if head != "Unreleased"][:1]


def test_the_version_is_written_in_one_place() -> None:
    texts = [ROOT / "pyproject.toml", *ROOT.glob("*.cff"), *ROOT.glob("*_plugin/*"), *ROOT.glob("nst_core/**/*.py")]
    holders = [path.relative_to(ROOT).as_posix() for path in texts if path.is_file() and _names_version(path)]
    assert holders == ["nst_core/__init__.py"]


def test_the_animation_of_the_readme_is_small() -> None:
    path = ROOT / "docs" / "images" / "krita-forming.webp"
    assert path.stat().st_size < 1_000_000
    with Image.open(path) as animation:
        assert getattr(animation, "n_frames", 1) > 10
    assert f"docs/images/{path.name}" in (ROOT / "README.md").read_text("utf-8").partition("\n## ")[0]


def _names_version(path: Path) -> bool:
    return (
        re.search(rf"(?<![\w.]){re.escape(__version__)}(?![\w.])", path.read_text(encoding="utf-8", errors="replace"))
        is not None
    )
