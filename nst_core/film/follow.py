"""The earlier result as the start of the next frame: moved with the content, and lit as it is.

A painting that is copied from frame to frame drifts: each copy adds its errors. So pixels whose content does not change
keep their exact color, and remember the content that they were painted for (``reference``). They are painted again when
the content has changed visibly since then, no matter how slowly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import flow, trust
from .arrays import Array, shown

#: How firmly a moved pixel is held at the color that it had: 1 keeps it exactly.
_MOVED = 0.85

#: Pixels at the border of a trusted area that do not count as trusted, and the width of the fade there.
_BORDER, _FADE = 1, 1.0

#: Blur of a change of light, as a share of the longest side: the engine paints finer changes.
_LIGHT = 1 / 24

#: Levels of 255 by which a mask may differ from the one that a pixel was painted for.
_OTHER_MASK = 16

#: A cut: the least share of a frame that can be followed across none.
_FOLLOWED = 0.35


@dataclass(frozen=True)
class Trace:
    """The data that a frame leaves for the next one of its shot.

    ``result`` (H, W, 4; bytes) is the painted frame, and ``reference`` (H, W, 3; bytes) the content that each of its
    pixels was painted for. ``opening`` (h, w, 4; bytes) is the content of the shot's first frame, in a small size.
    ``masks`` (H, W, n; bytes) are the selection, the regions and so on that each pixel was painted for.
    """

    result: Array
    reference: Array
    opening: Array
    masks: Array


@dataclass(frozen=True)
class Follow:
    """The start of the next frame: ``picture`` (H, W, 3; 0 to 255) and the ``weights`` (H, W) of its pixels.

    ``still`` (H, W; boolean) is where nothing changed. ``is_cut`` says that the frame has too little in common with the
    one before.
    """

    picture: Array
    weights: Array
    still: Array
    is_cut: bool


def follow(trace: Trace, content: Array, masks: Array) -> Follow:
    """How the frame with this ``content`` (H, W, 4; bytes) and these ``masks`` goes on from ``trace``."""
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
    """Whether a shot ends between two frames (H, W, 4; bytes)."""
    none = before[..., :0]
    return follow(Trace(before, shown(before), before, none), content, none).is_cut


def next_trace(trace: Trace, following: Follow, content: Array, masks: Array, result: Array) -> Trace:
    """The trace of the frame, painted as ``result``. Still pixels keep what they were painted for."""
    still = following.still[..., None]
    reference = np.where(still, trace.reference, shown(content))
    return Trace(result, reference, trace.opening, np.where(still, trace.masks, masks))


def _light(change: Array, steady: Array) -> Array:
    """The slow part (H, W, 3) of a change of colors, seen where it is ``steady``: light that comes or goes."""
    sigma = max(change.shape[:2]) * _LIGHT
    seen = flow.blurred(steady.astype(np.float32), sigma)[..., None]
    return np.asarray(flow.blurred(change * steady[..., None], sigma) / np.maximum(seen, 1e-3))
