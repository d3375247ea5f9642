"""Builds the files of a release and the site of the documentation. Only developers and their forge need this."""
