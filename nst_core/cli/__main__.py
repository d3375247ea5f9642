"""``python -m nst_core.cli``: the ``nst`` command where its script is not on the path."""

import sys

from .command import main

sys.exit(main())
