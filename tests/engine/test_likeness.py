"""Likeness: its gradient against automatic differentiation, the detail of a content, and the targets of a canvas."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from nst_core.engine import targets
from nst_core.engine.content import content_targets, firmness, likeness_targets
from nst_core.engine.likeness import centered, detail_of, likeness_distance
from nst_core.engine.objective import LikenessTarget
from nst_core.engine.preparation import prepare
from nst_core.engine.pyramid import Octave
from nst_core.engine.resampling import shrink
from nst_core.engine.scene import WeightedMask
from nst_core.engine.similarity import pair_weights, self_similarity, similarity_distance
from nst_core.engine.tiling import Canvas, features_at
from nst_core.engine.wrapping import Wrap
from nst_core.job.request import Style, StyleJob
from nst_core.job.settings import Settings
from tests.engine.toys import buffer, features, noise, toy_network


def from_mean(x: Tensor) -> Tensor:
    return centered(x, x.mean(0))


def test_the_gradient_is_that_of_the_distance() -> None:
    x, target, weights = features(0).requires_grad_(), from_mean(features(1)), features(2)[:, 0]
    loss = (weights * (1 - F.cosine_similarity(x - x.mean(0), target, dim=1))).mean()
    (expected,) = torch.autograd.grad(loss, x)
    distance, gradient = likeness_distance(x.detach(), target, weights)
    assert distance.item() == pytest.approx(loss.item(), rel=1e-9)
    torch.testing.assert_close(gradient, expected, rtol=1e-9, atol=1e-12)


def test_the_mean_and_the_contrast_may_change() -> None:
    x, ones = features(0), torch.ones(12, dtype=torch.float64)
    assert likeness_distance(3 * x + features(1, 1), from_mean(x), ones)[0] < 1e-10


def test_it_notices_turned_features_which_self_similarity_does_not() -> None:
    """A river that becomes rocks has other features, but the same distances from everything else."""
    x, ones = features(0), torch.ones(12, dtype=torch.float64)
    turned = x @ torch.linalg.qr(features(1, 5)).Q
    assert similarity_distance(turned, self_similarity(x), pair_weights(ones))[0] < 1e-10
    assert likeness_distance(turned, from_mean(x), ones)[0] > 0.2


def test_a_painting_without_detail_gives_no_huge_gradient() -> None:
    x = torch.ones((20, 5)) + 1e-7 * torch.rand((20, 5), generator=torch.Generator().manual_seed(0))
    distance, gradient = likeness_distance(x, from_mean(features(0, 20).float()), torch.ones(20))
    assert 0.5 < float(distance) < 1.5 and float(gradient.abs().max()) < 10


def test_detail_is_contrast_that_can_be_seen() -> None:
    picture = torch.full((3, 64, 96), 0.5)
    picture[:, :, 64:] += 0.2 * torch.randn((3, 64, 32), generator=torch.Generator().manual_seed(0))
    picture[:, :, :32] += 1 / 255 * torch.randn((3, 64, 32), generator=torch.Generator().manual_seed(1))
    mask = detail_of(picture)
    assert mask.shape == (64, 96)
    assert float(mask[:, :40].max()) < 0.05 and float(mask[:, 80:].min()) > 0.9


def test_if_edges_meet_the_detail_at_one_counts_at_the_other() -> None:
    picture = torch.full((3, 64, 96), 0.5)
    picture[:, :, 84:] += 0.2 * torch.randn((3, 64, 12), generator=torch.Generator().manual_seed(0))
    assert float(detail_of(picture)[:, :12].max()) < 0.05
    assert float(detail_of(picture, Wrap(x=True))[:, :8].min()) > 0.5
    rolled = detail_of(picture.roll(30, 2), Wrap(x=True))
    torch.testing.assert_close(rolled, detail_of(picture, Wrap(x=True)).roll(30, 1), rtol=1e-4, atol=1e-5)


def halves(width: int = 128) -> tuple[Tensor, Tensor]:
    """Return masks (96, width) of the left and the right half."""
    left = (torch.arange(width) < width // 2).double().expand(96, width)
    return left, 1 - left


def likenesses(content: Tensor, parts: Sequence[WeightedMask], mask: Tensor | None = None) -> list[LikenessTarget]:
    canvas, detail = Canvas(toy_network(), *content.shape[1:]), detail_of(content)
    return likeness_targets(content, parts, canvas, firmness(0.7, mask, detail), 0, detail)


def features_of(target: LikenessTarget, rgb: Tensor) -> Tensor:
    return features_at(Canvas(toy_network(), *rgb.shape[1:]), rgb, {target.layer: target.places})[target.layer]


def test_the_content_itself_has_its_likeness() -> None:
    content, (left, right) = noise(96, 128), halves()
    found = likenesses(content, [(left, 0.25), (right, 0.75)])
    assert [target.layer for target in found] == ["relu4_1"] * 2
    for target in found:
        assert float(target.distance(features_of(target, content))[0]) < 1e-6
        assert float(target.distance(features_of(target, noise(96, 128, seed=1)))[0]) > 1e-3
    assert float(found[1].weights.mean() / found[0].weights.mean()) == pytest.approx(3, rel=0.1)
    width = 128 // 8
    assert bool((found[0].places % width < width // 2).all() and (found[1].places % width >= width // 2).all())


def test_flat_areas_and_dark_parts_of_the_mask_count_less() -> None:
    content, (left, right) = noise(96, 128), halves()
    flat = torch.where(left.bool(), torch.full_like(content, 0.5), content)
    (target,) = likenesses(flat, [(None, 1.0)])
    columns = target.places % 16
    assert float(target.weights[columns < 6].max()) < 0.01 * float(target.weights[columns > 9].min())
    (masked,) = likenesses(content, [(None, 1.0)], right)
    columns = masked.places % 16
    assert float(masked.weights[columns < 6].max()) < 0.1 * float(masked.weights[columns > 9].min())


def test_a_flat_area_is_kept_less_but_wholly_at_one() -> None:
    """At equal weights, a sky or a wall gets one small pattern: see RESULTS.md, *Flat areas*."""
    detail, mask = torch.tensor([[0.0, 1.0, 1.0]]), torch.tensor([[1.0, 1.0, 0.5]])
    assert firmness(0.7, None, detail)[0].tolist() == pytest.approx([0.343, 0.7, 0.7])
    assert firmness(0.7, mask, detail)[0].tolist() == pytest.approx([0.343, 0.7, 0.35])
    assert firmness(1.0, None, detail)[0].tolist() == [1, 1, 1]
    assert firmness(0.0, None, detail)[0].tolist() == [0, 0, 0]


def test_pairs_of_flat_places_weigh_less() -> None:
    content, (left, _) = noise(96, 128), halves()
    flat = torch.where(left.bool(), torch.full_like(content, 0.5), content)
    kept = firmness(0.7, None, detail_of(flat))
    target, _ = content_targets(flat, [(None, 1.0)], Canvas(toy_network(), 96, 128), kept, 0)
    columns, weights = target.places % 32, target.weights
    is_flat, is_detailed = columns < 12, columns > 19
    assert float(weights[is_flat].max()) < 0.5 * float(weights[is_detailed][:, is_detailed].min())


@pytest.mark.parametrize("size", [(300, 512), (1000, 2000)])
def test_the_detail_hardly_depends_on_the_size(size: tuple[int, int]) -> None:
    fine = torch.zeros((3, 1000, 2000))
    fine[:, :, 1000:] = noise(125, 125).float().repeat_interleave(8, 1).repeat_interleave(8, 2)
    found = detail_of(shrink(fine, *size))
    assert max(found.shape) == 512
    assert float(found[:, :230].max()) < 0.05 and float(found[:, 282:].min()) > 0.8


@pytest.mark.parametrize(("side", "layers"), [(96, {"relu4_1"}), (512, {"relu3_1"}), (1024, set())])
def test_all_canvases_but_large_ones_have_the_target(side: int, layers: set[str]) -> None:
    """Without this, a river could become rocks: see RESULTS.md, *Likeness*."""
    request = StyleJob(buffer(noise(48, side)), (Style(buffer(noise(48, 64))),), Settings())
    prepared, _ = prepare(request, lambda: None)
    octave: Octave = prepared.octaves[-1]
    whole = targets.whole(prepared, prepared.scene.at(octave.height, octave.width), octave)
    assert {target.layer for target in whole.objective.sampled if isinstance(target, LikenessTarget)} == layers
