"""Styles become texts and references of a record, and become styles again."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any, Callable

import pytest

from nst_core.bridge.record import Reference
from nst_core.job.errors import InvalidJob
from nst_core.studio.bundled import PAINTINGS

New = Callable[..., Any]


@pytest.fixture
def styles() -> Any:
    return importlib.import_module("gimp_plugin.styles")


@pytest.fixture
def image(new_image: New) -> Any:
    return new_image()


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "great wave.jpg"
    path.write_bytes(b"")
    return path


@pytest.mark.parametrize(("suffix", "weight"), [("", 1.0), ("=2", 2.0), ("=0.5", 0.5), ("=.25", 0.25), ("=1e-2", 0.01)])
def test_a_file_with_its_weight(styles: Any, image: Any, picture: Path, suffix: str, weight: float) -> None:
    choice = styles.parse(f"{picture}{suffix}", image)
    assert (choice.source.name, choice.source.where) == ("great wave", str(picture.parent))
    assert choice.weight == weight


def test_a_bundled_painting_has_its_title(styles: Any, image: Any) -> None:
    source = styles.parse(str(PAINTINGS[0].path), image).source
    assert (source.name, source.where) == ("Great Wave", "Katsushika Hokusai")


def test_a_file_whose_name_ends_like_a_weight(styles: Any, image: Any, tmp_path: Path) -> None:
    path = tmp_path / "scale=2"
    path.write_bytes(b"")
    assert styles.parse(str(path), image).weight == 1
    assert styles.parse(f"{path}=3", image).weight == 3


def test_a_layer_by_its_id(styles: Any, image: Any, new_image: New, new_layer: New) -> None:
    layer = new_layer(new_image(), "ink=2")
    assert styles.parse(f"layer:{layer.get_id()}", image).source.layer is layer
    assert styles.parse(f"layer:{layer.get_id()}=3", image).weight == 3


@pytest.mark.parametrize(
    "text",
    [
        *("", "relative.jpg", "/no/such.jpg", "~nobody/a.jpg", f"/{300 * 'a'}", "layer:999", "layer:101:ink"),
        *("layer:99999999999", "layer:\u00b2", "layer:1@0123456789abcdef:ink", "layer:9999999999@0123456789abcdef:ink"),
    ],
)
def test_what_is_not_there(styles: Any, image: Any, new_layer: New, text: str) -> None:
    new_layer(image, "ink")
    with pytest.raises(InvalidJob) as raised:
        styles.parse(text, image)
    assert raised.value.remedy


@pytest.mark.parametrize("weight", ["0", "1e9"])
def test_a_weight_that_can_not_be(styles: Any, image: Any, picture: Path, weight: str) -> None:
    with pytest.raises(InvalidJob, match="weight"):
        styles.parse(f"{picture}={weight}", image)


def test_text_round_trip(styles: Any, image: Any, picture: Path, new_image: New, new_layer: New) -> None:
    sources = [styles.FileSource(styles.Gio.File(str(picture))), styles.LayerSource(new_layer(new_image(), "a=b:c"))]
    for source in sources:
        again = styles.parse(styles.Choice(source, 0.75).text(), image)
        assert (again.source.text(), again.weight) == (source.text(), 0.75)


def test_a_text_of_another_session_names_no_layer_of_this_one(
    styles: Any, image: Any, new_image: New, new_layer: New
) -> None:
    """GIMP keeps the styles of the last run. Soon another layer has the same number and name."""
    earlier, later = new_image(), new_image()
    text = styles.LayerSource(new_layer(earlier, "Background")).text()
    new_layer(later, "Background")
    earlier.close()
    with pytest.raises(InvalidJob, match="Background is not open"):
        styles.parse(text, image)


def test_of_a_duplicated_image_the_painted_one_counts(styles: Any, new_image: New, new_layer: New) -> None:
    original = new_image()
    text = styles.LayerSource(new_layer(original, "ink")).text()
    copied = original.duplicate()
    assert styles.parse(text, original).source.layer is original.items[0]
    assert styles.parse(text, copied).source.layer is copied.items[0]
    with pytest.raises(InvalidJob, match="ink is not open"):
        styles.parse(text, new_image())


def test_find_again_leaves_out_missing_styles(styles: Any, picture: Path, image: Any) -> None:
    texts, regions = ["/gone.jpg", f"{picture}=2", f"{picture}=3"], ["", "", "mask:7@0123456789abcdef:gone"]
    assert [choice.weight for choice in styles.find_again(texts, regions, image)] == [2]


def test_layers_of_a_record(styles: Any, image: Any, new_image: New, new_layer: New) -> None:
    other, unsaved = new_image("/home/anna/ink.xcf"), new_image()
    layers = [new_layer(image, "sand"), new_layer(other, "ink"), new_layer(unsaved, "moss")]
    references = [styles.LayerSource(layer).reference(image) for layer in layers]
    assert [reference.kind for reference in references] == ["layer", "document", "document"]
    assert [styles.find_layer(reference, image) for reference in references] == layers


def test_a_layer_of_an_unsaved_image_is_never_taken_for_one_of_another(
    styles: Any, image: Any, new_image: New, new_layer: New
) -> None:
    unsaved = new_image()
    reference = styles.LayerSource(new_layer(unsaved, "Background")).reference(image)
    unsaved.close()
    new_layer(new_image(), "Background")
    assert styles.find_layer(reference, image) is None


def test_a_file_that_was_opened_again(styles: Any, image: Any, new_image: New, new_layer: New) -> None:
    before = new_image("/home/anna/ink.xcf")
    reference = styles.LayerSource(new_layer(before, "ink")).reference(image)
    before.close()
    again = new_image("/home/anna/ink.xcf")
    layer = new_layer(again, "ink")
    assert styles.find_layer(reference, image) is layer
    layer.name = "something else"
    assert styles.find_layer(reference, image) is None
    layer.name = "ink"
    new_layer(new_image("/home/anna/ink.xcf"), "ink")  # The file is open twice, and the two images may differ.
    assert styles.find_layer(reference, image) is None


def test_a_layer_that_went_to_another_image(styles: Any, image: Any, new_image: New, new_layer: New) -> None:
    """The record goes with the layer, but in the other image the same number and name mean another layer."""
    reference = styles.LayerSource(new_layer(image, "Background")).reference(image)
    elsewhere = new_image()
    new_layer(elsewhere, "Background")
    assert styles.find_layer(reference, elsewhere) is None


@pytest.mark.parametrize("layer", ["", "1", "\u00b2", "1@", "0@{0}", "5@{0}", "99999999999@{0}", "4294967296@{0}"])
def test_no_lasting_name(styles: Any, image: Any, new_layer: New, layer: str) -> None:
    identity = styles.references.lasting_name(new_layer(image, "ink")).partition("@")[2]
    assert styles.find_layer(Reference("layer", "ink", layer.format(identity)), image) is None
