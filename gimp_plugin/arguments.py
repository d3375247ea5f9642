"""The procedure's arguments. They are made from the definitions of the settings; this module reads and stores them."""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest
from typing import Any, Callable, Dict, List, Optional, Sequence

from gi.repository import Gimp, GObject

from nst_core.bridge.language import tr
from nst_core.job.errors import InvalidJob
from nst_core.job.settings import AUTOMATIC, Definition, Settings, Value, definitions

from . import regions, styles
from .mnemonics import with_keys

STYLES = "styles"
REGIONS = "regions"
KEEP_MASK = "keep-mask"
KEEP_INVERTED = "keep-mask-inverted"
INITIAL = "initial-picture"
FRAMES = "frames-folder"
OUTPUT = "output-folder"

#: The settings that an animation does not have. It paints pictures, and each frame starts from the previous one.
_OF_PICTURES = ("mode", "init")

_FLAGS = GObject.ParamFlags.READWRITE

#: The keys of the buttons in GIMP's own dialog, in English: cancel, load, reset, save.
_KEYS_OF_GIMP = "clrs"


def argument_name(setting: str) -> str:
    """Return a setting's name in the spelling of GIMP and of ``nst``."""
    return "working-size" if setting == "size" else setting.replace("_", "-")


def declare(procedure: Gimp.Procedure) -> None:
    """Give ``procedure`` an argument for the styles and an argument for each setting of a picture."""
    _declare_styles(procedure)
    for definition in definitions():
        _DECLARE[definition.kind](procedure, definition)
    _declare_keep_mask(procedure)
    initial_help = tr("The layer that the painting starts from. It counts only if the painting starts from a picture.")
    procedure.add_layer_argument(INITIAL, _with_mnemonic(tr("Start picture")), initial_help, True, _FLAGS)


def declare_film(procedure: Gimp.Procedure) -> None:
    """Give ``procedure`` arguments for the styles, the settings of an animation, and folders."""
    _declare_styles(procedure)
    for definition in definitions():
        if definition.name not in _OF_PICTURES:
            _DECLARE[definition.kind](procedure, definition)
    _declare_keep_mask(procedure)
    frames_help = tr(
        "The pictures in this folder are the frames, in the order of the numbers in their names. Without a folder, the "
        "layers of the image are the frames."
    )
    output_help = tr("The painted frames of a folder are saved here, as PNG files.")
    folders = ((FRAMES, tr("Folder with frames"), frames_help), (OUTPUT, tr("Output folder"), output_help))
    for name, folder_label, text in folders:
        action = Gimp.FileChooserAction.ANY  # GIMP would refuse a missing folder without a reason.
        procedure.add_file_argument(name, folder_label, text, action, True, None, _FLAGS)


def _declare_styles(procedure: Gimp.Procedure) -> None:
    styles_help = tr(
        "The style pictures. Each text is the full path of a file, or layer: and the id of a layer. It may end with = "
        "and a weight: the share of this style in the mixture. Without it, the weight is 1."
    )
    procedure.add_string_array_argument(STYLES, tr("Styles"), styles_help, _FLAGS)
    regions_help = tr(
        "Where each style paints. There is one text for each style. An empty text is everywhere. selection is the "
        "selected part. layer:, mask: or channel: and an id is the shape of a layer, its mask, or a saved selection. "
        "not: before it inverts it."
    )
    procedure.add_string_array_argument(REGIONS, tr("Regions"), regions_help, _FLAGS)


def _declare_keep_mask(procedure: Gimp.Procedure) -> None:
    keep_mask_help = tr("A layer, mask or channel. The content is kept where it is bright, or everywhere without it.")
    procedure.add_drawable_argument(KEEP_MASK, tr("Keep where"), keep_mask_help, True, _FLAGS)
    inverted_help = tr("Keep the content where the mask is dark, not where it is bright.")
    procedure.add_boolean_argument(KEEP_INVERTED, tr("Invert where to keep"), inverted_help, False, _FLAGS)


def declare_machine(procedure: Gimp.Procedure) -> None:
    """Give ``procedure`` an argument for each setting of the machine. A record contains the other settings."""
    for definition in definitions():
        if definition.of_machine:
            _DECLARE[definition.kind](procedure, definition)


def label(definition: Definition) -> str:
    """Return the label of a setting with its unit, and with an underscore before the letter of its key."""
    unit = f" ({definition.unit})" if definition.unit else ""
    return _with_mnemonic(tr(definition.label)) + unit


def declared(config: Gimp.ProcedureConfig) -> List[Definition]:
    """Return the settings that ``config`` holds. An animation does not have all of them."""
    return [found for found in definitions() if config.find_property(argument_name(found.name)) is not None]


def settings(config: Gimp.ProcedureConfig) -> Settings:
    """Return the values of the settings in ``config``. Raises :class:`InvalidJob` if a text is not valid."""
    return Settings.from_dict({d.name: _value(config, d) for d in declared(config)})


def initial(config: Gimp.ProcedureConfig) -> Optional[Gimp.Layer]:
    """Return the layer to start from, or None."""
    return config.get_property(INITIAL) if config.find_property(INITIAL) is not None else None


def machine(config: Gimp.ProcedureConfig) -> Settings:
    """Return the settings of the machine in ``config``, and the defaults of the other settings."""
    return Settings.from_dict({d.name: _value(config, d) for d in definitions() if d.of_machine})


def choices(config: Gimp.ProcedureConfig, image: Gimp.Image) -> List[styles.Choice]:
    """Return the styles that ``config`` names, for a layer of ``image``.

    Raises :class:`InvalidJob` if a style or its region can't be found.
    """
    named, where = config.get_property(STYLES), config.get_property(REGIONS)
    if len(where) > len(named):
        problem = tr("There are more regions than styles.")
        raise InvalidJob(problem, tr("Give one for each style, an empty text for everywhere."))
    pairs = zip_longest(named, where, fillvalue="")
    return [styles.parse(text, image, regions.parse(region, image)) for text, region in pairs]


def keep_mask(config: Gimp.ProcedureConfig) -> Optional[regions.Region]:
    """Return the mask that limits where the content is kept, or None for everywhere."""
    item = config.get_property(KEEP_MASK)
    return None if item is None else replace(regions.of(item), inverted=config.get_property(KEEP_INVERTED))


def store_keep_mask(config: Gimp.ProcedureConfig, region: Optional[regions.Region]) -> None:
    """Store this mask in ``config``. None means everywhere."""
    with config.freeze_notify():  # Listeners must see both changes together.
        config.set_property(KEEP_MASK, None if region is None else region.drawable())
        config.set_property(KEEP_INVERTED, region is not None and region.inverted)


def store_settings(config: Gimp.ProcedureConfig, values: Settings) -> None:
    """Store these settings in ``config``."""
    stored = values.to_dict()
    for definition in declared(config):
        config.set_property(argument_name(definition.name), stored[definition.name])


def store_choices(config: Gimp.ProcedureConfig, chosen: Sequence[styles.Choice]) -> None:
    """Store these styles and their regions in ``config``."""
    with config.freeze_notify():  # Listeners must see both changes together.
        config.set_property(STYLES, [choice.text() for choice in chosen])
        config.set_property(REGIONS, [choice.region_text() for choice in chosen])


def are_stored(config: Gimp.ProcedureConfig, chosen: Sequence[styles.Choice]) -> bool:
    """Return True if ``config`` names exactly these styles and regions."""
    styled = list(config.get_property(STYLES)) == [choice.text() for choice in chosen]
    return styled and list(config.get_property(REGIONS)) == [choice.region_text() for choice in chosen]


def _value(config: Gimp.ProcedureConfig, definition: Definition) -> Value:
    value = config.get_property(argument_name(definition.name))
    return "" if value is None else value


def _declare_float(procedure: Gimp.Procedure, definition: Definition) -> None:
    limits = (definition.minimum, definition.maximum, definition.default)
    procedure.add_double_argument(*_words(definition), *limits, _FLAGS)


def _declare_int(procedure: Gimp.Procedure, definition: Definition) -> None:
    minimum = AUTOMATIC if definition.adaptive else int(definition.minimum)
    limits = (minimum, int(definition.maximum), definition.first)
    procedure.add_int_argument(*_words(definition), *limits, _FLAGS)


def _declare_choice(procedure: Gimp.Procedure, definition: Definition) -> None:
    choice = Gimp.Choice.new()
    for number, (value, label) in enumerate(zip(definition.choices, definition.choice_labels)):
        choice.add(value, number, tr(label), "")
    procedure.add_choice_argument(*_words(definition), choice, definition.default, _FLAGS)


def _declare_text(procedure: Gimp.Procedure, definition: Definition) -> None:
    procedure.add_string_argument(*_words(definition), definition.default, _FLAGS)


def _words(definition: Definition) -> List[str]:
    return [argument_name(definition.name), label(definition), tr(definition.help)]


def _with_mnemonic(label: str) -> str:
    """Return ``label`` with an underscore before the letter of its key."""
    taken = {*_KEYS_OF_GIMP, *(_key_of(button) for button in _buttons())}
    labels = [*(tr(definition.label) for definition in definitions()), tr("Start picture")]
    return with_keys(labels, taken)[label]


def _buttons() -> List[str]:
    """Return the labels of the dialog's buttons, which already have keys."""
    stops = [tr("Stop and _Keep"), tr("Stop and _Discard")]
    return [
        *stops,
        tr("Add La_yer"),
        tr("Add _File..."),
        tr("_Gallery..."),
        tr("_Advanced"),
        tr("S_tylize"),
        tr("_Help"),
    ]


def _key_of(label: str) -> str:
    return label[label.index("_") + 1].lower()


_DECLARE: Dict[str, Callable[[Any, Definition], None]] = {
    "float": _declare_float,
    "int": _declare_int,
    "choice": _declare_choice,
    "text": _declare_text,
}
