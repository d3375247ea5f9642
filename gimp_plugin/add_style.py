"""The buttons that add styles: a layer, files, the clipboard, or the gallery."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, Optional, Sequence

from gi.repository import GdkPixbuf, Gimp, Gio, GLib, Gtk

from nst_core.bridge.language import tr
from nst_core.studio.gallery import SUFFIXES, Gallery

from .choosers import LayerChooser
from .gallery_window import GalleryWindow

#: The side of the preview in the file dialog, in pixels.
_PREVIEW = 192
#: The size of the file dialog. Its default size would fill a small screen.
_CHOOSER = (860, 560)


class AddStyle(Gtk.Box):
    """Buttons that call ``add_layer`` or ``add_files``. ``content`` returns the layer to paint."""

    def __init__(
        self,
        content: Callable[[], Optional[Gimp.Layer]],
        add_layer: Callable[[Gimp.Layer], None],
        add_files: Callable[[Sequence[Gio.File]], None],
        gallery: Gallery,
    ) -> None:
        super().__init__(spacing=6)
        self._content, self._add_files, self._gallery = content, add_files, gallery
        self._folder: Optional[str] = None
        layer = LayerChooser(content, add_layer)
        file = Gtk.Button(label=tr("Add _File..."), use_underline=True, tooltip_text=tr("A picture from your disk"))
        file.connect("clicked", lambda _: self._choose_files())
        gallery_button = Gtk.Button(label=tr("_Gallery..."), use_underline=True)
        gallery_button.set_tooltip_text(tr("Add a bundled painting, or a favorite or recent style"))
        gallery_button.connect("clicked", lambda _: self._choose_from_gallery())
        for button in (layer, file, gallery_button):
            self.pack_start(button, True, True, 0)

    def _choose_from_gallery(self) -> None:
        path = GalleryWindow(self._gallery, self.get_toplevel()).choose()
        if path is not None:
            self._add_files([Gio.File.new_for_path(str(path))])

    def _choose_files(self) -> None:
        chooser = Gtk.FileChooserDialog(
            title=tr("Style Pictures"), transient_for=self.get_toplevel(), action=Gtk.FileChooserAction.OPEN
        )
        chooser.add_buttons(tr("_Cancel"), Gtk.ResponseType.CANCEL, tr("_Add"), Gtk.ResponseType.OK)
        chooser.set_default_response(Gtk.ResponseType.OK)
        chooser.set_select_multiple(True)
        chooser.set_default_size(*_CHOOSER)
        for name, suffixes in ((tr("Pictures"), SUFFIXES), (tr("All files"), ("",))):
            chooser.add_filter(_filter(name, suffixes))
        chooser.set_current_folder(self._folder or _first_folder(self._content()))
        _show_previews(chooser)
        if chooser.run() == Gtk.ResponseType.OK:
            self._folder = chooser.get_current_folder()
            self._add_files(chooser.get_files())
        chooser.destroy()


def _filter(name: str, suffixes: Sequence[str]) -> Gtk.FileFilter:
    found = Gtk.FileFilter()
    found.set_name(name)
    for suffix in suffixes:
        found.add_pattern(f"*{suffix}")
        found.add_pattern(f"*{suffix.upper()}")
    return found


def _first_folder(content: Optional[Gimp.Layer]) -> str:
    """Return the folder of the image that is painted, or the folder of the user's pictures."""
    file = None if content is None or not content.is_valid() else content.get_image().get_file()
    path = None if file is None else file.get_path()
    pictures = GLib.get_user_special_dir(GLib.UserDirectory.DIRECTORY_PICTURES)
    return str(Path(path).parent) if path else pictures or str(Path.home())


def _show_previews(chooser: Gtk.FileChooserDialog) -> None:
    """Show the selected picture beside the list of ``chooser``."""
    image = Gtk.Image(margin=6)
    chooser.set_preview_widget(image)

    def show(chooser: Gtk.FileChooserDialog) -> None:
        name = chooser.get_preview_filename()
        pixbuf = None
        if name and Path(name).is_file():
            try:
                pixbuf = GdkPixbuf.Pixbuf.new_from_file_at_size(name, _PREVIEW, _PREVIEW).apply_embedded_orientation()
            except GLib.Error:  # The file is no picture, or only GIMP itself can open its format.
                pixbuf = None
        image.set_from_pixbuf(pixbuf)
        chooser.set_preview_widget_active(pixbuf is not None)

    chooser.connect("update-preview", show)
