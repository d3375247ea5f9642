"""The site has every page, and each link and picture leads to a file of the site."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Dict, List, Optional, Tuple
from urllib.parse import unquote

import pytest

from release import pages
from tests.documented import PAGES

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("mkdocs")
    folder = tmp_path_factory.mktemp("site")
    assert pages.build_site(folder) == folder / "index.html"
    return folder


class Links(HTMLParser):
    """The targets of a page: ``loaded`` are shown in the page, and a click opens ``linked``."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.loaded: List[str] = []
        self.linked: List[str] = []
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attributes: List[Tuple[str, Optional[str]]]) -> None:
        found: Dict[str, str] = {name: value for name, value in attributes if value}
        if tag in ("img", "script", "link"):
            self.loaded += [found[name] for name in ("src", "href") if name in found]
        elif tag == "a" and "href" in found:
            self.linked.append(found["href"])


def test_each_page_of_the_documentation_is_in_it(site: Path) -> None:
    wanted = {page.relative_to(ROOT).with_suffix(".html").as_posix() for page in PAGES if ".github" not in page.parts}
    built = {path.relative_to(site).as_posix() for path in site.rglob("*.html")}
    assert wanted - {"README.html"} <= built, "README is index.html"


def test_no_page_loads_anything_from_another_server(site: Path) -> None:
    loaded = {name for page in site.rglob("*.html") for name in Links(page).loaded}
    assert len(loaded) > 20
    assert [name for name in loaded if re.match(r"(https?:)?//", name)] == []


def test_each_link_leads_to_a_file_of_the_site(site: Path) -> None:
    lost = []
    for page in site.rglob("*.html"):
        found = Links(page)
        for name in {*found.loaded, *found.linked}:
            path = unquote(name.partition("#")[0])
            outside = re.match(r"\w+:|/", path) or "../releases/" in path or page.name == "404.html"
            if path and not outside and not (page.parent / path).exists():
                lost.append((page.relative_to(site).as_posix(), name))
    assert lost == []


def test_a_forge_that_builds_it_gets_links_to_its_own_releases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("mkdocs")
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://forge.example")
    monkeypatch.setenv("GITHUB_REPOSITORY", "ada/neural-style")
    linked = Links(pages.build_site(tmp_path)).linked
    assert "https://forge.example/ada/neural-style/releases/latest/download/neural-style-linux.zip" in linked
