"""The generator of the gallery, which shows the effect of each control. The engine paints it from the samples.

``python -m docs.gallery`` in the engine's environment paints all rows, and README's first picture. Names of rows after
it paint only those rows; ``first`` paints the first picture.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import List, Sequence, Tuple

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont, ImageOps

from nst_core.cli import main

FOLDER = Path(__file__).resolve().parent
SAMPLES = FOLDER / "samples"
SIZE = 384
GAP, LABEL = 4, 20
_FIRST_SIZE = (576, 384)
_FIRST_STYLE = FOLDER.parent / "nst_core" / "studio" / "paintings" / "road_to_tarascon.jpg"

#: A picture's label, and the options that it is painted with.
Cell = Tuple[str, Sequence[str]]


@dataclass(frozen=True)
class Row:
    """One control: the name of its file, a heading, a sentence, and the pictures to paint of ``content`` in ``style``.

    An option that ends in ``.png`` is a mask of :func:`_make_masks`, or an earlier picture of the row by its number.
    Each picture is repeated ``repeated`` times in both directions.
    """

    name: str
    title: str
    text: str
    cells: Sequence[Cell]
    content: str = "chelsea"
    style: str = "great_wave"
    repeated: int = 1


def _varied(option: str, *values: str) -> List[Cell]:
    return [(value, [f"--{option}", value]) for value in values]


def _sample(name: str) -> str:
    return str(SAMPLES / f"{name}.jpg")


def _mixed(*weights: float) -> List[Cell]:
    return [
        (f"{1 - weight:g} : {weight:g}", ["--style", f"{_sample('auvers')}={weight / (1 - weight)}"])
        for weight in weights
    ]


ROWS = (
    Row("strength", "Strength", "How far the picture moves towards the style. 0 changes nothing.",
        _varied("strength", "0", "0.25", "0.5", "0.75", "1")),
    Row("stroke_size", "Stroke size", "The same painting with smaller or larger strokes.",
        _varied("style-scale", "0.5", "1", "2", "4")),
    Row("keep_content", "Keep content", "How firmly objects keep their shape. 0 lets everything flow; 1 keeps every "
        "object and takes only strokes and colors from the style.",
        _varied("keep-content", "0", "0.25", "0.5", "0.75", "1"), content="astronaut", style="auvers"),
    Row("keep_mask", "Keep content within a mask", "Nothing is kept; only the face is kept; everything is kept.",
        [("0", ["--keep-content", "0"]),
         ("1, with a mask", ["--keep-content", "1", "--keep-mask", "face.png"]),
         ("1, everywhere", ["--keep-content", "1"])], content="astronaut", style="auvers"),
    Row("texture", "Texture", "The area of the content, filled with the style: with two stroke sizes, and with "
        "another seed.",
        [("1", ["--mode", "texture"]), ("0.5", ["--mode", "texture", "--style-scale", "0.5"]),
         ("0.5, seed 1", ["--mode", "texture", "--style-scale", "0.5", "--seed", "1"])], style="auvers"),
    Row("seamless", "Seamless", "Four copies of each picture: a seamless texture, a texture that is not seamless, and "
        "a seamless photograph.",
        [("seamless", ["--mode", "texture", "--seamless", "both"]), ("not seamless", ["--mode", "texture"]),
         ("a photograph", ["--seamless", "both"])], content="coffee", style="poppies", repeated=2),
    Row("color", "Color", "The colors of the style; the hues of the content with the light and dark of the style; a "
        "style that was recolored to match the content.", _varied("color", "style", "luminance", "content")),
    Row("quality", "Quality", "Draft for trying out, normal for most pictures, high for the last one.",
        _varied("quality", "draft", "normal", "high")),
    Row("smoothness", "Smoothness", "Removes grain and small speckles.", _varied("total-variation", "0", "2", "10")),
    Row("start", "Start from", "The content, and noise with two different seeds.",
        [("content", []), *((f"noise, seed {seed}", ["--init", "noise", "--seed", seed]) for seed in "01")]),
    Row("continue", "Continue", "A result; this result, continued with its settings; this result, continued with half "
        "the strength.",
        [("a result", []), ("continued", ["--continue", "0.png"]),
         ("strength 0.5", ["--continue", "0.png", "--strength", "0.5"])], content="coffee", style="auvers"),
    Row("mixture", "Several styles", "A mixture of The Great Wave and van Gogh's street, in these shares.",
        _mixed(0.1, 0.5, 0.9), content="coffee"),
    Row("region", "Regions and selections", "Two styles, each in its own half, with a soft edge between them; one "
        "style in a soft selection.",
        [("two regions", ["--region", "left.png", "--style", _sample("poppies"), "--region", "right.png"]),
         ("a selection", ["--selection", "middle.png"])], content="coffee"),
)  # fmt: skip


def paint_row(row: Row) -> None:
    """Paint the pictures of a row, and write them side by side to ``images``."""
    with tempfile.TemporaryDirectory() as folder:
        _make_masks(Path(folder))
        pictures = [_paint(row, index, Path(folder)) for index in range(len(row.cells))]
    width, height = pictures[0].size
    strip = Image.new("RGB", (len(pictures) * (width + GAP) - GAP, height + LABEL), "white")
    for index, (picture, (label, _)) in enumerate(zip(pictures, row.cells)):
        strip.paste(picture, (index * (width + GAP), 0))
        place = (index * (width + GAP) + width / 2, height + LABEL / 2)
        ImageDraw.Draw(strip).text(place, label, "black", ImageFont.load_default(14), anchor="mm")
    strip.save(FOLDER / "images" / f"control_{row.name}.jpg", quality=85)


def paint_first() -> None:
    """Paint README's first picture: the photograph with the painting in its corner, and beside it the result."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "painted.png"
        files = [_sample("chelsea"), "--style", str(_FIRST_STYLE), "-o", str(output)]
        if main(["stylize", *files, "--size", str(_FIRST_SIZE[0]), "--quiet"]):
            sys.exit("The first picture could not be painted")
        after = Image.open(output).convert("RGB").resize(_FIRST_SIZE, Image.Resampling.LANCZOS)
    before = Image.open(_sample("chelsea")).convert("RGB").resize(_FIRST_SIZE, Image.Resampling.LANCZOS)
    painting = ImageOps.contain(Image.open(_FIRST_STYLE).convert("RGB"), (192, 130))
    before.paste(ImageOps.expand(painting, GAP, "white"), (12, _FIRST_SIZE[1] - painting.height - 2 * GAP - 12))
    pair = Image.new("RGB", (2 * _FIRST_SIZE[0] + GAP, _FIRST_SIZE[1]), "white")
    pair.paste(before, (0, 0))
    pair.paste(after, (_FIRST_SIZE[0] + GAP, 0))
    pair.save(FOLDER / "images" / "first.jpg", quality=85, optimize=True)


def page() -> str:
    """Return the text of ``gallery.md``."""
    head = "# Gallery\n\nThe effect of each control, painted by [gallery.py](gallery.py) from bundled pictures.\n"
    parts = [f"\n## {row.title}\n\n{row.text}\n\n![{row.title}](images/control_{row.name}.jpg)\n" for row in ROWS]
    return head + "".join(parts)


def _paint(row: Row, index: int, folder: Path) -> Image.Image:
    _, options = row.cells[index]
    output = folder / f"{index}.png"
    given = [str(folder / option) if option.endswith(".png") else option for option in options]
    files = [_sample(row.content), "--style", _sample(row.style), *given, "-o", str(output)]
    if main(["stylize", *files, "--size", str(SIZE // row.repeated), "--quiet"]):
        sys.exit(f"{row.name}: {' '.join(options)} could not be painted")
    return _repeated(Image.open(output).convert("RGB"), row.repeated)


def _repeated(tile: Image.Image, times: int) -> Image.Image:
    whole = Image.new("RGB", (tile.width * times, tile.height * times))
    for place in range(times * times):
        whole.paste(tile, (tile.width * (place % times), tile.height * (place // times)))
    return whole


def _make_masks(folder: Path) -> None:
    """Write masks with soft edges. The engine scales them to the content."""
    left = Image.new("L", (300, 200))
    left.paste(255, (0, 0, 150, 200))
    left = left.filter(ImageFilter.GaussianBlur(6))
    left.save(folder / "left.png")
    ImageChops.invert(left).save(folder / "right.png")
    middle = Image.new("L", (300, 200))
    ImageDraw.Draw(middle).ellipse((60, 30, 240, 170), 255)
    middle.filter(ImageFilter.GaussianBlur(6)).save(folder / "middle.png")
    face = Image.new("L", (256, 256))
    ImageDraw.Draw(face).ellipse((72, 0, 150, 100), 255)
    face.filter(ImageFilter.GaussianBlur(6)).save(folder / "face.png")


if __name__ == "__main__":
    for chosen in ROWS:
        if len(sys.argv) == 1 or chosen.name in sys.argv[1:]:
            paint_row(chosen)
    if len(sys.argv) == 1 or "first" in sys.argv[1:]:
        paint_first()
    (FOLDER / "gallery.md").write_text(page(), encoding="utf-8")
