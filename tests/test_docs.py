"""The documentation agrees with the code: settings, commands and links.

``python tests/test_docs.py`` writes the settings' section of the manual anew.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import pytest  # noqa: E402

from docs.gallery import page  # noqa: E402
from nst_core.bridge.settings import Definition, definitions  # noqa: E402
from nst_core.cli.command import make_parser  # noqa: E402
from nst_core.cli.options import option_names  # noqa: E402

MANUAL = ROOT / "docs" / "manual.md"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
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


def commands(program: str) -> list[str]:
    """The command lines for ``program`` in all pages, each once."""
    pattern = re.compile(rf"(?:^    |`){re.escape(program)}\b([^`\n#]*)", re.MULTILINE)
    return sorted({match.strip() for page in PAGES for match in pattern.findall(page.read_text(encoding="utf-8"))})


@pytest.mark.parametrize("line", commands("nst"))
def test_each_command_is_one_that_nst_understands(line: str) -> None:
    arguments = shlex.split(line)
    if arguments and "--help" not in arguments:
        make_parser().parse_args(arguments)


@pytest.mark.parametrize("line", commands("python3 install.py"))
def test_each_command_is_one_that_the_installer_understands(line: str) -> None:
    command = [sys.executable, "install.py", *shlex.split(line), "--help"]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0


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
