"""The files for a forge: its workflows call only existing commands, and its forms ask for the report."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any, Dict, List

import pytest

from nst_core.installer.pythons import PREFERRED
from release import commands

yaml: Any = pytest.importorskip("yaml")

ROOT = Path(__file__).resolve().parents[2]
GITHUB = ROOT / ".github"


def read(path: Path) -> Dict[Any, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def steps() -> List[str]:
    jobs = [job for path in (GITHUB / "workflows").glob("*.yml") for job in read(path)["jobs"].values()]
    return [step["run"] for job in jobs for step in job.get("steps", ()) if "run" in step]


def test_each_command_of_the_installer_exists() -> None:
    called = [shlex.split(step) for step in steps() if "install.py" in step]
    names = {words[words.index("install.py") + 1] for words in called}
    assert names == {"test", "package", "site"}
    assert names <= {command.name for command in commands.COMMANDS}


def test_every_system_and_every_python_is_tried() -> None:
    matrix = read(GITHUB / "workflows/test.yml")["jobs"]["test"]["strategy"]["matrix"]
    assert {name.partition("-")[0] for name in matrix["os"]} == {"ubuntu", "macos", "windows"}
    assert sorted(matrix["python"]) == sorted(PREFERRED)


def test_nothing_is_published_before_all_tests_passed() -> None:
    workflow = read(GITHUB / "workflows/release.yml")
    needs = {name: job.get("needs", "") for name, job in workflow["jobs"].items()}
    assert needs == {"test": "", "publish": "test", "index": "publish", "site": "publish"}
    assert workflow[True] == {"push": {"tags": ["v*"]}}  # YAML reads the key "on" as True.


def test_bug_reports_and_changes_bring_the_report_of_the_doctor() -> None:
    (report,) = [part for part in read(GITHUB / "ISSUE_TEMPLATE/bug.yml")["body"] if part["id"] == "report"]
    assert "doctor --report" in report["attributes"]["label"]
    assert report["validations"] == {"required": True}
    assert "doctor --report" in (GITHUB / "pull_request_template.md").read_text("utf-8")


def test_the_citation_names_the_papers_that_the_readme_names() -> None:
    citation, readme = read(ROOT / "CITATION.cff"), (ROOT / "README.md").read_text("utf-8")
    for paper in citation["references"]:
        assert all(author["family-names"] in readme for author in paper["authors"])
        assert re.search(paper["conference"]["name"], readme)
