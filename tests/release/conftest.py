"""Gives every test its own user."""

from tests.installer.conftest import home

__all__ = ["home"]
