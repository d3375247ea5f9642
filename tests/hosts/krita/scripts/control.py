"""The artist's settings with clicks and the real engine: regions, soft selection, live changes, Continue, texture."""

import math

from krita import Selection
from robot import *

SIZE = (128, 96)
LEFT, RIGHT = (0, 0, 64, 96), (64, 0, 64, 96)


def main(results):
    docker().setFloating(True)
    docker().resize(250, 860)
    document = yield from photo_and_wave(*SIZE)
    yield from make_layers(document)
    choose("quality", "Draft")
    results["regions"] = yield from regions(document)
    results["kept"] = yield from kept(document)
    results["continued"], document = yield from continued(document)
    panel().styles.clear()
    pick("add_style", "Great Wave")
    yield 200
    results["soft"] = yield from soft_selection(document)
    results["steered"] = yield from steered(document)
    results["texture"] = yield from texture(document)


def make_layers(document):
    """Make a red and a blue picture, and two masks from selections: one half of the canvas each."""
    for name, color, half in (("Red", (40, 40, 220, 255), LEFT), ("Blue", (220, 60, 30, 255), RIGHT)):
        layer = add_layer(document, name, bytes(color) * (SIZE[0] * SIZE[1]), 0, 0, *SIZE)
        carrier = add_layer(document, f"{name} carrier", bytes(SIZE[0] * SIZE[1] * 4), 0, 0, *SIZE)
        layer.setVisible(False)
        yield 300
        document.setActiveNode(carrier)
        select(document, half, 255)
        yield 200
        krita.action("add_new_transparency_mask").trigger()
        yield 500
        carrier.childNodes()[0].setName(f"{name} side")
        carrier.setVisible(False)
    document.setSelection(None)
    document.setActiveNode(node(document, "Photo"))
    yield 700


def regions(document):
    """Let each of two styles paint in one half, the mask of a layer."""
    for style, side in (("Red", "Red side"), ("Blue", "Blue side")):
        pick("add_style", style)
        yield 200
        offered = pick(panel().styles.rows[-1].region, f"{side} \u2013 {style} carrier")
        yield 200
    shot("regions")
    layer = yield from stylized(document)
    record = plugin("document").Document(document).record(layer.uniqueId().toString())
    found = {
        "offered": offered,
        "record": [[style.region.kind, style.region.name] for style in record.styles],
        # These columns are 8 pixels or more from the border.
        "left": mean(layer, 0, 56),
        "right": mean(layer, 72, 128),
    }
    layer.remove()
    yield 300
    return found


def kept(document):
    """Keep the content where a layer is bright: the right half is closer to the photo than without this."""
    panel().styles.clear()
    pick("add_style", "Great Wave")
    half = b"".join(bytes([v, v, v, 255]) for row in range(96) for v in [0] * 64 + [255] * 64)
    bright = add_layer(document, "Bright right", half, 0, 0, *SIZE)
    bright.setVisible(False)
    yield 300
    document.setActiveNode(node(document, "Photo"))
    yield 700
    photo, setting = node(document, "Photo"), panel().form.fields["keep_content"]
    before, distances = setting.value(), {}
    for name, value in (("free", "0"), ("kept", "1")):
        enter("keep_content", value)
        if name == "kept":
            pick("keep_mask", "Bright right")
            yield 200
            shot("keep_mask")
        layer = yield from stylized(document)
        distances[name] = [layout_lost(layer, photo, *half) for half in ((0, 56), (72, 128))]
        layer.remove()
        yield 300
    bright.remove()
    panel().keep_mask.choose(None)
    setting.set_value(before)
    yield 300
    return distances


def continued(document):
    """*Continue* a painted layer in the same session, and after saving and opening with an empty docker."""
    jobs = watch_jobs()
    layer = yield from stylized(document)
    first = pixels(layer, *SIZE)
    document.setActiveNode(layer)
    yield lambda: panel().repeat_bar.isVisible()
    enter("strength", "0.5")
    shot("continue")
    second = yield from stylized(document, "continue")
    found = {"same session": described(document, jobs[-1], second, first)}
    second_pixels = pixels(second, *SIZE)
    path = str(HOME / "continued.kra")
    document.setBatchmode(True)
    document.saveAs(path)
    yield 1000
    document.setModified(False)
    document.close()
    yield 500
    panel().styles.clear()
    enter("strength", "1")
    document = krita.openDocument(path)
    krita.activeWindow().addView(document)
    yield 1000
    document.setActiveNode(node(document, "Photo").parentNode().childNodes()[2])
    yield lambda: panel().repeat_bar.isVisible()
    third = yield from stylized(document, "continue")
    found["after reload"] = described(document, jobs[-1], third, second_pixels)
    for painted in document.rootNode().childNodes()[1:4]:
        painted.remove()
    document.setActiveNode(node(document, "Photo"))
    enter("strength", "1")
    yield 700
    return found, document


def described(document, job, layer, start):
    initial = bytes(job.initial.data)
    here = plugin("document").Document(document)
    return {
        "init": job.settings.init,
        "strength": job.settings.strength,
        "starts from the layer": plugin("conversion").swapped(initial, *SIZE, "rgba-u8") == start,
        "content": bytes(job.content.data) == finish_steps(read(here, node(document, "Photo"))),
        "styles": [style.name for style in job.styles],
        "moved": layer is not None and pixels(layer, *SIZE) != start,
        "names": names(document)[:4],
        "initial": here.record(layer.uniqueId().toString()).initial.name,
        "failure": failure_text(),
    }


def read(here, layer):
    picture = yield from here.read(layer.uniqueId().toString(), here.canvas)
    return bytes(picture.data)


def soft_selection(document):
    """Paint with a selection that fades from left to right: the new layer's alpha is the selection's."""
    fade = bytes(min(255, 4 * column) for row in range(96) for column in range(64))
    selection = Selection()
    selection.select(32, 0, 64, 96, 255)
    selection.setPixelData(QByteArray(fade), 32, 0, 64, 96)
    document.setSelection(selection)
    yield 300
    layer = yield from stylized(document)
    alphas = pixels(layer, *SIZE)[3::4]
    expected = bytes(selection.pixelData(0, 0, *SIZE))
    document.setSelection(None)
    yield 200
    layer.remove()
    yield 300
    return {"levels": len(set(expected)), "off by": max(abs(a - b) for a, b in zip(alphas, expected))}


def steered(document):
    """Lower the strength on the slider while the engine paints: the picture ends nearer to the photo."""
    photo, found = node(document, "Photo"), {}
    choose("quality", "High")
    for name in ("left alone", "steered"):
        click("stylize")
        yield lambda: panel().progress.picture.isVisible() or is_idle()
        if name == "steered":
            found["while"] = controller().state
            slider = panel().steering.fields[0].slider
            slider.setValue(slider.maximum() // 10)
        yield is_idle
        yield 300
        layer = document.rootNode().childNodes()[1]
        found[name] = difference(layer, photo, 0, 128)
        layer.remove()
        yield 300
    enter("strength", "1")
    choose("quality", "Draft")
    return found


def texture(document):
    """Paint a seamless texture in place of an empty layer: opposite edges fit like neighbors."""
    empty = document.createNode("Empty", "paintlayer")
    document.rootNode().addChildNode(empty, None)
    yield 500
    document.setActiveNode(empty)
    yield 700
    choose("mode", "A texture")
    panel().form.fold.setChecked(True)
    yield 200
    choose("seamless", "All around")
    shot("texture")
    layer = yield from stylized(document)
    data = pixels(layer, *SIZE)
    shot("texture-window", whole=True)
    choose("mode", "A picture")
    choose("seamless", "No")
    return {
        "failure": failure_text(),
        "opaque": set(data[3::4]) == {255},
        "across": steps(data, [(0, y, 127, y) for y in range(96)]) / inside(data, 1, 0),
        "down": steps(data, [(x, 0, x, 95) for x in range(128)]) / inside(data, 0, 1),
        "contrast": inside(data, 1, 0),
    }


# -- clicks and measurements


def select(document, rect, value):
    selection = Selection()
    selection.select(*rect, value)
    document.setSelection(selection)


def stylized(document, button="stylize"):
    """Click, wait, and return the new layer."""
    before = set(ids(document))
    click(button)
    yield lambda: not is_idle() or panel().message.isVisible()
    yield is_idle
    yield 500
    assert not failure_text(), panel().message.report()
    return next(found for found in every_node(document.rootNode()) if found.uniqueId().toString() not in before)


def watch_jobs():
    """Return a list of the jobs that the engine gets from now on."""
    jobs, client = [], controller().client
    original = client.stylize
    client.stylize = lambda job: (jobs.append(job), original(job))
    return jobs


def mean(layer, left, right):
    """Return the mean red, green and blue of the columns."""
    data = pixels(layer, *SIZE)
    places = [4 * (y * SIZE[0] + x) for y in range(SIZE[1]) for x in range(left, right)]
    return [sum(data[place + byte] for place in places) / len(places) for byte in (2, 1, 0)]


def difference(layer, other, left, right):
    """Return the mean difference of the columns' colors."""
    a, b = pixels(layer, *SIZE), pixels(other, *SIZE)
    places = [4 * (y * SIZE[0] + x) + byte for y in range(SIZE[1]) for x in range(left, right) for byte in range(3)]
    return sum(abs(a[place] - b[place]) for place in places) / len(places)


def layout_lost(layer, other, left, right):
    """Return how much the brightness of small squares differs from the other layer; 0 for the same layout."""
    a, b = (squares(pixels(picture, *SIZE), left, right) for picture in (layer, other))
    means = [sum(values) / len(values) for values in (a, b)]
    a, b = ([value - mean for value in values] for values, mean in zip((a, b), means))
    return 1 - sum(x * y for x, y in zip(a, b)) / math.sqrt(sum(x * x for x in a) * sum(y * y for y in b))


def squares(data, left, right, side=4):
    """Return the sum of all channels in each square of the columns from ``left`` to ``right``."""
    corners = [(x, y) for y in range(0, SIZE[1], side) for x in range(left, right, side)]
    rows = [[4 * ((y + dy) * SIZE[0] + x) for dy in range(side)] for x, y in corners]
    return [sum(sum(data[start : start + 4 * side]) for start in starts) for starts in rows]


def inside(data, dx, dy):
    """Return the mean difference between neighbors inside the picture."""
    return steps(data, [(x, y, x + dx, y + dy) for y in range(SIZE[1] - dy) for x in range(SIZE[0] - dx)])


def steps(data, pairs):
    total = 0
    for x, y, u, v in pairs:
        a, b = 4 * (y * SIZE[0] + x), 4 * (v * SIZE[0] + u)
        total += sum(abs(data[a + byte] - data[b + byte]) for byte in range(3))
    return total / len(pairs) / 3
