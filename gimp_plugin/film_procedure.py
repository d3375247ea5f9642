"""The procedure that paints an animation: the layers of an image, or the pictures of a folder."""

from __future__ import annotations

from typing import Any, List, Optional

from gi.repository import Gimp, GLib, GObject

from nst_core import __version__
from nst_core.bridge import language
from nst_core.bridge.language import tr
from nst_core.studio.animation import AnimationEvent, FramePainted, FrameProgress

from . import answers, arguments
from .film_order import FilmOrder
from .film_output import NewImage
from .film_run import FilmRun
from .painting import Painting
from .procedure import MENU, PAINT

ANIMATE = f"{PAINT}-animate"


def create(plug_in: Gimp.PlugIn) -> Gimp.Procedure:
    """Make the procedure, and declare it to GIMP."""
    language.use(GLib.get_language_names())
    procedure = Gimp.ImageProcedure.new(plug_in, ANIMATE, Gimp.PDBProcType.PLUGIN, _run, None)
    procedure.set_image_types("*")
    mask = Gimp.ProcedureSensitivityMask
    procedure.set_sensitivity_mask(mask.DRAWABLE | mask.DRAWABLES | mask.NO_DRAWABLES)
    procedure.set_attribution("Neural Style", "Neural Style", __version__)
    procedure.set_menu_label(tr("Neural Style: _Animate..."))
    procedure.add_menu_path(MENU)
    blurb = tr("Paint the frames of an animation so that nothing flickers")
    help_text = tr(
        "The layers of the image are the frames, the lowest one first. The painted frames become the layers of a new "
        "image, with the same names. The frames can also be the pictures in a folder."
    )
    procedure.set_documentation(blurb, help_text, None)
    arguments.declare_film(procedure)
    returned = tr("The new image, or none if the frames were saved to a folder.")
    procedure.add_image_return_value("image", tr("New image"), returned, True, GObject.ParamFlags.READWRITE)
    return procedure


def _run(
    procedure: Gimp.Procedure,
    run_mode: Gimp.RunMode,
    image: Gimp.Image,
    drawables: List[Gimp.Drawable],
    config: Gimp.ProcedureConfig,
    data: Any,
) -> Gimp.ValueArray:
    def animate() -> Optional[List[GObject.Value]]:
        if run_mode == Gimp.RunMode.INTERACTIVE:
            from . import film_dialog  # Import it only here: a batch run has no display, and needs no GTK.

            return [] if film_dialog.show(image, config) else None
        return _animate_in_line(image, config, run_mode != Gimp.RunMode.NONINTERACTIVE)

    return answers.answer(procedure, animate)


def _animate_in_line(image: Gimp.Image, config: Gimp.ProcedureConfig, shown: bool) -> List[GObject.Value]:
    """Animate without a dialog. GIMP shows its own progress and Cancel. After an error, finished files stay."""
    choices, mask = tuple(arguments.choices(config, image)), arguments.keep_mask(config)
    content = next(iter(image.get_layers()), None)  # Each frame later takes the place of this layer.
    order = FilmOrder(Painting(image, content, choices, arguments.settings(config), mask), config)
    Gimp.progress_init(tr("Reading the pictures..."))

    def listen(event: AnimationEvent) -> None:
        show_progress(event)
        if isinstance(event, FramePainted):
            order.output.take(event)

    try:
        film = FilmRun(order.jobs, listen)
        try:
            film.run()
        finally:
            film.close()
    finally:
        order.output.finish(shown)
    return [GObject.Value(Gimp.Image.__gtype__, order.output.image)] if isinstance(order.output, NewImage) else []


def show_progress(event: AnimationEvent) -> None:
    """Show the progress in GIMP's own bar."""
    if isinstance(event, FrameProgress):
        Gimp.progress_update(event.fraction)
        Gimp.progress_set_text(event.text)
