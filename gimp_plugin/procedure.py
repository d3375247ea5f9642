"""The plug-in's procedures: paint a layer, paint again what a painted layer remembers, and go on from where it is."""

from __future__ import annotations

import traceback
from typing import Any, Callable, Dict, List, Optional

from gi.repository import Gegl, Gimp, GLib, GObject

from nst_core import __version__
from nst_core.bridge import language, wording
from nst_core.bridge.language import tr
from nst_core.job.errors import HostError, NeuralStyleError
from nst_core.job.events import ClientEvent, Progress

from . import arguments, drawable
from .painting import Painting, continuation, paint, repetition
from .runner import engine

PAINT = "plug-in-neural-style"
REPEAT = f"{PAINT}-repeat"
CONTINUE = f"{PAINT}-continue"
PROCEDURES = (PAINT, REPEAT, CONTINUE)

_MENU = "<Image>/Filters/Artistic"

_Action = Callable[[Gimp.RunMode, Gimp.Image, Gimp.Layer, Gimp.ProcedureConfig], Optional[Gimp.Layer]]


def create(plug_in: Gimp.PlugIn, name: str) -> Gimp.Procedure:
    """The procedure ``name`` (of :data:`PROCEDURES`), declared to GIMP."""
    language.use(GLib.get_language_names())
    procedure = Gimp.ImageProcedure.new(plug_in, name, Gimp.PDBProcType.PLUGIN, _run, None)
    procedure.set_image_types("*")
    procedure.set_sensitivity_mask(Gimp.ProcedureSensitivityMask.DRAWABLE)
    procedure.set_attribution("Neural Style", "Neural Style", __version__)
    _DESCRIBE[name](procedure)
    procedure.add_menu_path(_MENU)
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
    procedure.set_menu_label(tr("_Repeat Neural Style of Layer"))
    blurb = tr("Paint again what a layer of Neural Style was painted from, with the same styles and settings")
    help_text = tr("The layer remembers its content, styles and settings. The result is a new layer above it.")
    procedure.set_documentation(blurb, help_text, None)


def _describe_continue(procedure: Gimp.Procedure) -> None:
    procedure.set_menu_label(tr("_Continue Neural Style of Layer"))
    blurb = tr("Go on painting a layer of Neural Style from where it is, with the same styles and settings")
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
    """Run ``procedure``; every named error becomes its return value, which GIMP or the caller shows."""
    Gegl.init(None)
    language.use(GLib.get_language_names())
    # Else GIMP opens a window of its own for whatever fails here, beside the words that we find for it.
    procedure.get_plug_in().set_pdb_error_handler(Gimp.PDBErrorHandler.PLUGIN)
    try:
        layer = _ACTIONS[procedure.get_name()](run_mode, image, drawable.content_layer(drawables), config)
    except NeuralStyleError as error:
        return _failure(procedure, error)
    except Exception:  # The process's outermost edge: without an answer GIMP would say nothing of use.
        traceback.print_exc()
        return _failure(procedure, HostError("The plug-in met an error that it did not expect.", "Please report it."))
    if layer is None or not image.is_valid():
        # GIMP would store the arguments of a success with the image, and complain that it was closed.
        return procedure.new_return_values(Gimp.PDBStatusType.CANCEL, None)
    values = procedure.new_return_values(Gimp.PDBStatusType.SUCCESS, None)
    values.remove(1)
    values.insert(1, GObject.Value(Gimp.Layer.__gtype__, layer))
    return values


def _failure(procedure: Gimp.Procedure, error: NeuralStyleError) -> Gimp.ValueArray:
    problem = GLib.Error.new_literal(Gimp.PlugIn.error_quark(), wording.error(error), 0)
    return procedure.new_return_values(Gimp.PDBStatusType.EXECUTION_ERROR, problem)


def _paint(
    run_mode: Gimp.RunMode, image: Gimp.Image, content: Gimp.Layer, config: Gimp.ProcedureConfig
) -> Optional[Gimp.Layer]:
    if run_mode == Gimp.RunMode.INTERACTIVE:
        from . import dialog  # Only here: a batch run has no display, and needs no GTK.

        return dialog.show(image, content, config, show_progress)
    choices = tuple(arguments.choices(config, image))
    keep_mask, initial = arguments.keep_mask(config), config.get_property(arguments.INITIAL)
    return _paint_in_line(Painting(image, content, choices, arguments.settings(config), keep_mask, initial))


def _repeat(
    run_mode: Gimp.RunMode, image: Gimp.Image, content: Gimp.Layer, config: Gimp.ProcedureConfig
) -> Optional[Gimp.Layer]:
    return _paint_in_line(repetition(image, content))


def _continue(
    run_mode: Gimp.RunMode, image: Gimp.Image, content: Gimp.Layer, config: Gimp.ProcedureConfig
) -> Optional[Gimp.Layer]:
    return _paint_in_line(continuation(image, content))


def _paint_in_line(painting: Painting) -> Optional[Gimp.Layer]:
    """Paint without a dialog, with GIMP's own progress and Cancel."""
    Gimp.progress_init(tr("Neural Style"))
    with engine(show_progress) as runner:
        return paint(painting, runner)


def show_progress(event: ClientEvent) -> None:
    """Tell GIMP's own progress bar of a job's progress."""
    if isinstance(event, Progress):
        Gimp.progress_update(event.fraction)
        Gimp.progress_set_text(wording.progress(event))


_DESCRIBE: Dict[str, Callable[[Gimp.Procedure], None]] = {
    PAINT: _describe_paint,
    REPEAT: _describe_repeat,
    CONTINUE: _describe_continue,
}
_ACTIONS: Dict[str, _Action] = {PAINT: _paint, REPEAT: _repeat, CONTINUE: _continue}
