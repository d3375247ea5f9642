"""``python -m nst_core.cli``: the ``nst`` command where its script is not on the path."""

import sys

from .command import main

if __name__ == "__main__":  # workers of a farm import this module again
    sys.exit(main())
