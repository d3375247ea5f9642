"""Makes the manual that *Help* opens in GIMP, ``gimp_plugin/Manual.html``, from ``docs/gimp-manual``.

It is made as Krita's manual is: one page that needs no other file. ``python -m docs.gimp_manual`` writes it; a test
holds it up to date.
"""

from __future__ import annotations

from docs import krita_manual

SOURCE = krita_manual.ROOT / "docs" / "gimp-manual"
TARGET = krita_manual.ROOT / "gimp_plugin" / "Manual.html"


def page() -> str:
    """The whole manual."""
    return krita_manual.page(SOURCE)


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
