"""``install.py package`` and ``install.py site`` start this in an environment with ``requirements/release.txt``."""

from __future__ import annotations

import sys
from pathlib import Path

from .packaging import package
from .pages import build_site


def main(command: str, folder: Path) -> None:
    """Make ``folder``, and build a release (``package``) or the site (``site``) in it."""
    for path in package(folder) if command == "package" else [build_site(folder)]:
        print(f"Wrote {path}")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
