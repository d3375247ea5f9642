"""Layers of every kind and at every position: the engine gets the picture of each, and returns it as a layer."""

from dataclasses import replace

from krita import Selection
from robot import *

SIZE = (48, 32)
REPEAT = {"seed": 4}


def main(results):
    panel()
    document = open_document(*SIZE, profile="sRGB-elle-V2-srgbtrc.icc")
    yield 500
    contents = yield from make(document)
    results["contents"] = {}
    for name, content in contents.items():
        results["contents"][name] = yield from as_content(document, content)
    results["whole"] = yield from whole(document)
    results["styles"] = {}
    for name in ("small", "large", "hidden", "masked", "group", "vector", "filter"):
        results["styles"][name] = yield from as_style(document, contents["plain"], contents[name])
    results["other document"] = yield from from_other_document(document, contents["plain"])
    results["file"] = yield from from_file(document, contents["plain"])
    results["damaged file"] = yield from from_damaged_file(document, contents["plain"])
    results["empty layer"] = yield from on_an_empty_layer(document)
    results["new masks"] = []
    for kind in ("transparencymask", "selectionmask"):
        results["new masks"].append((yield from with_new_mask(document, kind)))
    results["modal"] = QApplication.activeModalWidget() is not None


def with_new_mask(document, kind):
    """Add a mask without strokes. Return if Krita shows the layer as before, and the pixels that the engine gets."""
    layer = node(document, "plain")
    seen = seen_on_canvas(layer)
    mask = document.createNode("new", kind)
    layer.addChildNode(mask, None)
    yield 300
    identity, here = mask.uniqueId().toString(), plugin("document").Document(document)
    found = [seen_on_canvas(layer) == seen, sorted(set(bytes(here.mask(identity, here.canvas).data)))]
    mask.remove()
    yield 300
    return found


def make(document):
    """Make one layer of each kind."""
    everything = Selection()
    everything.select(0, 0, *SIZE, 255)
    made = {"plain": add_layer(document, "plain", picture("coffee", *SIZE), 0, 0, *SIZE)}
    made["small"] = add_layer(document, "small", picture("coffee", 20, 10), 7, 9, 20, 10)
    made["large"] = add_layer(document, "large", picture("coffee", 80, 70), -16, -20, 80, 70)
    made["half outside"] = add_layer(document, "half outside", picture("poppies", 30, 30), 33, -11, 30, 30)
    made["see-through"] = add_layer(document, "see-through", picture("auvers", *SIZE), 0, 0, *SIZE)
    made["see-through"].setOpacity(100)
    made["hidden"] = add_layer(document, "hidden", picture("poppies", *SIZE), 0, 0, *SIZE)
    made["hidden"].setVisible(False)
    made["locked"] = add_layer(document, "locked", picture("poppies", *SIZE), 0, 0, *SIZE)
    made["locked"].setLocked(True)
    made["masked"] = add_layer(document, "masked", picture("auvers", *SIZE), 0, 0, *SIZE)
    made["masked"].addChildNode(document.createFilterMask("invert", krita.filter("invert"), everything), None)
    made["group"] = document.createGroupLayer("group")
    document.rootNode().addChildNode(made["group"], None)
    made["in a group"] = document.createNode("in a group", "paintlayer")
    made["in a group"].setPixelData(QByteArray(picture("coffee", *SIZE)), 0, 0, *SIZE)
    made["group"].addChildNode(made["in a group"], None)
    made["clone"] = document.createCloneLayer("clone", made["masked"])
    document.rootNode().addChildNode(made["clone"], None)
    made["vector"] = document.createVectorLayer("vector")
    document.rootNode().addChildNode(made["vector"], None)
    made["vector"].addShapesFromSvg('<svg width="48" height="32"><rect width="30" height="20" fill="#c04020"/></svg>')
    made["filter"] = document.createFilterLayer("filter", krita.filter("invert"), everything)
    document.rootNode().addChildNode(made["filter"], None)
    if hasattr(document, "createFileLayer"):
        path = str(SAMPLES / "moulin_de_la_galette.jpg")
        made["file"] = document.createFileLayer("file", path, "ToImageSize")
        document.rootNode().addChildNode(made["file"], None)
        yield 1500
    document.refreshProjection()
    yield 1000
    return made


def as_content(document, content):
    seen = seen_on_canvas(content)
    parent, position = content.parentNode(), index_of(content)
    layer, error = yield from paint(document, content, [content])
    if layer is None:
        return error
    found = {
        "same": pixels(layer, *SIZE) == seen,
        "above": index_of(layer) == position + 1 and layer.parentNode() == parent,
        "opacity": layer.opacity() == content.opacity(),
        "unchanged": seen_on_canvas(content) == seen,
    }
    krita.action("edit_undo").trigger()
    yield 300
    found["undone"] = layer.uniqueId().toString() not in ids(document)
    return found


def as_style(document, content, style):
    bounds = style.bounds()
    size = (bounds.width(), bounds.height())
    seen = bytes(style.projectionPixelData(bounds.x(), bounds.y(), *size))
    layer, error = yield from paint(document, content, [style], REPEAT)
    if layer is None:
        return error
    same = same_corner(pixels(layer, *SIZE), SIZE, seen, size)
    layer.remove()
    yield 100
    return same


def whole(document):
    seen = bytes(document.pixelData(0, 0, *SIZE))
    layer, error = yield from paint(document, "", [document.nodeByName("plain")])
    found = [error, pixels(layer, *SIZE) == seen, index_of(layer) == len(document.rootNode().childNodes()) - 1]
    layer.remove()
    yield 100
    return found


def from_other_document(document, content):
    other = krita.createDocument(30, 20, "Other", "RGBA", "U8", "", 72.0)
    data = picture("inokashira_snow", 30, 20)
    other.rootNode().childNodes()[0].setPixelData(QByteArray(data), 0, 0, 30, 20)
    other.refreshProjection()
    source = plugin("styles").LayerSource(plugin("document").Document(other), "")
    wanted = replace(painting(document, content, [], REPEAT), choices=(plugin("styles").Choice(source),))
    same = yield from corner_of(document, wanted, data, (30, 20))
    other.setModified(False)
    other.close()
    return same


def from_file(document, content):
    path = str(HOME / "style.png")
    QImage(picture("auvers", 20, 24), 20, 24, QImage.Format_ARGB32).save(path)
    open_before = len(krita.documents())
    wanted = with_file(document, content, path)
    same = yield from corner_of(document, wanted, picture("auvers", 20, 24), (20, 24))
    return [same, len(krita.documents()) == open_before]


def from_damaged_file(document, content):
    path = HOME / "damaged.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    errors = []
    controller().failed.connect(errors.append)
    controller().stylize(with_file(document, content, str(path)))
    yield is_idle
    controller().failed.disconnect(errors.append)
    return str(errors[0]) if errors else ""


def with_file(document, content, path):
    choice = plugin("styles").Choice(plugin("styles").FileSource(path))
    return replace(painting(document, content, [], REPEAT), choices=(choice,))


def corner_of(document, wanted, data, size):
    before = set(ids(document))
    controller().stylize(wanted)
    yield is_idle
    layer = next(found for found in every_node(document.rootNode()) if found.uniqueId().toString() not in before)
    same = same_corner(pixels(layer, *SIZE), SIZE, data, size)
    layer.remove()
    yield 100
    return same


def on_an_empty_layer(document):
    empty = document.createNode("empty", "paintlayer")
    document.rootNode().addChildNode(empty, None)
    layer, error = yield from paint(document, empty, [empty])
    return [layer is None, error]


def seen_on_canvas(node):
    return bytes(node.projectionPixelData(0, 0, *SIZE))


def index_of(node):
    siblings = [sibling.uniqueId().toString() for sibling in node.parentNode().childNodes()]
    return siblings.index(node.uniqueId().toString())


def same_corner(a, size_a, b, size_b):
    """Return True if two pictures agree in their common rectangle at the upper left."""
    width, height = min(size_a[0], size_b[0]), min(size_a[1], size_b[1])
    rows = range(height)
    return all(a[4 * y * size_a[0] :][: 4 * width] == b[4 * y * size_b[0] :][: 4 * width] for y in rows)
