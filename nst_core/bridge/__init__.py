"""What both interpreters share: the request, the events, the errors, the wire and the folders.

Standard library only and Python 3.8, because this package is imported by the Python that lives inside an editor.
"""
