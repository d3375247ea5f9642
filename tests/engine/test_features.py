"""The network against torchvision's VGG-19 with the same weights, and its geometry against what it really does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn
from torchvision.models import vgg19

from nst_core.engine import weights
from nst_core.engine.features import Network, average_pool, grid_size, halo, max_pool, stride
from nst_core.engine.weights import _TORCHVISION_INDEX, RELU_NAMES
from tests.engine.toys import noise, toy_network


@pytest.fixture(scope="module")
def original() -> weights.Weights:
    return weights.load("original")


def reference_features(original: weights.Weights, rgb: torch.Tensor, average: bool) -> dict[str, torch.Tensor]:
    """Features of torchvision's architecture in float64; only its first layer replicates the border as ours does."""
    model = vgg19(weights=None).features
    state = {}
    for name, index in _TORCHVISION_INDEX.items():
        state[f"{index}.weight"], state[f"{index}.bias"] = original.layers[name]
    model.load_state_dict(state)
    first = model[0]
    assert isinstance(first, nn.Conv2d)
    replicating = nn.Conv2d(3, 64, 3, padding=1, padding_mode="replicate")
    replicating.load_state_dict(first.state_dict())
    model[0] = replicating
    if average:
        model = nn.Sequential(*(nn.AvgPool2d(2) if isinstance(layer, nn.MaxPool2d) else layer for layer in model))
    x = ((rgb - original.mean.view(3, 1, 1)) * original.scale.view(3, 1, 1))[None].double()
    found = {}
    names = {index + 1: name for name, index in _TORCHVISION_INDEX.items()}
    with torch.no_grad():
        for index, layer in enumerate(model.double()):
            x = layer(x)
            if index in names:
                found[names[index]] = x[0].clone()
    return found


@pytest.mark.parametrize("pool", [max_pool, average_pool])
def test_every_layer_is_that_of_torchvision(original: weights.Weights, pool: Callable[..., torch.Tensor]) -> None:
    rgb = noise(101, 118).float()
    expected = reference_features(original, rgb, average=pool is average_pool)
    with torch.no_grad():
        found = Network(original, torch.device("cpu"), pool=pool)(rgb, RELU_NAMES)
    for name in RELU_NAMES:
        difference = (found[name].double() - expected[name]).abs().max() / expected[name].abs().max()
        assert difference < 1e-4, name


def test_the_gradient_is_that_of_autograd_through_plain_convolutions(original: weights.Weights) -> None:
    rgb = noise(64, 72).float().requires_grad_()
    Network(original, torch.device("cpu"))(rgb, ["relu3_1"])["relu3_1"].square().sum().backward()  # type: ignore[no-untyped-call]
    plain = rgb.detach().double().requires_grad_()
    x = ((plain - original.mean.view(3, 1, 1)) * original.scale.view(3, 1, 1))[None]
    for name in RELU_NAMES[:5]:
        if name.endswith("_1") and name != "relu1_1":
            x = torch.max_pool2d(x, 2)
        weight, bias = (tensor.double() for tensor in original.layers[name])
        x = nn.functional.pad(x, (1, 1, 1, 1), mode="replicate" if name == "relu1_1" else "constant")
        x = torch.relu(torch.conv2d(x, weight, bias))
    x.square().sum().backward()  # type: ignore[no-untyped-call]
    assert rgb.grad is not None
    assert plain.grad is not None
    assert (rgb.grad - plain.grad).norm() / plain.grad.norm() < 1e-4


@pytest.mark.parametrize("name", RELU_NAMES)
def test_grid_size_of_odd_pictures(name: str) -> None:
    features = toy_network()(noise(83, 70), [name])[name]
    assert features.shape[1:] == grid_size(name, 83, 70)


@pytest.mark.parametrize("name", ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu4_2", "relu5_1"])
def test_halo_bounds_what_a_position_depends_on(name: str) -> None:
    """The gradient of one position reaches no further than the halo on either side of its pixels."""
    rgb = noise(272, 272).requires_grad_()
    s = stride(name)
    position = 128 // s
    toy_network()(rgb, [name])[name][:, position, position].sum().backward()  # type: ignore[no-untyped-call]
    assert rgb.grad is not None
    rows = rgb.grad.abs().sum((0, 2)).nonzero().flatten()
    assert rows.min() >= 128 - halo([name])
    assert rows.max() < 128 + s + halo([name])
    assert halo([name]) % s == 0
