"""A picture in each color model and depth: it is converted in both directions, alone and by a job that returns it."""

import struct

from robot import *

SIZE = (24, 16)
FORMATS = {"U8": ("B", 255), "U16": ("H", 65535), "F16": ("e", 1.0), "F32": ("f", 1.0)}
PROFILES = {
    "RGBA": ["sRGB-elle-V2-srgbtrc.icc", "sRGB-elle-V2-g10.icc", "ClayRGB-elle-V2-g22.icc"],
    "GRAYA": ["Gray-D50-elle-V2-g22.icc"],
    "CMYKA": ["Chemical proof"],
    "LABA": ["Lab identity built-in"],
    "XYZA": ["XYZ identity built-in"],
    "YCbCrA": ["ITU-R BT.709-6 YCbCr ICC V4 profile"],
}


def main(results):
    panel()
    results["cases"] = {}
    for model, profiles in PROFILES.items():
        for depth in krita.colorDepths(model):
            for profile in profiles if depth == "U16" else profiles[:1]:
                results["cases"][f"{model} {depth} {profile}"] = yield from case(model, depth, profile)


def case(model, depth, profile):
    document = krita.createDocument(*SIZE, "Case", "RGBA", "U8", "sRGB-elle-V2-srgbtrc.icc", 72.0)
    content = document.rootNode().childNodes()[0]
    content.setPixelData(QByteArray(with_alpha(picture("coffee", *SIZE))), 0, 0, *SIZE)
    assert document.setColorSpace(model, depth, profile)
    before = pixels(content, *SIZE)
    layer, error = yield from paint(document, content, [content])
    assert layer is not None, error
    found = {
        "space": [layer.colorModel(), layer.colorDepth(), layer.colorProfile()],
        "steps": differences(before, pixels(layer, *SIZE), depth),
        "converted": round_trip(before, plugin("spaces").Space(model, depth, profile)),
        "untouched": pixels(content, *SIZE) == before,
        "documents": len(krita.documents()),
    }
    document.setModified(False)
    document.close()
    yield 20
    return found


def with_alpha(data):
    """Return the picture with columns of several alphas. Transparent pixels are black, as in Krita."""
    alphas = (255, 255, 0, 128, 255, 1, 200, 255)
    rows = []
    for index in range(0, len(data), 4):
        alpha = alphas[index // 4 % len(alphas)]
        rows.append((data[index : index + 3] if alpha else b"\0\0\0") + bytes([alpha]))
    return b"".join(rows)


def values(data, depth):
    code = FORMATS[depth][0]
    return struct.unpack(f"<{len(data) // struct.calcsize(code)}{code}", data)


def differences(before, after, depth):
    """Return the largest difference in steps of the depth. For floats, return it as a share of the picture's range."""
    a, b = values(before, depth), values(after, depth)
    # The color of transparent pixels is not visible.
    channels = len(a) // (SIZE[0] * SIZE[1])
    seen = [index for index in range(len(a)) if a[index // channels * channels + channels - 1]]
    largest = max(abs(a[index] - b[index]) for index in seen)
    return largest if depth in ("U8", "U16") else largest / max(1.0, max(map(abs, a)))


def round_trip(before, space):
    """Convert to the engine's space and back. Return the difference in steps of the depth, and to the eye."""
    conversion, spaces = plugin("conversion"), plugin("spaces")

    def convert(data, source, target):
        return bytes(finish_steps(conversion.converted(data, source, target)))

    sent = convert(before, space, spaces.ENGINE)
    after = convert(sent, spaces.ENGINE, space)
    lab = spaces.Space("LABA", "F32", "Lab identity built-in")
    seen = [convert(data, spaces.ENGINE, lab) for data in (sent, convert(after, space, spaces.ENGINE))]
    return {"steps": differences(before, after, space.depth), "seen": color_difference(*seen)}


def color_difference(one, other):
    """Return the mean and the largest CIE76 difference of two pictures in Lab."""
    pairs = zip(struct.iter_unpack("<4f", one), struct.iter_unpack("<4f", other))
    steps = [sum((u - v) ** 2 for u, v in zip(a[:3], b[:3])) ** 0.5 for a, b in pairs if a[3]]
    return [sum(steps) / len(steps), max(steps)]
