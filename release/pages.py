"""``install.py site``: builds the documentation as static pages, without fonts or scripts from other servers.

The pages are the Markdown files of the tree, in the same folders. So each link leads to the same page as in the tree.
README is the first page. If a forge runs this, links to its releases get its address.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Iterable, Iterator, List, Mapping

ROOT = Path(__file__).resolve().parents[1]
#: The pages for users, in the order of the menu. All other pages come after them, under one heading.
_FIRST = ("README.md", "docs/manual.md", "docs/gallery.md", "docs/films.md", "docs/install.md", "docs/comparison.md")
_OTHERS = "More"
_OUTSIDE = ("CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "CODE_OF_CONDUCT.md", "tests/benchmarks/RESULTS.md")
_LINK = re.compile(r"\]\(([^)#:]+)[^)]*\)|src=\"([^\":]+)\"")
#: The link to the newest release in a page: it is relative to the page's address in a forge.
_RELEASES = re.compile(r"\((?:\.\./)+releases/")


def build_site(folder: Path) -> Path:
    """Build the site in ``folder``, and return its first page. A broken link is an error."""
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch, "pages")
        for name in pages():
            _place(name, tree, os.environ)
        _target(ROOT / "release" / "site.css", tree).write_bytes((ROOT / "release" / "site.css").read_bytes())
        settings = (ROOT / "release" / "mkdocs.yml").read_text(encoding="utf-8")
        configuration = Path(scratch, "mkdocs.yml")
        configuration.write_text(f"{settings}nav: {json.dumps(_menu())}\n", encoding="utf-8")
        command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--config-file", str(configuration)]
        # The theme prints an advertisement without this variable.
        environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
        subprocess.run([*command, "--site-dir", str(folder.resolve())], check=True, env=environment)
    return folder / "index.html"


def pages() -> List[str]:
    """Return the names of all pages. The pages for users come first."""
    others = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md"))
    return list(dict.fromkeys([*_FIRST, *others, *_OUTSIDE]))


def _menu() -> List[object]:
    first, *others = _FIRST
    return [{"Home": first}, *others, {_OTHERS: [name for name in pages() if name not in _FIRST]}]


def _place(name: str, tree: Path, variables: Mapping[str, str]) -> None:
    """Copy a page to ``tree``, together with the pictures and other files that it links to."""
    text = (ROOT / name).read_text(encoding="utf-8")
    for file in _linked(ROOT / name, text):
        _target(file, tree).write_bytes(file.read_bytes())
    _target(ROOT / name, tree).write_text(_with_forge(text, variables), encoding="utf-8")


def _linked(page: Path, text: str) -> Iterator[Path]:
    names: Iterable[str] = ("".join(pair) for pair in _LINK.findall(text))
    files = (Path(os.path.normpath(page.parent / name)) for name in names)
    return (file for file in files if file.is_file() and file.relative_to(ROOT).as_posix() not in pages())


def _target(file: Path, tree: Path) -> Path:
    target = tree / file.relative_to(ROOT)
    target.parent.mkdir(parents=True, exist_ok=True)
    return target


def _with_forge(text: str, variables: Mapping[str, str]) -> str:
    server, project = variables.get("GITHUB_SERVER_URL"), variables.get("GITHUB_REPOSITORY")
    return _RELEASES.sub(f"({server}/{project}/releases/", text) if server and project else text
