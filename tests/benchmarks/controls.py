"""Measures the effect of each control, and how evenly its slider acts.

All pictures are painted in normal quality from the bundled samples. A pair is written content+style.
"""

from __future__ import annotations

from statistics import mean
from typing import Callable, Dict, Iterator, List, Optional, Sequence, Tuple

import torch
from PIL import Image, ImageDraw
from torch.nn import functional as F

from nst_core.engine.stylize import stylize
from nst_core.job.events import Result
from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import Style, StyleJob
from nst_core.job.settings import Settings
from tests.benchmarks.color_difference import mean_difference
from tests.benchmarks.images import SAMPLES, open_picture, to_tensor
from tests.benchmarks.network import Convolution, load_network
from tests.benchmarks.painting import Value, from_buffer, to_buffer
from tests.benchmarks.quality import Judge, Quality, structure_distance
from tests.benchmarks.report import table

#: Longest side in pixels.
_SIDE = 128
#: Longest side in pixels for pictures whose objects must be recognizable.
_LARGE_SIDE = 256
#: Number of cells along each side of a picture.
_CELLS = 8

_THREE = (("chelsea", "great_wave"), ("astronaut", "auvers"), ("coffee", "poppies"))
_SIX = (*_THREE, ("chelsea", "auvers"), ("coffee", "inokashira_snow"), ("inokashira_snow", "great_wave"))


def controls_table() -> str:
    """Run the benchmark: one table for each control."""
    network = load_network()
    parts: Dict[str, Callable[[], str]] = {
        "Strength: held-out style distance / content distance": lambda: _strength(network),
        "Evenness of strength: change of a cell relative to strength 1, smallest / largest to the mean": _evenness,
        "Color: mean CIEDE2000 to the content": _color,
        "Keep content: structure distance / held-out style distance": lambda: _keep(network),
        "Keep content within a mask in the left half: structure distance there / elsewhere": lambda: _mask(network),
        "Several styles: held-out distance to each by the share of the second": lambda: _shares(network),
        "Seamless textures: gradient energy across the edges relative to those inside": _seams,
        "Continue: held-out style distance before / after, and mean change (gray levels)": lambda: _continue(network),
        "One job at several sizes, brought to the smallest: mean difference (gray levels)": _sizes,
    }
    return "\n\n".join(f"{title}\n\n{make()}" for title, make in parts.items())


def _sample(name: str, side: int = _SIDE) -> Image.Image:
    return open_picture(SAMPLES / f"{name}.jpg", side)


def _paint(
    content: str,
    styles: Sequence[Tuple[str, float]],
    side: int = _SIDE,
    keep_mask: Optional[PixelBuffer] = None,
    initial: Optional[Image.Image] = None,
    style_side: int = -1,
    **settings: Value,
) -> Image.Image:
    """Paint a sample. ``style_side`` is the size of the styles: 0 is their own size, -1 is the content's size."""
    chosen = Settings.from_dict(settings)
    given = tuple(
        Style(to_buffer(_sample(name, side if style_side < 0 else style_side)), weight) for name, weight in styles
    )
    start = None if initial is None else to_buffer(initial)
    picture = to_buffer(_sample(content, side))
    job = StyleJob(picture, given, chosen, keep_mask=keep_mask, initial=start, preview_side=0)
    *_, result = stylize(job)
    assert isinstance(result, Result)
    return from_buffer(result.pixels)


def _judge(network: Sequence[Convolution], content: str, style: str, side: int = _SIDE) -> Judge:
    return Judge(network, _sample(content, side), _sample(style, side))


def _strength(network: Sequence[Convolution]) -> str:
    strengths = (0.0, 0.25, 0.5, 0.75, 1.0)
    rows = []
    for content, style in _THREE:
        judge = _judge(network, content, style)
        found = [judge.measure(_paint(content, [(style, 1)], strength=s)) for s in strengths]
        rows.append([f"{content}+{style}", *(f"{q.full:.3f} / {q.content:.3f}" for q in found)])
    return table(["pair", *map(str, strengths)], rows)


def _color() -> str:
    modes = ("style", "luminance", "content")
    rows = []
    for content, style in _SIX:
        own = to_tensor(_sample(content))
        found = [mean_difference(to_tensor(_paint(content, [(style, 1)], color=mode)), own) for mode in modes]
        rows.append([f"{content}+{style}", *(f"{value:.1f}" for value in found)])
    return table(["pair", *modes], rows)


def _evenness() -> str:
    strengths = (0.25, 0.5, 0.75)
    rows = []
    for content, style in _THREE:
        own = to_tensor(_sample(content, _LARGE_SIDE))
        *parts, full = (
            to_tensor(_paint(content, [(style, 1)], _LARGE_SIDE, strength=strength)) for strength in (*strengths, 1.0)
        )
        found = [evenness(own, part, full) for part in parts]
        rows.append([f"{content}+{style}", *(f"{least:.2f} / {most:.2f}" for least, most in found)])
    return table(["pair", *map(str, strengths)], rows)


def evenness(content: torch.Tensor, part: torch.Tensor, full: torch.Tensor) -> Tuple[float, float]:
    """Return the smallest and the largest progress of a cell, relative to the mean of all cells.

    The progress of a cell is the mean change of its pixels from ``content`` to ``part``, divided by the change from
    ``content`` to ``full``. All pictures are (3, H, W).
    """
    changes = [F.adaptive_avg_pool2d((x - content).abs(), _CELLS).mean(0) for x in (part, full)]
    progress = changes[0] / changes[1]
    return float(progress.min() / progress.mean()), float(progress.max() / progress.mean())


def _keep(network: Sequence[Convolution]) -> str:
    amounts = (0.0, 0.25, 0.5, 0.75, 1.0)
    found = [[(q.structure, q.full) for q in _kept(network, *pair, amounts)] for pair in _SIX]
    means = [(mean(one for one, _ in column), mean(other for _, other in column)) for column in zip(*found)]
    names = [*("+".join(pair) for pair in _SIX), "mean"]
    rows = [[name, *(f"{one:.3f} / {other:.3f}" for one, other in row)] for name, row in zip(names, [*found, means])]
    steps = even_steps([structure for structure, _ in means])
    rows.append(["step of the mean structure / mean step", "", *(f"{step:.2f}" for step in steps)])
    return table(["pair", *map(str, amounts)], rows)


def _kept(network: Sequence[Convolution], content: str, style: str, amounts: Sequence[float]) -> List[Quality]:
    judge = _judge(network, content, style, _LARGE_SIDE)
    painted = (_paint(content, [(style, 1)], _LARGE_SIDE, keep_content=amount) for amount in amounts)
    return [judge.measure(picture) for picture in painted]


def even_steps(values: Sequence[float]) -> List[float]:
    """Return each step from one value to the next, relative to the mean step. If a slider acts evenly, all are 1."""
    whole = (values[-1] - values[0]) / (len(values) - 1)
    return [(after - before) / whole for before, after in zip(values, values[1:])]


def _mask(network: Sequence[Convolution]) -> str:
    amounts = (0.0, 0.5, 1.0)
    rows = []
    for content, style in _THREE:
        own = _sample(content, _LARGE_SIDE)
        cells = []
        for amount in amounts:
            painted = _paint(content, [(style, 1)], _LARGE_SIDE, keep_mask=_left_half(own), keep_content=amount)
            halves = zip(_halves(own), _halves(painted))
            cells.append(" / ".join(f"{structure_distance(network, *half):.3f}" for half in halves))
        rows.append([f"{content}+{style}", *cells])
    return table(["pair", *map(str, amounts)], rows)


def _left_half(picture: Image.Image) -> PixelBuffer:
    mask = Image.new("L", picture.size)
    ImageDraw.Draw(mask).rectangle((0, 0, picture.width // 2 - 1, picture.height), 255)
    return PixelBuffer(picture.width, picture.height, "gray-u8", mask.tobytes())


def _halves(picture: Image.Image) -> Iterator[torch.Tensor]:
    x, half = to_tensor(picture), picture.width // 2
    yield from (x[..., :half], x[..., half:])


def _shares(network: Sequence[Convolution]) -> str:
    shares = (0.1, 0.5, 0.9)
    names = ("great_wave", "auvers")
    painted = [_paint("coffee", [(names[0], 1 - share), (names[1], share)]) for share in shares]
    rows = [[name, *(f"{_judge(network, 'coffee', name).measure(p).full:.3f}" for p in painted)] for name in names]
    return table(["coffee in", *map(str, shares)], rows)


def _seams() -> str:
    rows = []
    for _, style in _THREE:
        cells = []
        for seamless in ("both", "none"):
            tiles = [_texture(style, seamless, seed) for seed in range(3)]
            cells += [f"{mean(_across(tile, axis) for tile in tiles):.2f}" for axis in (1, 2)]
        rows.append([style, *cells])
    return table(["mean of 3 seeds", "top and bottom", "left and right", "the same, not seamless", ""], rows)


def _texture(style: str, seamless: str, seed: int) -> torch.Tensor:
    return to_tensor(_paint("astronaut", [(style, 1)], mode="texture", seamless=seamless, seed=seed))


def _across(x: torch.Tensor, axis: int) -> float:
    """Return the squared difference of the first and last row (axis 1) or column (axis 2), relative to neighbors."""
    edge = (x.select(axis, 0) - x.select(axis, -1)).square().mean()
    return float(edge / x.diff(dim=axis).square().mean())


def _continue(network: Sequence[Convolution]) -> str:
    rows = []
    for content, style in _THREE:
        judge = _judge(network, content, style)
        first = _paint(content, [(style, 1)])
        again = _paint(content, [(style, 1)], initial=first, init="picture")
        half = _paint(content, [(style, 1)], initial=first, init="picture", strength=0.5)
        fresh = _paint(content, [(style, 1)], init="noise")
        distances = " / ".join(f"{judge.measure(picture).full:.3f}" for picture in (first, again))
        changes = [f"{_change(first, other):.1f}" for other in (again, half, fresh)]
        rows.append([f"{content}+{style}", distances, *changes])
    return table(["pair", "held-out", "continued", "with strength 0.5", "(from noise instead)"], rows)


def _sizes() -> str:
    rows = []
    sides = (256, 512, 1024, 3840)
    for content, style in _THREE[1:2]:
        found: List[Image.Image] = [_paint(content, [(style, 1)], side, style_side=0) for side in sides]
        small = [picture.resize(found[0].size, Image.Resampling.BOX) for picture in found]
        weaker = _paint(content, [(style, 1)], sides[0], style_side=0, strength=0.75)
        noise = _paint(content, [(style, 1)], sides[0], style_side=0, init="noise")
        pairs = [
            (small[0], small[1]),
            (small[1], small[2]),
            (small[1], small[3]),
            (small[0], weaker),
            (small[0], noise),
        ]
        rows.append([f"{content}+{style}", *(f"{_change(a, b):.1f}" for a, b in pairs)])
    head = ["pair", "256 to 512", "512 to 1024", "512 to 3840", "(strength 1 to 0.75)", "(content to noise)"]
    return table(head, rows)


def _change(one: Image.Image, other: Image.Image) -> float:
    return float((to_tensor(one) - to_tensor(other)).abs().mean())
