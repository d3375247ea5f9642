"""The dialog's list of styles: a picture, its name, its weight, where it paints, and buttons to add and remove."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, List, Optional, Sequence

from gi.repository import Gimp, GimpUi, Gio, Gtk, Pango

from nst_core.bridge.language import tr
from nst_core.job.errors import NeuralStyleError
from nst_core.job.request import MAXIMUM_STYLES, WEIGHT_RANGE
from nst_core.studio.gallery import Gallery

from . import file_check, widgets
from .choosers import LayerChooser, RegionChooser
from .gallery_window import GalleryWindow
from .regions import Region
from .styles import Choice, FileSource, LayerSource, Source

_THUMBNAIL = 48


class StyleList(Gtk.Box):
    """Calls ``changed`` when styles come or go, ``reweighted`` when a weight changes, ``failed`` with an error."""

    def __init__(
        self,
        content: Gimp.Layer,
        changed: Callable[[], None],
        reweighted: Callable[[], None],
        failed: Callable[[NeuralStyleError], None],
    ) -> None:
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        self._changed, self._reweighted, self._failed = changed, reweighted, failed
        self._content, self._locked = content, False
        self._unchecked: List[Choice] = []
        self._recorded: List[str] = []
        self._gallery = Gallery()
        self._rows = Gtk.ListBox(selection_mode=Gtk.SelectionMode.NONE)
        self._rows.set_placeholder(_placeholder())
        self._buttons = self._make_buttons()
        scrolled = Gtk.ScrolledWindow(hscrollbar_policy=Gtk.PolicyType.NEVER, shadow_type=Gtk.ShadowType.IN)
        scrolled.set_min_content_height(116)  # Two rows.
        scrolled.add(self._rows)
        self.pack_start(scrolled, True, True, 0)
        self.pack_start(self._buttons, False, False, 0)

    @property
    def choices(self) -> List[Choice]:
        """The styles as they are chosen now."""
        return [Choice(row.source, row.weight.get_value(), row.region) for row in self._rows.get_children()]

    @property
    def is_complete(self) -> bool:
        """Whether there are styles, and no more to come."""
        return bool(self._rows.get_children()) and not self._unchecked

    @property
    def files(self) -> List[str]:
        """The paths of the files among the styles."""
        return [choice.source.text() for choice in self.choices if isinstance(choice.source, FileSource)]

    def show_choices(self, choices: Sequence[Choice]) -> None:
        """Replace the styles."""
        for row in self._rows.get_children():
            self._rows.remove(row)
        for choice in choices:
            self.add_style(choice)
        self._refresh()

    def show_recalled(self, choices: Sequence[Choice]) -> None:
        """Replace the styles by those of a record; files come as soon as they are known to be readable."""
        self._unchecked = [choice for choice in choices if isinstance(choice.source, FileSource)]
        self._recorded = [choice.source.text() for choice in choices]
        self.show_choices([choice for choice in choices if not isinstance(choice.source, FileSource)])
        file_check.check([choice.source.text() for choice in self._unchecked], self._checked)

    def add_style(self, choice: Choice, place: int = -1) -> None:
        """Add a style at ``place`` (-1: the end); if its picture can't be read, call ``failed`` instead."""
        try:
            row = _Row(choice, self._content, self._changed)
        except NeuralStyleError as error:
            self._failed(error)
            return
        row.remove.connect("clicked", lambda _: self._drop(row))
        row.weight.connect("value-changed", lambda _: self._reweighted())
        self._rows.insert(row, place)
        self._rows.show_all()
        self._refresh()

    def lock(self, locked: bool) -> None:
        """While a picture is painted, weights may change but styles stay."""
        self._locked = locked
        self._enable()

    def _checked(self, file: str, problem: Optional[NeuralStyleError]) -> None:
        choice = next((choice for choice in self._unchecked if choice.source.text() == file), None)
        if choice is None:
            return  # Another record was recalled meanwhile.
        self._unchecked.remove(choice)
        if problem is None:
            self.add_style(choice, self._place(file))
        else:
            self._failed(problem)
        self._refresh()

    def _place(self, file: str) -> int:
        """Where the recorded style ``file`` belongs: behind those that come before it in the record."""
        before = self._recorded[: self._recorded.index(file)]
        return sum(row.source.text() in before for row in self._rows.get_children())

    def _drop(self, row: Gtk.ListBoxRow) -> None:
        self._rows.remove(row)
        self._refresh()

    def _refresh(self) -> None:
        self._enable()
        self._changed()

    def _enable(self) -> None:
        rows = self._rows.get_children()
        for row in rows:
            row.weight.set_sensitive(len(rows) > 1)  # A single style has the whole share at any weight.
            row.remove.set_sensitive(not self._locked)
            row.regions.set_sensitive(not self._locked)
        self._buttons.set_sensitive(not self._locked and len(rows) < MAXIMUM_STYLES)

    def _make_buttons(self) -> Gtk.Box:
        box = Gtk.Box(spacing=6)
        layer = LayerChooser(self._content, lambda layer: self.add_style(Choice(LayerSource(layer))))
        file = Gtk.Button(label=tr("Add _File..."), use_underline=True, tooltip_text=tr("A picture from your disk"))
        file.connect("clicked", lambda _: self._choose_files())
        gallery = Gtk.Button(label=tr("_Gallery..."), use_underline=True)
        gallery.set_tooltip_text(tr("Add a bundled painting, or a favorite or recent style"))
        gallery.connect("clicked", lambda _: self._choose_from_gallery())
        for button in (layer, file, gallery):
            box.pack_start(button, True, True, 0)
        return box

    def _choose_from_gallery(self) -> None:
        path = GalleryWindow(self._gallery, self.get_toplevel()).choose()
        if path is not None:
            self._add_file(Gio.File.new_for_path(str(path)))

    def _add_file(self, file: Gio.File) -> None:
        """Append the style in ``file``, and make it the newest of the recent ones."""
        self.add_style(Choice(FileSource(file)))
        try:
            if file.get_path():
                self._gallery.use(Path(file.get_path()))
        except NeuralStyleError as error:
            self._failed(error)

    def _choose_files(self) -> None:
        chooser = Gtk.FileChooserDialog(
            title=tr("Style Pictures"), transient_for=self.get_toplevel(), action=Gtk.FileChooserAction.OPEN
        )
        chooser.add_buttons(tr("_Cancel"), Gtk.ResponseType.CANCEL, tr("_Add"), Gtk.ResponseType.OK)
        chooser.set_default_response(Gtk.ResponseType.OK)
        chooser.set_select_multiple(True)
        files = [choice.source.file for choice in self.choices if isinstance(choice.source, FileSource)]
        if files:
            chooser.set_current_folder_file(files[-1].get_parent())
        if chooser.run() == Gtk.ResponseType.OK:
            for file in chooser.get_files():
                self._add_file(file)
        chooser.destroy()


class _Row(Gtk.ListBoxRow):
    def __init__(self, choice: Choice, content: Gimp.Layer, changed: Callable[[], None]) -> None:
        super().__init__(activatable=False)
        self.source, self.region = choice.source, choice.region
        self._changed = changed
        self.weight = Gtk.SpinButton.new_with_range(*WEIGHT_RANGE, 0.1)
        self.weight.set_digits(2)
        self.weight.set_value(choice.weight)
        self.weight.set_valign(Gtk.Align.CENTER)
        self.weight.set_tooltip_text(tr("Weight: this style's share in the mixture"))
        self.remove = widgets.icon_button(GimpUi.ICON_WINDOW_CLOSE, tr("Remove this style"))
        self.regions = RegionChooser(content, self._confine)
        self._words = widgets.Words(self.source.name, "")
        box = Gtk.Box(spacing=8, border_width=4)
        box.pack_start(_thumbnail(self.source), False, False, 0)
        box.pack_start(self._words, True, True, 0)
        for widget in (self.weight, self.regions, self.remove):
            box.pack_start(widget, False, False, 0)
        self.add(box)
        self._show_region()

    def _confine(self, region: Optional[Region]) -> None:
        self.region = region
        self._show_region()
        self._changed()

    def _show_region(self) -> None:
        where = self.source.where if self.region is None else tr("in: {region}").format(region=self.region.name)
        is_folder = self.region is None and Path(where).is_absolute()
        self._words.set_subtitle(where, Pango.EllipsizeMode.START if is_folder else Pango.EllipsizeMode.END)


def _thumbnail(source: Source) -> Gtk.Image:
    if isinstance(source, LayerSource):
        return widgets.layer_thumbnail(source.layer, _THUMBNAIL)
    return widgets.file_thumbnail(source.file, _THUMBNAIL)


def _placeholder() -> Gtk.Label:
    text = tr("Add the pictures in whose style to paint:\nlayers of open images, or files.")
    label = Gtk.Label(label=text, justify=Gtk.Justification.CENTER, margin=12)
    label.get_style_context().add_class("dim-label")
    label.show()
    return label
