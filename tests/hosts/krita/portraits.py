"""Makes the pictures of Krita for README and manual: ``python -m tests.hosts.krita.portraits`` in the engine's Python.

They show the real Krita 5.2 while the real engine paints. Then ``python -m docs.krita_manual`` puts those of the manual
into its page.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import List

from PIL import Image

from .editor import ROOT, Editor, engine_folders, real_engine
from .screen import screen

IMAGES = ROOT / "docs" / "images"
MANUAL = ROOT / "docs" / "krita-manual" / "pictures"
#: The position of the picture in a screenshot of the window.
PICTURE = (72, 215, 842, 728)
#: The position of the settings in a screenshot of the docker.
SETTINGS = (0, 268, 250, 700)


def main() -> int:
    """Take all pictures, and return 0 if they are made."""
    editor, engine = Editor.find("5.2"), real_engine()
    if editor is None or engine is None:
        print("This needs Krita 5.2 (python -m tests.hosts.provision) and a Python with torch.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder, screen("1400x1000") as display:
        home, shots = Path(folder) / "home", Path(folder) / "shots"
        shots.mkdir()
        editor.install(home, engine)
        seen = [*engine_folders(), shots]
        editor.run(home, "nothing", display, seen)
        second = Path(shutil.copytree(home, Path(folder) / "second"))
        editor.run(home, "portrait", display, seen, NEURAL_STYLE_SHOTS=str(shots), NEURAL_STYLE_WAIT="600")
        frames = Path(folder) / "frames"
        frames.mkdir()
        wanted = {"NEURAL_STYLE_SHOTS": str(frames), "NEURAL_STYLE_WAIT": "600"}
        editor.run(second, "forming", display, [*engine_folders(), frames], **wanted)
        _animate(sorted(frames.glob("*.png")))
        _develop(shots)
    return 0


def _animate(files: List[Path]) -> None:
    """Make the animation of README from pictures of the window. The first and the last are shown longer."""
    last = len(files) - 1
    chosen = [files[round(index * last / 29)] for index in range(30)]
    first, *others = (Image.open(file).convert("RGB").resize((720, 507), Image.Resampling.LANCZOS) for file in chosen)
    durations = [1500, *[180] * 28, 3000]
    target = IMAGES / "krita-forming.webp"
    first.save(target, save_all=True, append_images=others, duration=durations, loop=0, quality=60, method=6)


def _develop(shots: Path) -> None:
    taken = {path.stem.split("-", 1)[1]: Image.open(path).convert("RGB") for path in shots.glob("*.png")}
    taken["done-window"].save(IMAGES / "krita-done.jpg", quality=86, optimize=True)
    for name in ("ready", "painting", "repeat"):
        taken[name].quantize(256).save(MANUAL / f"{name}.png", optimize=True)
    taken["more"].crop(SETTINGS).quantize(256).save(MANUAL / "settings.png", optimize=True)
    _pair(taken["painting-window"], taken["done-window"]).save(MANUAL / "done.jpg", quality=85, optimize=True)


def _pair(before: Image.Image, after: Image.Image) -> Image.Image:
    """Return the canvas of two screenshots, side by side."""
    pair = Image.new("RGB", (606, 200), (128, 128, 128))
    for image, left in ((before, 0), (after, 306)):
        pair.paste(image.crop(PICTURE).resize((300, 200), Image.Resampling.LANCZOS), (left, 0))
    return pair


if __name__ == "__main__":
    sys.exit(main())
