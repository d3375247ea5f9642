"""The measures are right: pictures with known properties get the expected figures."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path

import pytest

pytest.importorskip("torch")

import torch
from PIL import Image

from tests.benchmarks import report
from tests.benchmarks.__main__ import BENCHMARKS
from tests.benchmarks.color_difference import difference, to_lab
from tests.benchmarks.full_runs import KEPT, kept_picture
from tests.benchmarks.images import FILTERS, SAMPLES, open_picture, to_image, to_tensor
from tests.benchmarks.network import Convolution, load_network
from tests.benchmarks.pairs import PAIRS
from tests.benchmarks.quality import MEASURES, Judge, Quality, structure_distance
from tests.benchmarks.seams import seam_ratio


@pytest.fixture(scope="module")
def network() -> list[Convolution]:
    return load_network()


def noise(seed: int, height: int = 64, width: int = 96) -> Image.Image:
    return to_image(torch.rand((3, height, width), generator=torch.Generator().manual_seed(seed)) * 255)


def test_the_style_itself_has_no_style_distance_and_the_content_itself_no_content_distance(
    network: list[Convolution],
) -> None:
    content, style = noise(0), open_picture(PAIRS[0].style_path, 64)
    judge = Judge(network, content, style)
    of_content = judge.measure(content)
    assert of_content.content == 0
    assert of_content.full > 0.1
    assert Judge(network, style, style).measure(style) == Quality(0, 0, 0, 0, 0)


def test_a_result_has_a_cell_for_each_measure() -> None:
    assert len(Quality(0, 0, 0, 0, 0).cells()) == len(MEASURES)
    assert Quality(0.12345, 1, 2, 3, 4).cells(digits=4)[0] == "0.1235"


@pytest.mark.parametrize("name", ["chelsea", "coffee", "auvers"])
def test_structure_ignores_colors(network: list[Convolution], name: str) -> None:
    content = open_picture(SAMPLES / f"{name}.jpg", 256)
    x, other = to_tensor(content), to_tensor(open_picture(SAMPLES / "astronaut.jpg").resize(content.size))
    brighter = structure_distance(network, x, x * 0.8 + 20)
    recolored = max(structure_distance(network, x, x[[2, 1, 0]]), structure_distance(network, x, _turned(content)))
    elsewhere = min(structure_distance(network, x, other), structure_distance(network, x, x.flip(2)))
    assert structure_distance(network, x, x) == 0
    assert brighter < 0.01
    assert recolored < 0.05
    assert elsewhere > 3 * recolored


def _turned(picture: Image.Image) -> torch.Tensor:
    """Return the picture with each hue turned by 20 degrees."""
    hue, *others = picture.convert("HSV").split()
    turned = Image.merge("HSV", (hue.point([(value + 14) % 256 for value in range(256)]), *others))
    return to_tensor(turned.convert("RGB"))


def test_a_result_of_another_size_than_its_content_is_refused(network: list[Convolution]) -> None:
    with pytest.raises(ValueError, match="shape"):
        Judge(network, noise(0), noise(1)).measure(noise(2, height=32))


@pytest.mark.parametrize("filter_name", FILTERS)
def test_a_kept_run_of_the_peer_gets_the_figures_that_were_kept_with_it(
    network: list[Convolution], filter_name: str
) -> None:
    pair = PAIRS[0]
    kept = json.loads((KEPT / "figures.json").read_text(encoding="utf-8"))[pair.name][filter_name]
    content, style = (open_picture(path, pair.size, filter_name) for path in (pair.content_path, pair.style_path))
    measured = asdict(Judge(network, content, style).measure(open_picture(kept_picture(pair))))
    assert measured == pytest.approx(kept, rel=0.005)


def test_pictures_survive_the_way_into_a_tensor_and_back() -> None:
    picture = noise(3)
    assert to_image(to_tensor(picture)).tobytes() == picture.tobytes()


def test_a_step_between_two_tiles_is_measured_as_a_seam() -> None:
    smooth = torch.linspace(0, 60, 96).expand(3, 64, 96).clone()
    assert seam_ratio(to_image(smooth), 32) < 2
    smooth[:, :, 32:] += 40
    assert seam_ratio(to_image(smooth), 32) > 10
    assert seam_ratio(to_image(smooth), 0) == 1


def test_a_table_is_recorded_in_its_own_place_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = tmp_path / "RESULTS.md"
    document.write_text("a\n<!-- x -->\nold\n<!-- end of x -->\nb\n", encoding="utf-8")
    monkeypatch.setattr(report, "RESULTS", document)
    report.record("x", "new")
    assert document.read_text(encoding="utf-8") == "a\n<!-- x -->\nnew\n<!-- end of x -->\nb\n"
    with pytest.raises(ValueError, match="no place for y"):
        report.record("y", "new")


def test_each_benchmark_has_a_place_for_its_table() -> None:
    text = report.RESULTS.read_text(encoding="utf-8")
    places = re.findall(r"^<!-- (.+) -->\n(?:.*\n)*?<!-- end of \1 -->$", text, re.MULTILINE)
    assert sorted(places) == sorted(BENCHMARKS)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, -1, 2), (50, 0, 0), 2.3669),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_color_differences_are_those_of_the_standard_s_test_data(
    one: tuple[float, ...], other: tuple[float, ...], expected: float
) -> None:
    first, second = (torch.tensor(color, dtype=torch.float64) for color in (one, other))
    assert float(difference(first, second)) == pytest.approx(expected, abs=1e-4)
    assert float(difference(second, first)) == pytest.approx(expected, abs=1e-4)


def test_lab_of_known_colors() -> None:
    white, red = (to_lab(torch.tensor(color)) for color in ((255.0, 255.0, 255.0), (255.0, 0.0, 0.0)))
    torch.testing.assert_close(white, torch.tensor([100.0, 0, 0], dtype=torch.float64), atol=1e-3, rtol=0)
    torch.testing.assert_close(red, torch.tensor([53.241, 80.092, 67.203], dtype=torch.float64), atol=1e-2, rtol=0)
