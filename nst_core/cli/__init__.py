"""The ``nst`` command: pictures from files, without an editor.

- ``command``: the parser and the way out (exit codes, errors as one sentence).
- ``options``: the options of ``stylize``, made from the definitions of the settings.
- ``images``, ``masks``, ``output``: files to pixel buffers and back.
- ``stylize``: files in, a job, a file out.
- ``running``: the job's events from the engine in this process or in a worker; Ctrl-C.
- ``console``: the events told to a person or to a script.
- ``doctor``: what is installed, and whether it works.

Nothing here imports torch before the options and the files are known to be good.
"""

from .command import main

__all__ = ["main"]
