"""The parts that both editors share, without any widget: the gallery of styles, presets, names and history of results.

It needs only the standard library and Python 3.8, because an editor's own Python imports it.
"""
