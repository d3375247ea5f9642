"""The connection between an editor and the engine in another process, and the files that are kept between jobs.

It needs only the standard library and Python 3.8, because an editor's own Python imports it.
"""
