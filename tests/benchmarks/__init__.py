"""Measures this engine against its peers: speed as ratios in one run, quality by what no engine optimizes.

``python -m tests.benchmarks [NAME ...]`` in the engine's environment; ``RESULTS.md`` holds the figures. Nothing here is
a test: a time is never a reason to fail.
"""
