"""Films with a known motion, made from the sample pictures. So the true motion need not be measured."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Callable, Dict, List, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nst_core.film import flow
from tests.benchmarks.images import SAMPLES

Array = NDArray[Any]

WIDTH, HEIGHT = 192, 128


@dataclass(frozen=True)
class Motion:
    """A film: ``frames`` (H, W, 3; bytes). ``ways`` leads each pixel of a frame to its place in the frame before.

    ``visible`` (H, W; boolean) is True where that place was visible. After a cut, both are None. ``fades`` is True if
    the whole film becomes darker.
    """

    frames: List[Array]
    ways: Sequence[Array | None]
    visible: List[Array]
    fades: bool = False

    def change(self, pictures: List[Array]) -> float:
        """Return the mean difference, in levels of 255, between each picture and the moved picture before it."""
        changes = []
        for number, (way, seen) in enumerate(zip(self.ways, self.visible)):
            if way is not None:
                before = flow.moved(pictures[number].astype(np.float32), way)
                changes.append(float(np.abs(pictures[number + 1] - before)[seen].mean()))
        return sum(changes) / len(changes)


def in_light_of_first(pictures: List[Array]) -> List[Array]:
    """Return ``pictures`` (H, W, 3; 0 to 255) with the mean and the contrast of the first one. Other changes remain."""
    mean, contrast = pictures[0].mean(), pictures[0].std()
    return [(picture - picture.mean()) * (contrast / picture.std()) + mean for picture in pictures]


def sample(name: str, side: int) -> Array:
    """Return a sample picture with this longest side."""
    image = Image.open(SAMPLES / f"{name}.jpg").convert("RGB")
    image.thumbnail((side, side), Image.Resampling.LANCZOS)
    return np.asarray(image)


def pan(count: int) -> Motion:
    """Move the camera to the right and slightly down, by parts of pixels."""
    picture = sample("chelsea", 460)
    step = np.array([3.4, 0.9], np.float32)
    frames = [
        cv2.getRectSubPix(picture, (WIDTH, HEIGHT), (130 + float(step[0]) * i, 140 + float(step[1]) * i))
        for i in range(count)
    ]
    return _uniform(frames, lambda x, y: (x + step[0], y + step[1]))


def zoom(count: int) -> Motion:
    """Move the camera nearer, by two percent in each frame."""
    picture, ratio = sample("astronaut", 300), 1.02
    frames = []
    for i in range(count):
        scale = ratio**-i
        width, height = picture.shape[1], picture.shape[0]
        to_picture = np.array(
            [[scale, 0, width / 2 - scale * WIDTH / 2], [0, scale, height / 2 - scale * HEIGHT / 2]], np.float32
        )
        flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
        frames.append(cv2.warpAffine(picture, to_picture, (WIDTH, HEIGHT), flags=flags))
    middle = WIDTH / 2, HEIGHT / 2
    return _uniform(frames, lambda x, y: (middle[0] + (x - middle[0]) / ratio, middle[1] + (y - middle[1]) / ratio))


def moving_object(count: int) -> Motion:
    """Move a face in front of a still background."""
    ground = cv2.getRectSubPix(sample("coffee", 320), (WIDTH, HEIGHT), (160.0, 105.0))
    face, step = sample("astronaut", 200)[16:76, 60:110], 6
    frames, ways, visible = [], [], []
    top, height, width = 40, *face.shape[:2]
    for i in range(count):
        left = 12 + step * i
        frame = ground.copy()
        frame[top : top + height, left : left + width] = face
        frames.append(frame)
        if i:
            way, seen = _none(), np.ones((HEIGHT, WIDTH), bool)
            way[top : top + height, left : left + width, 0] = -step
            seen[top : top + height, left - step : left] = False
            ways.append(way)
            visible.append(seen)
    return Motion(frames, ways, visible)


def fade(count: int) -> Motion:
    """Make a still picture darker."""
    picture = cv2.getRectSubPix(sample("moulin_de_la_galette", 320), (WIDTH, HEIGHT), (160.0, 110.0))
    frames = [np.rint(picture * (1 - 0.6 * i / (count - 1))).astype(np.uint8) for i in range(count)]
    return replace(_uniform(frames, lambda x, y: (x, y)), fades=True)


def cut(count: int) -> Motion:
    """Show a still picture, and then another one."""
    first = cv2.getRectSubPix(sample("inokashira_snow", 320), (WIDTH, HEIGHT), (160.0, 100.0))
    frames = [first if i < count // 2 else pan(1).frames[0] for i in range(count)]
    motion = _uniform(frames, lambda x, y: (x, y))
    ways = [None if i == count // 2 else way for i, way in enumerate(motion.ways, 1)]
    return Motion(frames, ways, motion.visible)


MOTIONS: Dict[str, Callable[[int], Motion]] = {
    "pan": pan, "zoom": zoom, "moving object": moving_object, "fade": fade, "cut": cut,
}  # fmt: skip


def _uniform(frames: List[Array], came_from: Callable[[Array, Array], tuple[Array, Array]]) -> Motion:
    """Return a film with the same motion between all frames."""
    rows, columns = np.indices((HEIGHT, WIDTH), np.float32)
    x, y = came_from(columns, rows)
    seen = (x >= 0) & (y >= 0) & (x <= WIDTH - 1) & (y <= HEIGHT - 1)
    way = np.dstack([x - columns, y - rows]).astype(np.float32)
    return Motion(frames, [way] * (len(frames) - 1), [seen] * (len(frames) - 1))


def _none() -> Array:
    return np.zeros((HEIGHT, WIDTH, 2), np.float32)
