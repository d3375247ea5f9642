"""Style transfer as in most tutorials: one scale, L-BFGS from the content picture, all layers, float32.

    python -m tests.benchmarks.single_scale CONTENT STYLE OUTPUT --steps 300

paints at the size of the pictures and prints the seconds of the loop. It shows the cost of the method without the ideas
of this engine.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import torch

from tests.benchmarks.images import open_picture, to_image, to_tensor
from tests.benchmarks.network import features, gram, load_network

STYLE = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
CONTENT = "relu4_2"
CONTENT_WEIGHT = 1e-3  # the weight against style layers, each divided by its squared number of channels


def transfer(content: torch.Tensor, style: torch.Tensor, steps: int) -> torch.Tensor:
    """Return the stylized picture (3, H, W), RGB, 0..255, after ``steps`` evaluations."""
    network = load_network()
    with torch.no_grad():
        targets = {name: gram(feature) for name, feature in features(style, network, STYLE).items()}
        shape = features(content, network, [CONTENT])[CONTENT]
    picture = content.clone().requires_grad_()
    optimizer = torch.optim.LBFGS([picture], max_iter=steps, max_eval=steps, tolerance_grad=-1, tolerance_change=-1)

    def evaluate() -> torch.Tensor:
        optimizer.zero_grad()
        found = features(picture, network, [*STYLE, CONTENT])
        loss = CONTENT_WEIGHT * (found[CONTENT] - shape).square().mean()
        for name, target in targets.items():
            loss = loss + (gram(found[name]) - target).square().mean() / len(target) ** 2
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimizer.step(evaluate)  # type: ignore[no-untyped-call]
    return picture.detach()


def main() -> None:
    """Paint one picture."""
    parser = argparse.ArgumentParser(description="Paint with a plain single-scale loop.")
    parser.add_argument("content", type=Path)
    parser.add_argument("style", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--steps", type=int, default=300)
    args = parser.parse_args()
    content, style = (to_tensor(open_picture(path)) for path in (args.content, args.style))
    begin = time.monotonic()
    result = transfer(content, style, args.steps)
    print(time.monotonic() - begin)
    to_image(result).save(args.output)


if __name__ == "__main__":
    main()
