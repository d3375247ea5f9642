"""Makes the start of the next frame: the earlier result, moved with the content and with the same change of light.

A painting that is copied from frame to frame drifts, because each copy adds errors. So a pixel keeps its exact color
while its content does not change. ``reference`` stores the content for which each pixel was painted. The pixel is
painted again when its content differs visibly from this reference, even if the change was slow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import flow, trust
from .arrays import Array, shown

#: The weight with which a moved pixel keeps its earlier color. 1 keeps it exactly.
_MOVED = 0.85

#: At the border of a trusted area: the number of pixels that are not trusted, and the width of the fade.
_BORDER, _FADE = 1, 1.0

#: The blur for measuring a change of light, as a share of the longest side. The engine paints finer changes.
_LIGHT = 1 / 24

#: The largest difference in levels of 255 between a mask and the mask for which a pixel was painted.
_OTHER_MASK = 16

#: If a smaller share of a frame can be followed, a cut is before this frame.
_FOLLOWED = 0.35


@dataclass(frozen=True)
class Trace:
    """The data about a painted frame that the next frame of the shot needs.

    ``result`` (H, W, 4; bytes) is the painted frame. ``reference`` (H, W, 3; bytes) is the content for which each pixel
    was painted. ``masks`` (H, W, n; bytes) are the masks for which it was painted, such as the selection. ``opening``
    (h, w, 4; bytes) is the content of the shot's first frame in a small size.
    """

    result: Array
    reference: Array
    opening: Array
    masks: Array

    @property
    def is_empty(self) -> bool:
        """True if the frame had nothing to paint. The next frame begins a shot then."""
        return not self.opening.any()


@dataclass(frozen=True)
class Follow:
    """The start of the next frame: ``picture`` (H, W, 3; 0 to 255) and the ``weights`` (H, W) of its pixels.

    ``still`` (H, W; boolean) is True where nothing changed. ``is_cut`` is True if the frame differs too much from the
    frame before it.
    """

    picture: Array
    weights: Array
    still: Array
    is_cut: bool


def follow(trace: Trace, content: Array, masks: Array) -> Follow:
    """Return the start of the frame with this ``content`` (H, W, 4; bytes) and these ``masks`` after ``trace``."""
    now, reference = shown(content), trace.reference
    back, forth = flow.motion(now, reference), flow.motion(reference, now)
    still = trust.still(now, reference, back)
    back[still] = 0
    came_from = flow.moved(reference.astype(np.float32), back)
    steady = trust.consistent(back, forth) | still
    light = _light(now - came_from, steady)
    trusted = (steady & trust.alike(now.astype(np.float32), came_from + light)) | still
    followed = float(trusted.mean())
    for before, mask in zip(np.moveaxis(trace.masks, 2, 0), np.moveaxis(masks, 2, 0)):
        same = np.abs(flow.moved(before.astype(np.float32), back)[..., 0] - mask) < _OTHER_MASK
        trusted, still = trusted & same, still & same
    picture = flow.moved(trace.result[..., :3].astype(np.float32), back)
    picture += light
    picture[still] = trace.result[..., :3][still]
    sure = flow.blurred(flow.eroded(trusted, _BORDER).astype(np.float32), _FADE)
    weights = np.where(still, 1.0, _MOVED * np.minimum(sure, trusted)).astype(np.float32)
    return Follow(picture.clip(0, 255), weights, still, followed < _FOLLOWED)


def is_cut(before: Array, content: Array) -> bool:
    """Return True if a shot ends between two frames (H, W, 4; bytes)."""
    none = before[..., :0]
    return follow(Trace(before, shown(before), before, none), content, none).is_cut


def next_trace(trace: Trace, following: Follow, content: Array, masks: Array, result: Array) -> Trace:
    """Return the trace of the frame that was painted as ``result``. Still pixels keep their reference and masks."""
    still = following.still[..., None]
    reference = np.where(still, trace.reference, shown(content))
    return Trace(result, reference, trace.opening, np.where(still, trace.masks, masks))


def _light(change: Array, steady: Array) -> Array:
    """Return the change of light: the blurred change of colors (H, W, 3), measured only where pixels are ``steady``."""
    sigma = max(change.shape[:2]) * _LIGHT
    seen = flow.blurred(steady.astype(np.float32), sigma)[..., None]
    return np.asarray(flow.blurred(change * steady[..., None], sigma) / np.maximum(seen, 1e-3))
