"""The network against torchvision's VGG-19 with the same weights, and its geometry against its real outputs."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional
from torchvision.models import vgg19

from nst_core.engine import weights
from nst_core.engine.features import Network, Pooling, grid_size, halo, stride
from nst_core.engine.weights import RELU_NAMES, TORCHVISION_INDEX
from tests.engine.toys import noise, toy_network


@pytest.fixture(scope="module")
def original() -> weights.Weights:
    return weights.load("original")


class Pool(nn.Module):
    """torch's own pooling: a mixture of maximum and mean."""

    def __init__(self, maximum: float) -> None:
        super().__init__()
        self.maximum = maximum

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.lerp(functional.avg_pool2d(x, 2), functional.max_pool2d(x, 2), self.maximum)


def reference_features(original: weights.Weights, rgb: torch.Tensor, maximum: float) -> dict[str, torch.Tensor]:
    """Return features of torchvision's architecture in float64. Its first layer replicates the border, as ours does."""
    model = vgg19(weights=None).features[: max(TORCHVISION_INDEX.values()) + 2]
    state = {}
    for name, index in TORCHVISION_INDEX.items():
        state[f"{index}.weight"], state[f"{index}.bias"] = original.layers[name]
    model.load_state_dict(state)
    first = model[0]
    assert isinstance(first, nn.Conv2d)
    replicating = nn.Conv2d(3, 64, 3, padding=1, padding_mode="replicate")
    replicating.load_state_dict(first.state_dict())
    model[0] = replicating
    pooled = (Pool(maximum) if isinstance(layer, nn.MaxPool2d) else layer for layer in model)
    model = nn.Sequential(*(nn.ReLU() if isinstance(layer, nn.ReLU) else layer for layer in pooled)).double()
    x = ((rgb.double() - original.mean.view(3, 1, 1)) * original.scale.view(3, 1, 1))[None]
    found = {}
    names = {index + 1: name for name, index in TORCHVISION_INDEX.items()}
    for index, layer in enumerate(model):
        x = layer(x)
        if index in names:
            found[names[index]] = x
    return found


@pytest.mark.parametrize("maximum", [1.0, 0.5, 0.0])
def test_every_layer_is_that_of_torchvision(original: weights.Weights, maximum: float) -> None:
    rgb = noise(101, 118).float()
    expected = reference_features(original, rgb, maximum)
    found = Network(original, torch.device("cpu"), torch.float32, Pooling(maximum)).forward(rgb, RELU_NAMES)
    for name in RELU_NAMES:
        difference = (found[name].double() - expected[name]).abs().max() / expected[name].abs().max()
        assert difference < 1e-4, name


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-6), (torch.float32, 1e-4), (torch.bfloat16, 0.05)])
@pytest.mark.parametrize("maximum", [1.0, 0.5, 0.0])
def test_the_gradient_is_that_of_autograd_through_torchvision(
    original: weights.Weights, maximum: float, dtype: torch.dtype, tolerance: float
) -> None:
    """The loss is half the sum of the squares of two layers. Pooling does not divide the sides evenly."""
    rgb, names = noise(85, 70), ["relu2_1", "relu4_2"]
    plain = rgb.clone().requires_grad_()
    expected = reference_features(original, plain, maximum)
    sum(expected[name].square().sum() / 2 for name in names).backward()  # type: ignore[union-attr, no-untyped-call]
    network = Network(original, torch.device("cpu"), dtype, Pooling(maximum))
    rgb = rgb if dtype == torch.float64 else rgb.float()
    features = network.forward(rgb, names, keep_all=True)

    def add_features(name: str, gradient: torch.Tensor) -> None:
        gradient += features[name]

    gradient = network.backward(features, names, add_features)
    assert plain.grad is not None
    assert (gradient - plain.grad).norm() / plain.grad.norm() < tolerance
    assert not features


@pytest.mark.parametrize("name", RELU_NAMES)
def test_grid_size_of_odd_pictures(name: str) -> None:
    features = toy_network().forward(noise(83, 70), [name])[name]
    assert features.shape[2:] == grid_size(name, 83, 70)


@pytest.mark.parametrize("name", ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu4_2", "relu5_1"])
def test_the_halo_has_all_pixels_that_a_position_depends_on(name: str) -> None:
    """The gradient of one position reaches at most the halo on each side of its pixels."""
    s = stride(name)
    position = 128 // s

    def of_one_position(_: str, gradient: torch.Tensor) -> None:
        gradient[:, :, position, position] = 1

    network = toy_network()
    gradient = network.backward(network.forward(noise(272, 272), [name], keep_all=True), [name], of_one_position)
    rows = gradient.abs().sum((0, 2)).nonzero().flatten()
    assert rows.min() >= 128 - halo([name])
    assert rows.max() < 128 + s + halo([name])
    assert halo([name]) % s == 0
