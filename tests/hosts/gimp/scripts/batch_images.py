"""Cases of images: their modes, precisions and profiles, and the procedure itself."""

import array
import os
from pathlib import Path

from batch_tools import REPEAT, case, echoed, flat, new_image, new_layer, pixel, run
from gi.repository import Gimp, Gio

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
    """The style is flat sRGB orange. A wide-gamut image must show the same orange by GIMP's own conversion."""
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
    """A photograph is dark above and bright below, but its pixels are rotated, as cameras store them."""
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
def documentation():
    procedure = Gimp.get_pdb().lookup_procedure("plug-in-neural-style")
    return {
        "blurb": procedure.get_blurb(),
        "help": procedure.get_help(),
        "menu": procedure.get_menu_paths(),
        "arguments": {spec.get_name(): [spec.get_nick(), spec.get_blurb()] for spec in procedure.get_arguments()},
        "strength": [procedure.find_argument("strength").minimum, procedure.find_argument("strength").maximum],
    }
