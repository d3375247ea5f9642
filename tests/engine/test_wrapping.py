"""For seamless pictures: a picture is read, interpolated and joined across its edges."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F
from torch.utils._python_dispatch import TorchDispatchMode

from nst_core.engine.wrapping import Wrap, add, enlarge, periodic, read
from tests.engine.toys import noise


class NoFloat64(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Fails if float64 is made on the device ``meta``, like Metal."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        assert not (isinstance(result, Tensor) and result.is_meta and result.dtype == torch.float64)
        return result


BOTH = Wrap(y=True, x=True)


def test_settings_name_the_edges() -> None:
    assert [Wrap.named(name) for name in ("none", "x", "y", "both")] == [Wrap(), Wrap(x=True), Wrap(y=True), BOTH]


def test_beyond_an_edge_is_the_opposite_edge() -> None:
    rgb = noise(4, 5)
    expected = rgb.repeat(1, 5, 5)[:, 8 - 6 : 8 + 9, 10 - 7 : 10 + 3]
    assert torch.equal(read(rgb, range(-6, 9), range(-7, 3)), expected)


def test_adding_is_the_transpose_of_reading() -> None:
    rgb, part = noise(4, 5), noise(15, 10, seed=1)
    total = torch.zeros_like(rgb)
    add(total, range(-6, 9), range(-7, 3), part)
    assert (total * rgb).sum().item() == pytest.approx((part * read(rgb, range(-6, 9), range(-7, 3))).sum().item())


@pytest.mark.parametrize("wrap", [Wrap(), Wrap(x=True), Wrap(y=True), BOTH])
def test_interpolation_is_torch_s_on_the_repeated_picture(wrap: Wrap) -> None:
    rgb = noise(8, 12)
    found = enlarge(rgb, 14, 30, wrap)
    rows, columns = (3 if meets else 1 for meets in wrap)
    repeated = rgb.repeat(1, rows, columns)
    expected = F.interpolate(repeated[None], (14 * rows, 30 * columns), mode="bicubic")[0]
    top, left = 14 * wrap.y, 30 * wrap.x
    torch.testing.assert_close(found, expected[:, top : top + 14, left : left + 30])


@pytest.mark.parametrize("wrap", [Wrap(x=True), Wrap(y=True), BOTH])
def test_a_ramp_becomes_continuous_across_edges_that_meet(wrap: Wrap) -> None:
    across, down = torch.linspace(0.2, 0.8, 40, dtype=torch.float64), torch.linspace(0, 0.2, 30, dtype=torch.float64)
    ramp = (across + down[:, None]).expand(3, 30, 40)
    made = periodic(ramp, wrap)
    for axis, meets in zip((1, 2), wrap):
        before, after = ((p.select(axis, 0) - p.select(axis, -1)).abs().mean() for p in (ramp, made))
        assert (after < before / 5) == meets
    assert (made - made.mean() - ramp + ramp.mean()).abs().max() < 0.5


def test_a_picture_that_fits_stays_as_it_is() -> None:
    angles = torch.arange(32, dtype=torch.float64) * 2 * torch.pi / 32
    rgb = (0.5 + 0.3 * torch.sin(angles)).expand(3, 32, 32)
    assert (periodic(rgb, Wrap(y=True)) - rgb).abs().max() < 1e-12


def test_no_device_needs_float64() -> None:
    with NoFloat64():  # type: ignore[no-untyped-call]
        assert enlarge(torch.empty((3, 4, 5), device="meta"), 9, 10, BOTH).shape == (3, 9, 10)
        assert periodic(torch.empty((3, 4, 5), device="meta"), BOTH).shape == (3, 4, 5)
