"""Finds the editors, builds the engine's environment, places the plug-ins, and takes all of it away again.

Standard library, ``job`` and ``bridge`` only, Python 3.8; ``install.py`` starts it. In the order of an installation:

- ``main``: the commands and their options; every error ends here.
- ``reporting``: progress and errors, shown to a person or, as JSON lines, to a docker or a dialog.
- ``installing``: asks the user and runs all steps; ``hosts``: the editors, and their folders.
- ``environment``: the engine's environment: built beside the old one, checked, swapped in, repaired.
- ``pythons``, ``builds``: a Python for torch, the build of torch for the hardware.
- ``packages``, ``pip``: the pinned packages, downloaded and installed by pip.
- ``source``, ``inventory``, ``check``: our own code there; whether all files are as installed; whether it paints.
- ``plugins``, ``placement``, ``kritarc``: the plug-ins as they are placed, all or none, and enabled in Krita.
- ``manifest``, ``removing``: the list of all placed files, and ``uninstall``.
- ``diagnosis``: ``doctor``, with the command that repairs each failure.
- ``storage``: private and marked folders, swaps, the lock.
- ``processes``, ``guarded``: other programs and their log; modules that end when the installer does.
"""
