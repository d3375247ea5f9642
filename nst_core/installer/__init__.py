"""Finds the editors, builds the engine's environment, places the plug-ins, and takes all of it away again.

Standard library, ``job`` and ``bridge`` only, Python 3.8; ``install.py`` starts it. In the order of an installation:

- ``main``: the commands; every error ends here. ``reporting``: progress, for a person or as JSON lines for a docker.
- ``installing``: runs all steps. ``hosts``: the editors, and their folders.
- ``environment``: the engine's environment: built beside the old one, checked, swapped in, repaired.
- ``pythons``, ``builds``, ``packages``: a Python for torch, the build for the hardware, the pinned packages by pip.
- ``plugins``, ``placement``, ``kritarc``: the plug-ins as they are placed, all or none, and enabled in Krita.
- ``manifest``, ``removing``: the list of all placed files, and ``uninstall``. ``diagnosis``: ``doctor``.
- ``storage``: private and marked folders, swaps, the lock. ``processes``, ``guarded``: other programs and their log.
"""
