"""Finds the editors, builds the engine's environment, places the plug-ins, and takes all of it away again.

Standard library and ``bridge`` only, Python 3.8; ``install.py`` is its door. In the order in which an installation
flows:

- ``main``: the commands and their options; the outermost edge of all errors.
- ``reporting``: how an installation tells what it does, to a person or, as JSON lines, to a docker or a dialog.
- ``installing``: what is found, asked and done; ``hosts``: the editors, and their folders.
- ``environment``: the engine's environment: built beside the old one, checked, swapped in; resumed and repaired.
- ``drives``, ``pythons``, ``builds``: a drive that it can live on, a Python for torch, the torch for the hardware.
- ``wheels``, ``downloads``: what is needed, pinned and hashed, and its way onto this machine.
- ``pip``, ``unpacking``: its way into the environment, and how far it has come.
- ``source``, ``inventory``, ``check``: our own code there; whether all is as it was installed, and paints.
- ``plugins``, ``placement``, ``kritarc``: the plug-ins as they are placed, all or none, and enabled in Krita.
- ``record``, ``removing``: what was made on this machine, and ``uninstall``.
- ``doctor``, ``packaging``: whether everything works, and what mends it; the plug-ins as zips.
- ``develop``: ``demo``, ``test`` and ``bench`` of a clone.
- ``storage``: private folders, atomic files and swaps, the lock.
- ``processes``, ``guarded``: other programs and their log; how those end that must not outlive the installer.
"""
