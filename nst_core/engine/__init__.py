"""The engine: a job in, events out, a result at the end. Prints nothing and keeps no global state but caches.

Read the modules in the order in which a picture travels: ``weights``, ``tensors``, ``pyramid``, ``features``,
``losses``, ``tiling``, ``optimize``, ``color`` and, walking through all of them, ``stylize``.
"""

import os

# The engine shares the processor with an editor. A thread that waits for others by spinning takes the time that they
# need: on two busy cores a job took four times as long. OpenMP reads this when torch is imported.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
