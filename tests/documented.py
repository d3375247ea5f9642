"""The command lines that the documentation shows, for the tests that run each of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import List

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def commands(program: str) -> List[str]:
    """What follows ``program`` in its command lines in all pages, each once."""
    pattern = re.compile(rf"(?:^    |`){re.escape(program)}\b([^`\n#]*)", re.MULTILINE)
    return sorted({match.strip() for page in PAGES for match in pattern.findall(page.read_text(encoding="utf-8"))})
