"""The plug-in for GIMP. The installer places ``neural_style.py``, the file that GIMP starts, beside this package.

This file chooses the versions of GIMP's libraries, because that must happen before a module imports one of them.
"""

import gi

gi.require_version("Gegl", "0.4")
gi.require_version("Gimp", "3.0")
gi.require_version("GimpUi", "3.0")
gi.require_version("Gtk", "3.0")
