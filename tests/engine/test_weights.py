"""Weights are verified. A named error says how to replace wrong ones."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path

import pytest
import torch

from nst_core.engine import weights
from nst_core.engine.weights import TORCHVISION_INDEX
from nst_core.job.errors import WeightsDamaged, WeightsMissing


@pytest.fixture(autouse=True)
def fresh_cache() -> None:
    weights.load.cache_clear()


def torchvision_state() -> dict[str, torch.Tensor]:
    """Return the original weights in the layout of torchvision's state dict."""
    state = {}
    for name, index in TORCHVISION_INDEX.items():
        state[f"features.{index}.weight"], state[f"features.{index}.bias"] = weights.load("original").layers[name]
    return state


def test_the_original_weights_take_rgb_in_torchvision_s_shapes() -> None:
    loaded = weights.load("original")
    assert loaded.layers["relu1_1"][0].shape == (64, 3, 3, 3)
    assert loaded.layers["relu5_1"][0].shape == (512, 512, 3, 3)
    # The mean of ImageNet. Its brightest channel is red.
    assert loaded.mean.argmax() == 0


def stored_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes) -> Path:
    """Replace the package's file by a file with this content."""
    path = tmp_path / weights.ORIGINAL_FILE
    path.write_bytes(content)
    monkeypatch.setattr(weights, "original_path", lambda: path)
    return path


def test_a_truncated_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = weights.original_path().read_bytes()
    stored_copy(tmp_path, monkeypatch, content[: len(content) // 2])
    with pytest.raises(WeightsDamaged, match=r"truncated or altered.*install\.py"):
        weights.load("original")
    with pytest.raises(WeightsDamaged):
        weights.check("original")


def test_one_changed_byte_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = bytearray(weights.original_path().read_bytes())
    content[len(content) // 2] ^= 1
    stored_copy(tmp_path, monkeypatch, bytes(content))
    with pytest.raises(WeightsDamaged):
        weights.load("original")


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "files", missing)
    with pytest.raises(WeightsMissing, match=r"install\.py"):
        weights.load("original")


def test_a_file_in_torchvision_s_layout_brings_its_own_normalization(tmp_path: Path) -> None:
    path = tmp_path / "mine.pth"
    torch.save(torchvision_state(), path)
    loaded = weights.load(str(path))
    torch.testing.assert_close(loaded.mean, torch.tensor([0.485, 0.456, 0.406]))
    assert torch.equal(loaded.layers["relu4_2"][0], weights.load("original").layers["relu4_2"][0])


def test_another_network_is_refused(tmp_path: Path) -> None:
    state = torchvision_state()
    state["features.10.weight"] = state["features.10.weight"][:, :, :1]
    torch.save(state, tmp_path / "other.pth")
    with pytest.raises(WeightsDamaged, match="not those of a VGG-19"):
        weights.load(str(tmp_path / "other.pth"))


def test_a_value_that_is_no_tensor_is_missing(tmp_path: Path) -> None:
    state = {**torchvision_state(), "features.0.weight": [1, 2], "epoch": 3}
    torch.save(state, tmp_path / "list.pth")
    with pytest.raises(WeightsDamaged, match=r"features\.0 is missing"):
        weights.load(str(tmp_path / "list.pth"))


def test_numbers_that_are_not_finite_are_refused(tmp_path: Path) -> None:
    state = torchvision_state()
    state["features.0.bias"] = torch.full((64,), float("nan"))
    torch.save(state, tmp_path / "nan.pth")
    with pytest.raises(WeightsDamaged, match="not finite"):
        weights.load(str(tmp_path / "nan.pth"))


def test_a_file_is_never_executed(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return print, ("executed",)

    torch.save({"features.0.weight": Trap()}, tmp_path / "trap.pth")
    with pytest.raises(WeightsDamaged):
        weights.load(str(tmp_path / "trap.pth"))


@pytest.mark.parametrize("name", ["no_such_file.pth", "."])
def test_a_missing_file_is_named(name: str) -> None:
    with pytest.raises(WeightsMissing, match="original, torchvision"):
        weights.load(name)


def test_text_is_no_weights(tmp_path: Path) -> None:
    (tmp_path / "text.pth").write_text("hello")
    with pytest.raises(WeightsDamaged, match=r"text\.pth"):
        weights.load(str(tmp_path / "text.pth"))
