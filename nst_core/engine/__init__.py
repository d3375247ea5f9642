"""The engine: a job in, events out, a result at the end. Prints nothing and keeps no global state but caches.

Begin with ``stylize``, the walk through all of it. Then read the modules in the order in which a picture travels:
``preparation`` with ``tensors``, ``scene``, ``palette``, ``pyramid`` and ``budget``; ``starts``; ``targets`` with
``losses`` and ``statistics`` for style, ``similarity`` and ``content`` for the content, ``transport`` and ``strokes``
for high quality. ``objective`` computes them over ``features``, ``thin`` and ``tiling``, ``optimize`` follows the
gradient, and ``outputs`` finishes.
"""

import os

# OpenMP's threads spin while they wait for each other. Beside an editor that wants the same cores, that makes every
# step several times slower. It reads this once, as torch is loaded, so it stands before any module that imports torch.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
