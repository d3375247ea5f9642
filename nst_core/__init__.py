"""Neural style transfer for image editors.

The rooms of this package, and what each may import:

- ``bridge``: what a host's Python and the engine's Python share. Standard library only, Python 3.8.
- ``engine``: VGG-19, losses and the optimization loop. torch, and ``bridge.{errors,pixels,settings,job,events}``.
- ``worker``: the child process that joins bridge and engine.
- ``cli``: the ``nst`` command.
- ``installer``: finds hosts, builds the engine's environment, places files. Standard library only.

This module imports nothing, so that importing any room costs only that room.
"""

__version__ = "1.0.0"
