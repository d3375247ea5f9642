"""Tools of the cases: images and layers to paint, the call of the procedure, and comparison of pixels."""

import array
import functools
import json
import operator
import os

from gi.repository import Gegl, Gimp

Gegl.init(None)

WIDTH, HEIGHT = 400, 300
ECHO, CRASH, STARVE, REPEAT, MASKS, START = 0, 2, 3, 4, 5, 6
SAMPLES = os.environ["NEURAL_STYLE_SAMPLES"]
STYLE = f"{SAMPLES}/great_wave.jpg"
CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


def run(image, layers, styles=(STYLE,), name="plug-in-neural-style", **settings):
    """Call the procedure, and return status, message and new layer."""
    procedure = Gimp.get_pdb().lookup_procedure(name)
    config = procedure.create_config()
    config.set_property("image", image)
    config.set_core_object_array("drawables", layers)
    if name == "plug-in-neural-style":
        config.set_property("styles", list(styles))
    for key, value in settings.items():
        config.set_property(key.replace("_", "-"), value)
    values = procedure.run(config)
    done = values.index(0) == Gimp.PDBStatusType.SUCCESS
    return values.index(0).value_name, Gimp.get_pdb().get_last_error(), values.index(1) if done else None


def new_image(mode=Gimp.ImageBaseType.RGB, precision=Gimp.Precision.U8_NON_LINEAR, profile=None, size=(WIDTH, HEIGHT)):
    image = Gimp.Image.new_with_precision(*size, mode, precision)
    if profile is not None:
        image.set_color_profile(profile)
    return image


def new_layer(image, size=(WIDTH, HEIGHT), alpha=True, name="content", at=(0, 0), data=None):
    kind = {
        Gimp.ImageBaseType.RGB: Gimp.ImageType.RGBA_IMAGE if alpha else Gimp.ImageType.RGB_IMAGE,
        Gimp.ImageBaseType.GRAY: Gimp.ImageType.GRAYA_IMAGE if alpha else Gimp.ImageType.GRAY_IMAGE,
    }[image.get_base_type()]
    layer = Gimp.Layer.new(image, name, *size, kind, 100.0, Gimp.LayerMode.NORMAL)
    image.insert_layer(layer, None, 0)
    layer.set_offsets(*at)
    write(layer, data or pattern(*size))
    return layer


@functools.lru_cache
def pattern(width, height):
    """Return a smooth color with small waves and an alpha of 0.25 to 1, which shows any shift or wrong channel."""
    values = array.array("f")
    for y in range(height):
        for x in range(width):
            ripple = 0.1 * ((x ^ y) & 1)
            values.extend(
                (0.1 + 0.8 * x / width, 0.1 + 0.7 * y / height + ripple, 0.6 - 0.5 * x / width, 1 - y % 4 / 4)
            )
    return values.tobytes()


def flat(width, height, red, green, blue, alpha=1.0):
    return array.array("f", (red, green, blue, alpha)).tobytes() * (width * height)


def write(drawable, data, form="R'G'B'A float"):
    buffer = drawable.get_buffer()
    buffer.set(Gegl.Rectangle.new(0, 0, drawable.get_width(), drawable.get_height()), form, data)
    buffer.flush()
    drawable.update(0, 0, drawable.get_width(), drawable.get_height())


def read(drawable, form="R'G'B'A float"):
    rectangle = Gegl.Rectangle.new(0, 0, drawable.get_width(), drawable.get_height())
    data = drawable.get_buffer().get(rectangle, 1.0, form, Gegl.AbyssPolicy.NONE)
    return array.array("f", bytes(data))


def pixel(drawable, x, y, form="R'G'B'A float"):
    data = drawable.get_buffer().get(Gegl.Rectangle.new(x, y, 1, 1), 1.0, form, Gegl.AbyssPolicy.NONE)
    return list(array.array("f", bytes(data)))


def largest_difference(one, other):
    """Return the largest difference over all channels. The color of transparent pixels does not count."""
    worst = max(map(abs, map(operator.sub, one, other)))
    if worst < 1e-3:
        return worst
    worst = 0.0
    for i in range(0, len(one), 4):
        channels = range(4) if one[i + 3] or other[i + 3] else (3,)
        worst = max(worst, max(abs(one[i + c] - other[i + c]) for c in channels))
    return worst


def about(layer):
    return {
        "name": layer.get_name(),
        "offsets": list(layer.get_offsets())[1:],
        "size": [layer.get_width(), layer.get_height()],
        "alpha": layer.has_alpha(),
        "position": layer.get_image().get_item_position(layer),
        "parent": layer.get_parent().get_name() if layer.get_parent() else None,
        "parasites": layer.get_parasite_list(),
    }


def echoed(image, content, **settings):
    """Paint, and compare the new layer with the content. The content must not change."""
    before = read(content)
    count = len(image.get_layers())
    status, message, layer = run(image, [content], **settings)
    if layer is None:
        return {"status": status, "message": message}
    return {
        "status": status,
        "difference": largest_difference(before, read(layer)),
        "content_changed": before != read(content),
        "layers": len(image.get_layers()) - count,
        "layer": about(layer),
    }


def mask_left_half(layer):
    mask = layer.create_mask(Gimp.AddMaskType.WHITE)
    layer.add_mask(mask)
    width, height = layer.get_width(), layer.get_height()
    row = array.array("f", [0.0] * (width // 2) + [1.0] * (width - width // 2)).tobytes()
    write(mask, row * height, "Y float")


def record_of(layer):
    return json.loads(bytes(byte & 0xFF for byte in layer.get_parasite("neural-style").get_data()))


def failure(**settings):
    """Check that a failed run does not change the image."""
    image = new_image(size=(100, 80))
    content = new_layer(image, (100, 80))
    status, message, _layer = run(image, [content], **settings)
    return {"status": status, "message": message, "layers": len(image.get_layers())}
