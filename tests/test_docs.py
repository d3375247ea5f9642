"""The documentation agrees with the code: settings and links; and other tests run every command in it.

``python tests/test_docs.py`` writes the settings' section of the manual anew.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from docs.gallery import page  # noqa: E402
from nst_core.cli.options import option_names  # noqa: E402
from nst_core.job.settings import Definition, definitions  # noqa: E402
from tests.documented import PAGES, command_lines, commands, in_page  # noqa: E402

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


def claims() -> set[str]:
    """How the commands begin that some test says it runs, by calling ``commands``."""
    found = set()
    tests = [path for path in (ROOT / "tests").rglob("test_*.py") if "commands(" in path.read_text(encoding="utf-8")]
    for test in tests:
        for node in ast.walk(ast.parse(test.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "commands":
                found |= {str(word.value) for word in node.args if isinstance(word, ast.Constant)}
    return found


def test_every_command_is_run_by_a_test() -> None:
    found, claimed = command_lines(), claims()
    assert len(found) > 30
    unclaimed = [line for line in found if not any(f"{line} ".startswith(f"{claim} ") for claim in claimed)]
    assert unclaimed == []
    assert [claim for claim in claimed if not commands(claim)] == [], "a test runs commands that no page has any more"


def test_commands_are_found_wherever_they_stand() -> None:
    page = """
Run `uv pip list` (see `--help`, the file `~/My Files/x y` and `py`), or in the
next lines `nst
doctor`. | table | `pip check` |

    nst stylize a.jpg   # paints

1. In a list:

   ```sh
   gimp -b '
   x'
   ```

```python
run `not this`
```
"""
    assert {line for line in in_page(page) if " " in line.strip()} >= {
        *("uv pip list", "nst doctor", "pip check", "nst stylize a.jpg", "   gimp -b '\n   x'\n")
    }
    assert not any("not this" in line for line in in_page(page))


@pytest.mark.parametrize("fence", ["```", "```console", "```bash", "```sh title", "~~~", "   ```sh"])
def test_no_fence_hides_commands(fence: str) -> None:
    page = f"{fence}\n$ nst doctor\n{fence.strip()[:3]}\n"
    with pytest.raises(ValueError, match="nst doctor"):
        list(in_page(page))


if __name__ == "__main__":
    before, _, rest = MANUAL.read_text(encoding="utf-8").partition(BEGIN)
    MANUAL.write_text(before + BEGIN + settings_section() + END + rest.partition(END)[2], encoding="utf-8")
