"""A record restores only layers that are certain, and no settings of another machine."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any, Callable, Dict, List

import pytest

from nst_core.bridge import record
from nst_core.bridge.record import Record, RecordedStyle, Reference
from nst_core.job.errors import HostError, UnreadableImage
from nst_core.job.settings import Settings
from nst_core.studio.bundled import PAINTINGS

New = Callable[..., Any]
OWN = Settings(device="cpu", memory=2.0, weights="torchvision")


@pytest.fixture
def recall() -> Any:
    return importlib.import_module("gimp_plugin.recall")


class Scene:
    """An image with a content layer, and a layer that was painted from it."""

    def __init__(self, recall: Any, new_image: New, new_layer: New) -> None:
        self.image = new_image()
        self.content = new_layer(self.image, "content")
        self.painted = new_layer(self.image, "painted")
        self.recall = recall

    def remember(self, *styles: RecordedStyle, **more: Any) -> None:
        content = self.recall.styles.LayerSource(self.content).reference(self.image)
        self.attach(record.dump(Record(**{"styles": styles, "content": content, **more})))

    def attach(self, text: str) -> None:
        self.recall.parasites.attach_record(self.painted, text)

    def reference(self, layer: Any) -> Reference:
        found: Reference = self.recall.styles.LayerSource(layer).reference(self.image)
        return found

    def repetition(self) -> Any:
        return self.recall.repetition(self.image, self.painted, OWN)


@pytest.fixture
def scene(recall: Any, new_image: New, new_layer: New) -> Scene:
    return Scene(recall, new_image, new_layer)


def names(recalled: Any) -> List[str]:
    return [choice.source.name for choice in recalled.painting.choices]


def test_all_is_there(scene: Scene, new_layer: New) -> None:
    ink = scene.reference(new_layer(scene.image, "ink"))
    region = scene.recall.regions.Region("layer", new_layer(scene.image, "sky"))
    scene.remember(RecordedStyle(ink, 2.0, region.reference()), settings=Settings(strength=0.5, seed=3))
    recalled = scene.repetition()
    (choice,) = recalled.painting.choices
    assert (choice.source.name, choice.weight, choice.region) == ("ink", 2.0, region)
    assert (recalled.painting.content, recalled.painting.below) == (scene.content, scene.painted)
    assert recalled.painting.settings.strength == 0.5
    recalled.require_all()


def test_the_others_are_recalled_and_what_is_missing_is_named(scene: Scene, new_image: New, new_layer: New) -> None:
    sketch, saved = new_image(), new_image("/home/anna/sea.xcf")
    styles = [scene.reference(new_layer(image, name)) for image, name in ((sketch, "ink"), (saved, "foam"))]
    here = scene.reference(new_layer(scene.image, "sand"))
    gone = Reference("mask", "sky mask", here.layer)
    scene.remember(*map(RecordedStyle, styles), RecordedStyle(here), RecordedStyle(here, 1.0, gone))
    for image in (sketch, saved):
        image.close()
    recalled = scene.repetition()
    assert names(recalled) == ["sand"]
    assert recalled.missing == ("ink of an image without a file", "foam of sea.xcf", "sand in sky mask")
    with pytest.raises(HostError, match=r"ink of an image without a file, foam of sea\.xcf"):
        recalled.require_all()


def test_it_is_continued_from_the_layer_itself(scene: Scene, new_layer: New) -> None:
    scene.remember(RecordedStyle(scene.reference(new_layer(scene.image, "ink"))))
    painting = scene.recall.continuation(scene.image, scene.painted, OWN).painting
    assert (painting.settings.init, painting.initial) == ("picture", scene.painted)


def test_the_machine_is_the_users_own(scene: Scene, new_layer: New) -> None:
    ink = scene.reference(new_layer(scene.image, "ink"))
    scene.remember(RecordedStyle(ink))
    foreign = json.loads(scene.recall.parasites.read_record(scene.painted))
    foreign["settings"].update(device="cuda:7", memory=0.01, weights="/home/mallory/weights.pt")
    scene.attach(json.dumps(foreign))
    assert scene.repetition().painting.settings.on_machine_of(OWN) == scene.repetition().painting.settings


def test_a_file_is_not_touched_before_it_is_allowed(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.remember(RecordedStyle(Reference("file", "wave", path="/home/mallory/wave.jpg")))
    monkeypatch.setattr(scene.recall.Gio.File, "query_exists", lambda *_: pytest.fail("it was touched"))
    recalled = scene.repetition()
    assert recalled.files == ["/home/mallory/wave.jpg"]
    assert recalled.missing == ()
    refused = recalled.without(recalled.files)
    assert (refused.files, refused.missing) == ([], ("/home/mallory/wave.jpg",))


@pytest.mark.parametrize(
    "path", ["", "wave.jpg", "http://mallory/a.png", "file:///etc/hosts", "smb://mallory/a.png", "//mallory/a.png"]
)
def test_a_path_elsewhere_is_missing(scene: Scene, path: str) -> None:
    scene.remember(RecordedStyle(Reference("file", "wave", path=path)))
    recalled = scene.repetition()
    assert (recalled.files, recalled.missing) == ([], (path,))


def test_a_bundled_painting_of_another_installation_is_the_own_one_and_needs_no_question(scene: Scene) -> None:
    elsewhere = Path("/home/anna/other/nst_core/studio/paintings", PAINTINGS[0].file)
    own = RecordedStyle(Reference("file", "", path=str(PAINTINGS[1].path)))
    foreign = RecordedStyle(Reference("file", "", path="/home/mallory/wave.jpg"))
    scene.remember(RecordedStyle(Reference("file", "", path=str(elsewhere))), own, foreign)
    recalled = scene.repetition()
    assert recalled.files == [str(PAINTINGS[0].path), str(PAINTINGS[1].path), "/home/mallory/wave.jpg"]
    assert recalled.foreign([]) == ["/home/mallory/wave.jpg"]
    assert recalled.foreign(["/home/mallory/wave.jpg"]) == []


def test_only_a_regular_file_is_read(scene: Scene, tmp_path: Path) -> None:
    (tmp_path / "wave.jpg").write_bytes(b"")
    for path, is_read in ((tmp_path / "wave.jpg", True), (Path("/dev/zero"), False), (tmp_path, False)):
        scene.remember(RecordedStyle(Reference("file", "wave", path=str(path))))
        if is_read:
            scene.repetition().require_files()
        else:
            with pytest.raises(UnreadableImage, match="no file on this computer"):
                scene.repetition().require_files()


STYLE: Dict[str, Any] = {"reference": {"kind": "layer", "name": "ink", "layer": "1"}}


@pytest.mark.parametrize("text", ["", "no JSON", "[" * 100_000, json.dumps({"styles": [STYLE] * 33})])
def test_no_record(scene: Scene, text: str) -> None:
    scene.attach(text)
    with pytest.raises(HostError, match="did not paint this layer"):
        scene.repetition()


def test_content_start_and_mask_that_are_gone_are_named(scene: Scene, new_layer: New) -> None:
    """The other parts are recalled, as with missing styles."""
    ink, gone = scene.reference(new_layer(scene.image, "ink")), "9@0123456789abcdef"
    scene.remember(
        RecordedStyle(ink),
        content=Reference("layer", "photograph", gone),
        keep_mask=Reference("channel", "face", gone),
        initial=Reference("layer", "sketch", gone),
    )
    recalled = scene.repetition()
    assert names(recalled) == ["ink"]
    assert not recalled.has_content
    assert recalled.missing == ("the painted layer photograph", "the mask face", "the start picture sketch")
    with pytest.raises(HostError, match="the painted layer photograph, the mask face, the start picture sketch"):
        recalled.require_all()


def test_a_painted_layer_in_another_image(scene: Scene, new_image: New, new_layer: New) -> None:
    """A copied layer keeps its record, but the content is not copied."""
    scene.remember(RecordedStyle(scene.reference(new_layer(scene.image, "ink"))))
    elsewhere = new_image()
    new_layer(elsewhere, "content")
    recalled = scene.recall.repetition(elsewhere, scene.painted, OWN)
    assert (recalled.has_content, recalled.missing) == (False, ("the painted layer content", "ink"))


def test_the_last_filter_needs_the_content(scene: Scene) -> None:
    scene.remember(content=Reference("layer", "content", "1"))
    with pytest.raises(HostError, match="that was painted is gone"):
        scene.recall.content_of(scene.image, scene.painted)


def test_the_content_of_a_layer(scene: Scene) -> None:
    scene.remember()
    assert scene.recall.content_of(scene.image, scene.painted) is scene.content
    assert scene.recall.content_of(scene.image, scene.content) is scene.content
