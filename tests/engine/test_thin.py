from __future__ import annotations

import pytest
import torch

from nst_core.engine import weights
from nst_core.engine.convolution import ThinConvolution
from nst_core.engine.features import Network, Pooling
from nst_core.engine.losses import STYLE_LAYERS, moment_sums
from nst_core.engine.objective import Objective, StyleTarget
from nst_core.engine.parallel import torch_threads
from nst_core.engine.thin import thin_network
from nst_core.engine.tiling import Canvas, measure

from .toys import noise, toy_weights

CPU = torch.device("cpu")
POOLING = Pooling(0.5)


@pytest.fixture(scope="module")
def original() -> weights.Weights:
    return weights.load("original")


def toy(channels: int = 16) -> Network:
    return thin_network(toy_weights(channels), CPU, torch.float64, POOLING)


def test_in_all_directions_a_thin_convolution_is_the_whole_one() -> None:
    weight, bias = toy_weights(16).layers["relu2_2"]
    directions = torch.linalg.qr(torch.randn(16, 16, generator=torch.Generator().manual_seed(3))).Q
    thin = ThinConvolution(weight, bias, torch.ones(16), directions, CPU, torch.float64)
    x = torch.rand((1, 16, 9, 11), generator=torch.Generator().manual_seed(4), dtype=torch.float64)
    whole = torch.conv2d(x, weight.double(), bias.double(), padding=1).relu()
    assert torch.allclose(thin.forward(x, padding=1), whole, atol=1e-5)


def test_its_gradient_is_that_of_its_own_value_also_in_tiles() -> None:
    network, rgb = toy(), noise(70, 50)
    target = StyleTarget(measure(Canvas(network, 70, 50), noise(64, 64, seed=1), STYLE_LAYERS))
    values = [Objective(Canvas(network, 70, 50, side), [target], dict.fromkeys(STYLE_LAYERS, 1.0)) for side in (0, 32)]
    (loss, gradient), (of_tiles, gradient_of_tiles) = (objective(rgb) for objective in values)
    assert torch.allclose(of_tiles, loss, rtol=1e-10)
    assert torch.allclose(gradient_of_tiles, gradient, atol=1e-10 * float(gradient.abs().max()))
    direction = noise(70, 50, seed=2) - 0.5
    ahead, behind = (values[0](rgb + sign * 1e-6 * direction)[0] for sign in (1, -1))
    assert float((ahead - behind) / 2e-6) == pytest.approx(float((gradient * direction).sum()), rel=1e-4)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_its_features_are_near_those_of_the_network(original: weights.Weights, dtype: torch.dtype) -> None:
    networks = Network(original, CPU, dtype, POOLING), thin_network(original, CPU, dtype, POOLING)
    rgb = noise(96, 96, dtype=torch.float32)
    for name, limit in (("relu2_1", 0.1), ("relu3_1", 0.2), ("relu4_1", 0.3), ("relu5_1", 0.4)):
        exact, found = (moment_sums(network.forward(rgb, [name])[name]) for network in networks)
        assert float((found - exact).norm() / exact.norm()) < limit


def test_it_is_the_same_each_time(original: weights.Weights) -> None:
    rgb = noise(48, 64, dtype=torch.float32)
    networks = (thin_network(original, CPU, torch.float32, POOLING) for _ in range(2))
    one, other = (network.forward(rgb, ["relu5_1"])["relu5_1"] for network in networks)
    assert torch.equal(one, other)


def test_it_does_not_depend_on_the_number_of_threads(original: weights.Weights) -> None:
    rgb, found = noise(48, 64, dtype=torch.float32), []
    for count in (1, 3):
        with torch_threads(count):
            network = thin_network(original, CPU, torch.bfloat16, POOLING)
        with torch_threads(1):
            found.append(network.forward(rgb, ["relu4_1"])["relu4_1"])
    assert torch.equal(*found)
