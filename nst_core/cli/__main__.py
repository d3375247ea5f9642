"""``python -m nst_core.cli``: starts the ``nst`` command without its script."""

import sys

from .command import main

if __name__ == "__main__":  # workers of a farm import this module again
    sys.exit(main())
