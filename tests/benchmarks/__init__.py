"""Compares this engine with other programs, its *peers*: speed, memory, and the quality of the pictures.

``python -m tests.benchmarks [NAME ...]`` runs them in the engine's environment, and ``RESULTS.md`` has the figures. A
benchmark is not a test, because it never fails because of a time.
"""
