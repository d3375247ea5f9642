"""Runs inside GIMP with the real engine: effects of the settings on small pictures, for ``test_engine.py``.

The test explains the numbers that each case returns.
"""

import array
import json
import os
from pathlib import Path

from gi.repository import Gegl, Gimp, Gio

Gegl.init(None)

SIDE = 96
SAMPLES, SCRATCH = os.environ["NEURAL_STYLE_SAMPLES"], os.environ["NEURAL_STYLE_SCRATCH"]


def run(image, layer, name="plug-in-neural-style", **settings):
    """Paint, and return the new layer."""
    procedure = Gimp.get_pdb().lookup_procedure(name)
    config = procedure.create_config()
    config.set_property("image", image)
    config.set_core_object_array("drawables", [layer])
    for key, value in settings.items():
        config.set_property(key.replace("_", "-"), value)
    values = procedure.run(config)
    assert values.index(0) == Gimp.PDBStatusType.SUCCESS, Gimp.get_pdb().get_last_error()
    return values.index(1)


def photograph():
    """Return a small image, its layer, and the file of a style."""
    image = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path(f"{SAMPLES}/chelsea.jpg"))
    image.scale(SIDE, SIDE)
    return image, image.get_layers()[0]


def flat(image, name, *color):
    """Add a layer of one color on top of the image."""
    layer = Gimp.Layer.new(image, name, SIDE, SIDE, Gimp.ImageType.RGBA_IMAGE, 100.0, Gimp.LayerMode.NORMAL)
    image.insert_layer(layer, None, 0)
    data = array.array("f", (*color, 1.0)).tobytes() * SIDE**2
    layer.get_buffer().set(Gegl.Rectangle.new(0, 0, SIDE, SIDE), "R'G'B'A float", data)
    return layer


def mask(image, x):
    """Add a layer whose mask shows the half of the canvas from ``x`` on."""
    layer = flat(image, f"from {x}", 0, 0, 0)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, x, 0, SIDE // 2, SIDE)
    layer.add_mask(layer.create_mask(Gimp.AddMaskType.SELECTION))
    Gimp.Selection.none(image)
    return layer


def read(layer):
    """Return the rows of the layer, each as a list of pixels."""
    data = layer.get_buffer().get(Gegl.Rectangle.new(0, 0, SIDE, SIDE), 1.0, "R'G'B'A float", Gegl.AbyssPolicy.NONE)
    values = array.array("f", bytes(data)).tolist()
    pixels = [values[i : i + 4] for i in range(0, len(values), 4)]
    return [pixels[i : i + SIDE] for i in range(0, len(pixels), SIDE)]


def mean(pixels):
    """Return the mean color."""
    found = list(pixels)
    return [sum(pixel[channel] for pixel in found) / len(found) for channel in range(4)]


def difference(one, other):
    """Return the mean difference of color between two lists of pixels."""
    pairs = list(zip(one, other))
    return sum(abs(a[c] - b[c]) for a, b in pairs for c in range(3)) / (3 * len(pairs))


def regions():
    image, content = photograph()
    red, blue = flat(image, "red", 0.9, 0.1, 0.1), flat(image, "blue", 0.1, 0.1, 0.9)
    masks = [mask(image, x) for x in (0, SIDE // 2)]
    styles = [f"layer:{layer.get_id()}" for layer in (red, blue)]
    rows = read(run(image, content, styles=styles, regions=[f"mask:{layer.get_id()}" for layer in masks]))
    border = SIDE // 2
    return [mean(p for row in rows for p in row[: border - 6]), mean(p for row in rows for p in row[border + 6 :])]


def soft_selection():
    image, content = photograph()
    third = SIDE // 3
    steps = array.array("f", [0.0] * third + [0.5] * third + [1.0] * third).tobytes()
    image.get_selection().get_buffer().set(Gegl.Rectangle.new(0, 0, SIDE, SIDE), "Y float", steps * SIDE)
    rows = read(run(image, content, styles=[f"{SAMPLES}/poppies.jpg"], quality="draft"))
    return [rows[SIDE // 2][x][3] for x in (third // 2, SIDE // 2, SIDE - third // 2)]


def continued():
    image, content = photograph()
    run(image, content, styles=[f"{SAMPLES}/poppies.jpg"], quality="draft")
    file = Gio.File.new_for_path(f"{SCRATCH}/continued.xcf")
    Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, file, None)
    again = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, file)
    result, content = again.get_layers()
    further = run(again, result, "plug-in-neural-style-continue")
    before, start, end = ([pixel for row in read(layer) for pixel in row] for layer in (content, result, further))
    return [difference(start, end), difference(before, end)]


def seamless():
    image, content = photograph()
    rows = read(run(image, content, styles=[f"{SAMPLES}/poppies.jpg"], mode="texture", seamless="both"))
    columns = list(zip(*rows))
    return {
        "x": [difference(columns[-1], columns[0]), neighbors(columns)],
        "y": [difference(rows[-1], rows[0]), neighbors(rows)],
        "alpha": min(pixel[3] for row in rows for pixel in row),
    }


def neighbors(lines):
    """Return the mean difference of neighboring lines."""
    return sum(difference(*pair) for pair in zip(lines, lines[1:])) / (len(lines) - 1)


RESULTS = {
    "regions": regions(),
    "soft selection": soft_selection(),
    "continued": continued(),
    "seamless": seamless(),
}
Path(os.environ["NEURAL_STYLE_RESULTS"]).write_text(json.dumps(RESULTS))
