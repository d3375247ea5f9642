"""The documentation agrees with the code: settings and links. Its commands are run by other tests.

``python tests/test_docs.py`` writes the settings' section of the manual anew.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from docs.gallery import page  # noqa: E402
from nst_core.bridge.settings import Definition, definitions  # noqa: E402
from nst_core.cli.options import option_names  # noqa: E402
from tests.documented import PAGES  # noqa: E402

MANUAL = ROOT / "docs" / "manual.md"
BEGIN, END = "<!-- settings -->\n", "<!-- end of settings -->"


def settings_section() -> str:
    rows = ["| setting | nst | range | default | what it does |", "|---|---|---|---|---|"]
    return "\n".join([*rows, *map(settings_row, definitions())]) + "\n"


def settings_row(definition: Definition) -> str:
    marks = [mark for mark in ("advanced", "live") if getattr(definition, mark)]
    label = f"{definition.label} ({', '.join(marks)})" if marks else definition.label
    default = definition.default if isinstance(definition.default, str) else f"{definition.default:g}"
    return f"| {label} | `{option_names(definition)[0]}` | {extent(definition)} | {default} | {definition.help} |"


def extent(definition: Definition) -> str:
    if definition.kind == "choice":
        return ", ".join(definition.choices)
    if definition.kind == "text":
        return ""
    return f"{definition.minimum:.10g} to {definition.maximum:.10g} {definition.unit}".strip()


def test_the_manual_lists_the_settings_as_they_are() -> None:
    section = MANUAL.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    assert section == settings_section(), "run `python tests/test_docs.py`"


def test_the_gallery_shows_the_rows_that_its_script_makes() -> None:
    assert (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8") == page(), "run `python -m docs.gallery`"


def test_every_link_leads_somewhere() -> None:
    lost = [
        f"{page.name}: {target}"
        for page in PAGES
        for target in re.findall(r"\]\(([^)#:]+)\)|src=\"([^\":]+)\"", page.read_text(encoding="utf-8"))
        if not (page.parent / "".join(target)).exists()
    ]
    assert lost == []


if __name__ == "__main__":
    before, _, rest = MANUAL.read_text(encoding="utf-8").partition(BEGIN)
    MANUAL.write_text(before + BEGIN + settings_section() + END + rest.partition(END)[2], encoding="utf-8")
