"""How an editor reaches the engine in another process: the wire, the client, and what is stored between jobs.

Standard library only and Python 3.8, because an editor's own Python imports this package.
"""
