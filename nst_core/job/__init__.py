"""The vocabulary of a job: its pictures, settings, request, adjustments, events and errors.

Editors, the wire, the ``nst`` command and the engine all use it. It needs only the standard library and Python 3.8,
because an editor's own Python imports it.
"""
