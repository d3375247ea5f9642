"""The engine: a job in, events out, a result at the end. Prints nothing and keeps no global state but caches.

Read the modules in the order in which a picture travels: ``weights``, ``tensors``, ``pyramid``, ``features``,
``losses``, ``tiling``, ``optimize``, ``color`` and, walking through all of them, ``stylize``.
"""
