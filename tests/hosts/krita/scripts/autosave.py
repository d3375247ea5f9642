"""Krita autosaves each second, while a document that needs conversion is painted, and a file is read as a style."""

from robot import *

SIZE = (64, 48)
#: In this many milliseconds, Krita saves each modified document.
SAVED = 2500


def main(results):
    panel()
    document = open_document(*SIZE, depth="U16", profile="ClayRGB-elle-V2-g22.icc")
    content = document.rootNode().childNodes()[0]
    content.setPixelData(QByteArray(bytes(range(256)) * (SIZE[0] * SIZE[1] * 8 // 256)), 0, 0, *SIZE)
    document.setBatchmode(True)
    document.saveAs(str(HOME / "user.kra"))
    yield 1000
    layer, error = yield from paint(document, content, [content])
    assert layer is not None, error
    yield SAVED
    results["after a job"] = saved()
    results["control"] = (HOME / "user.kra-autosave.kra").exists() or (HOME / ".user.kra-autosave.kra").exists()
    reading = plugin("picture_file").read_file(str(SAMPLES / "great_wave.jpg"))
    next(reading)
    yield SAVED
    finish_steps(reading)
    results["while a file is read"] = saved()
    results["spaces"] = yield from every_space()


def every_space():
    """Convert a band in many spaces with new hidden documents, and return which are modified or saved."""
    conversion, spaces, hidden = plugin("conversion"), plugin("spaces"), plugin("hidden")
    found = []
    for model, profile in (("RGBA", "ClayRGB-elle-V2-g22.icc"), ("GRAYA", "Gray-D50-elle-V2-g22.icc")):
        for depth in ("U8", "U16", "F32"):
            source = spaces.Space(model, depth, profile)
            finish_steps(conversion.converted(bytes(16 * source.pixel_bytes), source, spaces.ENGINE))
            document = hidden.hidden_document(spaces.ENGINE, source)
            yield 1500
            found.append(document.modified())
    return [found, saved()]


def saved():
    """Return the names of Krita's copies of documents that are not the user's."""
    copies = (path.name for path in HOME.iterdir() if path.name.endswith("-autosave.kra"))
    return sorted(name for name in copies if "user.kra" not in name)
