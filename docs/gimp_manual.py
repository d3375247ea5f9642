"""The generator of ``gimp_plugin/Manual.html`` from ``docs/gimp-manual``. *Help* in GIMP opens this manual.

It is made like Krita's manual: one page that needs no other file. ``python -m docs.gimp_manual`` writes it. A test
checks that it is up to date.
"""

from __future__ import annotations

from docs import krita_manual

SOURCE = krita_manual.ROOT / "docs" / "gimp-manual"
TARGET = krita_manual.ROOT / "gimp_plugin" / "Manual.html"


def page() -> str:
    """Return the whole manual."""
    return krita_manual.page(SOURCE)


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
