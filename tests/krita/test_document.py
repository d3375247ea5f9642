"""Layers become pictures, and pictures become layers. The plug-in never writes to the user's layers."""

from __future__ import annotations

import struct
from typing import Any

import pytest

from nst_core.bridge.record import Record, Reference
from nst_core.job.errors import HostError
from nst_core.job.pixels import PixelBuffer
from nst_core.job.settings import Settings


def finish(steps: Any) -> Any:
    """Run steps to their end, and return their result."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def ids(document: Any) -> Any:
    return [node.uniqueId().toString() for node in document.root.childNodes()]


def test_an_8_bit_layer_is_read_in_the_engines_order(studio: Any) -> None:
    document = studio.open()
    studio.fill(document.root.childNodes()[0], (0.2, 0.4, 0.6, 0.8))
    here = studio.documents.Document(document)
    picture = finish(here.read(ids(document)[0], here.canvas))
    assert (picture.width, picture.height, picture.format) == (4, 3, "rgba-u8")
    assert bytes(picture.data)[:4] == bytes([153, 102, 51, 204])
    assert studio.krita.Krita.instance().hidden_made == 0


def test_other_depths_are_read_as_floats(studio: Any) -> None:
    document = studio.krita.Document(2, 2, "x", ("RGBA", "F32", "linear"))
    studio.krita.Krita.instance().open.append(document)
    node = document.root.childNodes()[0]
    data = struct.pack("<16f", *[index / 16 for index in range(16)])
    node.setPixelData(data, 0, 0, 2, 2)
    here = studio.documents.Document(document)
    picture = finish(here.read(node.uniqueId().toString(), here.canvas))
    assert picture.format == "rgba-f32" and bytes(picture.data) == data
    assert len(studio.krita.Krita.instance().documents()) == 1, "a hidden document was left open"


def test_large_pictures_are_converted_in_bands(studio: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from krita_plugin import conversion, spaces

    monkeypatch.setattr(conversion, "PIXELS_A_STEP", 12)
    monkeypatch.setattr(conversion, "WIDTH", 4)
    data = bytes(range(1, 125))
    steps, largest = conversion.converted(data, spaces.SRGB_U8, spaces.ENGINE), []
    original = studio.krita.Node.setPixelData

    def watched(node: Any, band: bytes, x: int, y: int, width: int, height: int) -> None:
        largest.append(width * height)
        original(node, band, x, y, width, height)

    monkeypatch.setattr(studio.krita.Node, "setPixelData", watched)
    floats = struct.unpack("<124f", finish(steps))
    assert [round(255 * floats[index]) for index in (0, 1, 2, 3, 120, 121, 122, 123)] == [
        3,
        2,
        1,
        4,
        123,
        122,
        121,
        124,
    ]
    assert largest == [12, 12, 8]


def test_floats_are_converted_to_floats_by_way_of_linear_light(studio: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from krita_plugin import conversion, spaces

    curved = spaces.Space("RGBA", "F32", "curved")
    data, targets = struct.pack("<308f", *[index / 308 for index in range(308)]), []
    original = studio.krita.Document.setColorSpace

    def watched(document: Any, *space: str) -> bool:
        targets.append(space)
        return bool(original(document, *space))

    monkeypatch.setattr(studio.krita.Document, "setColorSpace", watched)
    assert finish(conversion.converted(data, curved, spaces.ENGINE)) == data
    assert targets == [spaces.LINEAR, spaces.ENGINE]


def test_the_hidden_document_is_made_once_and_never_listed(studio: Any) -> None:
    from krita_plugin import conversion, spaces

    krita = studio.krita.Krita.instance()
    linear = spaces.Space("RGBA", "F32", "linear")
    for target in (spaces.ENGINE, spaces.SRGB_U8, spaces.ENGINE):
        steps = conversion.converted(bytes(32), linear, target)
        while next(steps, "done") is None:
            assert krita.documents() == []
    assert krita.hidden_made == 1


@pytest.mark.parametrize("kind", ["Document", "Node"])
@pytest.mark.parametrize("replacement", [("RGBA", "F32", "another"), ("RGBA", "U8", "unknown"), None])
def test_a_space_that_krita_refuses_is_named(
    studio: Any, monkeypatch: pytest.MonkeyPatch, kind: str, replacement: Any
) -> None:
    from krita_plugin import conversion, spaces

    unknown = spaces.Space("RGBA", "F32", "unknown")
    original = getattr(studio.krita, kind).setColorSpace

    def unable(owner: Any, *space: str) -> bool:
        return replacement is not None and bool(original(owner, *replacement if space == unknown else space))

    pair = (spaces.LINEAR, unknown) if kind == "Document" else (unknown, spaces.LINEAR)
    with monkeypatch.context() as patch:
        patch.setattr(getattr(studio.krita, kind), "setColorSpace", unable)
        with pytest.raises(HostError, match="with the profile unknown"):
            finish(conversion.converted(bytes(32), *pair))
    assert finish(conversion.converted(bytes(32), *pair)) == bytes(32), "a failure was kept"


def test_krita_s_table_of_srgb_is_taken_for_the_curve(studio: Any) -> None:
    from krita_plugin import conversion, spaces

    table = spaces.Space("RGBA", "F32", "sRGB-elle-V2-srgbtrc.icc")
    assert finish(conversion.converted(b"as it is", table, spaces.ENGINE)) == b"as it is"


@pytest.mark.parametrize("profile", ["a camera's copy", "sRGB-elle-V2-srgbtrc.icc", "sRGB built-in"])
def test_16_bits_that_are_srgb_travel_as_they_are(studio: Any, monkeypatch: pytest.MonkeyPatch, profile: str) -> None:
    from krita_plugin import conversion, pictures, spaces

    space = spaces.Space("RGBA", "U16", profile)
    assert conversion.is_own(space) and conversion.result_format(space) == "rgba-u16"
    document = studio.krita.Document(2, 3, "x", space)
    studio.krita.Krita.instance().open.append(document)
    node, here = document.root.childNodes()[0], studio.documents.Document(document)
    pixels = [(100 * i + 3, 200 * i + 5, 300 * i + 7, 65535 - 9 * i) for i in range(6)]
    own = b"".join(struct.pack("<4H", *pixel) for pixel in pixels)
    node.setPixelData(own, 0, 0, 2, 3)
    monkeypatch.setattr(studio.krita.Node, "setPixelData", None)  # From now on a conversion is an error.
    monkeypatch.setattr(conversion, "PIXELS_A_STEP", 1)
    picture = finish(here.read(node.uniqueId().toString(), here.canvas))
    sent = b"".join(struct.pack("<4H", red, green, blue, alpha) for blue, green, red, alpha in pixels)
    assert (picture.format, bytes(picture.data)) == ("rgba-u16", sent)
    assert bytes(finish(conversion.from_engine(picture, space))) == own
    small = pictures.pixels_of(finish(pictures.small_image(picture, 100)))
    assert all(abs(a - b / 257) <= 1 for a, b in zip(bytes(small.data), struct.unpack("<24H", sent)))


def test_16_bits_become_masks(studio: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from krita_plugin import conversion

    monkeypatch.setattr(conversion, "PIXELS_A_STEP", 1)
    levels = [0, 1, 128, 254, 255]
    data = b"".join(struct.pack("<4H", level * 257, level * 257, level * 257, 65535) for level in levels)
    gray = finish(conversion.brightness(PixelBuffer(1, 5, "rgba-u16", data)))
    assert gray.format == "gray-u8" and all(abs(a - b) <= 1 for a, b in zip(bytes(gray.data), levels))


@pytest.mark.parametrize(("profile", "is_srgb"), [("a camera's copy", True), ("inverted", False)])
def test_a_profile_that_is_srgb_needs_no_conversion(
    studio: Any, monkeypatch: pytest.MonkeyPatch, profile: str, is_srgb: bool
) -> None:
    from krita_plugin import conversion, spaces

    document = studio.open()
    document.space = spaces.Space("RGBA", "U8", profile)
    here = studio.documents.Document(document)
    assert conversion.is_own(document.space) is is_srgb
    if is_srgb:  # From now on, each conversion is an error.
        monkeypatch.setattr(studio.krita.Node, "setPixelData", None)
    picture = finish(here.read(ids(document)[0], here.canvas))
    assert picture.format == here.result_format == "rgba-u8"
    back = finish(conversion.from_engine(picture, document.space))
    assert bytes(back)[:4] == bytes([0, 0, 255, 255])


def test_a_row_that_comes_back_as_it_went_has_its_own_numbers_again(studio: Any) -> None:
    from krita_plugin.conversion import Originals
    from krita_plugin.spaces import Space

    cmyk = Space("CMYKA", "U8", "any")
    own, sent, originals = b"AAAAABBBBBCCCCC", b"aaaabbbbcccc", Originals()
    originals.keep(cmyk, own[:10], sent[:8], 2)
    originals.keep(cmyk, own[10:], sent[8:], 1)
    returned = PixelBuffer(1, 3, "rgba-u8", b"aaaaxxxxcccc")
    native = b"000001111122222"
    assert originals.restore(returned, 0, cmyk, native) == b"AAAAA11111CCCCC"
    assert originals.restore(returned.rows(1, 2), 1, cmyk, native[5:]) == b"11111CCCCC"
    other = cmyk._replace(profile="another")
    assert originals.restore(returned, 0, other, native) == native, "the numbers mean other colors there"


def test_no_rows_are_kept_of_what_can_be_converted_back(studio: Any) -> None:
    from krita_plugin.conversion import Originals
    from krita_plugin.spaces import SRGB_U8

    originals = Originals()
    originals.keep(SRGB_U8, b"AAAA", b"aaaa", 1)
    returned = PixelBuffer(1, 1, "rgba-u8", b"aaaa")
    assert originals.restore(returned, 0, SRGB_U8, b"0000") == b"0000"


@pytest.mark.parametrize(
    ("space", "sent_as", "returned_as"),
    [
        (("RGBA", "U8", "sRGB-elle-V2-srgbtrc.icc"), "rgba-u8", "rgba-u8"),
        (("LABA", "U8", "any"), "rgba-u8", "rgba-u8"),
        (("CMYKA", "U16", "any"), "rgba-u16", "rgba-u16"),
        (("RGBA", "U16", "sRGB-elle-V2-g10.icc"), "rgba-f32", "linear-u16"),
        (("RGBA", "F16", "sRGB-elle-V2-g10.icc"), "rgba-f32", "linear-f16"),
        (("RGBA", "F32", "sRGB-elle-V2-g10.icc"), "rgba-f32", "linear-f32"),
        (("RGBA", "F32", "sRGB-elle-V2-srgbtrc.icc"), "rgba-f32", "rgba-f32"),
        (("RGBA", "F16", "any"), "rgba-f32", "linear-f32"),
        (("LABA", "F32", "any"), "rgba-f32", "rgba-f32"),
    ],
)
def test_results_come_in_the_format_that_is_converted_fastest(
    studio: Any, space: Any, sent_as: str, returned_as: str
) -> None:
    from krita_plugin import conversion, spaces

    own = spaces.Space(*space)
    assert (conversion.engine_format(own), conversion.result_format(own)) == (sent_as, returned_as)


@pytest.mark.parametrize("format", ["linear-u16", "linear-f16", "linear-f32"])
def test_a_result_in_linear_light_is_not_converted(studio: Any, monkeypatch: pytest.MonkeyPatch, format: str) -> None:
    from krita_plugin import conversion, pictures

    monkeypatch.setattr(studio.krita.Node, "setPixelData", None)  # Each conversion is an error.
    code = {"u16": "H", "f16": "e", "f32": "f"}[format[-3:]]
    white = 65535 if code == "H" else 1.0
    picture = PixelBuffer(2, 1, format, struct.pack(f"<8{code}", white, 0, 0, white, 0, white, 0, white))
    red = [0, 0, white, white] if code == "H" else [white, 0, 0, white]
    native = bytes(finish(conversion.from_engine(picture, conversion.SPACES[format])))
    assert list(struct.unpack(f"<8{code}", native))[:4] == red
    small = pictures.pixels_of(finish(pictures.small_image(picture, 2)))
    assert bytes(small.data) == bytes([255, 0, 0, 255, 0, 255, 0, 255])


def test_the_thumbnail_of_a_linear_result_has_the_curve_of_srgb(studio: Any) -> None:
    from krita_plugin import pictures

    picture = PixelBuffer(1, 1, "linear-f32", struct.pack("<4f", 0.21404, 0.0, 1.0, 0.5))
    small = pictures.pixels_of(finish(pictures.small_image(picture, 1)))
    assert all(abs(a - b) <= 1 for a, b in zip(bytes(small.data), (128, 0, 255, 128)))


@pytest.mark.parametrize("model", ["GRAYA", "RGBA", "CMYKA"])
def test_pixel_sizes(studio: Any, model: str) -> None:
    from krita_plugin.spaces import Space

    channels = {"GRAYA": 2, "RGBA": 4, "CMYKA": 5}[model]
    assert [Space(model, depth, "").pixel_bytes // channels for depth in ("U8", "U16", "F16", "F32")] == [1, 2, 2, 4]


@pytest.mark.parametrize("kind", ["u8", "u16", "f32"])
def test_the_alpha_of_a_large_picture_is_taken_in_steps(
    studio: Any, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    from krita_plugin import conversion

    monkeypatch.setattr(conversion, "PIXELS_A_STEP", 1)
    code, one = {"u8": ("B", 1), "u16": ("H", 257), "f32": ("f", 1)}[kind]
    data = b"".join(struct.pack(f"<4{code}", 9, 9, 9, one * value) for value in range(40))
    steps = conversion.alpha(PixelBuffer(5, 8, f"rgba-{kind}", data))
    for _ in range(3):
        next(steps)
    assert bytes(finish(steps).data) == struct.pack("<40f" if kind == "f32" else "<40B", *range(40))


def test_only_what_lies_on_the_canvas_is_content(studio: Any) -> None:
    document = studio.open()
    node = document.createNode("far", "paintlayer")
    document.root.addChildNode(node, None)
    here = studio.documents.Document(document)
    identity = node.uniqueId().toString()
    with pytest.raises(HostError, match="empty"):
        here.visible_extent(identity)
    studio.fill(node, (1, 1, 1, 1), (-2, -1, 4, 3))
    assert here.visible_extent(identity) == (0, 0, 2, 2)
    assert here.extent(identity) == (-2, -1, 4, 3)
    node.move(50, 50)
    with pytest.raises(HostError, match="outside"):
        here.visible_extent(identity)


def test_selection(studio: Any) -> None:
    document = studio.open()
    here = studio.documents.Document(document)
    rect = studio.documents.Rect(1, 0, 2, 2)
    assert here.selection(rect) is None
    document.chosen = studio.krita.Selection(0, 1, 2, 2, 99)
    assert here.selection(rect) == PixelBuffer(2, 2, "gray-u8", bytes([0, 0, 99, 0]))
    document.chosen = studio.krita.Selection(0, 2, 4, 1)
    with pytest.raises(HostError, match="does not touch"):
        here.selection(rect)


def test_a_new_layer_is_one_undo_step_above_the_content(studio: Any) -> None:
    document = studio.open()
    here = studio.documents.Document(document)
    content = document.root.childNodes()[0]
    content.setOpacity(99)
    layer = studio.new_layer(here, content.uniqueId().toString(), here.canvas)
    finish(layer.write(PixelBuffer(4, 3, "rgba-f32", struct.pack("<4f", 1, 0.5, 0, 1) * 12)))
    assert document.undo == []
    layer.name("Painted")
    assert finish(layer.show()) is True
    assert [node.name() for node in document.root.childNodes()] == ["Background", "Painted", "Style"]
    assert [step[0] for step in document.undo] == ["add"]
    assert set(document.writes) == {"Neural Style"}, "another layer was written to"
    painted = document.root.childNodes()[1]
    assert bytes(painted.pixelData(3, 2, 1, 1)) == bytes([0, 128, 255, 255])
    assert painted.opacity() == 99 and document.activeNode() is content


CHANGED = "The document has another color space now. Start again."
LINEAR = ("RGBA", "F32", "linear")


def ends_changed(document: Any, steps: Any, turns: int) -> None:
    """Convert the document after ``turns`` steps. Check that ``steps`` end, and write nothing afterwards."""
    for _ in range(turns):
        next(steps)
    document.setColorSpace(*LINEAR)
    document.writes.clear()
    with pytest.raises(HostError) as caught:
        finish(steps)
    assert str(caught.value) == CHANGED and document.writes == []


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_document_that_is_converted_while_it_is_read(
    studio: Any, monkeypatch: pytest.MonkeyPatch, turns: int, whole: bool
) -> None:
    monkeypatch.setattr(studio.documents, "PIXELS_A_READ", 4)
    document = studio.open()
    here = studio.documents.Document(document)
    ends_changed(document, here.read("" if whole else ids(document)[0], here.canvas), turns)


@pytest.mark.parametrize("shown", [False, True])
@pytest.mark.parametrize("turns", [0, 1, 2, 3])
@pytest.mark.parametrize("kind", ["picture", "preview"])
def test_a_document_that_is_converted_gets_the_layer_in_its_new_space(
    studio: Any, monkeypatch: pytest.MonkeyPatch, kind: str, turns: int, shown: bool
) -> None:
    from PyQt5.QtGui import QImage

    from krita_plugin import new_layer

    monkeypatch.setattr(new_layer, "BAND", 1)
    monkeypatch.setattr(new_layer, "TILE", 1)
    document = studio.open()
    here = studio.documents.Document(document)
    layer, green = studio.new_layer(here, ids(document)[0], here.canvas), QImage(4, 3, QImage.Format.Format_ARGB32)
    green.fill(0xFF00FF00)
    for round_ in range(1 + shown):
        if kind == "picture":
            steps = layer.write(PixelBuffer(4, 3, "rgba-u8", bytes([0, 255, 0, 255]) * 12))
        else:
            steps = layer.sketch(green)
        if round_ == shown:
            for _ in range(turns):
                next(steps)
            document.setColorSpace(*LINEAR)
        finish(steps)
        finish(layer.show())
    painted = document.root.childNodes()[1]
    assert painted.space == LINEAR and set(painted.pixels.values()) == {struct.pack("<4f", 0, 1, 0, 1)}
    assert [step[0] for step in document.undo] == ["add"]


def test_a_document_that_is_closed_while_the_picture_is_written_ends_nothing_but_the_job(studio: Any) -> None:
    document = studio.open()
    here = studio.documents.Document(document)
    layer = studio.new_layer(here, ids(document)[0], here.canvas)
    steps = layer.write(PixelBuffer(4, 3, "rgba-u8", bytes(48)))
    next(steps)
    document.close()
    document.space, document.createNode = ("", "", ""), None
    finish(steps)


def test_a_layer_that_moves_meanwhile_takes_the_picture_along(studio: Any) -> None:
    document = studio.open()
    here = studio.documents.Document(document)
    content = document.root.childNodes()[0]
    layer = studio.new_layer(here, content.uniqueId().toString(), here.canvas)
    content.move(10, 20)
    finish(layer.write(PixelBuffer(4, 3, "rgba-f32", bytes(4 * 3 * 16))))
    finish(layer.show())
    bounds = document.root.childNodes()[1].bounds()
    assert (bounds.x(), bounds.y(), bounds.width(), bounds.height()) == (10, 20, 4, 3)


@pytest.mark.parametrize("is_shown", [False, True])
@pytest.mark.parametrize("moment", [1, 2, 3, 4])
def test_a_layer_that_moves_while_it_is_written_stays_whole(
    studio: Any, monkeypatch: pytest.MonkeyPatch, is_shown: bool, moment: int
) -> None:
    """Before the new layer is in the document, the user moves the content, and after that the layer itself."""
    from krita_plugin import new_layer

    monkeypatch.setattr(new_layer, "BAND", 1)
    monkeypatch.setattr(new_layer, "TILE", 1)
    document = studio.open()
    document.setColorSpace(*LINEAR)
    here = studio.documents.Document(document)
    content = document.root.childNodes()[0]
    layer = studio.new_layer(here, content.uniqueId().toString(), here.canvas)
    red = PixelBuffer(4, 3, "rgba-f32", struct.pack("<4f", 1, 0, 0, 1) * 12)
    if is_shown:
        finish(layer.write(red))
        finish(layer.show())
    steps = layer.write(red)
    for _ in range(moment):
        next(steps)
    (document.root.childNodes()[1] if is_shown else content).move(10, 20)
    finish(steps)
    finish(layer.show())
    bounds = document.root.childNodes()[1].bounds()
    assert (bounds.x(), bounds.y(), bounds.width(), bounds.height()) == (10, 20, 4, 3)
    assert (layer.area.x, layer.area.y) == (10, 20)


def test_a_layer_whose_content_is_gone_stays_where_that_was(studio: Any) -> None:
    document = studio.open()
    here = studio.documents.Document(document)
    content = document.root.childNodes()[0]
    content.move(10, 20)
    layer = studio.new_layer(here, content.uniqueId().toString(), studio.documents.Rect(10, 20, 4, 3))
    content.remove()
    finish(layer.write(PixelBuffer(4, 3, "rgba-f32", bytes(4 * 3 * 16))))
    assert finish(layer.show()) is False
    bounds = document.root.childNodes()[-1].bounds()
    assert (bounds.x(), bounds.y()) == (10, 20)


def test_a_shown_layer_is_written_where_it_is_moved_to(studio: Any) -> None:
    document = studio.open()
    here = studio.documents.Document(document)
    content = document.root.childNodes()[0]
    layer = studio.new_layer(here, content.uniqueId().toString(), here.canvas)
    data = PixelBuffer(4, 3, "rgba-f32", bytes(4 * 3 * 16))
    finish(layer.write(data))
    finish(layer.show())
    shown = document.root.childNodes()[1]
    shown.move(2, 1)
    content.move(30, 30)
    finish(layer.write(data))
    bounds = shown.bounds()
    assert (bounds.x(), bounds.y(), bounds.width(), bounds.height()) == (2, 1, 4, 3)


@pytest.mark.parametrize(
    ("background", "modified", "how"),
    [((0, 0, 0, 0), True, "in parts"), ((9, 8, 7, 255), True, "whole"), ((0, 0, 0, 0), False, "whole")],
)
def test_a_picture_in_a_shown_layer_is_rendered(studio: Any, background: Any, modified: bool, how: str) -> None:
    from PyQt5.QtGui import QColor

    document = studio.open()
    document.background = QColor(*background)
    document.setModified(modified)
    here = studio.documents.Document(document)
    layer = studio.new_layer(here, ids(document)[0], here.canvas)
    for rendered in ([], [how]):
        finish(layer.write(PixelBuffer(4, 3, "rgba-f32", bytes(4 * 3 * 16))))
        finish(layer.show())
        assert document.rendered == rendered, "adding a layer renders by itself"
        document.setModified(True)  # The new layer itself modifies the document.


@pytest.mark.parametrize("turns", [1, 2])
@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("end", ["write", "discard"])
def test_a_layer_whose_showing_is_given_up(
    studio: Any, monkeypatch: pytest.MonkeyPatch, turns: int, late: bool, end: str
) -> None:
    document, krita = studio.open(), studio.krita.Krita.instance()
    krita.history = studio.krita.History()
    add = studio.krita.Node.addChildNode

    def added(parent: Any, node: Any, above: Any) -> bool:
        add(parent, node, above)
        krita.history.show_steps(document)
        return True

    monkeypatch.setattr(studio.krita.Node, "addChildNode", added)
    here, content = studio.documents.Document(document), document.root.childNodes()[0]
    layer, picture = studio.new_layer(here, ids(document)[0], here.canvas), PixelBuffer(4, 3, "rgba-u8", bytes(48))
    steps = layer.show()
    for _ in range(turns):
        next(steps)
    steps.close()
    assert document.activeNode() is content
    if late:  # Krita's event loop has not run before.
        document.active = document.root.childNodes()[1]
    if end == "write":
        finish(layer.write(picture))
        assert document.activeNode() is content
        finish(layer.show())
        shown = document.root.childNodes()[1]
        assert document.activeNode() is content and [step[0] for step in document.undo] == ["add"]
        document.active = shown
        finish(layer.show())
        assert document.activeNode() is shown, "the user's own choice"
    else:
        layer.discard()
        assert document.activeNode() is content and document.undo == []


def test_a_layer_that_the_user_makes_active_stays_active(studio: Any) -> None:
    document = studio.open()
    here, style = studio.documents.Document(document), document.root.childNodes()[1]
    layer = studio.new_layer(here, ids(document)[0], here.canvas)
    steps = layer.show()
    next(steps)
    document.active = style
    finish(steps)
    layer.discard()
    assert document.activeNode() is style


def test_layers_and_the_active_one(studio: Any) -> None:
    document = studio.open()
    group = document.createNode("Group", "grouplayer")
    document.root.addChildNode(group, None)
    inner = document.createNode("Inner", "paintlayer")
    group.addChildNode(inner, None)
    mask = document.createNode("Mask", "transparencymask")
    inner.addChildNode(mask, None)
    here = studio.documents.Document(document)
    assert [(layer.name, layer.level) for layer in here.layers()] == [
        ("Group", 0),
        ("Inner", 1),
        ("Style", 0),
        ("Background", 0),
    ]
    document.active = mask
    assert here.active_layer().name == "Inner"
    document.active = document.root
    assert here.active_layer() is None


def test_records_stay_with_the_document(studio: Any) -> None:
    document = studio.open()
    here = studio.documents.Document(document)
    identity = ids(document)[0]
    assert here.record(identity) is None
    record = Record(Settings(seed=3), (), Reference("layer", "Photo", identity))
    here.remember(identity, record)
    assert here.record(identity) == record
    assert list(document.annotations) == ["neural_style_" + identity.strip("{}")]


def test_a_closed_document_is_a_named_error(studio: Any) -> None:
    document = studio.open()
    here = studio.documents.Document(document)
    identity = ids(document)[0]
    document.close()
    with pytest.raises(HostError, match="deleted"):
        finish(here.read(identity, here.canvas))


def test_a_record_from_elsewhere_names_no_region_that_krita_lacks(studio: Any) -> None:
    from krita_plugin.regions import find_region

    document = studio.open()
    here, (photo, style) = studio.documents.Document(document), document.root.childNodes()
    mask = document.createNode("Sky", "selectionmask")
    style.addChildNode(mask, None)
    for kind, node in (("mask", mask), ("layer", photo)):
        found = find_region(Reference(kind, "Sky", node.uniqueId().toString()), here)
        assert found is not None and found.name == "Sky"
    layer_as_mask = Reference("mask", "Sky", photo.uniqueId().toString())
    for reference in (Reference("channel", "Sky", "1"), Reference("mask", "Sky", "{1}"), layer_as_mask):
        assert find_region(reference, here) is None
