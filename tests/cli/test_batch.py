"""``nst batch`` with a stand-in for the engine: mixtures, the table, and pictures that fail."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import Any, Callable, Dict, List

import pytest
from PIL import Image

from nst_core.cli import main

Captured = pytest.CaptureFixture[str]
Batch = Callable[..., int]


@pytest.fixture
def batch(tmp_path: Path, picture: Callable[..., Path], engine: Any) -> Batch:
    """A function that runs ``nst batch`` on the folder ``in`` with three pictures. The second picture is damaged."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a.jpg", "c.png"):
        picture(f"in/{name}")
    (folder / "b.png").write_bytes(b"no picture")
    styles = [picture("one.png", (20, 20)), picture("two.png", (20, 20))]

    def run(*more: Any, sources: Any = None) -> int:
        sources = [folder] if sources is None else sources
        with_styles = [word for style in styles for word in ("--style", style)]
        return main(["batch", *map(str, [*sources, *with_styles, "-o", tmp_path / "out", *more])])

    return run


def rows(path: Path) -> List[Dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_damaged_picture_does_not_stop_the_others(
    batch: Batch, engine: Any, tmp_path: Path, capsys: Captured
) -> None:
    assert batch() == 3
    assert sorted(path.name for path in (tmp_path / "out").glob("*.png")) == ["a.png", "c.png"]
    table = rows(tmp_path / "out" / "batch.csv")
    assert [(Path(row["content"]).name, row["state"]) for row in table] == [
        ("a.jpg", "painted"),
        ("b.png", "failed"),
        ("c.png", "painted"),
    ]
    assert table[0]["styles"] == "one + two"
    assert "b.png" in table[1]["problem"]
    assert table[1]["remedy"]
    error = capsys.readouterr().err
    assert table[1]["problem"] in error


def test_without_a_failure_the_exit_code_is_0(batch: Batch, tmp_path: Path) -> None:
    assert batch(sources=[tmp_path / "in" / "?.jpg", tmp_path / "in" / "c.png"]) == 0
    assert sorted(path.name for path in (tmp_path / "out").glob("*.png")) == ["a.png", "c.png"]


def test_each_style_alone(batch: Batch, engine: Any, tmp_path: Path) -> None:
    assert batch("--each-style", "--format", "jpg") == 3
    found = sorted(path.name for path in (tmp_path / "out").glob("*.jpg"))
    assert found == ["a one.jpg", "a two.jpg", "c one.jpg", "c two.jpg"]
    assert [[style.name for style in job.styles] for job in engine.jobs] == [["one"], ["two"]] * 2


def test_an_interrupted_batch_continues(batch: Batch, engine: Any, tmp_path: Path) -> None:
    def interrupt(stand_in: Any, step: int) -> None:
        if len(engine.jobs) == 2:
            raise KeyboardInterrupt

    engine.on_step = staticmethod(interrupt)
    assert batch() == 130
    engine.on_step = staticmethod(lambda stand_in, step: None)
    engine.jobs.clear()
    assert batch() == 3
    assert len(engine.jobs) == 1
    assert [row["state"] for row in rows(tmp_path / "out" / "batch.csv")] == ["kept", "failed", "painted"]


def test_an_interrupted_restart_continues(batch: Batch, engine: Any, tmp_path: Path) -> None:
    assert batch() == 3
    engine.jobs.clear()
    engine.color = (0.0, 1.0, 0.0, 1.0)

    def interrupt(stand_in: Any, step: int) -> None:
        if len(engine.jobs) == 2:
            raise KeyboardInterrupt

    engine.on_step = staticmethod(interrupt)
    assert batch("--restart", "--strength", "0.2") == 130
    engine.on_step = staticmethod(lambda stand_in, step: None)
    assert batch("--strength", "0.2") == 3
    assert [row["state"] for row in rows(tmp_path / "out" / "batch.csv")] == ["kept", "failed", "painted"]
    for name in ("a.png", "c.png"):
        assert Image.open(tmp_path / "out" / name).getpixel((3, 3)) == (0, 255, 0)


def test_a_restart_paints_all_pictures_again(batch: Batch, engine: Any, tmp_path: Path) -> None:
    assert batch() == 3
    assert batch("--restart") == 3
    assert [row["state"] for row in rows(tmp_path / "out" / "batch.csv")] == ["painted", "failed", "painted"]


def test_a_repaired_picture_is_painted_by_the_next_run(batch: Batch, engine: Any, tmp_path: Path) -> None:
    assert batch() == 3
    Image.new("RGB", (9, 9)).save(tmp_path / "in" / "b.png")
    assert batch() == 0
    assert [row["state"] for row in rows(tmp_path / "out" / "batch.csv")] == ["kept", "painted", "kept"]


def test_pictures_with_other_settings_are_replaced_by_a_restart_only(
    batch: Batch, engine: Any, tmp_path: Path, capsys: Captured
) -> None:
    assert batch() == 3
    before = (tmp_path / "out" / "a.png").read_bytes()
    engine.color = (0.0, 1.0, 0.0, 1.0)
    assert batch("--strength", "0.2") == 2
    error = capsys.readouterr().err
    assert "a.png was painted with other settings (strength)" in error
    assert "--restart" in error
    assert (tmp_path / "out" / "a.png").read_bytes() == before
    assert batch("--strength", "0.2", "--restart") == 3
    assert Image.open(tmp_path / "out" / "a.png").getpixel((3, 3)) == (0, 255, 0)


def test_a_changed_picture_is_painted_again(batch: Batch, tmp_path: Path) -> None:
    assert batch() == 3
    Image.new("RGB", (9, 9)).save(tmp_path / "in" / "c.png")
    assert batch() == 3
    assert [row["state"] for row in rows(tmp_path / "out" / "batch.csv")] == ["kept", "failed", "painted"]


@pytest.mark.parametrize("options", [[], ["--restart"]])
def test_files_of_the_user_are_not_replaced(batch: Batch, tmp_path: Path, options: List[str]) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.png").write_bytes(b"mine")
    assert batch(*options) == 3
    assert (tmp_path / "out" / "a.png").read_bytes() == b"mine"
    table = rows(tmp_path / "out" / "batch.csv")
    assert "exists already and is not from this batch" in table[0]["problem"]
    assert table[2]["state"] == "painted"


@pytest.mark.parametrize(
    ("name", "text"),
    [("batch.csv", "name,price\ncat,3\n"), ("batch.csv", ""), ("report.json", '{"mine": 1}'), ("report.json", "[1]")],
)
@pytest.mark.parametrize("options", [[], ["--restart"]])
def test_a_table_of_the_user_is_not_replaced(
    batch: Batch, engine: Any, tmp_path: Path, name: str, text: str, options: List[str], capsys: Captured
) -> None:
    (tmp_path / "out").mkdir()
    table = tmp_path / "out" / name
    table.write_text(text, encoding="utf-8")
    assert batch("--table", table, *options) == 2
    assert f"{name} exists already and is not a table of nst" in capsys.readouterr().err
    assert table.read_text(encoding="utf-8") == text
    assert engine.jobs == []


@pytest.mark.parametrize("name", ["batch.csv", "report.json"])
def test_the_table_of_an_earlier_run_is_replaced(batch: Batch, tmp_path: Path, name: str) -> None:
    for _ in range(2):
        assert batch("--table", tmp_path / name) == 3
    assert "kept" in (tmp_path / name).read_text(encoding="utf-8")


def test_a_missing_input_makes_no_folder(batch: Batch, tmp_path: Path, capsys: Captured) -> None:
    assert batch(sources=[tmp_path / "nothing"]) == 2
    assert f"There is no file or folder {tmp_path / 'nothing'}." in capsys.readouterr().err
    assert batch("--init", tmp_path / "nothing.png") == 2
    assert f"There is no file {tmp_path / 'nothing.png'}." in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_folder_of_the_pictures_is_no_output(batch: Batch, tmp_path: Path, capsys: Captured) -> None:
    before = {path: path.read_bytes() for path in (tmp_path / "in").iterdir()}
    assert batch("-o", tmp_path / "in", "--format", "webp") == 2
    assert "has pictures to paint. Choose another folder." in capsys.readouterr().err
    assert {path: path.read_bytes() for path in (tmp_path / "in").iterdir()} == before


def test_a_picture_as_output_is_refused(batch: Batch, tmp_path: Path, capsys: Captured) -> None:
    assert batch("-o", tmp_path / "out.jpg") == 2
    assert "out.jpg is one picture. Name a folder." in capsys.readouterr().err
    assert not (tmp_path / "out.jpg").exists()


def test_the_end_has_a_summary(batch: Batch, tmp_path: Path, capsys: Captured) -> None:
    assert batch() == 3
    assert f"Painted 2, kept 0, failed 1: see {tmp_path / 'out' / 'batch.csv'}.\n" in capsys.readouterr().err
    assert batch() == 3
    assert "Painted 0, kept 2, failed 1: see" in capsys.readouterr().err
    for option in ("--quiet", "--json"):
        assert batch(option) == 3
        assert "see" not in "".join(capsys.readouterr())


def test_a_problem_names_its_file_once(batch: Batch, capsys: Captured) -> None:
    assert batch("--quiet") == 3
    assert capsys.readouterr().err.count("b.png") == 1


@pytest.mark.parametrize("options", [["--keep-mask", "mask.png"], ["--init", "mask.png"], ["mask.png"]])
def test_inputs_are_not_replaced(batch: Batch, tmp_path: Path, picture: Any, options: List[str]) -> None:
    (tmp_path / "out").mkdir()
    mask = picture("out/a.png")  # the output path of a.jpg
    before = mask.read_bytes()
    sources = [tmp_path / "in" / "a.jpg"]
    if options == ["mask.png"]:
        os.link(mask, tmp_path / "mask.webp")
        assert batch("--restart", sources=[*sources, tmp_path / "mask.webp"]) == 3
    else:
        assert batch("--restart", options[0], mask, sources=sources) == 3
    assert mask.read_bytes() == before
    assert "is also an input" in rows(tmp_path / "out" / "batch.csv")[0]["problem"]


def test_two_pictures_with_one_name_are_refused(batch: Batch, tmp_path: Path, picture: Any, capsys: Captured) -> None:
    (tmp_path / "other").mkdir()
    picture("other/a.png")
    assert batch(sources=[tmp_path / "in", tmp_path / "other"]) == 2
    files = f"from {tmp_path / 'in' / 'a.jpg'} and {tmp_path / 'other' / 'a.png'}"
    assert f"Two pictures would be named a.png, {files}. Rename one" in (error := capsys.readouterr().err)
    assert "into different folders" in error


def test_two_styles_with_one_name_are_refused(batch: Batch, tmp_path: Path, picture: Any, capsys: Captured) -> None:
    (tmp_path / "other").mkdir()
    style = picture("other/one.png")
    assert batch("--each-style", "--style", style) == 2
    assert f"named a one.png, from {tmp_path / 'one.png'} and {style}." in capsys.readouterr().err


def test_a_table_as_json(batch: Batch, tmp_path: Path) -> None:
    assert batch("--table", tmp_path / "report.json") == 3
    table = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert [row["state"] for row in table] == ["painted", "failed", "painted"]


def test_lines_for_scripts(batch: Batch, capsys: Captured) -> None:
    assert batch("--json") == 3
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    finished = [line for line in lines if line["event"] == "picture"]
    assert [line["state"] for line in finished] == ["painted", "failed", "painted"]
    assert finished[-1]["seconds_left"] == 0
