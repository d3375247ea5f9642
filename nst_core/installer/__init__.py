"""Finds the editors, builds the engine's environment, places the plug-ins, and can remove everything again.

It needs only the standard library, ``job`` and ``bridge``, and runs on Python 3.8. ``install.py`` starts it.

- ``main``: the commands; it handles every error. ``reporting``: prints progress, for a person or as JSON lines.
- ``installing``: runs all steps. ``hosts``: finds the editors and their folders.
- ``environment``: builds, checks and repairs the engine's environment, and swaps it in.
- ``pythons``, ``builds``, ``packages``: find a Python, choose the build of torch, install the pinned packages.
- ``plugins``, ``placement``, ``kritarc``: place the plug-ins in all editors or in none, and enable them in Krita.
- ``manifest``: the list of all placed files. ``removing``: ``uninstall``. ``diagnosis``: ``doctor``.
- ``storage``: private folders, marks, swaps, the lock. ``processes``, ``guarded``: run other programs with a log.
"""
