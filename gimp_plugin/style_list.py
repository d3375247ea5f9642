"""The dialog's list of styles. Each has a picture, a name, a weight, a region, and a button to remove it."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, List, Optional, Sequence, Tuple

from gi.repository import Gimp, GimpUi, Gio, Gtk, Pango

from nst_core.bridge.language import tr
from nst_core.bridge.presets import FileStyle
from nst_core.job.errors import NeuralStyleError
from nst_core.job.request import MAXIMUM_STYLES, WEIGHT_RANGE
from nst_core.studio.gallery import Gallery

from . import file_check, widgets
from .add_style import AddStyle
from .choosers import RegionChooser
from .first_styles import FirstStyles
from .regions import Region
from .styles import Choice, FileSource, LayerSource, Source

_THUMBNAIL = 48


class StyleList(Gtk.Box):
    """The list. It calls ``changed`` after styles were added or removed, and ``reweighted`` after a weight has changed.

    ``failed`` gets an error. ``content`` returns the layer to paint.
    """

    def __init__(
        self,
        content: Callable[[], Optional[Gimp.Layer]],
        changed: Callable[[], None],
        reweighted: Callable[[], None],
        failed: Callable[[NeuralStyleError], None],
    ) -> None:
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        self._changed, self._reweighted, self._failed = changed, reweighted, failed
        self._content = content
        self._unchecked: List[Choice] = []
        self._may_separate = True
        self._recorded: List[str] = []
        self._gallery = Gallery()
        self._rows = Gtk.ListBox(selection_mode=Gtk.SelectionMode.NONE)
        self._rows.set_placeholder(FirstStyles(self._gallery, self.add_files))
        self._adding = AddStyle(self._content, self.add_layer, self.add_files, self._gallery)
        self._each_style = Gtk.CheckButton(label=tr("One picture for each style"), no_show_all=True)
        self._each_style.set_tooltip_text(tr("Paint the styles one after the other instead of mixing them"))
        scrolled = Gtk.ScrolledWindow(hscrollbar_policy=Gtk.PolicyType.NEVER, shadow_type=Gtk.ShadowType.IN)
        scrolled.set_min_content_height(116)  # The height of two rows.
        scrolled.add(self._rows)
        self.pack_start(scrolled, True, True, 0)
        self.pack_start(self._each_style, False, False, 0)
        self.pack_start(self._adding, False, False, 0)

    @property
    def choices(self) -> List[Choice]:
        """The chosen styles."""
        return [Choice(row.source, row.weight.get_value(), row.region) for row in self._rows.get_children()]

    @property
    def pictures(self) -> List[Tuple[Choice, ...]]:
        """The styles of each picture to paint: one picture with all of them, or one picture for each."""
        choices = tuple(self.choices)
        is_separate = self._each_style.get_visible() and self._each_style.get_active()
        return [(choice,) for choice in choices] if is_separate else [choices]

    @property
    def is_complete(self) -> bool:
        """True if there are styles, and none is still being checked."""
        return bool(self._rows.get_children()) and not self._unchecked

    @property
    def files(self) -> List[str]:
        """The paths of the files among the styles."""
        return [choice.source.text() for choice in self.choices if isinstance(choice.source, FileSource)]

    @property
    def file_styles(self) -> List[FileStyle]:
        """The styles in the form of a preset. Layers have an empty path."""
        pairs = [(choice.source, choice.weight) for choice in self.choices]
        return [
            FileStyle(source.file.get_path() or "" if isinstance(source, FileSource) else "", weight)
            for source, weight in pairs
        ]

    def mix_only(self) -> None:
        """Hide the choice to paint one picture for each style."""
        self._may_separate = False

    def show_files(self, styles: Sequence[FileStyle]) -> None:
        """Replace the styles with those of a preset."""
        files = [(Gio.File.new_for_path(style.path), style.weight) for style in styles]
        self.show_choices([Choice(FileSource(file), weight) for file, weight in files])

    def show_choices(self, choices: Sequence[Choice]) -> None:
        """Replace the styles."""
        for row in self._rows.get_children():
            self._rows.remove(row)
        for choice in choices:
            self.add_style(choice)
        self._refresh()

    def show_recalled(self, choices: Sequence[Choice]) -> None:
        """Replace the styles with those of a record. Files are added after they are checked."""
        self._unchecked = [choice for choice in choices if isinstance(choice.source, FileSource)]
        self._recorded = [choice.source.text() for choice in choices]
        self.show_choices([choice for choice in choices if not isinstance(choice.source, FileSource)])
        file_check.check([choice.source.text() for choice in self._unchecked], self._checked)

    def add_style(self, choice: Choice, place: int = -1) -> None:
        """Add a style at ``place`` (-1: the end). If its picture can't be read, call ``failed`` instead."""
        if len(self._rows.get_children()) >= MAXIMUM_STYLES:
            return
        try:
            row = _StyleRow(choice, self._content, self._changed)
        except NeuralStyleError as error:
            self._failed(error)
            return
        row.remove.connect("clicked", lambda _: self._drop(row))
        row.weight.connect("value-changed", lambda _: self._reweighted())
        self._rows.insert(row, place)
        self._rows.show_all()
        self._refresh()

    def add_layer(self, layer: Gimp.Layer) -> None:
        """Append ``layer`` as a style."""
        self.add_style(Choice(LayerSource(layer)))

    def add_files(self, files: Sequence[Gio.File]) -> None:
        """Append the styles in ``files``, and make them the newest of the recent ones."""
        for file in files:
            self.add_style(Choice(FileSource(file)))
            try:
                if file.get_path():
                    self._gallery.use(Path(file.get_path()))
            except NeuralStyleError as error:
                self._failed(error)

    def _checked(self, file: str, problem: Optional[NeuralStyleError]) -> None:
        choice = next((choice for choice in self._unchecked if choice.source.text() == file), None)
        if choice is None:
            return  # The user has recalled another record since then.
        self._unchecked.remove(choice)
        if problem is None:
            self.add_style(choice, self._place(file))
        else:
            self._failed(problem)
        self._refresh()

    def _place(self, file: str) -> int:
        """Return the position of the recorded style ``file``: behind the styles that come before it in the record."""
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
            row.weight.set_sensitive(len(rows) > 1)  # The weight of a single style has no effect.
        self._each_style.set_visible(len(rows) > 1 and self._may_separate)
        self._adding.set_sensitive(len(rows) < MAXIMUM_STYLES)


class _StyleRow(Gtk.ListBoxRow):
    def __init__(
        self, choice: Choice, content: Callable[[], Optional[Gimp.Layer]], changed: Callable[[], None]
    ) -> None:
        super().__init__(activatable=False)
        self.source, self.region = choice.source, choice.region
        self._changed = changed
        self.weight = Gtk.SpinButton.new_with_range(*WEIGHT_RANGE, 0.1)
        self.weight.set_digits(2)
        self.weight.set_value(choice.weight)
        self.weight.set_valign(Gtk.Align.CENTER)
        self.weight.set_tooltip_text(tr("Weight: this style's share in the mixture"))
        self.remove = widgets.icon_button(GimpUi.ICON_WINDOW_CLOSE, tr("Remove this style"))
        tooltip = tr("Where this style paints: everywhere, or a mask, saved selection or layer's shape")
        self.regions = RegionChooser(content, self._set_region, tooltip)
        self._words = widgets.TwoLines(self.source.name, "")
        box = Gtk.Box(spacing=8, border_width=4)
        box.pack_start(_thumbnail(self.source), False, False, 0)
        box.pack_start(self._words, True, True, 0)
        for widget in (self.weight, self.regions, self.remove):
            box.pack_start(widget, False, False, 0)
        self.add(box)
        widgets.ignore_wheel(self)
        self._show_region()

    def _set_region(self, region: Optional[Region]) -> None:
        self.region = region
        self._show_region()
        self._changed()

    def _show_region(self) -> None:
        self.regions.show_region(self.region)
        where = self.source.where
        if self.region is not None:
            text = tr("not in: {region}") if self.region.inverted else tr("in: {region}")
            where = text.format(region=self.region.name)
        is_folder = self.region is None and Path(where).is_absolute()
        self._words.set_subtitle(where, Pango.EllipsizeMode.START if is_folder else Pango.EllipsizeMode.END)


def _thumbnail(source: Source) -> Gtk.Image:
    if isinstance(source, LayerSource):
        return widgets.layer_thumbnail(source.layer, _THUMBNAIL)
    return widgets.file_thumbnail(source.file, _THUMBNAIL)
