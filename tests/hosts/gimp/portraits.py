"""Makes the pictures of GIMP for the documentation, and for the manual that *Help* opens.

``python -m tests.hosts.gimp.portraits`` in the engine's Python makes them. Then ``python -m docs.gimp_manual`` puts the
last one into the manual. They are taken in the real GIMP while the real engine paints a photograph in two styles, each
within a layer mask.
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

#: Where the dialog has the first style's button for a region, and how far below the next style's is.
REGION_BUTTON, NEXT_STYLE = (91, 109), 60
#: Where it has the button that shows before and after beside each other, once there is a result.
SPLIT = (236, 349)
#: Where the line lies that one drags to give the layers' names more room, and how far.
DIVIDER, WIDER = (1046, 493), 90


def main() -> int:
    """Take both pictures; 0 if they are made."""
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
    """Lay the pictures where an artist has them; the photograph's place."""
    pictures = gimp.home / "Pictures"
    pictures.mkdir()
    for name, sample in [*STYLES.items(), ("Chelsea", "chelsea.jpg")]:
        shutil.copyfile(SAMPLES / sample, pictures / f"{name}.jpg")
    return pictures / "Chelsea.jpg"


def _remember(gimp: Gimp) -> None:
    """The styles and settings that the dialog opens with."""
    folder = gimp.profile / "plug-in-settings"
    folder.mkdir(exist_ok=True)
    names = " ".join(f'"{gimp.home}/Pictures/{name}.jpg=1"' for name in STYLES)
    last = folder / "GimpProcedureConfigRun-plug-in-neural-style.last"
    last.write_text(f"# settings\n\n(styles {len(STYLES)} {names})\n(keep-content 0.75)\n\n# end of settings\n")


def _take(window: Window, folder: Path) -> None:
    window.ask("[add_oval_mask('Background', False), add_oval_mask('Cat', True)]")
    window.drag(DIVIDER, DIVIDER[0] - WIDER)
    window.menu("ctrl+shift+j")  # The image as large as its window.
    window.menu("alt+r", "a", "n")
    dialog = window.dialog()
    for row in reversed(range(len(STYLES))):  # From below, because a button's tooltip hides the next row.
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
    time.sleep(2)  # The canvas is drawn, and the layers' list.
    done = Image.open(window.screenshot(folder / "done.png"))
    _develop(done.convert("RGB").resize((1000, 750), Image.Resampling.LANCZOS), "gimp-done")


def _develop(taken: Image.Image, name: str) -> None:
    taken.convert("RGB").save(IMAGES / f"{name}.jpg", quality=90, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
