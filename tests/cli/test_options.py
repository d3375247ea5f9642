"""Each setting is one option. The help shows its range and its default."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable

import pytest

from nst_core import __version__
from nst_core.cli import main, options
from nst_core.job.errors import InvalidJob
from nst_core.job.settings import Settings, definitions

#: For each kind, a value that is not the default.
OTHER: dict[str, Callable[[Any], Any]] = {
    "float": lambda d: d.maximum,
    "int": lambda d: int(d.maximum),
    "choice": lambda d: d.choices[1],
    "text": lambda d: "other",
}


def parsed(*arguments: str) -> Settings:
    parser = options.Parser(prog="nst")
    options.add_settings(parser)
    return options.settings_from(parser.parse_args(arguments))


def help_text(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as end:
        main([*arguments, "--help"])
    assert end.value.code == 0
    return " ".join(capsys.readouterr().out.split())


def test_without_options_the_settings_are_the_defaults() -> None:
    assert parsed() == Settings()


@pytest.mark.parametrize("definition", definitions(), ids=lambda definition: definition.name)
def test_every_setting_is_an_option(definition: Any, capsys: pytest.CaptureFixture[str]) -> None:
    option = options.option_names(definition)[0]
    text = help_text(capsys, "stylize")
    assert option in text
    assert definition.help in text
    value = OTHER[definition.kind](definition)
    assert getattr(parsed(option, str(value)), definition.name) == value


@pytest.mark.parametrize("definition", [d for d in definitions() if d.kind in ("float", "int")], ids=lambda d: d.name)
@pytest.mark.parametrize("value", ["nan", "inf", "-1e10", "1e10", "many", ""])
def test_numbers_out_of_range_name_the_option(definition: Any, value: str) -> None:
    option = options.option_names(definition)[0]
    with pytest.raises(InvalidJob, match=f"^{option} must be .*number from"):
        parsed(f"{option}={value}")


def test_a_picture_to_start_from() -> None:
    assert parsed("--init", "noise").init == "noise"
    assert parsed("--init", "sketch.png").init == "picture"
    assert parsed("--continue", "result.png").init == "picture"


def test_the_help_for_pictures_to_start_from(capsys: pytest.CaptureFixture[str]) -> None:
    text = help_text(capsys, "stylize")
    assert "--init content|noise|FILE" in text
    assert "--continue RESULT" in text


@pytest.mark.parametrize(
    ("option", "content", "expected"),
    [
        (None, (2000, 1000), (1024, 512)),
        (None, (300, 200), (300, 200)),
        ("full", (2000, 1000), (2000, 1000)),
        (500, (2000, 1000), (500, 250)),
        (500, (100, 50), (500, 250)),
        (1, (3, 5000), (1, 1)),
    ],
)
def test_sizes(option: Any, content: tuple[int, int], expected: tuple[int, int]) -> None:
    assert options.wanted_size(option, content) == expected


def test_a_size_beyond_reason_is_refused() -> None:
    with pytest.raises(InvalidJob, match="too large"):
        options.wanted_size(65536, (100, 100))


def test_styles_and_weights(tmp_path: Path, picture: Callable[..., Path]) -> None:
    plain, odd = picture("wave.png"), picture("a=2.png")
    assert options.parse_style(str(plain)) == options.StyleFile(plain, 1.0)
    assert options.parse_style(f"{plain}=0.25") == options.StyleFile(plain, 0.25)
    assert options.parse_style(str(odd)) == options.StyleFile(odd, 1.0)
    assert options.parse_style(f"{odd}=3") == options.StyleFile(odd, 3.0)
    assert options.parse_style("missing=name.png") == options.StyleFile(Path("missing=name.png"), 1.0)


@pytest.mark.parametrize("weight", ["0", "-1", "nan", "inf", "heavy", "1e9", ""])
def test_style_weights_that_are_not_allowed(picture: Callable[..., Path], weight: str) -> None:
    with pytest.raises(InvalidJob, match=r"weight of the style .*wave\.png must be a positive number up to 1000000"):
        options.parse_style(f"{picture('wave.png')}={weight}")


def test_version_and_commands(capsys: pytest.CaptureFixture[str]) -> None:
    text = help_text(capsys)
    assert all(command in text for command in ("stylize", "doctor", "worker"))
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"nst {__version__}\n"
