"""Neural style transfer for image editors.

``docs/architecture.md`` describes the packages in this one, and which of them each may import. This module imports
nothing, so a program loads only the packages that it needs.
"""

__version__ = "1.0.0"
