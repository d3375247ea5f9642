"""A script that paints every picture of a folder with GIMP, without a window: see docs/gimp-batch.md."""

from pathlib import Path
from typing import Any, Dict, List

from gi.repository import Gimp, Gio

PICTURES = {".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".xcf"}


def paint_folder(source: str, target: str, styles: List[str], **settings: Any) -> None:
    """Paint each picture in the folder ``source`` and save it as PNG in the folder ``target``.

    ``styles`` are paths of pictures, each with ``=WEIGHT`` behind it if you like; ``settings`` are the procedure's
    other arguments, such as ``quality="draft"`` or ``style_scale=0.5``. A picture that fails does not stop the others.
    """
    styles = [str(Path(style).resolve()) for style in styles]
    painted = Path(target).resolve()
    painted.mkdir(parents=True, exist_ok=True)
    failures = []
    for path in sorted(Path(source).iterdir()):
        if path.suffix.lower() in PICTURES:
            failure = paint_file(path.resolve(), painted / f"{path.stem}.png", styles, settings)
            print(f"{path.name}: {failure or 'done'}", flush=True)
            failures += [path.name] if failure else []
    if failures:
        raise RuntimeError(f"Not painted: {', '.join(failures)}")


def paint_file(source: Path, target: Path, styles: List[str], settings: Dict[str, Any]) -> str:
    """Paint one picture. Return the error, or an empty text."""
    image = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path(str(source)))
    if image is None:
        return "GIMP can't open it"
    try:
        image.policy_rotate(False)  # Upright, as its camera was held.
        image.merge_visible_layers(Gimp.MergeType.CLIP_TO_IMAGE)
        procedure = Gimp.get_pdb().lookup_procedure("plug-in-neural-style")
        config = procedure.create_config()
        config.set_property("image", image)
        config.set_core_object_array("drawables", image.get_layers()[:1])
        config.set_property("styles", styles)
        for name, value in settings.items():
            set_argument(config, name.replace("_", "-"), value)
        if procedure.run(config).index(0) != Gimp.PDBStatusType.SUCCESS:
            return str(Gimp.get_pdb().get_last_error())
        saved = Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, Gio.File.new_for_path(str(target)), None)
        return "" if saved else str(Gimp.get_pdb().get_last_error())
    finally:
        image.delete()


def set_argument(config: Gimp.ProcedureConfig, name: str, value: Any) -> None:
    """Set an argument of the procedure. GIMP ignores a value out of range, so read it after that and compare it."""
    config.set_property(name, value)
    if config.get_property(name) != value:
        raise ValueError(f"{name} can't be {value!r}; see Help > Procedure Browser for its range")
