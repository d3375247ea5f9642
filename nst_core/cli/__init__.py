"""The ``nst`` command: pictures from files, without an editor.

- ``command``: the parser and the exit codes; it prints an error as one line.
- ``options``, ``many_options``: the options. Those for settings are made from the definitions of the settings.
- ``stylize``: one picture. ``animate``: a film. ``batch``: many pictures.
- ``reading``, ``result_file``: read the files of a job, and write its result to a file.
- ``film_place``, ``frames``, ``video``, ``batch_files``: the files of films, and of batches.
- ``painters``: paints jobs, by the engine here or by a farm; ``farm``: a farm on this machine.
- ``describe``: describes a long run, so that a change of its settings or files is noticed.
- ``film_console``, ``contact_sheet``: show the progress of a long run.
- ``images``, ``masks``, ``output``: files to pixel buffers and back.
- ``decoding``, ``tiff``: files to ``samples``, the arrays of their pixels.
- ``color``, ``color_tags``: samples to sRGB, by a profile or by other descriptions of color in a file.
- ``running``: gets the job's events from the engine, in this process or in a worker; handles Ctrl-C.
- ``console``, ``streams``: print the events for a person or for a script.
- ``child``: ends a command together with the editor that started it.
- ``engine_check``: checks the parts of the engine.

No module imports torch before the options and the files are checked.
"""

from .command import main

__all__ = ["main"]
