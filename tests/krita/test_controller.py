"""The jobs of the controller: every end leaves the document either with one new layer or unchanged."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from nst_core.bridge.record import Reference
from nst_core.job.adjustment import Adjustment
from nst_core.job.errors import EngineMissing, HostError, OutOfMemory, WorkerDied
from nst_core.job.events import Canceled, Failed, Notice, Preview, Progress, Ready, Result, Started
from nst_core.job.pixels import PixelBuffer
from nst_core.job.settings import Settings

LAYER = "Style \u2013 Neural Style"
GREEN = bytes([0, 255, 0, 255])


def result(complete: bool = True, size: tuple[int, int] = (4, 3)) -> Result:
    return Result(PixelBuffer(*size, "rgba-u8", GREEN * (size[0] * size[1])), complete, 1.0, "cpu", 5)


def preview() -> Preview:
    return Preview(PixelBuffer(2, 1, "rgba-u8", bytes([0, 255, 0, 255]) * 2))


def names(document: Any) -> Any:
    return [node.name() for node in document.root.childNodes()]


def begin(studio: Any, document: Any, **more: Any) -> None:
    studio.controller.stylize(studio.painting(document, **more))
    studio.until(studio.is_painting)


def test_a_job(studio: Any) -> None:
    document = studio.open()
    seen: list[Any] = []
    for signal in (studio.controller.progressed, studio.controller.noticed, studio.controller.finished):
        signal.connect(seen.append)
    begin(studio, document)
    job = studio.engine.jobs[0]
    assert (job.content.width, job.content.height) == (4, 3) and job.selection is None
    assert bytes(job.content.data)[:4] == bytes([255, 0, 0, 255]) and job.result_format == "rgba-u8"
    assert [style.name for style in job.styles] == ["Style"]
    progress = Progress(0.5, 10, 4, 1, 0.1)
    studio.send(Started("cpu", ((4, 3),), 2**30, 10, 0), progress, Notice("Something."), result())
    studio.until(studio.is_idle)
    assert names(document) == ["Background", LAYER, "Style"]
    painted = document.root.childNodes()[1]
    added = (studio.documents.Document(document), painted.uniqueId().toString(), LAYER, False)
    assert seen == [seen[0], progress, "Something.", added] and "4 x 3 px" in seen[0]
    assert bytes(painted.pixelData(0, 0, 1, 1)) == bytes([0, 255, 0, 255])
    record = studio.documents.Document(document).record(painted.uniqueId().toString())
    assert record.settings.seed == 5
    assert record.content.layer == document.root.childNodes()[0].uniqueId().toString()
    assert [style.reference.name for style in record.styles] == ["Style"]


def paint(studio: Any, painting: Any, **more: Any) -> None:
    """Paint a painting to its end."""
    studio.controller.stylize(replace(painting, **more))
    studio.until(studio.is_painting)
    studio.send(result())
    studio.until(studio.is_idle)


def test_a_new_result_lies_above_the_earlier_ones_and_has_a_name_of_its_own(studio: Any) -> None:
    document = studio.open()
    painting = studio.painting(document)
    for quality in ("normal", "draft", "normal"):
        paint(studio, painting, settings=Settings(quality=quality))
    assert names(document) == ["Background", LAYER, f"{LAYER} 2 (draft)", f"{LAYER} 3", "Style"]
    assert [step[0] for step in document.undo] == ["add"] * 3, "one undo step each"


def test_the_user_s_layers_above_the_results_stay_above_them(studio: Any) -> None:
    document = studio.open()
    painting = studio.painting(document)
    paint(studio, painting)
    background, first, _ = document.root.childNodes()
    note = document.createNode("Note", "paintlayer")
    document.root.addChildNode(note, first)
    paint(studio, painting)
    assert names(document) == ["Background", LAYER, f"{LAYER} 2", "Note", "Style"]
    note.remove()
    document.root.addChildNode(note, background)  # The user moves it below the results.
    paint(studio, painting)
    assert names(document) == ["Background", "Note", LAYER, f"{LAYER} 2", f"{LAYER} 3", "Style"]


def test_the_results_of_another_content_further_up_stay_above(studio: Any) -> None:
    document = studio.open()
    painting = studio.painting(document)
    paint(studio, painting, content_id=document.root.childNodes()[1].uniqueId().toString())
    paint(studio, painting)
    assert names(document) == ["Background", f"{LAYER} 2", "Style", LAYER]


def test_a_result_that_goes_on_from_an_older_one_lies_on_top_of_all(studio: Any) -> None:
    document = studio.open()
    painting = studio.painting(document)
    for _ in range(2):
        paint(studio, painting)
    oldest = document.root.childNodes()[1].uniqueId().toString()
    paint(studio, painting, initial_id=oldest, settings=Settings(init="picture"))
    assert names(document) == ["Background", LAYER, f"{LAYER} 2", f"{LAYER} 3", "Style"]


def test_the_results_of_a_layer_in_a_group_lie_in_the_group(studio: Any) -> None:
    document = studio.open()
    group, photo = document.createNode("Group", "grouplayer"), document.createNode("Photo", "paintlayer")
    document.root.addChildNode(group, None)
    group.addChildNode(photo, None)
    studio.fill(photo, (0.0, 1.0, 0.0, 1.0))
    for _ in range(2):
        paint(studio, studio.painting(document), content_id=photo.uniqueId().toString())
    assert [node.name() for node in group.childNodes()] == ["Photo", LAYER, f"{LAYER} 2"]


def test_regions_a_keep_mask_and_a_start_reach_the_engine_and_the_record(studio: Any) -> None:
    from krita_plugin.regions import Region

    document = studio.open()
    here = studio.documents.Document(document)
    _, style = document.root.childNodes()
    mask = document.createNode("Sky", "selectionmask")
    style.addChildNode(mask, None)
    mask.pixels = {(x, 0): bytes([70 * x]) for x in range(4)}
    studio.fill(style, (1.0, 1.0, 1.0, 0.4), (0, 0, 2, 3))
    ids = [node.uniqueId().toString() for node in (style, mask)]
    layer = Region(here, Reference("layer", "Style", ids[0]))
    assert [found.name for found in here.masks()] == ["Sky \u2013 Style"]
    painting = studio.painting(document)
    regions = (layer, Region(here, Reference("mask", "Sky", ids[1])), None)
    styles = tuple(painting.choices[0]._replace(region=region) for region in regions)
    settings = Settings(init="picture", keep_content=0.6)
    begin(studio, document, choices=styles, settings=settings, keep_mask=layer, initial_id=ids[0])
    job = studio.engine.jobs[0]
    shape, sky, everywhere = (style.region for style in job.styles)
    assert bytes(shape.data)[:4] == bytes([102, 102, 255, 255]) and everywhere is None
    assert bytes(sky.data) == bytes([0, 70, 140, 210]) + bytes(8)
    bright = bytes(job.keep_mask.data)[:4]
    assert bright[0] == bright[1] and abs(bright[0] - 102) <= 1 and bright[2] == bright[3] < 60  # white, blue
    assert bytes(job.initial.data)[:4] == bytes([255, 255, 255, 102])
    studio.send(result())
    studio.until(studio.is_idle)
    painted = document.root.childNodes()[-1]
    assert painted.name() == "Style and 2 more \u2013 Neural Style", "it lies above the layer that it went on from"
    record = here.record(painted.uniqueId().toString())
    assert [style.region and style.region.kind for style in record.styles] == ["layer", "mask", None]
    assert record.keep_mask.layer == record.initial.layer == ids[0]


def test_a_texture_fills_the_canvas_in_place_of_an_empty_layer(studio: Any) -> None:
    document = studio.open()
    empty = document.createNode("Empty", "paintlayer")
    document.root.addChildNode(empty, None)
    identity = empty.uniqueId().toString()
    studio.controller.stylize(studio.painting(document, content_id=identity))
    studio.until(lambda: bool(studio.failures))
    assert studio.failures == ["The layer Empty is empty. Choose a layer that shows something."]
    begin(studio, document, content_id=identity, settings=Settings(mode="texture"))
    assert (studio.engine.jobs[0].content.width, studio.engine.jobs[0].content.height) == (4, 3)


def test_a_region_that_is_gone_is_named(studio: Any) -> None:
    from krita_plugin.regions import Region

    document = studio.open()
    here = studio.documents.Document(document)
    gone = Region(here, Reference("mask", "Sky", "{none}"))
    for region, sentence in (
        (gone, "A mask was deleted"),
        (Region(here, Reference("selection")), "Nothing is selected"),
    ):
        styles = (studio.painting(document).choices[0]._replace(region=region),)
        studio.failures.clear()
        studio.controller.stylize(studio.painting(document, choices=styles))
        studio.until(lambda: bool(studio.failures))
        assert studio.failures[0].startswith(sentence) and studio.is_idle()


def test_a_mask_without_strokes_shows_everything(studio: Any) -> None:
    from krita_plugin.regions import Region

    document = studio.open()
    mask = document.createNode("Sky", "transparencymask")
    document.root.childNodes()[1].addChildNode(mask, None)
    mask.pixelData = lambda *rect: b""
    sky = Region(studio.documents.Document(document), Reference("mask", "Sky", mask.uniqueId().toString()))
    begin(studio, document, choices=(studio.painting(document).choices[0]._replace(region=sky),))
    assert bytes(studio.engine.jobs[0].styles[0].region.data) == b"\xff" * 12


def test_stop_and_keep(studio: Any) -> None:
    document = studio.open()
    begin(studio, document)
    seen: list[Any] = []
    studio.controller.progressed.connect(seen.append)
    studio.controller.stop(True)
    assert studio.engine.canceled == [True] and studio.controller.state == "stopping"
    studio.send(Progress(0.5, 10, 4, 1, 0.1))
    assert seen == [], "the docker goes on to say that it stops"
    studio.send(result(complete=False))
    studio.until(studio.is_idle)
    assert names(document) == ["Background", LAYER, "Style"]


def test_discard(studio: Any) -> None:
    document = studio.open()
    begin(studio, document)
    studio.controller.stop(False)
    studio.send(Canceled())
    assert studio.is_idle() and names(document) == ["Background", "Style"] and document.undo == []


def test_discard_while_reading(studio: Any) -> None:
    document = studio.open()
    studio.controller.stylize(studio.painting(document))
    studio.controller.stop(False)
    assert studio.is_idle() and studio.engine.jobs == []


def test_preview_on_the_canvas_becomes_the_layer(studio: Any) -> None:
    document = studio.open()
    begin(studio, document, on_canvas=True)
    studio.send(preview())
    studio.until(lambda: len(names(document)) == 3)
    assert names(document) == ["Background", "Neural Style", "Style"]
    studio.until(lambda: document.root.childNodes()[1].pixels.get((3, 2)) == bytes([0, 255, 0, 255]))
    studio.send(preview())
    studio.send(result())
    studio.until(studio.is_idle)
    assert names(document) == ["Background", LAYER, "Style"]
    assert [step[0] for step in document.undo] == ["add"]


def test_each_job_s_first_preview_comes_to_the_canvas_at_once(studio: Any) -> None:
    document = studio.open()
    for seconds in (1000, 0):  # Rendering the first job's preview takes so long that the next preview has to wait.
        clock = iter([0.0, 1.0, 1.0 + seconds])
        begin(studio, document, on_canvas=True)
        studio.clock = lambda clock=clock: next(clock, 5.0)
        studio.send(preview())
        studio.until(lambda: len(names(document)) == 3)
        for _ in range(50):
            studio.application.processEvents()
        studio.controller.stop(False)
        studio.send(Canceled())
        assert names(document) == ["Background", "Style"]


def test_preview_on_the_canvas_goes_with_a_discarded_job(studio: Any) -> None:
    document = studio.open()
    begin(studio, document, on_canvas=True)
    studio.send(preview())
    studio.until(lambda: len(names(document)) == 3)
    studio.send(Failed(OutOfMemory("Memory ran out.", "Smaller.")))
    assert studio.is_idle() and names(document) == ["Background", "Style"]
    assert studio.failures == ["Memory ran out. Smaller."]


def test_a_preview_that_is_discarded_while_it_is_added(studio: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Krita 5.3 runs its event loop inside addChildNode. The engine's answer to a click may arrive there."""
    document, add = studio.open(), studio.krita.Node.addChildNode

    def added(parent: Any, node: Any, above: Any) -> bool:
        add(parent, node, above)
        studio.send(Canceled())
        return True

    monkeypatch.setattr(studio.krita.Node, "addChildNode", added)
    begin(studio, document, on_canvas=True)
    studio.send(preview())
    studio.until(studio.is_idle)
    assert names(document) == ["Background", "Style"] and studio.failures == []


@pytest.mark.parametrize("limit", [200, 2])
@pytest.mark.parametrize(("meanwhile", "left"), [(0, []), (1, ["add", "stroke", "remove"])])
def test_a_discarded_preview_leaves_a_step_only_if_the_user_went_on(
    studio: Any, meanwhile: int, left: Any, limit: int
) -> None:
    document, krita = studio.open(), studio.krita.Krita.instance()
    krita.history = studio.krita.History(limit)
    document.undo = [("stroke", document.root, document.root)] * 2
    begin(studio, document, on_canvas=True)
    studio.send(preview())
    studio.until(lambda: len(names(document)) == 3)
    krita.history.show_steps(document)
    for _ in range(20):
        studio.application.processEvents()
    document.undo += [("stroke", document.root, document.root)] * meanwhile
    krita.history.show_steps(document)
    studio.controller.stop(False)
    studio.send(Canceled())
    assert names(document) == ["Background", "Style"]
    assert [step[0] for step in document.undo] == ["stroke", "stroke", *left]


def test_a_preview_that_the_user_undid_is_added_again(studio: Any) -> None:
    document = studio.open()
    begin(studio, document, on_canvas=True)
    studio.send(preview())
    studio.until(lambda: len(names(document)) == 3)
    document.root.childNodes()[1].remove()
    studio.send(result())
    studio.until(studio.is_idle)
    assert names(document) == ["Background", LAYER, "Style"]


def test_the_content_is_deleted_meanwhile(studio: Any) -> None:
    document = studio.open()
    notices: list[str] = []
    studio.controller.noticed.connect(notices.append)
    begin(studio, document)
    document.root.childNodes()[0].remove()
    studio.send(result())
    studio.until(studio.is_idle)
    assert names(document) == ["Style", LAYER]
    assert notices == ["The content layer was deleted: the picture is above all layers."]


def test_the_layer_that_the_picture_goes_on_from_is_deleted_meanwhile(studio: Any) -> None:
    document = studio.open()
    notices: list[str] = []
    studio.controller.noticed.connect(notices.append)
    begin(studio, document)
    studio.send(result())
    studio.until(studio.is_idle)
    start = document.root.childNodes()[1]
    begin(studio, document, initial_id=start.uniqueId().toString(), settings=Settings(init="picture"))
    start.remove()
    studio.send(result())
    studio.until(studio.is_idle)
    assert len(names(document)) == 3 and names(document)[::2] == ["Background", "Style"] and notices == []


def test_the_document_is_closed_meanwhile(studio: Any) -> None:
    document = studio.open()
    begin(studio, document)
    document.close()
    studio.controller.poll()
    assert studio.is_idle() and studio.engine.canceled == [False]
    assert studio.failures == ["The document was closed, so its picture was not finished. Open it and start again."]


def test_no_engine(studio: Any) -> None:
    studio.engine.refusal = EngineMissing("No engine is installed.", "Run install.py.")
    studio.controller.warm()
    studio.until(lambda: studio.failures == ["No engine is installed. Run install.py."])
    document = studio.open()
    studio.controller.stylize(studio.painting(document))
    studio.until(lambda: len(studio.failures) == 2)
    assert studio.is_idle() and names(document) == ["Background", "Style"]


def test_after_a_death_the_next_job_works(studio: Any) -> None:
    document = studio.open()
    begin(studio, document)
    studio.send(Failed(WorkerDied("It died.")))
    assert studio.is_idle() and studio.failures == ["It died."]
    begin(studio, document)
    studio.send(result())
    studio.until(studio.is_idle)
    assert names(document) == ["Background", LAYER, "Style"]


def test_the_end_of_a_job_that_was_given_up_is_not_taken_for_that_of_the_next(studio: Any) -> None:
    first, second = studio.open(), studio.open("Other.kra")
    begin(studio, first)
    first.close()
    studio.controller.poll()
    studio.controller.stylize(studio.painting(second))
    for _ in range(50):
        studio.application.processEvents()
    assert studio.controller.state == "reading" and len(studio.engine.jobs) == 1
    studio.send(Canceled())
    studio.until(studio.is_painting)
    assert len(studio.engine.jobs) == 2
    studio.send(result())
    studio.until(studio.is_idle)
    assert names(second) == ["Background", LAYER, "Style"]


def test_live_settings_reach_the_engine_while_it_paints(studio: Any) -> None:
    document = studio.open()
    wanted = [Adjustment({"strength": 0.3, "total_variation": 2}), Adjustment(weights=(2.0,))]
    studio.controller.adjust(wanted[0])
    begin(studio, document)
    assert studio.engine.adjusted == []
    for adjustment in wanted:
        studio.controller.adjust(adjustment)
    assert studio.engine.adjusted == wanted
    studio.send(result())
    studio.until(studio.is_idle)
    record = studio.documents.Document(document).record(document.root.childNodes()[1].uniqueId().toString())
    assert record.settings == Settings(strength=0.3, total_variation=2, seed=5), "the record has the final values"
    assert [style.weight for style in record.styles] == [2.0]


def test_an_error_beside_a_job_is_reported_and_does_not_end_it(studio: Any) -> None:
    document = studio.open()
    begin(studio, document)

    def refuse() -> None:
        raise HostError("A preset of this name exists.", "Choose another name.")

    assert not studio.controller.guard(refuse)
    assert studio.failures == ["A preset of this name exists. Choose another name."]
    assert studio.is_painting() and studio.engine.canceled == []
    studio.send(result())
    studio.until(studio.is_idle)
    assert names(document) == ["Background", LAYER, "Style"]


def test_an_unexpected_exception_becomes_a_report(studio: Any) -> None:
    errors: list[Any] = []
    studio.controller.failed.connect(errors.append)
    document = studio.open()
    begin(studio, document)

    def broken(*whatever: Any) -> None:
        raise ZeroDivisionError("by chance")

    document.createNode = broken
    document.root.childNodes()[0].addChildNode = broken
    document.root.addChildNode = broken
    studio.send(result())
    studio.until(studio.is_idle)
    assert studio.failures == ["The plug-in met an error that it did not expect. Please report it."]
    assert isinstance(errors[0].__cause__, ZeroDivisionError)


def test_devices_are_known_once_the_engine_is_ready(studio: Any) -> None:
    studio.send(Ready("1.0", ("cuda", "cpu")))
    assert studio.controller.devices == ("cuda", "cpu")
