"""The engine: it gets a job, yields events, and ends with a result. It prints nothing, and its only globals are caches.

Begin with ``stylize``, which contains the main loop. Then read the modules in the order in which they are used:
``preparation`` with ``tensors``, ``scene``, ``palette``, ``pyramid`` and ``budget``; ``starts``; ``targets`` with
``losses`` and ``statistics`` for style, ``similarity``, ``likeness`` and ``content`` for the content, ``transport`` and
``strokes`` for high quality. ``objective`` computes the targets with ``features``, ``thin`` and ``tiling``,
``optimize`` changes the pixels, and ``outputs`` makes the result.
"""

import os

# OpenMP's threads keep their cores busy while they wait for each other. If an editor uses the same cores, this makes
# each step several times slower. OpenMP reads this variable once, when torch is loaded, so set it before torch is
# imported.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
