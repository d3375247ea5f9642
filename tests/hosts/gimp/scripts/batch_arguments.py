"""Cases of arguments: regions, masks, start pictures, and errors."""

import array
import os

from batch_tools import (
    CRASH,
    HEIGHT,
    MASKS,
    START,
    STARVE,
    STYLE,
    WIDTH,
    case,
    echoed,
    failure,
    flat,
    mask_left_half,
    new_image,
    new_layer,
    pixel,
    read,
    record_of,
    run,
    write,
)
from gi.repository import Gegl, Gimp


@case
def regions():
    """Two styles have regions: a layer mask of a layer elsewhere, and a saved selection. The record repeats them."""
    image = new_image(size=(100, 80))
    content = new_layer(image, (60, 50), at=(10, 20))
    sky = new_layer(image, (40, 60), name="sky", at=(20, 10))
    mask_left_half(sky)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 0, 0, 100, 40)
    saved = Gimp.Selection.save(image)
    Gimp.Selection.none(image)
    where = [f"mask:{sky.get_id()}", f"channel:{saved.get_id()}"]
    status, message, layer = run(image, [content], [STYLE, STYLE], regions=where, seed=MASKS)
    _, _, again = run(image, [layer], name="plug-in-neural-style-repeat")
    return {"status": status, "message": message, "places": _places(layer), "same": read(layer) == read(again)}


def _places(layer):
    """Return the pixels in the middle of each quarter of a layer, and beside its left edge."""
    return {
        name: pixel(layer, x, y) for name, (x, y) in {"a": (5, 5), "b": (20, 5), "c": (40, 10), "d": (20, 40)}.items()
    }


@case
def a_region_from_a_layer_and_its_mask():
    """A layer covers the canvas with its alpha and its mask."""
    image = new_image(size=(100, 80))
    content = new_layer(image, (100, 80))
    shape = new_layer(image, (40, 40), name="shape", at=(30, 20), data=flat(40, 40, 0, 0, 0, 0.5))
    mask_left_half(shape)
    _, message, layer = run(image, [content], regions=[f"layer:{shape.get_id()}"], seed=MASKS)
    return {"message": message, "reds": [pixel(layer, x, 40)[0] for x in (10, 40, 60, 90)]}


@case
def a_region_from_the_selection():
    """The selection is the region of a style, so it does not limit the whole painting."""
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
def keep_mask():
    """A layer's visible brightness or a mask keeps the content. It is black where the layer has no pixels."""
    image = new_image(precision=Gimp.Precision.U16_LINEAR, size=(100, 80))
    content = new_layer(image, (100, 80))
    gray = new_layer(image, (40, 40), name="gray", at=(30, 20), data=flat(40, 40, 0.5, 0.5, 0.5))
    mask_left_half(gray)
    _, message, by_layer = run(image, [content], keep_mask=gray, keep_content=0.6, seed=MASKS)
    _, _, by_mask = run(image, [content], keep_mask=gray.get_mask(), keep_content=0.6, seed=MASKS)
    _, _, again = run(image, [by_layer], name="plug-in-neural-style-repeat")
    return {
        "message": message,
        "layer": [pixel(by_layer, x, 40)[2] for x in (10, 40, 60, 90)],
        "mask": [pixel(by_mask, x, 40)[2] for x in (10, 40, 60, 90)],
        "same": read(by_layer) == read(again),
        "record": record_of(by_mask),
    }


@case
def starting_from_a_picture():
    image = new_image(size=(100, 80))
    content = new_layer(image, (100, 80))
    start = new_layer(image, (30, 30), at=(50, 40))
    return echoed(image, content, init="picture", initial_picture=start)


@case
def starting_from_a_layer_with_an_effect():
    """The start picture is read with its effect, like the content."""
    image = new_image(size=(100, 80))
    content = new_layer(image, (100, 80))
    start = new_layer(image, (100, 80), data=flat(100, 80, 0.2, 0.4, 0.6))
    start.append_filter(Gimp.DrawableFilter.new(start, "gegl:invert-gamma", ""))
    status, _message, layer = run(image, [content], init="picture", initial_picture=start, seed=START)
    return {"status": status, "pixel": pixel(layer, 50, 40)}


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
