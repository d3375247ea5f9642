"""The parts that both editors share, without any widget: the gallery of styles, presets, names and history of results.

Standard library only and Python 3.8, because an editor's own Python imports this package.
"""
