"""What each control does, in figures: how evenly the sliders act, and whether they do what they say.

Everything is painted in normal quality from the bundled samples; pairs are written content+style.
"""

from __future__ import annotations

from statistics import mean
from typing import Callable, Dict, List, Optional, Sequence, Tuple

import torch
from PIL import Image, ImageDraw
from torch.nn import functional as F

from nst_core.bridge.events import Result
from nst_core.bridge.job import Style, StyleJob
from nst_core.bridge.pixels import PixelBuffer
from nst_core.bridge.settings import Settings
from nst_core.engine.stylize import stylize
from tests.benchmarks.color_difference import mean_difference
from tests.benchmarks.images import SAMPLES, open_picture, to_tensor
from tests.benchmarks.network import features, load_network
from tests.benchmarks.painting import Value, from_buffer, to_buffer
from tests.benchmarks.quality import CONTENT, Judge
from tests.benchmarks.report import table

#: Longest side in pixels.
_SIDE = 128

_THREE = (("chelsea", "great_wave"), ("astronaut", "auvers"), ("coffee", "poppies"))
_SIX = (*_THREE, ("chelsea", "auvers"), ("coffee", "inokashira_snow"), ("inokashira_snow", "great_wave"))


def controls_table() -> str:
    """The benchmark: one table for each control."""
    network = load_network()
    parts: Dict[str, Callable[[], str]] = {
        "Strength: held-out style distance / content distance": lambda: _strength(network),
        "Color: mean CIEDE2000 to the content": _color,
        "Largest change: distance of large shapes to the recolored content (gray levels)": _structure,
        "Protected detail in the left half: content distance there / elsewhere": lambda: _protect(network),
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
    protection: Optional[PixelBuffer] = None,
    initial: Optional[Image.Image] = None,
    style_side: int = -1,
    **settings: Value,
) -> Image.Image:
    """The styles come at ``style_side`` (0: as they are), or at the content's ``side``."""
    chosen = Settings.from_dict(settings)
    given = tuple(
        Style(to_buffer(_sample(name, side if style_side < 0 else style_side)), weight) for name, weight in styles
    )
    start = None if initial is None else to_buffer(initial)
    job = StyleJob(
        to_buffer(_sample(content, side)), given, chosen, protection=protection, initial=start, preview_side=0
    )
    *_, result = stylize(job)
    assert isinstance(result, Result)
    return from_buffer(result.pixels)


def _judge(network: Sequence, content: str, style: str) -> Judge:  # type: ignore[type-arg]
    return Judge(network, _sample(content), _sample(style))


def _strength(network: Sequence) -> str:  # type: ignore[type-arg]
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


def _structure() -> str:
    parts = (1.0, 0.5, 0.25, 0.125, 1 / 16)
    rows = []
    for content, style in _THREE[1:2]:
        start = _large_shapes(_paint(content, [(style, 1)], structure=1 / 32))
        found = [_paint(content, [(style, 1)], structure=part) for part in parts]
        changes = [float((_large_shapes(picture) - start).abs().mean()) for picture in found]
        rows.append([f"{content}+{style}", *(f"{change:.1f}" for change in changes)])
    return table(["pair", *(f"{part:g}" for part in parts)], rows)


def _large_shapes(picture: Image.Image) -> torch.Tensor:
    return F.adaptive_avg_pool2d(to_tensor(picture), 8)


def _protect(network: Sequence) -> str:  # type: ignore[type-arg]
    amounts = (0.0, 0.25, 0.5, 0.75, 1.0)
    rows = []
    for content, style in _THREE[1:2]:
        own = _sample(content)
        mask = Image.new("L", own.size)
        ImageDraw.Draw(mask).rectangle((0, 0, own.width // 2 - 1, own.height), 255)
        left = PixelBuffer(own.width, own.height, "gray-u8", mask.tobytes())
        cells = []
        for amount in amounts:
            painted = _paint(content, [(style, 1)], protection=left, protect=amount)
            ours, theirs = (features(to_tensor(p), network, [CONTENT])[CONTENT] for p in (painted, own))
            half = ours.shape[2] // 2
            halves = ((ours[..., :half], theirs[..., :half]), (ours[..., half:], theirs[..., half:]))
            cells.append(" / ".join(f"{float((a - b).norm() / b.norm()):.3f}" for a, b in halves))
        rows.append([f"{content}+{style}", *cells])
    return table(["pair", *map(str, amounts)], rows)


def _shares(network: Sequence) -> str:  # type: ignore[type-arg]
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
    """Squared difference of the first and last row (axis 1) or column (axis 2), relative to that of neighbors."""
    edge = (x.select(axis, 0) - x.select(axis, -1)).square().mean()
    return float(edge / x.diff(dim=axis).square().mean())


def _continue(network: Sequence) -> str:  # type: ignore[type-arg]
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
