#!/usr/bin/env python3
"""The file that GIMP starts, as a process of its own, whenever it asks for the procedures or runs one.

GIMP's ``plug-ins`` folder has it beside the packages ``gimp_plugin`` and ``nst_core``; everything else is in those.
"""

import sys

from gimp_plugin import plug_in

plug_in.main(sys.argv)
