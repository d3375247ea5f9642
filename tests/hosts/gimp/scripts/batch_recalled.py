"""Cases of painted layers: they are painted again, repeated and continued."""

import json
import os

from batch_tools import (
    REPEAT,
    START,
    about,
    case,
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
from gi.repository import Gimp, Gio


@case
def painted_again():
    """The second result lies above the first one. The third has another content, and lies above that."""
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
    """The repetition has the same styles and settings, and lies above the same content."""
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
    """A record is the same after saving and opening, also with names in other scripts."""
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
    # It is another layer with the same name and number, which happens easily with a first layer.
    new_layer(new_image(), name="gone")
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
    """This is the image of its style."""
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
    text = json.dumps({**record_of(layer), "styles": [{"reference": {"kind": "file", "name": "wave", "path": pipe}}]})
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
    """The painting starts from the present layer, and lies above it."""
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
        "record": record_of(second),
    }


@case
def continued_in_a_file():
    """After saving and opening, the layer is continued. The new layer can be continued and repeated, too."""
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
def repeated_without_a_region():
    image = new_image()
    content = new_layer(image)
    mask_left_half(content)
    _, _, layer = run(image, [content], regions=[f"mask:{content.get_id()}"])
    content.remove_mask(Gimp.MaskApplyMode.DISCARD)
    status, message, _ = run(image, [layer], name="plug-in-neural-style-repeat")
    return {"status": status, "message": message}
