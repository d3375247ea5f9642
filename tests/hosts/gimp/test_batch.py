"""The procedure in the real GIMP with every kind of image. ``batch_cases.py`` has the cases."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from tests.hosts import provision
from tests.hosts.gimp.conftest import FOLDERS, each_gimp, newest_gimp
from tests.hosts.gimp.editor import Gimp

Outcome = Dict[str, Any]

MODES = {"RGB": 24, "GRAY": 12}


@pytest.fixture(scope="module")
def outcomes(template: Gimp, request: pytest.FixtureRequest) -> Dict[str, Outcome]:
    """Return the outcomes of the cases whose tests run in this GIMP."""
    tests = [item for item in request.session.items if isinstance(item, pytest.Function)]
    here = [test for test in tests if "outcome" in test.fixturenames and _folder(test).place == template.root]
    template.environment["NEURAL_STYLE_CASES"] = " ".join(map(case, here))
    results: Dict[str, Outcome] = template.results("batch_cases.py", timeout=600)
    return results


def _folder(test: pytest.Function) -> provision.Debian:
    return FOLDERS[str(test.callspec.params["template"])]


def case(test: pytest.Function) -> str:
    """Return the name of the test's case, which is in the test's name."""
    return test.originalname.replace("test_", "", 1)


@pytest.fixture
def outcome(outcomes: Dict[str, Outcome], request: pytest.FixtureRequest) -> Outcome:
    """Return the outcome of the test's case."""
    name = case(request.node)
    assert "error" not in outcomes[name], outcomes[name]["error"]
    return outcomes[name]


def assert_echoed(outcome: Outcome, tolerance: float = 1e-6) -> None:
    """Check that there is one new layer with the content's pixels, position and size, and no other change."""
    assert outcome.get("status") == "GIMP_PDB_SUCCESS", outcome
    assert outcome["difference"] <= tolerance
    assert not outcome["content_changed"]
    assert outcome["layer"]["alpha"]
    assert outcome["layer"]["parasites"] == ["neural-style"]


def assert_failed(outcome: Outcome, *words: str) -> None:
    """Check that the caller got an error with a remedy, and that there is no new layer."""
    assert outcome["status"] == "GIMP_PDB_EXECUTION_ERROR"
    assert all(word in outcome["message"] for word in words), outcome["message"]
    assert outcome.get("layers", 1) == 1


def test_every_mode_precision_and_profile(outcome: Outcome) -> None:
    for mode, count in MODES.items():
        assert sum(name.startswith(mode) for name in outcome) == count
    for name, kind in outcome.items():
        # babl's curves of other profiles are exact to twelve bits in both directions.
        assert_echoed(kind, tolerance=1e-6 if "builtin" in name or "linear" in name else 5e-4)
        assert kind["layers"] == 1, name


def test_indexed(outcome: Outcome) -> None:
    assert_echoed(outcome)


@each_gimp
def test_written_colors_are_what_they_look_like(outcome: Outcome) -> None:
    assert outcome["pixel"] == pytest.approx([0.8, 0.4, 0.2, 1.0], abs=1e-3)


def test_a_style_is_upright(outcome: Outcome) -> None:
    assert outcome["grays"] == [0, 1]


def test_a_small_layer_off_the_canvas(outcome: Outcome) -> None:
    assert_echoed(outcome)
    assert (outcome["layer"]["offsets"], outcome["layer"]["size"]) == ([-20, 250], [90, 70])


def test_a_layer_larger_than_the_canvas(outcome: Outcome) -> None:
    assert_echoed(outcome)
    assert (outcome["layer"]["offsets"], outcome["layer"]["size"]) == ([-50, -60], [300, 200])


def test_a_layer_of_one_pixel(outcome: Outcome) -> None:
    assert_echoed(outcome)


def test_a_layer_in_a_group(outcome: Outcome) -> None:
    assert_echoed(outcome)
    assert (outcome["layer"]["parent"], outcome["layer"]["position"]) == ("group", 1)


@each_gimp
def test_a_group(outcome: Outcome) -> None:
    assert outcome["left"] == pytest.approx([1, 0, 0, 1])
    assert outcome["right"] == pytest.approx([0, 0, 1, 1])
    assert outcome["layer"]["parent"] is None


@each_gimp
def test_a_layer_mask(outcome: Outcome) -> None:
    assert outcome["left"][3] == 0
    assert outcome["right"] == pytest.approx([0.2, 0.4, 0.6, 1])
    assert outcome["content"][3] == 1


def test_a_layer_mask_that_is_switched_off(outcome: Outcome) -> None:
    assert outcome["left"][3] == 1


def test_the_mask_itself_selected(outcome: Outcome) -> None:
    assert outcome["status"] == "GIMP_PDB_SUCCESS"


@each_gimp
def test_a_text_layer(outcome: Outcome) -> None:
    assert_echoed(outcome)


@each_gimp
def test_a_layer_with_an_effect(outcome: Outcome) -> None:
    assert outcome["pixel"] == pytest.approx([0.8, 0.6, 0.4, 1], abs=1e-4)
    assert (outcome["effects"], outcome["images"]) == (1, 0)


@newest_gimp
def test_a_link_layer(outcome: Outcome) -> None:
    assert_echoed(outcome)


@newest_gimp
def test_a_vector_layer(outcome: Outcome) -> None:
    assert_echoed(outcome)
    assert outcome["middle"] == pytest.approx([1, 0, 0, 1])


@newest_gimp
def test_other_layers_as_styles(outcome: Outcome) -> None:
    assert len(outcome) == 4
    for message, style, painted in outcome.values():
        assert painted == pytest.approx(style, abs=1e-3), message


def test_a_hard_selection(outcome: Outcome) -> None:
    inside = {f"{x},{y}" for x in (20, 29) for y in (10, 19)}
    assert {place for place, alpha in outcome["alphas"].items() if alpha == 1} == inside
    assert {place for place, alpha in outcome["alphas"].items() if alpha == 0} == set(outcome["alphas"]) - inside
    assert outcome["layer"]["offsets"] == [10, 20]
    assert outcome["kept"]


@each_gimp
def test_a_soft_selection(outcome: Outcome) -> None:
    assert outcome["pixel"] == pytest.approx([0.2, 0.4, 0.6, 0.5], abs=0.005)


def test_a_selection_beside_the_layer(outcome: Outcome) -> None:
    assert_failed(outcome, "selection lies outside", "Select a part")


@each_gimp
def test_styles_from_layers_of_other_images(outcome: Outcome) -> None:
    assert outcome["pixel"][:3] == pytest.approx([0.5] * 3, abs=0.005)
    assert outcome["name"] == "Tusche \u2013 \u58a8 and 1 more \u2013 Neural Style"
    styles = outcome["record"]["styles"]
    assert [(style["weight"], style["reference"]["kind"]) for style in styles] == [(2, "document"), (1, "file")]
    assert outcome["record"]["content"]["name"] == "content"


def test_painted_again(outcome: Outcome) -> None:
    assert outcome["messages"] == []
    wave = "great_wave \u2013 Neural Style"
    of_upper, of_lower = [f"{wave} 3"], [f"{wave} 4", f"{wave} 2 (draft)", wave]
    assert outcome["layers"] == ["cover", *of_upper, "upper", *of_lower, "lower"]


def test_repeated(outcome: Outcome) -> None:
    assert outcome["status"] == "GIMP_PDB_SUCCESS", outcome["message"]
    assert outcome["same"]
    assert outcome["same_record"]
    assert outcome["below"][-1] == "content"


@each_gimp
def test_repeated_in_a_file(outcome: Outcome) -> None:
    assert outcome["status"] == "GIMP_PDB_SUCCESS", outcome["message"]
    assert outcome["below"][2] == "\u00e9t\u00e9 \u5893"


def test_repeated_from_a_layer_of_another_origin(outcome: Outcome) -> None:
    assert_failed(outcome, "did not paint this layer")


def test_repeated_without_its_style(outcome: Outcome) -> None:
    assert_failed(outcome, "gone of an image without a file", "Open the images")


def test_repeated_with_a_style_of_an_unsaved_image(outcome: Outcome) -> None:
    assert outcome["status"] == "GIMP_PDB_SUCCESS", outcome["message"]
    assert outcome["same"]


@each_gimp
def test_repeated_after_its_image_was_closed_and_opened(outcome: Outcome) -> None:
    assert outcome["status"] == "GIMP_PDB_SUCCESS", outcome["message"]
    assert outcome["same"]


def test_repeated_with_a_pipe_for_a_style(outcome: Outcome) -> None:
    assert_failed(outcome, "no file on this computer", "Choose another file")


def test_repeated_after_starting_from_a_picture(outcome: Outcome) -> None:
    assert outcome["status"] == "GIMP_PDB_SUCCESS", outcome["message"]
    assert outcome["pixel"] == pytest.approx([0.2, 0.4, 0.6, 1], abs=0.005)


@each_gimp
def test_continued(outcome: Outcome) -> None:
    assert outcome["status"] == "GIMP_PDB_SUCCESS", outcome["message"]
    assert outcome["pixel"] == pytest.approx([0.2, 0.4, 0.6, 1], abs=0.005)
    assert outcome["layer"]["offsets"] == [10, 20]
    assert outcome["layer"]["position"] == 0
    assert outcome["below"][-1] == "content"
    assert outcome["record"]["settings"]["strength"] == 0.25
    assert outcome["record"]["initial"]["name"] == outcome["below"][1]


def test_continued_in_a_file(outcome: Outcome) -> None:
    for status, message, pixel in outcome["outcomes"]:
        assert status == "GIMP_PDB_SUCCESS", message
        assert pixel == pytest.approx([0.2, 0.4, 0.6, 1], abs=0.005)


def test_continued_from_a_layer_of_another_origin(outcome: Outcome) -> None:
    assert_failed(outcome, "did not paint this layer")


@each_gimp
def test_regions(outcome: Outcome) -> None:
    assert outcome["status"] == "GIMP_PDB_SUCCESS", outcome["message"]
    reds = {place: color[0] for place, color in outcome["places"].items()}
    greens = {place: color[1] for place, color in outcome["places"].items()}
    assert reds == {"a": 0, "b": 0, "c": 1, "d": 0}
    assert greens == {"a": 1, "b": 1, "c": 1, "d": 0}
    assert outcome["same"]


def test_a_region_from_a_layer_and_its_mask(outcome: Outcome) -> None:
    assert outcome["reds"] == pytest.approx([0, 0, 0.5, 0], abs=0.005)


def test_a_region_from_the_selection(outcome: Outcome) -> None:
    assert outcome["left"] == pytest.approx([0.5, 1, 1, 1], abs=0.005)
    assert outcome["right"] == pytest.approx([0, 1, 1, 1], abs=0.005)


def test_a_region_from_no_selection(outcome: Outcome) -> None:
    assert_failed(outcome, "Nothing is selected", "choose a mask")


def test_a_region_that_is_not_there(outcome: Outcome) -> None:
    assert_failed(outcome, "no region mask:999999", "id of the layer")


def test_more_regions_than_styles(outcome: Outcome) -> None:
    assert_failed(outcome, "more regions than styles")


def test_repeated_without_a_region(outcome: Outcome) -> None:
    assert_failed(outcome, "great_wave.jpg in content")


def test_keep_mask(outcome: Outcome) -> None:
    assert outcome["layer"] == pytest.approx([0, 0, 0.5, 0], abs=0.005)
    assert outcome["mask"] == pytest.approx([0, 0, 1, 0], abs=0.005)
    assert outcome["same"]
    assert outcome["record"]["keep_mask"]["kind"] == "mask"


def test_starting_from_a_picture(outcome: Outcome) -> None:
    assert_echoed(outcome)


def test_starting_from_a_layer_with_an_effect(outcome: Outcome) -> None:
    assert outcome["pixel"] == pytest.approx([0.8, 0.6, 0.4, 1], abs=0.005)


def test_no_styles(outcome: Outcome) -> None:
    assert_failed(outcome, "Add a style")


def test_a_style_that_is_not_there(outcome: Outcome) -> None:
    assert_failed(outcome, "/no/such/picture.png", "full path")


@each_gimp
def test_a_style_that_is_no_picture(outcome: Outcome) -> None:
    assert_failed(outcome, "SOURCES.md", "Choose another picture")


def test_a_weight_of_zero(outcome: Outcome) -> None:
    assert_failed(outcome, "positive number")


@each_gimp
def test_an_engine_that_dies(outcome: Outcome) -> None:
    assert_failed(outcome, "engine was killed", "Try again")


def test_an_engine_that_runs_out_of_memory(outcome: Outcome) -> None:
    assert_failed(outcome, "Memory ran out", "smaller working size")


def test_a_missing_start_picture(outcome: Outcome) -> None:
    assert_failed(outcome, "Choose a layer as start picture")


def test_several_layers_at_once(outcome: Outcome) -> None:
    assert_failed(outcome, "Select a single layer")


def test_a_channel(outcome: Outcome) -> None:
    assert_failed(outcome, "Select a layer")


@each_gimp
def test_documentation(outcome: Outcome) -> None:
    assert outcome["menu"] == ["<Image>/Filters/Artistic"]
    assert "style" in outcome["blurb"]
    assert all(nick and blurb for nick, blurb in outcome["arguments"].values())
    assert outcome["strength"] == [0.0, 1.0]


@each_gimp
def test_nothing_is_left_running(outcomes: Dict[str, Outcome], template: Gimp) -> None:
    assert template.processes("stand_in") == []
