"""The ``nst`` command: pictures from files, without an editor.

- ``command``: the parser, exit codes, errors as one sentence.
- ``options``, ``many_options``: the options, made from the definitions of the settings where they are settings.
- ``stylize``: one picture. ``animate``: a film. ``batch``: many pictures.
- ``reading``, ``result_file``: from files to a job, and from its result to a file.
- ``film_place``, ``frames``, ``video``, ``batch_files``: the files of films, and of batches.
- ``crew``: who paints, the engine here or a farm; ``farm``: a farm on this machine.
- ``describe``: settings and files of a long run, to notice changes; ``film_console``, ``contact_sheet``: its progress.
- ``images``, ``masks``, ``output``: files to pixel buffers and back.
- ``decoding``, ``tiff``: files to ``samples``, the arrays of their pixels.
- ``color``, ``color_tags``: samples to sRGB, by a profile or by other descriptions of color in a file.
- ``running``: the job's events from the engine in this process or in a worker; Ctrl-C.
- ``console``, ``streams``: the events printed for a person or for a script.
- ``child``: how a command behaves that an editor has started.
- ``engine_check``: the parts of the engine, and whether they work.

Nothing here imports torch before the options and the files are known to be good.
"""

from .command import main

__all__ = ["main"]
