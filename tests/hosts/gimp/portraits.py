"""Makes the pictures of GIMP for the documentation, and for the manual that *Help* opens.

``python -m tests.hosts.gimp.portraits`` in the engine's Python makes them. Then ``python -m docs.gimp_manual`` puts the
last one into the manual. They show the real GIMP while the real engine paints a photograph in two styles, each within a
layer mask.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import List

from PIL import Image

from tests.hosts import provision
from tests.hosts.gimp.editor import REPOSITORY, SAMPLES, Gimp, Window
from tests.hosts.krita.editor import engine_folders, real_engine
from tests.hosts.krita.screen import screen

IMAGES = REPOSITORY / "docs" / "images"
MANUAL = REPOSITORY / "docs" / "gimp-manual" / "pictures"
STYLES = {"Great Wave": "great_wave.jpg", "Auvers": "auvers.jpg"}

#: The position of the first style's button for a region, and the distance to the next style's button.
REGION_BUTTON, NEXT_STYLE = (91, 109), 60
#: The position of the button that shows before and after beside each other, after there is a result.
SPLIT = (236, 349)
#: The position of the line that gives the layers' names more space, and the distance to drag it.
DIVIDER, WIDER = (1046, 493), 90


def main() -> int:
    """Take both pictures, and return 0 if they are made."""
    root, engine = provision.TRIXIE.folder(), real_engine()
    if root is None or engine is None:
        print("This needs GIMP 3 (python -m tests.hosts.provision) and a Python with torch.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder, screen("1280x960") as display:
        gimp = Gimp(root, Path(folder) / "home", engine_folders())
        gimp.install(engine)
        photograph = _copy_pictures(gimp)
        _remember(gimp)
        window = gimp.open(display, photograph)
        try:
            _take(window, Path(folder))
        finally:
            window.close()
    return 0


def _copy_pictures(gimp: Gimp) -> Path:
    """Copy the pictures to usual folders, and return the path of the photograph."""
    pictures = gimp.home / "Pictures"
    pictures.mkdir()
    for name, sample in [*STYLES.items(), ("Chelsea", "chelsea.jpg")]:
        shutil.copyfile(SAMPLES / sample, pictures / f"{name}.jpg")
    return pictures / "Chelsea.jpg"


def _remember(gimp: Gimp) -> None:
    """Store the styles and settings with which the dialog opens."""
    folder = gimp.profile / "plug-in-settings"
    folder.mkdir(exist_ok=True)
    names = " ".join(f'"{gimp.home}/Pictures/{name}.jpg=1"' for name in STYLES)
    last = folder / "GimpProcedureConfigRun-plug-in-neural-style.last"
    last.write_text(f"# settings\n\n(styles {len(STYLES)} {names})\n\n# end of settings\n")


def _take(window: Window, folder: Path) -> None:
    window.ask("[add_oval_mask('Background', False), add_oval_mask('Cat', True)]")
    window.drag(DIVIDER, DIVIDER[0] - WIDER)
    window.menu("ctrl+shift+j")  # This makes the image as large as its window.
    window.menu("alt+r", "a", "n")
    dialog = window.dialog()
    # Start with the lowest row, because a button's tooltip hides the next row.
    for row in reversed(range(len(STYLES))):
        window.click(dialog, window.size(dialog)[0] - REGION_BUTTON[0], REGION_BUTTON[1] + NEXT_STYLE * row)
        time.sleep(1)
        window.key(*["Down"] * (row + 1), "Return")
        time.sleep(1)
    window.key("alt+t")
    taken: List[Path] = []
    while len(window.layers()) == 3:
        taken.append(window.screenshot(folder / f"{len(taken)}.png", dialog))
        time.sleep(0.5)
    _develop(Image.open(taken[len(taken) * 3 // 5]), "gimp-painting")
    time.sleep(1)
    window.click(dialog, *SPLIT)
    window.point(dialog, 5, 5)
    time.sleep(2)
    seen = Image.open(window.screenshot(folder / "dialog.png", dialog)).convert("RGB")
    seen.quantize(200).save(MANUAL / "dialog.png", optimize=True)
    window.dialog()
    window.key("Escape")
    window.wait_for(lambda: not window.find("^Neural Style$"), "the dialog's end")
    time.sleep(2)  # GIMP draws the canvas and the list of layers.
    done = Image.open(window.screenshot(folder / "done.png"))
    _develop(done.convert("RGB").resize((1000, 750), Image.Resampling.LANCZOS), "gimp-done")


def _develop(taken: Image.Image, name: str) -> None:
    taken.convert("RGB").save(IMAGES / f"{name}.jpg", quality=90, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
