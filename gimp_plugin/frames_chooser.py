"""The source of an animation's frames: the layers of the image, or a folder, which also needs an output folder."""

from __future__ import annotations

from typing import Any, Callable

from gi.repository import Gimp, Gtk

from nst_core.bridge.language import tr

from . import arguments, widgets

_LAYERS, _FOLDER = "layers", "folder"


class FramesChooser(Gtk.Box):
    """A choice of the source. It stores the folders in ``config``, and calls ``changed``.

    ``align`` gives a label the width of other labels.
    """

    def __init__(
        self, config: Gimp.ProcedureConfig, align: Callable[[Gtk.Label], None], changed: Callable[[], None]
    ) -> None:
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        self._config, self._align, self._changed = config, align, changed
        self._list = Gtk.ComboBoxText()
        self._list.append(_LAYERS, tr("Layers of this image"))
        self._list.append(_FOLDER, tr("Pictures in a folder"))
        self._list.set_active_id(_LAYERS if config.get_property(arguments.FRAMES) is None else _FOLDER)
        self._list.connect("changed", self._choose)
        self._add_row(tr("Frames"), self._list)
        self._folders = [
            self._add_row(tr("Folder with frames"), self._folder(arguments.FRAMES)),
            self._add_row(tr("Output folder"), self._folder(arguments.OUTPUT)),
        ]
        widgets.ignore_wheel(self)
        config.connect(f"notify::{arguments.FRAMES}", self._restored)

    @property
    def is_complete(self) -> bool:
        """True if all necessary folders are chosen."""
        folders = [self._config.get_property(name) for name in (arguments.FRAMES, arguments.OUTPUT)]
        return not self._is_folder or None not in folders

    def refresh(self) -> None:
        """Show the folders only if the frames come from a folder."""
        for row in self._folders:
            row.set_visible(self._is_folder)

    @property
    def _is_folder(self) -> bool:
        return bool(self._list.get_active_id() == _FOLDER)

    def _add_row(self, text: str, widget: Gtk.Widget) -> Gtk.Box:
        label = Gtk.Label(label=text, xalign=0)
        self._align(label)
        widget.get_accessible().set_name(text)
        row = Gtk.Box(spacing=6)
        row.pack_start(label, False, False, 0)
        row.pack_start(widget, True, True, 0)
        self.pack_start(row, False, False, 0)
        return row

    def _folder(self, name: str) -> Gtk.FileChooserButton:
        """Make a button that chooses the folder of this argument."""
        button = Gtk.FileChooserButton(action=Gtk.FileChooserAction.SELECT_FOLDER)

        def show(*_: Any) -> None:
            folder = self._config.get_property(name)
            if folder is None:
                button.unselect_all()
            else:
                button.set_file(folder)

        show()
        button.connect("file-set", lambda _: self._config.set_property(name, button.get_file()))
        self._config.connect(f"notify::{name}", show)
        return button

    def _choose(self, chosen: Gtk.ComboBoxText) -> None:
        if not self._is_folder:
            self._config.set_property(arguments.FRAMES, None)
        self.refresh()
        self._changed()

    def _restored(self, config: Gimp.ProcedureConfig, spec: Any) -> None:
        """Show another folder after GIMP's buttons Reset or Load Saved Settings have changed it."""
        if config.get_property(arguments.FRAMES) is not None:
            self._list.set_active_id(_FOLDER)
