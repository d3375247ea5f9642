"""The whole engine with the real weights on the bundled pictures: the result is the picture that the job describes."""

from __future__ import annotations

import gc
import struct
import weakref
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from torch import Tensor

from nst_core.engine import devices, preparation, weights
from nst_core.engine.color_transfer import color_statistics
from nst_core.engine.control import Control
from nst_core.engine.features import Network, Pooling
from nst_core.engine.losses import STYLE_LAYERS, relative_distance
from nst_core.engine.preparation import load_network
from nst_core.engine.scene import Scene, scene_from_job
from nst_core.engine.stylize import stylize
from nst_core.engine.tiling import Canvas, measure
from nst_core.job.adjustment import Adjustment
from nst_core.job.errors import InvalidJob
from nst_core.job.events import Preview, Progress, Result, Started
from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import Style, StyleJob
from nst_core.job.settings import Settings
from tests.engine.toys import buffer, mask_buffer, picture

SAMPLES = Path(__file__).parents[2] / "docs" / "samples"
SIDE = 192


def sample(name: str, side: int = SIDE) -> PixelBuffer:
    image = Image.open(SAMPLES / f"{name}.jpg").convert("RGBA")
    image.thumbnail((side, side))
    return PixelBuffer(image.width, image.height, "rgba-u8", image.tobytes())


def as_tensor(pixels: PixelBuffer) -> Tensor:
    raw = torch.frombuffer(bytearray(pixels.data), dtype=torch.uint8).view(pixels.height, pixels.width, 4)
    return raw[..., :3].permute(2, 0, 1).float() / 255


def job(content: str = "chelsea", style: str = "great_wave", side: int = SIDE, **settings: object) -> StyleJob:
    settings = {"device": "cpu", **settings}
    return StyleJob(sample(content, side), (Style(sample(style, side)),), Settings(**settings))  # type: ignore[arg-type]


def paint(request: StyleJob, control: Control | None = None) -> Result:
    *_, last = stylize(request, control)
    assert isinstance(last, Result)
    return last


@lru_cache
def network() -> Network:
    """VGG-19 as it was trained. The network that judges can differ from the network that paints."""
    return Network(weights.load("original"), torch.device("cpu"), torch.float32, Pooling(1.0))


def style_distance(rgb: Tensor, style: Tensor, net: Network | None = None) -> float:
    """Return the sum of the relative squared distances of the style layers' Gram matrices."""
    net = net or network()
    found, wanted = (measure(Canvas(net, *t.shape[1:]), t, STYLE_LAYERS) for t in (rgb, style))
    return sum(relative_distance(found[name][:, :-1], wanted[name][:, :-1])[0].item() for name in STYLE_LAYERS)


def content_distance(rgb: Tensor, content: Tensor) -> float:
    net = network()
    with torch.no_grad():
        found, wanted = (net.forward(t, ["relu4_2"])["relu4_2"] for t in (rgb, content))
    return float((found - wanted).norm() / wanted.norm())


@pytest.mark.parametrize(("kind", "largest"), [("u8", 255), ("u16", 65535)])
def test_a_result_of_integers_is_the_rounded_one(kind: str, largest: int) -> None:
    request = job(side=48, quality="draft")
    floats = torch.frombuffer(bytearray(paint(request).pixels.data), dtype=torch.float32)
    result = paint(replace(request, result_format=f"rgba-{kind}")).pixels
    assert result.format == f"rgba-{kind}"
    assert list(memoryview(result.data).cast("B" if kind == "u8" else "H")) == floats.mul(largest).round().tolist()


@pytest.mark.parametrize(("kind", "largest"), [("u16", 65535), ("f16", 1), ("f32", 1)])
def test_a_result_in_linear_light_has_no_curve(kind: str, largest: int) -> None:
    request = job(side=48, quality="draft")
    floats = torch.frombuffer(bytearray(paint(request).pixels.data), dtype=torch.float32).view(-1, 4).double()
    result = paint(replace(request, result_format=f"linear-{kind}")).pixels
    code = {"u16": "H", "f16": "e", "f32": "f"}[kind]
    found = torch.tensor(struct.unpack(f"<{floats.numel()}{code}", result.data)).view(-1, 4).double() / largest
    color = torch.where(floats <= 0.04045, floats / 12.92, ((floats + 0.055) / 1.055) ** 2.4)
    wanted = torch.cat([color[:, :3], floats[:, 3:]], 1)
    assert (found - wanted).abs().max() < {"u16": 2**-16, "f16": 2**-11, "f32": 2**-20}[kind]


@pytest.mark.parametrize(("content", "style"), [("coffee", "poppies"), ("astronaut", "auvers")])
def test_the_style_is_reached_and_the_content_is_kept(content: str, style: str) -> None:
    request = job(content, style)
    painted, _ = picture(paint(request).pixels)
    before, wanted = as_tensor(request.content), as_tensor(request.styles[0].image)
    assert style_distance(painted, wanted) < style_distance(before, wanted) / 5
    own = load_network("original", torch.device("cpu"), devices.convolution_dtype(torch.device("cpu")))
    assert style_distance(painted, wanted, own) < style_distance(before, wanted, own) / 10
    height, width = before.shape[1:]
    stretched = torch.nn.functional.interpolate(wanted[None], (height, width), mode="bilinear")[0]
    assert content_distance(painted, before) < content_distance(stretched, before)


def test_events_come_in_order_and_the_result_is_complete() -> None:
    events = list(stylize(job(side=96, quality="draft")))
    started, result = events[0], events[-1]
    assert isinstance(started, Started)
    assert started.sizes[-1] == (96, 64)
    assert started.memory > 0
    assert isinstance(result, Result)
    assert result.complete
    assert (result.pixels.width, result.pixels.height) == (96, 64)
    progress = [event for event in events if isinstance(event, Progress)]
    fractions = [event.fraction for event in progress]
    assert fractions == sorted(fractions)
    assert 0 < fractions[0] < fractions[-1] <= 1
    assert all(event.seconds_left >= 0 for event in progress)
    previews = [event.pixels for event in events if isinstance(event, Preview)]
    assert previews
    assert {(p.width, p.height, p.format) for p in previews} == {(96, 64, "rgba-u8")}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_picture() -> None:
    first, second, other = (paint(job(side=96, init="noise", quality="draft", seed=s)).pixels.data for s in (3, 3, 4))
    assert bytes(first) == bytes(second)
    assert bytes(first) != bytes(other)


def test_strength_zero_gives_the_content_back() -> None:
    request = job(side=64, strength=0)
    painted, _ = picture(paint(request).pixels)
    assert torch.equal((painted * 255).round(), (as_tensor(request.content) * 255).round())


def test_more_strength_is_nearer_to_the_style_and_further_from_the_content() -> None:
    to_style, to_content = [], []
    for strength in (0.0, 0.3, 0.6, 1.0):
        request = job(side=128, strength=strength)
        painted, _ = picture(paint(request).pixels)
        to_style.append(style_distance(painted, as_tensor(request.styles[0].image)))
        to_content.append(content_distance(painted, as_tensor(request.content)))
    assert to_style == sorted(to_style, reverse=True)
    assert to_content == sorted(to_content)


def test_a_stopped_job_keeps_or_discards_its_picture() -> None:
    for keep in (True, False):
        control = Control()
        events = []
        for event in stylize(job(side=128), control):
            events.append(event)
            if isinstance(event, Progress) and event.scale == 128:
                control.stop(keep)
        if keep:
            assert isinstance(events[-1], Result)
            assert not events[-1].complete
            assert (events[-1].pixels.width, events[-1].pixels.height) == (128, 85)
        else:
            assert not any(isinstance(event, Result) for event in events)


@pytest.mark.parametrize("stops", [False, True])
def test_a_job_that_ended_holds_no_memory(monkeypatch: pytest.MonkeyPatch, stops: bool) -> None:
    """The memory is free before the next garbage collection. On a large canvas, it would be gigabytes."""
    held: list[weakref.ref[Scene]] = []

    def noted(*given: Any) -> Scene:
        scene = scene_from_job(*given)
        held.append(weakref.ref(scene))
        return scene

    monkeypatch.setattr(preparation, "scene_from_job", noted)
    control = Control()
    gc.disable()
    try:
        for event in stylize(job(side=64, quality="draft"), control):
            if stops and isinstance(event, Progress):
                control.stop(keep=False)
        assert [scene() for scene in held] == [None]
    finally:
        gc.enable()


def test_an_adjusted_strength_is_followed() -> None:
    """If the strength is set to zero in the middle of the job, the result is the content."""
    control = Control()
    request = job(side=96)
    last = None
    for event in stylize(request, control):
        if isinstance(event, Progress) and event.scale == 96:
            control.adjust(Adjustment({"strength": 0}))
        last = event
    assert isinstance(last, Result)
    painted, _ = picture(last.pixels)
    assert torch.equal((painted * 255).round(), (as_tensor(request.content) * 255).round())


def test_adjusted_weights_move_the_picture_to_the_other_style() -> None:
    styles = tuple(Style(sample(name, 96), weight) for name, weight in (("great_wave", 1.0), ("auvers", 0.01)))
    request = StyleJob(sample("chelsea", 96), styles, Settings(device="cpu"))
    wanted = as_tensor(styles[1].image)
    control = Control()
    adjusted = False
    for event in stylize(request, control):
        if isinstance(event, Progress) and event.scale == 96 and not adjusted:
            control.adjust(Adjustment(weights=(0.01, 1.0)))
            adjusted = True
        last = event
    assert isinstance(last, Result)
    after = style_distance(picture(last.pixels)[0], wanted)
    assert after < style_distance(picture(paint(request).pixels)[0], wanted) / 2


def test_wrong_adjustments_are_named() -> None:
    control = Control()
    control.adjust(Adjustment(weights=(1.0, 2.0)))
    with pytest.raises(InvalidJob, match="has 1 styles and needs as many weights, not 2"):
        list(stylize(job(side=64), control))


def test_alpha_is_kept_and_hidden_colors_have_no_effect() -> None:
    content = as_tensor(sample("chelsea", 96))
    alpha = torch.zeros(content.shape[1:])
    alpha[:, 20:70] = 1
    pictures = []
    for hidden in (0.0, 1.0):
        rgb = torch.where(alpha > 0, content, torch.full_like(content, hidden))
        styles = (Style(sample("great_wave", 96)),)
        painted, found = picture(paint(StyleJob(buffer(rgb, alpha), styles, Settings(device="cpu"))).pixels)
        assert torch.equal(found, alpha)
        pictures.append(painted * alpha)
    torch.testing.assert_close(pictures[0], pictures[1], atol=2e-3, rtol=0)


def test_only_the_selection_changes_and_fades_where_it_is_soft() -> None:
    request = job(side=96)
    selection = torch.zeros((64, 96))
    selection[:, 48:] = 1
    selection[:, 44:48] = torch.tensor([0.2, 0.4, 0.6, 0.8])
    painted, alpha = picture(
        paint(StyleJob(request.content, request.styles, request.settings, mask_buffer(selection))).pixels
    )
    torch.testing.assert_close(alpha, selection)
    unchanged = (painted - as_tensor(request.content)).abs()[:, :, :44]
    assert unchanged.max() < 1e-6
    assert (painted - as_tensor(request.content)).abs()[:, :, 48:].mean() > 0.05


def test_a_hard_selection_has_no_seam() -> None:
    """The squared step across its border is like the step between other neighbors in it."""
    selection = torch.zeros((128, 128))
    selection[32:96, 32:96] = 1
    request = replace(job("astronaut", "auvers", side=128), selection=mask_buffer(selection))
    painted, _ = picture(paint(request).pixels)
    inside = painted[:, 32:96, 32:96]
    neighbors = torch.cat([inside.diff(dim=axis).flatten() for axis in (1, 2)])
    top, left = (painted[:, 32, 32:96] - painted[:, 31, 32:96]), (painted[:, 32:96, 32] - painted[:, 32:96, 31])
    bottom, right = (painted[:, 96, 32:96] - painted[:, 95, 32:96]), (painted[:, 32:96, 96] - painted[:, 32:96, 95])
    across = torch.cat([top, left, bottom, right])
    assert across.square().mean() < 1.5 * neighbors.square().mean()


def test_regions_divide_the_canvas_between_two_flat_colors() -> None:
    """Red paints the left part, and blue the right part. The gap between them keeps the content."""
    flat = {name: torch.zeros((3, 64, 64)) for name in ("red", "blue")}
    flat["red"][0], flat["blue"][2] = 1, 1
    left, right = torch.zeros((64, 128)), torch.zeros((64, 128))
    left[:, :48], right[:, 80:] = 1, 1
    styles = (
        Style(buffer(flat["red"]), region=mask_buffer(left)),
        Style(buffer(flat["blue"]), region=mask_buffer(right)),
    )
    content = torch.full((3, 64, 128), 0.5)
    painted, _ = picture(paint(StyleJob(buffer(content), styles, Settings(device="cpu"))).pixels)
    red, blue = painted[:, :, :44].mean((1, 2)), painted[:, :, 84:].mean((1, 2))
    assert red[0] > 0.8
    assert red[2] < 0.15
    assert blue[2] > 0.8
    assert blue[0] < 0.15
    torch.testing.assert_close(painted[:, :, 50:78], content[:, :, 50:78], atol=1e-6, rtol=0)


def test_shares_of_a_mixture_are_seen_in_the_result() -> None:
    wanted = as_tensor(sample("auvers", 96))
    distances = []
    for share in (0.1, 0.5, 0.9):
        styles = (Style(sample("great_wave", 96), 1 - share), Style(sample("auvers", 96), share))
        request = StyleJob(sample("chelsea", 96), styles, Settings(device="cpu"))
        distances.append(style_distance(picture(paint(request).pixels)[0], wanted))
    assert distances == sorted(distances, reverse=True)


def chroma(rgb: Tensor) -> Tensor:
    return rgb - rgb.mean(0)


def test_the_content_s_hues_are_kept_on_demand() -> None:
    content = as_tensor(sample("astronaut", 96))
    differences = {}
    for color in ("style", "luminance"):
        painted, _ = picture(paint(job("astronaut", side=96, color=color)).pixels)
        differences[color] = (chroma(painted) - chroma(content)).abs().mean().item()
    assert differences["luminance"] < differences["style"] / 2


def test_the_style_is_recolored_to_the_content_s_palette_on_demand() -> None:
    wanted = color_statistics(as_tensor(sample("astronaut", 96)))
    distances = {}
    for color in ("style", "content"):
        found = color_statistics(picture(paint(job("astronaut", side=96, color=color)).pixels)[0])
        distances[color] = (found.mean - wanted.mean).norm().item()
    assert distances["content"] < distances["style"] / 3


def test_a_working_size_paints_small_and_returns_the_full_size() -> None:
    events = list(stylize(job(side=192, size=96)))
    assert isinstance(events[0], Started)
    assert events[0].sizes[-1] == (96, 64)
    assert isinstance(events[-1], Result)
    assert (events[-1].pixels.width, events[-1].pixels.height) == (192, 128)


def test_total_variation_smooths() -> None:
    def roughness(tv: float) -> float:
        painted, _ = picture(paint(job(side=96, total_variation=tv)).pixels)
        return float(painted.diff(dim=1).square().mean() + painted.diff(dim=2).square().mean())

    assert roughness(10) < roughness(0) * 0.8


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 300), (300, 1), (17, 23)])
def test_small_and_narrow_pictures_are_painted(width: int, height: int) -> None:
    rgb = torch.rand((3, height, width), generator=torch.Generator().manual_seed(0))
    request = StyleJob(buffer(rgb), (Style(buffer(rgb[:, :3, :3])),), Settings(device="cpu", quality="draft"))
    result = paint(request)
    assert (result.pixels.width, result.pixels.height) == (width, height)
    assert bool(torch.isfinite(picture(result.pixels)[0]).all())


@pytest.mark.parametrize("shade", [0.0, 1.0])
def test_a_content_of_one_color_is_painted_even_as_a_draft(shade: float) -> None:
    """No detail of the content can start a stroke, and a draft has few steps to break the symmetry."""
    style = sample("great_wave", 96)
    request = StyleJob(buffer(torch.full((3, 64, 96), shade)), (Style(style),), Settings(device="cpu", quality="draft"))
    target = as_tensor(style)
    even = target.mean((1, 2), keepdim=True).expand_as(target)
    painted = style_distance(picture(paint(request).pixels)[0], target)
    assert painted < style_distance(even, target) / 2


def test_a_small_part_of_a_style_paints_wherever_it_lies() -> None:
    """This includes the last rows, which pooling drops, so that deep layers have no position there."""
    style, source = sample("great_wave", 95), torch.zeros((64, 95))
    source[-14:] = 1
    styles = (Style(style, source=mask_buffer(source[: style.height])),)
    losses = [
        event.loss
        for event in stylize(StyleJob(sample("chelsea", 64), styles, Settings(device="cpu", quality="draft")))
        if isinstance(event, Progress)
    ]
    assert max(losses) < 100


def test_nothing_to_see_is_an_error_that_says_so() -> None:
    rgb = torch.rand((3, 32, 32))
    visible, invisible = buffer(rgb), buffer(rgb, torch.zeros((32, 32)))
    settings = Settings(device="cpu")
    nowhere = Style(visible, region=mask_buffer(torch.zeros((32, 32))))
    with pytest.raises(InvalidJob, match="region of each style is empty"):
        list(stylize(StyleJob(visible, (nowhere,), settings)))
    with pytest.raises(InvalidJob, match="nothing to paint"):
        list(stylize(StyleJob(invisible, (Style(visible),), settings)))
    left, right = torch.zeros((32, 32)), torch.zeros((32, 32))
    left[:, :10], right[:, 20:] = 1, 1
    apart = StyleJob(visible, (Style(visible, region=mask_buffer(left)),), settings, selection=mask_buffer(right))
    with pytest.raises(InvalidJob, match="regions of the styles lie where nothing is visible or selected"):
        list(stylize(apart))
    with pytest.raises(InvalidJob, match="style sky is fully transparent"):
        list(stylize(StyleJob(visible, (Style(invisible, name="sky"),), settings)))


def test_numbers_that_are_not_finite_do_not_spread() -> None:
    rgb = torch.rand((3, 48, 48), generator=torch.Generator().manual_seed(0))
    rgb[0, 10, 10], rgb[1, 20, 20] = float("nan"), float("inf")
    result = paint(StyleJob(buffer(rgb), (Style(buffer(rgb)),), Settings(device="cpu", quality="draft")))
    assert bool(torch.isfinite(picture(result.pixels)[0]).all())
