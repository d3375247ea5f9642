"""An editor's way to the engine in another process: the wire, the client, and the files kept between jobs.

Standard library only and Python 3.8, because an editor's own Python imports this package.
"""
