"""Runs inside GIMP: one case after the other, each an image of another kind that is painted by the real procedure.

The engine is the stand-in, which echoes. ``test_batch.py`` checks the values that a case returns.
"""

import array
import functools
import json
import operator
import os
import traceback
from pathlib import Path

from gi.repository import Gegl, Gimp, Gio

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
    """Call the procedure; (status, message, new layer)."""
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
    """Smooth color with a ripple of one pixel and an alpha of 0.25 to 1: any shift or mix-up of channels shows."""
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
    """Over all channels; the color of a transparent pixel does not count."""
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
    """Paint, and compare the new layer with the content; the content must be as before."""
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


PRECISIONS = [p for p in dir(Gimp.Precision) if p[0] in "UHFD" and p.endswith("LINEAR")]
MODES = {"RGB": Gimp.ImageBaseType.RGB, "GRAY": Gimp.ImageBaseType.GRAY}
PROFILES = {
    "RGB": {
        "builtin": lambda: None,
        "adobe": Gimp.ColorProfile.new_rgb_adobe,
        "linear": Gimp.ColorProfile.new_rgb_srgb_linear,
    },
    "GRAY": {"builtin": lambda: None, "lab": Gimp.ColorProfile.new_d50_gray_lab_trc},
}


@case
def every_mode_precision_and_profile():
    found = {}

    def add(mode, precision, profile, alpha):
        image = new_image(MODES[mode], getattr(Gimp.Precision, precision), PROFILES[mode][profile]())
        name = f"{mode} {precision} {profile} {'alpha' if alpha else 'opaque'}"
        found[name] = echoed(image, new_layer(image, alpha=alpha))

    for number, precision in enumerate(PRECISIONS):
        add("RGB", precision, "adobe", alpha=True)
        add("RGB", precision, ("builtin", "linear")[number % 2], alpha=bool(number % 3))
        add("GRAY", precision, ("builtin", "lab")[number % 2], alpha=bool(number % 2))
    return found


@case
def indexed():
    image = new_image()
    content = new_layer(image, alpha=False)
    image.convert_indexed(Gimp.ConvertDitherType.NONE, Gimp.ConvertPaletteType.GENERATE, 32, False, False, "")
    return echoed(image, content)


@case
def written_colors_are_what_they_look_like():
    """The style is flat sRGB orange; in a wide-gamut image it has to be that orange, by GIMP's own conversion."""
    file = _flat_file("orange", 0.8, 0.4, 0.2)
    image = new_image(precision=Gimp.Precision.U16_LINEAR, profile=Gimp.ColorProfile.new_rgb_adobe())
    status, message, layer = run(image, [new_layer(image)], [file], seed=REPEAT)
    image.convert_color_profile(
        Gimp.ColorProfile.new_rgb_srgb(), Gimp.ColorRenderingIntent.RELATIVE_COLORIMETRIC, False
    )
    image.convert_precision(Gimp.Precision.FLOAT_NON_LINEAR)
    return {"status": status, "message": message, "pixel": pixel(layer, 390, 290)}


def _flat_file(name, *color):
    image = new_image(precision=Gimp.Precision.U16_NON_LINEAR, size=(8, 8))
    new_layer(image, (8, 8), alpha=False, data=flat(8, 8, *color))
    file = Gio.File.new_for_path(f"{os.environ['NEURAL_STYLE_SCRATCH']}/{name}.png")
    Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, file, None)
    image.delete()
    return file.get_path()


@case
def a_style_is_upright():
    """A photograph that is dark above and bright below, but whose pixels lie on their side, as cameras store them."""
    image = new_image(size=(16, 8))
    new_layer(image, (16, 8), alpha=False, data=array.array("f", [*[0, 0, 0, 1] * 8, *[1] * 32]).tobytes() * 8)
    path = Path(f"{os.environ['NEURAL_STYLE_SCRATCH']}/turned.jpg")
    Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, Gio.File.new_for_path(str(path)), None)
    orientation = b"\xff\xe1\0\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
    path.write_bytes(path.read_bytes().replace(b"\xff\xd8", b"\xff\xd8" + orientation, 1))
    target = new_image(size=(8, 16))
    _, message, layer = run(target, [new_layer(target, (8, 16))], [str(path)], seed=REPEAT)
    return {"message": message, "grays": [round(pixel(layer, 4, y)[0]) for y in (2, 13)]}


@case
def a_small_layer_off_the_canvas():
    image = new_image()
    return echoed(image, new_layer(image, (90, 70), at=(-20, 250)))


@case
def a_layer_larger_than_the_canvas():
    image = new_image(size=(100, 80))
    return echoed(image, new_layer(image, (300, 200), at=(-50, -60)))


@case
def a_layer_of_one_pixel():
    image = new_image(size=(1, 1))
    return echoed(image, new_layer(image, (1, 1)))


@case
def a_layer_in_a_group():
    image = new_image()
    group = Gimp.GroupLayer.new(image, "group")
    image.insert_layer(group, None, 0)
    lower, upper = new_layer(image, name="lower"), new_layer(image, (50, 40), name="upper", at=(9, 9))
    image.reorder_item(lower, group, 0)
    image.reorder_item(upper, group, 0)
    return echoed(image, lower)


@case
def a_group():
    """As it is seen: a blue layer over a red one, and a mask hides the left half of the blue one."""
    image = new_image(size=(100, 80))
    group = Gimp.GroupLayer.new(image, "group")
    image.insert_layer(group, None, 0)
    red = new_layer(image, (100, 80), name="red", data=flat(100, 80, 1, 0, 0))
    blue = new_layer(image, (100, 80), name="blue", data=flat(100, 80, 0, 0, 1))
    for layer in (red, blue):
        image.reorder_item(layer, group, 0)
    _mask_left_half(blue)
    status, _message, layer = run(image, [group])
    return {"status": status, "left": pixel(layer, 20, 40), "right": pixel(layer, 80, 40), "layer": about(layer)}


def _mask_left_half(layer):
    mask = layer.create_mask(Gimp.AddMaskType.WHITE)
    layer.add_mask(mask)
    width, height = layer.get_width(), layer.get_height()
    row = array.array("f", [0.0] * (width // 2) + [1.0] * (width - width // 2)).tobytes()
    write(mask, row * height, "Y float")


@case
def a_layer_mask():
    """Hidden pixels are not painted, and the layer itself does not change."""
    image = new_image(size=(100, 80))
    content = new_layer(image, (100, 80), data=flat(100, 80, 0.2, 0.4, 0.6))
    _mask_left_half(content)
    status, _message, layer = run(image, [content])
    return {
        "status": status,
        "left": pixel(layer, 20, 40),
        "right": pixel(layer, 80, 40),
        "content": pixel(content, 20, 40),
    }


@case
def a_layer_mask_that_is_switched_off():
    image = new_image(size=(100, 80))
    content = new_layer(image, (100, 80), data=flat(100, 80, 0.2, 0.4, 0.6))
    _mask_left_half(content)
    content.set_apply_mask(False)
    status, _message, layer = run(image, [content])
    return {"status": status, "left": pixel(layer, 20, 40)}


@case
def the_mask_itself_selected():
    image = new_image(size=(100, 80))
    content = new_layer(image, (100, 80))
    _mask_left_half(content)
    status, _message, layer = run(image, [content.get_mask()])
    return {"status": status, "layer": about(layer)}


@case
def a_text_layer():
    image = new_image()
    Gimp.context_set_foreground(Gegl.Color.new("green"))
    return echoed(image, _text(image))


@case
def a_layer_with_an_effect():
    """A non-destructive effect is seen, so it is painted; the layer keeps it."""
    image = new_image(size=(100, 80), precision=Gimp.Precision.U16_NON_LINEAR)
    content = new_layer(image, (100, 80), data=flat(100, 80, 0.2, 0.4, 0.6))
    content.append_filter(Gimp.DrawableFilter.new(content, "gegl:invert-gamma", ""))
    images = len(Gimp.get_images())
    status, _message, layer = run(image, [content])
    return {
        "status": status,
        "pixel": pixel(layer, 50, 40),
        "effects": len(content.get_filters()),
        "images": len(Gimp.get_images()) - images,
    }


def _link(image):
    """A layer that shows a file."""
    layer = Gimp.LinkLayer.new(image, Gio.File.new_for_path(STYLE))
    image.insert_layer(layer, None, 0)
    return layer


def _shape(image):
    """A layer that shows a path, filled with red."""
    path = Gimp.Path.new(image, "shape")
    corners = ((20, 20), (120, 20), (120, 80), (20, 80))
    path.stroke_new_from_points(Gimp.PathStrokeType.BEZIER, [c for x, y in corners for c in (x, y) * 3], True)
    image.insert_path(path, None, 0)
    layer = Gimp.VectorLayer.new(image, path)
    layer.set_enable_fill(True)
    layer.set_fill_color(Gegl.Color.new("red"))
    image.insert_layer(layer, None, 0)
    return layer


@case
def a_link_layer():
    image = new_image()
    return echoed(image, _link(image))


@case
def a_vector_layer():
    image = new_image()
    shape = _shape(image)
    return {**echoed(image, shape), "middle": pixel(shape, shape.get_width() // 2, shape.get_height() // 2)}


def _text(image):
    layer = Gimp.TextLayer.new(image, "\u2588", Gimp.context_get_font(), 60.0, Gimp.Unit.pixel())
    image.insert_layer(layer, None, 0)
    return layer


@case
def other_layers_as_styles():
    """The engine repeats the style. All but the first one have an effect."""
    image, found = new_image(size=(20, 20)), {}
    content = new_layer(image, (20, 20))
    for make in (_link, _link, _shape, _text):
        style = make(image)
        seen = pixel(style, 15, 15)
        if found:
            style.append_filter(Gimp.DrawableFilter.new(style, "gegl:invert-gamma", ""))
            seen[:3] = [1 - value for value in seen[:3]]
        _, message, layer = run(image, [content], [f"layer:{style.get_id()}"], seed=REPEAT)
        found[f"{make.__name__} {len(found)}"] = [message, seen, layer and pixel(layer, 15, 15)]
    return found


@case
def a_hard_selection():
    image = new_image(size=(100, 80))
    content = new_layer(image, (60, 50), at=(10, 20), data=flat(60, 50, 0.2, 0.4, 0.6))
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 30, 30, 10, 10)
    status, _message, layer = run(image, [content])
    corners = {f"{x},{y}": pixel(layer, x, y)[3] for x in (19, 20, 29, 30) for y in (9, 10, 19, 20)}
    return {"status": status, "alphas": corners, "layer": about(layer), "kept": not Gimp.Selection.is_empty(image)}


@case
def a_soft_selection():
    """Half selected is half painted: the selection's coverage is linear, not encoded."""
    image = new_image(size=(100, 80))
    content = new_layer(image, (100, 80), data=flat(100, 80, 0.2, 0.4, 0.6))
    write(image.get_selection(), array.array("f", [0.5]).tobytes() * 8000, "Y float")
    status, _message, layer = run(image, [content])
    return {"status": status, "pixel": pixel(layer, 50, 40)}


@case
def a_selection_beside_the_layer():
    image = new_image()
    content = new_layer(image, (50, 50))
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 100, 100, 50, 50)
    return echoed(image, content)


@case
def styles_from_layers_of_other_images():
    image, other = new_image(), new_image(Gimp.ImageBaseType.GRAY)
    style = new_layer(other, (20, 20), name="Tusche \u2013 \u58a8", data=flat(20, 20, 0.5, 0.5, 0.5))
    status, message, layer = run(image, [new_layer(image)], [f"layer:{style.get_id()}=2", STYLE], seed=REPEAT)
    return {
        "status": status,
        "message": message,
        "pixel": pixel(layer, 200, 200),
        "name": layer.get_name(),
        "record": _record(layer),
    }


def _record(layer):
    return json.loads(bytes(byte & 0xFF for byte in layer.get_parasite("neural-style").get_data()))


@case
def painted_again():
    """The second result lies above the first one, and the third, of another content, above its own."""
    image = new_image()
    group = Gimp.GroupLayer.new(image, "group")
    image.insert_layer(group, None, 0)
    lower, upper, cover = (new_layer(image, (20, 20), name=name) for name in ("lower", "upper", "cover"))
    for layer in (lower, upper, cover):
        image.reorder_item(layer, group, 0)
    outcomes = [run(image, [lower], quality=quality) for quality in ("normal", "draft")]
    outcomes += [run(image, [upper]), run(image, [outcomes[0][2]], name="plug-in-neural-style-repeat")]
    messages = [message for _, message, layer in outcomes if layer is None]
    return {"messages": messages, "layers": [layer.get_name() for layer in group.get_children()]}


@case
def repeated():
    """The repetition has the same styles and settings, and goes above the same content."""
    image = new_image()
    content = new_layer(image)
    style = new_layer(image, (20, 20), name="sand", data=flat(20, 20, 0.9, 0.8, 0.5))
    _, _, first = run(image, [content], [f"layer:{style.get_id()}=3"], seed=REPEAT, strength=0.25)
    status, message, second = run(image, [first], name="plug-in-neural-style-repeat")
    return {
        "status": status,
        "message": message,
        "same": read(first) == read(second),
        "same_record": first.get_parasite("neural-style").get_data() == second.get_parasite("neural-style").get_data(),
        "below": [layer.get_name() for layer in image.get_layers()],
    }


@case
def repeated_in_a_file():
    """The record survives saving and opening, with names in any script."""
    image = new_image()
    content = new_layer(image, name="\u00e9t\u00e9 \u5893")
    run(image, [content], seed=REPEAT)
    file = Gio.File.new_for_path(f"{os.environ['NEURAL_STYLE_SCRATCH']}/painted.xcf")
    Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, file, None)
    again = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, file)
    status, message, _layer = run(again, [again.get_layers()[0]], name="plug-in-neural-style-repeat")
    return {"status": status, "message": message, "below": [layer.get_name() for layer in again.get_layers()]}


@case
def repeated_from_a_layer_of_another_origin():
    image = new_image()
    status, message, _ = run(image, [new_layer(image)], name="plug-in-neural-style-repeat")
    return {"status": status, "message": message}


@case
def repeated_without_its_style():
    image, other = new_image(), new_image()
    style = new_layer(other, name="gone")
    _, _, layer = run(image, [new_layer(image)], [f"layer:{style.get_id()}"])
    other.delete()
    new_layer(new_image(), name="gone")  # Of the same name and number, as a first layer soon is, but another one.
    status, message, _ = run(image, [layer], name="plug-in-neural-style-repeat")
    return {"status": status, "message": message}


@case
def repeated_with_a_style_of_an_unsaved_image():
    image, other = new_image(), new_image()
    style = new_layer(other, (20, 20), name="sand", data=flat(20, 20, 0.9, 0.8, 0.5))
    new_layer(new_image(), (20, 20), name="sand", data=flat(20, 20, 0, 0, 0))
    _, _, first = run(image, [new_layer(image)], [f"layer:{style.get_id()}"], seed=REPEAT)
    status, message, second = run(image, [first], name="plug-in-neural-style-repeat", device="cpu")
    same = second is not None and read(first) == read(second)
    return {"status": status, "message": message, "same": same}


@case
def repeated_after_its_image_was_closed_and_opened():
    """The image of its style."""
    image, unsaved = new_image(), new_image()
    new_layer(unsaved, (20, 20), name="sand", data=flat(20, 20, 0.9, 0.8, 0.5))
    file = Gio.File.new_for_path(f"{os.environ['NEURAL_STYLE_SCRATCH']}/sand.xcf")
    Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, unsaved, file, None)
    unsaved.delete()
    other = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, file)
    _, _, first = run(image, [new_layer(image)], [f"layer:{other.get_layers()[0].get_id()}"], seed=REPEAT)
    other.delete()
    Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, file)
    status, message, second = run(image, [first], name="plug-in-neural-style-repeat")
    same = second is not None and read(first) == read(second)
    return {"status": status, "message": message, "same": same}


@case
def repeated_with_a_pipe_for_a_style():
    image = new_image()
    _, _, layer = run(image, [new_layer(image)])
    pipe = f"{os.environ['NEURAL_STYLE_SCRATCH']}/pipe"
    os.mkfifo(pipe)
    text = json.dumps({**_record(layer), "styles": [{"reference": {"kind": "file", "name": "wave", "path": pipe}}]})
    layer.attach_parasite(Gimp.Parasite.new("neural-style", 3, list(text.encode())))
    status, message, _ = run(image, [layer], name="plug-in-neural-style-repeat")
    return {"status": status, "message": message}


@case
def repeated_after_starting_from_a_picture():
    image = new_image(size=(100, 80))
    start = new_layer(image, (100, 80), name="start", data=flat(100, 80, 0.2, 0.4, 0.6))
    _, _, first = run(image, [new_layer(image, (100, 80))], init="picture", initial_picture=start, seed=START)
    status, message, second = run(image, [first], name="plug-in-neural-style-repeat")
    return {"status": status, "message": message, "pixel": pixel(second, 50, 40)}


@case
def continued():
    """It starts from the layer as it is now, and goes above it."""
    image = new_image(size=(100, 80))
    content = new_layer(image, (60, 50), at=(10, 20))
    _, _, first = run(image, [content], seed=START, strength=0.25)
    write(first, flat(60, 50, 0.2, 0.4, 0.6))
    status, message, second = run(image, [first], name="plug-in-neural-style-continue")
    return {
        "status": status,
        "message": message,
        "pixel": pixel(second, 50, 40),
        "layer": about(second),
        "below": [layer.get_name() for layer in image.get_layers()],
        "record": _record(second),
    }


@case
def continued_in_a_file():
    """After saving and opening. The new layer can be continued and repeated, too."""
    image = new_image(size=(100, 80))
    run(image, [new_layer(image, (100, 80), name="\u00e9t\u00e9")], seed=START)
    file = Gio.File.new_for_path(f"{os.environ['NEURAL_STYLE_SCRATCH']}/continued.xcf")
    Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, file, None)
    again = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, file)
    first = again.get_layers()[0]
    write(first, flat(100, 80, 0.2, 0.4, 0.6))
    outcomes = [run(again, [first], name="plug-in-neural-style-continue")]
    outcomes += [run(again, [outcomes[0][2]], name=f"plug-in-neural-style-{way}") for way in ("continue", "repeat")]
    return {"outcomes": [[status, message, pixel(layer, 50, 40)] for status, message, layer in outcomes]}


@case
def continued_from_a_layer_of_another_origin():
    image = new_image()
    status, message, _ = run(image, [new_layer(image)], name="plug-in-neural-style-continue")
    return {"status": status, "message": message}


@case
def regions():
    """Of two styles: a layer mask of a layer that lies elsewhere, and a saved selection; then again by the record."""
    image = new_image(size=(100, 80))
    content = new_layer(image, (60, 50), at=(10, 20))
    sky = new_layer(image, (40, 60), name="sky", at=(20, 10))
    _mask_left_half(sky)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 0, 0, 100, 40)
    saved = Gimp.Selection.save(image)
    Gimp.Selection.none(image)
    where = [f"mask:{sky.get_id()}", f"channel:{saved.get_id()}"]
    status, message, layer = run(image, [content], [STYLE, STYLE], regions=where, seed=MASKS)
    _, _, again = run(image, [layer], name="plug-in-neural-style-repeat")
    return {"status": status, "message": message, "places": _places(layer), "same": read(layer) == read(again)}


def _places(layer):
    """The pixels in the middles of a layer's quarters and beside its left edge."""
    return {
        name: pixel(layer, x, y) for name, (x, y) in {"a": (5, 5), "b": (20, 5), "c": (40, 10), "d": (20, 40)}.items()
    }


@case
def a_region_from_a_layer_and_its_mask():
    """A layer covers the canvas by its alpha and its mask."""
    image = new_image(size=(100, 80))
    content = new_layer(image, (100, 80))
    shape = new_layer(image, (40, 40), name="shape", at=(30, 20), data=flat(40, 40, 0, 0, 0, 0.5))
    _mask_left_half(shape)
    _, message, layer = run(image, [content], regions=[f"layer:{shape.get_id()}"], seed=MASKS)
    return {"message": message, "reds": [pixel(layer, x, 40)[0] for x in (10, 40, 60, 90)]}


@case
def a_region_from_the_selection():
    """Then the selection is the region of a style, and does not limit the whole painting."""
    image = new_image(size=(100, 80))
    content = new_layer(image, (100, 80))
    write(image.get_selection(), array.array("f", [0.5] * 50 + [0] * 50).tobytes() * 80, "Y float")
    _, message, layer = run(image, [content], [STYLE, STYLE], regions=["selection"], seed=MASKS)
    return {"message": message, "left": pixel(layer, 20, 40), "right": pixel(layer, 80, 40)}


@case
def a_region_from_no_selection():
    return failure(regions=["selection"])


@case
def a_region_that_is_not_there():
    return failure(regions=["mask:999999"])


@case
def more_regions_than_styles():
    return failure(regions=["", "selection"])


@case
def repeated_without_a_region():
    image = new_image()
    content = new_layer(image)
    _mask_left_half(content)
    _, _, layer = run(image, [content], regions=[f"mask:{content.get_id()}"])
    content.remove_mask(Gimp.MaskApplyMode.DISCARD)
    status, message, _ = run(image, [layer], name="plug-in-neural-style-repeat")
    return {"status": status, "message": message}


@case
def keep_mask():
    """By a layer's brightness as it is seen, or by a mask; black where the layer has no pixels."""
    image = new_image(precision=Gimp.Precision.U16_LINEAR, size=(100, 80))
    content = new_layer(image, (100, 80))
    gray = new_layer(image, (40, 40), name="gray", at=(30, 20), data=flat(40, 40, 0.5, 0.5, 0.5))
    _mask_left_half(gray)
    _, message, by_layer = run(image, [content], keep_mask=gray, keep_content=0.7, seed=MASKS)
    _, _, by_mask = run(image, [content], keep_mask=gray.get_mask(), keep_content=0.7, seed=MASKS)
    _, _, again = run(image, [by_layer], name="plug-in-neural-style-repeat")
    return {
        "message": message,
        "layer": [pixel(by_layer, x, 40)[2] for x in (10, 40, 60, 90)],
        "mask": [pixel(by_mask, x, 40)[2] for x in (10, 40, 60, 90)],
        "same": read(by_layer) == read(again),
        "record": _record(by_mask),
    }


@case
def starting_from_a_picture():
    image = new_image(size=(100, 80))
    content = new_layer(image, (100, 80))
    start = new_layer(image, (30, 30), at=(50, 40))
    return echoed(image, content, init="picture", initial_picture=start)


@case
def starting_from_a_layer_with_an_effect():
    """The start picture is read as it is seen, like the content."""
    image = new_image(size=(100, 80))
    content = new_layer(image, (100, 80))
    start = new_layer(image, (100, 80), data=flat(100, 80, 0.2, 0.4, 0.6))
    start.append_filter(Gimp.DrawableFilter.new(start, "gegl:invert-gamma", ""))
    status, _message, layer = run(image, [content], init="picture", initial_picture=start, seed=START)
    return {"status": status, "pixel": pixel(layer, 50, 40)}


def failure(**settings):
    """A failed run leaves the image as it was."""
    image = new_image(size=(100, 80))
    content = new_layer(image, (100, 80))
    status, message, _layer = run(image, [content], **settings)
    return {"status": status, "message": message, "layers": len(image.get_layers())}


@case
def no_styles():
    return failure(styles=[])


@case
def a_style_that_is_not_there():
    return failure(styles=["/no/such/picture.png"])


@case
def a_style_that_is_no_picture():
    return failure(styles=[os.environ["NEURAL_STYLE_SAMPLES"] + "/SOURCES.md"])


@case
def a_weight_of_zero():
    return failure(styles=[STYLE + "=0"])


@case
def an_engine_that_dies():
    return failure(seed=CRASH)


@case
def an_engine_that_runs_out_of_memory():
    return failure(seed=STARVE)


@case
def a_missing_start_picture():
    return failure(init="picture")


@case
def several_layers_at_once():
    image = new_image()
    status, message, _ = run(image, [new_layer(image), new_layer(image)])
    return {"status": status, "message": message}


@case
def a_channel():
    image = new_image()
    new_layer(image)
    channel = Gimp.Channel.new(image, "channel", WIDTH, HEIGHT, 50.0, Gegl.Color.new("red"))
    image.insert_channel(channel, None, 0)
    status, message, _ = run(image, [channel])
    return {"status": status, "message": message}


@case
def documentation():
    procedure = Gimp.get_pdb().lookup_procedure("plug-in-neural-style")
    return {
        "blurb": procedure.get_blurb(),
        "help": procedure.get_help(),
        "menu": procedure.get_menu_paths(),
        "arguments": {spec.get_name(): [spec.get_nick(), spec.get_blurb()] for spec in procedure.get_arguments()},
        "strength": [procedure.find_argument("strength").minimum, procedure.find_argument("strength").maximum],
    }


def main():
    results = {}
    for name in os.environ["NEURAL_STYLE_CASES"].split():
        before = {image.get_id() for image in Gimp.get_images()}
        try:
            results[name] = CASES[name]()
        except Exception:
            results[name] = {"error": traceback.format_exc()}
        for image in Gimp.get_images():
            if image.get_id() not in before:
                image.delete()
    Path(os.environ["NEURAL_STYLE_RESULTS"]).write_text(json.dumps(results))


main()
