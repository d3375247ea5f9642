"""The plug-in for GIMP. ``neural_style.py``, the file that GIMP starts, lies beside this package once it is placed.

The versions of GIMP's libraries are chosen here, because that must happen before any module imports one of them.
"""

import gi

gi.require_version("Gegl", "0.4")
gi.require_version("Gimp", "3.0")
gi.require_version("GimpUi", "3.0")
gi.require_version("Gtk", "3.0")
