"""A user of their own for every test."""

from tests.installer.conftest import home

__all__ = ["home"]
