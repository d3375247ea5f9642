"""The engine: a job in, events out, a result at the end. Prints nothing and keeps no global state but caches.

Read the modules in the order in which a picture travels: ``weights``, ``tensors``, ``scene``, ``resampling``,
``pyramid``, ``features``, ``tiling``. Then come the targets: ``losses`` and ``statistics`` for style, ``similarity``
and ``content`` for the content, ``transport`` and ``strokes`` for high quality. ``objective`` puts them together,
``optimize`` follows it, ``color`` finishes, and ``stylize`` is the walk through all of them.
"""

import os

# OpenMP's threads spin while they wait for each other. Beside an editor that wants the same cores, that makes every
# step several times slower. It reads this once, as torch is loaded, so it stands before any module that imports torch.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
