"""A photograph whose profile is sRGB with another name: the engine gets its exact numbers, and returns them."""

from robot import *

SIZE = (64, 48)


def main(results):
    panel()
    conversion, spaces = plugin("conversion"), plugin("spaces")
    document = krita.openDocument(str(HOME / "photo.png"))
    krita.activeWindow().addView(document)
    yield 1000
    here, content = plugin("document").Document(document), document.rootNode().childNodes()[0]
    read = finish_steps(here.read(content.uniqueId().toString(), here.canvas))
    numbers = pixels(content, *SIZE)
    layer, error = yield from paint(document, content, [content])
    results["photo"] = [
        document.colorProfile(),
        here.result_format,
        conversion.swapped(bytes(read.data), *SIZE, "rgba-u8") == numbers,
        pixels(layer, *SIZE) == numbers,
        error,
    ]
    # The same profile in 16 bits, with numbers that 8 bits do not have.
    document.setColorSpace("RGBA", "U16", document.colorProfile())
    numbers = bytes((7 * index) % 251 for index in range(len(pixels(content, *SIZE))))
    content.setPixelData(QByteArray(numbers), 0, 0, *SIZE)
    layer, error = yield from paint(document, content, [content])
    results["deep"] = [document.colorProfile(), here.result_format, pixels(layer, *SIZE) == numbers, error]
    names = ("ClayRGB-elle-V2-g22.icc", "sRGB-elle-V2-g10.icc")
    results["others"] = {name: conversion.is_own(spaces.Space("RGBA", "U8", name)) for name in names}
