"""Cases of layers: their kinds and positions, masks, effects and selections, as content and as styles."""

import array

from batch_tools import (
    REPEAT,
    STYLE,
    about,
    case,
    echoed,
    flat,
    mask_left_half,
    new_image,
    new_layer,
    pixel,
    record_of,
    run,
    write,
)
from gi.repository import Gegl, Gimp, Gio


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
    """A group is painted as it looks: a blue layer over a red one, and a mask hides the left half of the blue one."""
    image = new_image(size=(100, 80))
    group = Gimp.GroupLayer.new(image, "group")
    image.insert_layer(group, None, 0)
    red = new_layer(image, (100, 80), name="red", data=flat(100, 80, 1, 0, 0))
    blue = new_layer(image, (100, 80), name="blue", data=flat(100, 80, 0, 0, 1))
    for layer in (red, blue):
        image.reorder_item(layer, group, 0)
    mask_left_half(blue)
    status, _message, layer = run(image, [group])
    return {"status": status, "left": pixel(layer, 20, 40), "right": pixel(layer, 80, 40), "layer": about(layer)}


@case
def a_layer_mask():
    """Hidden pixels are not painted, and the layer itself does not change."""
    image = new_image(size=(100, 80))
    content = new_layer(image, (100, 80), data=flat(100, 80, 0.2, 0.4, 0.6))
    mask_left_half(content)
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
    mask_left_half(content)
    content.set_apply_mask(False)
    status, _message, layer = run(image, [content])
    return {"status": status, "left": pixel(layer, 20, 40)}


@case
def the_mask_itself_selected():
    image = new_image(size=(100, 80))
    content = new_layer(image, (100, 80))
    mask_left_half(content)
    status, _message, layer = run(image, [content.get_mask()])
    return {"status": status, "layer": about(layer)}


@case
def a_text_layer():
    image = new_image()
    Gimp.context_set_foreground(Gegl.Color.new("green"))
    return echoed(image, _text(image))


@case
def a_layer_with_an_effect():
    """A non-destructive effect is visible, so it is painted. The layer keeps the effect."""
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
    """Add a layer that shows a file."""
    layer = Gimp.LinkLayer.new(image, Gio.File.new_for_path(STYLE))
    image.insert_layer(layer, None, 0)
    return layer


def _shape(image):
    """Add a layer that shows a path, filled with red."""
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
    """The engine repeats the style. All layers except the first one have an effect."""
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
    """A half selected pixel is half painted, because the coverage of a selection is linear and not encoded."""
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
        "record": record_of(layer),
    }
