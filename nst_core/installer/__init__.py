"""Finds the editors, builds the engine's environment, places the plug-ins, and takes all of it away again.

Standard library and ``bridge`` only, Python 3.8; ``install.py`` is its door. In the order in which an installation
flows:

- ``main``: the commands and their options; the outermost edge of all errors.
- ``reporting``: how an installation tells what it does, to a person or, as JSON lines, to a docker or a dialog.
- ``pythons``: a Python that torch supports.
- ``builds``: the build of torch for the hardware at hand.
- ``wheels``, ``downloads``: what is needed, pinned and hashed, and its way onto this machine.
- ``environment``: the engine's environment: built beside the old one, checked, swapped in; resumed and repaired.
- ``source``: this package's own code in that environment.
- ``storage``: private folders, atomic files and swaps, the lock.
- ``develop``: ``demo``, ``test`` and ``bench`` of a clone.
"""
