"""Builds the files of a release and the site of the documentation; only developers and their forge need it."""
