"""The right side of the dialog: layer, styles, preset and settings. Together they describe the next painting."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, List, Optional, Protocol

from gi.repository import Gimp, GimpUi, Gtk

from nst_core.bridge.language import tr
from nst_core.job.adjustment import Adjustment
from nst_core.job.errors import HostError, NeuralStyleError
from nst_core.job.events import Estimate
from nst_core.job.settings import Settings

from . import arguments, drawable, last_used
from .choosers import ContentChooser
from .form import Form
from .painting import Painting
from .preset_bar import PresetBar
from .recall import Recall
from .style_list import StyleList
from .styles import find_again

#: The smallest and the largest height in pixels of the list of settings, which depends on the dialog's height.
_SHORTEST, _TALLEST = 150, 420
#: The least width in pixels. With it, the picture does not move when the user adds the first style.
_WIDTH = 410


class FormListener(Protocol):
    """The methods that the form calls after choices of the user."""

    def chosen(self) -> None:
        """Called when the user has changed the next painting."""

    def content_chosen(self) -> None:
        """Called when the user has chosen another layer to paint."""

    def adjusted(self, adjustment: Adjustment) -> None:
        """Called with changed settings that a running painting can use."""

    def failed(self, error: NeuralStyleError) -> None:
        """Called with an error if a choice can't be used."""


class PaintingForm(Gtk.Box):
    """The choices for a painting of ``content``, a layer of ``image``. GIMP stores them in ``config``.

    With ``of_film``, it offers no other layer, because the frames are the content, and it only mixes styles.
    """

    def __init__(
        self,
        window: GimpUi.ProcedureDialog,
        config: Gimp.ProcedureConfig,
        image: Gimp.Image,
        content: Gimp.Layer,
        listener: FormListener,
        of_film: bool = False,
    ) -> None:
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        self.set_size_request(_WIDTH, -1)
        self._config, self._image, self._listener = config, image, listener
        self.content: Optional[Gimp.Layer] = content
        self.continued: Optional[Gimp.Layer] = None
        self._selected = content
        self._header = ContentChooser(image, self._choose_content)
        self.styles = StyleList(lambda: self.content, self._styles_changed, self._reweighted, listener.failed)
        self._presets = PresetBar(config, self.styles, listener.failed)
        self._form = Form(window, config, lambda: self.content, self._unfolded)
        self._form.align(self._presets.label)
        self._settings = Gtk.ScrolledWindow(hscrollbar_policy=Gtk.PolicyType.NEVER, propagate_natural_height=True)
        self._settings.set_min_content_height(_SHORTEST)
        self._settings.set_max_content_height(_TALLEST)
        self._settings.add(self._form)
        self._is_unfolding = False
        self._settings.get_vadjustment().connect("changed", self._show_unfolded)
        if of_film:
            self.styles.mix_only()
        else:
            self.pack_start(self._header, False, False, 0)
        self.pack_start(self.styles, True, True, 0)
        self.pack_start(self._presets, False, False, 0)
        self.pack_start(self._settings, False, True, 0)
        self._header.show_layer(content)
        self._follow_config()

    @property
    def is_complete(self) -> bool:
        """True if a layer to paint and a style are chosen."""
        return self.content is not None and self.styles.is_complete

    def settings(self) -> Settings:
        """Return the chosen settings. Raises :class:`InvalidJob` if a text is not valid."""
        return arguments.settings(self._config)

    def paintings(self, in_color: bool) -> List[Painting]:
        """Return the chosen paintings, often only one. Raises named errors if a choice can't be painted."""
        if self.content is None:
            raise HostError(tr("No layer to paint is chosen."), tr("Choose one at the top of the dialog."))
        drawable.require(self.content)
        settings, initial = self.settings(), arguments.initial(self._config)
        if self.continued is not None:
            settings, initial = replace(settings, init="picture"), self.continued
        # If the user selected a painted layer above its content, the new layer goes above it.
        below = self._selected if self._selected.is_valid() else None
        more = (settings, arguments.keep_mask(self._config), initial, below, in_color)
        return [Painting(self._image, self.content, choices, *more) for choices in self.styles.pictures]

    def offer_devices(self, devices: Any) -> None:
        """Offer the devices of the engine."""
        self._form.offer_devices(devices)

    def align(self, label: Gtk.Label) -> None:
        """Give ``label``, which is above the form, the width of the labels of the settings."""
        self._form.align(label)

    def show_automatic(self, estimate: Estimate) -> None:
        """Show the working size that *Automatic* means now."""
        self._form.show_automatic(estimate)

    def choose_size(self, size: int) -> None:
        """Set the working size."""
        self._config.set_property(arguments.argument_name("size"), size)

    def remember(self) -> None:
        """Store the present choices, so that an animation begins with them."""
        last_used.remember(self._config)

    def show_stored(self) -> None:
        """Show the styles that GIMP has stored, except those that no longer exist."""
        named = self._config.get_property(arguments.STYLES)
        found = find_again(named, self._config.get_property(arguments.REGIONS), self._image)
        self.styles.show_choices(found)

    def show_recalled(self, recalled: Recall) -> None:
        """Show the painting that was ``recalled``."""
        painting = recalled.painting
        settings, initial = painting.settings, painting.initial
        self.continued = initial if recalled.continues else None
        if recalled.continues:  # Only this painting starts from the layer. GIMP stores the start of other paintings.
            settings, initial = replace(settings, init="content"), None
        self.content = painting.content if recalled.has_content else None
        self._header.show_layer(self.content)
        arguments.store_settings(self._config, settings)
        arguments.store_keep_mask(self._config, painting.keep_mask)
        self._config.set_property(arguments.INITIAL, initial)
        self.styles.show_recalled(painting.choices)
        self._listener.content_chosen()

    def start_over(self) -> None:
        """Stop continuing a painted layer."""
        self.continued = None
        self._listener.content_chosen()

    def _choose_content(self, layer: Gimp.Layer) -> None:
        self.content = self._selected = layer
        self.continued = None
        self._header.show_layer(layer)
        self._listener.content_chosen()
        self._listener.chosen()

    def _follow_config(self) -> None:
        for definition in arguments.declared(self._config):
            if definition.live:
                name = arguments.argument_name(definition.name)
                self._config.connect(f"notify::{name}", self._adjust, definition.name)
        self._config.connect("notify", lambda *_: self._listener.chosen())
        # GIMP's buttons Reset and Load Saved Settings change the styles, but not the list.
        for name in (arguments.STYLES, arguments.REGIONS):
            self._config.connect(f"notify::{name}", self._styles_restored)

    def _adjust(self, config: Gimp.ProcedureConfig, spec: Any, setting: str) -> None:
        self._listener.adjusted(Adjustment({setting: config.get_property(spec.name)}))

    def _reweighted(self) -> None:
        arguments.store_choices(self._config, self.styles.choices)
        self._listener.adjusted(Adjustment(weights=tuple(choice.weight for choice in self.styles.choices)))

    def _styles_changed(self) -> None:
        arguments.store_choices(self._config, self.styles.choices)
        self._presets.refresh()
        self._listener.chosen()

    def _styles_restored(self, config: Gimp.ProcedureConfig, spec: Any) -> None:
        if not arguments.are_stored(config, self.styles.choices):
            self.show_stored()

    def _unfolded(self, unfolded: bool) -> None:
        self._is_unfolding = unfolded

    def _show_unfolded(self, adjustment: Gtk.Adjustment) -> None:
        """Show the advanced settings after the user has unfolded them. They may need a scroll."""
        if self._is_unfolding:
            self._is_unfolding = False
            adjustment.set_value(adjustment.get_upper() - adjustment.get_page_size())
