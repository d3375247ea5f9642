"""The plug-in's procedures: they paint a layer, repeat the painting of a painted layer, and continue it."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional

from gi.repository import Gimp, GLib, GObject

from nst_core import __version__
from nst_core.bridge import language, wording
from nst_core.bridge.language import tr
from nst_core.job.events import ClientEvent, Progress, Started
from nst_core.job.settings import Settings

from . import answers, arguments, drawable, machine, recall
from .painting import Painting, paint
from .runner import engine

PAINT = "plug-in-neural-style"
REPEAT = f"{PAINT}-repeat"
CONTINUE = f"{PAINT}-continue"
PROCEDURES = (PAINT, REPEAT, CONTINUE)

#: The menu with all entries.
MENU = "<Image>/Filters/Artistic"

_Action = Callable[[Gimp.RunMode, Gimp.Image, Gimp.Layer, Gimp.ProcedureConfig], Optional[Gimp.Layer]]


def create(plug_in: Gimp.PlugIn, name: str) -> Gimp.Procedure:
    """Make the procedure ``name`` (of :data:`PROCEDURES`), and declare it to GIMP."""
    language.use(GLib.get_language_names())
    procedure = Gimp.ImageProcedure.new(plug_in, name, Gimp.PDBProcType.PLUGIN, _run, None)
    procedure.set_image_types("*")
    procedure.set_sensitivity_mask(Gimp.ProcedureSensitivityMask.DRAWABLE)
    procedure.set_attribution("Neural Style", "Neural Style", __version__)
    _DESCRIBE[name](procedure)
    procedure.add_menu_path(MENU)
    procedure.add_layer_return_value(
        "layer", tr("Layer"), tr("The new layer, or none if the user canceled."), True, GObject.ParamFlags.READWRITE
    )
    return procedure


def _describe_paint(procedure: Gimp.Procedure) -> None:
    procedure.set_menu_label(tr("_Neural Style..."))
    blurb = tr("Paint a layer in the style of other pictures")
    help_text = tr(
        "A neural network repaints the layer with the colors, strokes and patterns of one or more style pictures. The "
        "result is a new layer above it; no other layer is changed. If there is a selection, only the selected part "
        "is painted."
    )
    procedure.set_documentation(blurb, help_text, None)
    arguments.declare(procedure)


def _describe_repeat(procedure: Gimp.Procedure) -> None:
    arguments.declare_machine(procedure)
    procedure.set_menu_label(tr("Neural Style: _Repeat Layer"))
    blurb = tr("Paint the content of a layer of Neural Style again, with the same styles and settings")
    help_text = tr("The layer remembers its content, styles and settings. The result is a new layer above it.")
    procedure.set_documentation(blurb, help_text, None)


def _describe_continue(procedure: Gimp.Procedure) -> None:
    arguments.declare_machine(procedure)
    procedure.set_menu_label(tr("Neural Style: _Continue Layer"))
    blurb = tr("Continue a layer of Neural Style, with the same styles and settings")
    help_text = tr(
        "The layer remembers its content, styles and settings. The result is a new layer above it. To change settings "
        "on the way, use plug-in-neural-style with init picture and the layer as start picture."
    )
    procedure.set_documentation(blurb, help_text, None)


def _run(
    procedure: Gimp.Procedure,
    run_mode: Gimp.RunMode,
    image: Gimp.Image,
    drawables: List[Gimp.Drawable],
    config: Gimp.ProcedureConfig,
    data: Any,
) -> Gimp.ValueArray:
    def paint_layer() -> Optional[List[GObject.Value]]:
        layer = _ACTIONS[procedure.get_name()](run_mode, image, drawable.content_layer(drawables), config)
        # After a success GIMP stores the arguments with the image. It prints a warning if the image is closed.
        return None if layer is None or not image.is_valid() else [GObject.Value(Gimp.Layer.__gtype__, layer)]

    return answers.answer(procedure, paint_layer)


def _paint(
    run_mode: Gimp.RunMode, image: Gimp.Image, layer: Gimp.Layer, config: Gimp.ProcedureConfig
) -> Optional[Gimp.Layer]:
    if run_mode == Gimp.RunMode.INTERACTIVE:
        from . import dialog  # Import it only here: a batch run has no display, and needs no GTK.

        return dialog.show(image, layer, config, show_progress)
    # GIMP selects a new layer. Its command to repeat the last filter must paint the same content again, not the
    # painting.
    content = recall.content_of(image, layer) if run_mode == Gimp.RunMode.WITH_LAST_VALS else layer
    choices = tuple(arguments.choices(config, image))
    pictures = arguments.keep_mask(config), arguments.initial(config)
    return _paint_in_line(Painting(image, content, choices, arguments.settings(config), *pictures, below=layer))


def _repeat(
    run_mode: Gimp.RunMode, image: Gimp.Image, layer: Gimp.Layer, config: Gimp.ProcedureConfig
) -> Optional[Gimp.Layer]:
    return _paint_from_record(recall.repetition, run_mode, image, layer, config)


def _continue(
    run_mode: Gimp.RunMode, image: Gimp.Image, layer: Gimp.Layer, config: Gimp.ProcedureConfig
) -> Optional[Gimp.Layer]:
    return _paint_from_record(recall.continuation, run_mode, image, layer, config)


def _paint_from_record(
    recalled_by: Callable[[Gimp.Image, Gimp.Layer, Settings], recall.Recall],
    run_mode: Gimp.RunMode,
    image: Gimp.Image,
    layer: Gimp.Layer,
    config: Gimp.ProcedureConfig,
) -> Optional[Gimp.Layer]:
    # A batch run can't ask anybody, and the script has chosen the document.
    if run_mode == Gimp.RunMode.NONINTERACTIVE:
        recalled = recalled_by(image, layer, arguments.machine(config))
    else:
        from . import dialog, questions

        recalled = questions.without_refused_files(recalled_by(image, layer, machine.own()))
        if recalled.missing:
            of_dialog = create(config.get_procedure().get_plug_in(), PAINT).create_config()
            return dialog.show(image, layer, of_dialog, show_progress, recalled)
    recalled.require_all()
    recalled.require_files()
    return _paint_in_line(recalled.painting)


def _paint_in_line(painting: Painting) -> Optional[Gimp.Layer]:
    """Paint without a dialog. GIMP shows its own progress and Cancel."""
    Gimp.progress_init(tr("Reading the pictures..."))
    with engine(show_progress) as runner:
        return paint(painting, runner)


def show_progress(event: ClientEvent) -> None:
    """Show a job's progress in GIMP's own bar."""
    if isinstance(event, Started):
        Gimp.progress_init(wording.started(event))  # This replaces the text of the last opened picture: "Opening ...".
    elif isinstance(event, Progress):
        Gimp.progress_update(event.fraction)
        Gimp.progress_set_text(wording.progress(event))


_DESCRIBE: Dict[str, Callable[[Gimp.Procedure], None]] = {
    PAINT: _describe_paint,
    REPEAT: _describe_repeat,
    CONTINUE: _describe_continue,
}
_ACTIONS: Dict[str, _Action] = {PAINT: _paint, REPEAT: _repeat, CONTINUE: _continue}
