#!/usr/bin/env python3
"""The file that GIMP starts as a separate process, to list the procedures or to run one.

GIMP's folder ``plug-ins`` contains it beside the packages ``gimp_plugin`` and ``nst_core``, which hold all other code.
"""

import sys

from gimp_plugin import plug_in

plug_in.main(sys.argv)
