"""Whole films: shots, both passes, loops, and interruptions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Dict, List, Optional

import numpy as np
import pytest

pytest.importorskip("cv2")

from nst_core.film import light
from nst_core.film.arrays import array_of, buffer_of, opaque
from nst_core.film.journal import Journal
from nst_core.film.plan import Part, pieces, whole
from nst_core.film.sequence import Film, PaintedFrame
from nst_core.job.errors import UnreadableImage
from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import StyleJob
from tests.film.scenes import HEIGHT, WIDTH, Array, film, inverted, job, view


class Stop(Exception):
    """Stands for the end of a killed process."""


class Studio:
    """Paints a film with the stand-in for the engine, and stops at the painting with the number ``killed_at``."""

    def __init__(self, folder: Path, frames: List[Array], plan: Part) -> None:
        self.journal, self.frames, self.plan = Journal(folder), frames, plan
        self.jobs: List[StyleJob] = []
        self.killed_at = 0
        self.shade = 0.0
        self.results: Dict[int, Array] = {}
        self.painted: List[PaintedFrame] = []

    def paint(self, request: StyleJob) -> PixelBuffer:
        self.jobs.append(request)
        if len(self.jobs) == self.killed_at:
            raise Stop
        return inverted(request, self.shade)

    def film(self, part: Part) -> Film:
        return Film(part, light.measured(self.frames), lambda i: job(self.frames[i]), self.paint, self.journal)

    def run(self, part: Optional[Part] = None) -> None:
        for painted in self.film(part or self.plan).run():
            self.painted.append(painted)
            if painted.step.is_last:
                self.results[painted.step.frame] = array_of(painted.pixels)

    def run_with_a_kill(self, number: int) -> None:
        """Paint the film. The process is killed at the painting with this number, and continues."""
        self.journal.begin({})
        self.killed_at = number
        with pytest.raises(Stop):
            self.run()
        self.killed_at = 0
        self.run()


@pytest.fixture(params=[(False, False), (True, False), (False, True), (True, True)], ids=lambda p: f"{p}")
def plan(request: pytest.FixtureRequest) -> Part:
    return whole(9, *request.param)


def test_a_film_that_is_interrupted_anywhere_has_the_same_pictures(plan: Part, tmp_path: Path) -> None:
    whole = Studio(tmp_path / "whole", film(9), plan)
    whole.journal.begin({})
    whole.run()
    assert sorted(whole.results) == list(range(9))
    for number in range(1, len(whole.jobs) + 1, 3):
        part = Studio(tmp_path / f"part{number}", film(9), plan)
        part.run_with_a_kill(number)
        for frame, result in whole.results.items():
            assert np.array_equal(part.results[frame], result), f"killed at {number}, frame {frame}"


def test_the_step_before_an_interruption_is_handed_out_again(tmp_path: Path) -> None:
    studio = Studio(tmp_path / "notes", film(4), whole(4, False, False))
    studio.journal.begin({})
    studio.killed_at = 3
    with pytest.raises(Stop):
        studio.run()
    studio.killed_at = 0
    studio.run()
    assert [(p.step.frame, p.is_repeated) for p in studio.painted] == [
        *((0, False), (1, False)),
        *((1, True), (2, False), (3, False)),
    ]


def test_a_cut_begins_a_shot_with_a_palette_of_its_own(tmp_path: Path) -> None:
    studio = Studio(tmp_path / "notes", film(8), whole(8, False, False))
    studio.journal.begin({})
    studio.run()
    assert [p.step.frame for p in studio.painted if p.begins_shot] == [0, 4]
    openings = [request.earlier.opening for request in studio.jobs if request.earlier]
    assert openings[0] == openings[2] != openings[-1]


def test_a_still_film_is_painted_once(tmp_path: Path) -> None:
    studio = Studio(tmp_path / "notes", [view()] * 20, whole(20, False, False))
    studio.journal.begin({})
    studio.run()
    assert len(studio.jobs) == 1
    assert all(np.array_equal(result, studio.results[0]) for result in studio.results.values())


EMPTY = np.zeros((HEIGHT, WIDTH, 4), np.uint8)


@pytest.mark.parametrize("frames", [[EMPTY, view(), view()], [view(), EMPTY, view()], [view(), view(), EMPTY]])
@pytest.mark.parametrize("is_high", [False, True])
def test_an_empty_frame_stays_empty_and_stops_nothing(frames: List[Array], is_high: bool, tmp_path: Path) -> None:
    studio = Studio(tmp_path / "notes", frames, whole(3, is_high, False))
    studio.journal.begin({})
    studio.run()
    for number, frame in enumerate(frames):
        wanted = EMPTY if not frame.any() else array_of(inverted(job(frame)))
        assert np.array_equal(studio.results[number], wanted), number


@pytest.mark.parametrize("name", ["selection", "region"])
def test_a_mask_that_moves_over_a_still_scene_is_painted_where_it_goes(name: str, tmp_path: Path) -> None:
    """The engine does not paint the rest, so the rest must not count as painted."""
    masks = []
    for left in (0, 8, 40, 100):
        mask = np.zeros((HEIGHT, WIDTH), np.float32)
        mask[:, left : left + 20] = 1
        masks.append(mask)

    def masked(number: int) -> StyleJob:
        plain, mask = job(view()), buffer_of(masks[number])
        if name == "selection":
            return replace(plain, selection=mask)
        return replace(plain, styles=(replace(plain.styles[0], region=mask),))

    def paint(request: StyleJob) -> PixelBuffer:
        content, painted = array_of(request.content), array_of(inverted(request))
        mask = array_of(next(filter(None, (request.selection, request.styles[0].region))))
        return buffer_of(np.where(mask > 0, painted, content))

    journal = Journal(tmp_path / "notes")
    journal.begin({})
    negative = array_of(inverted(job(view())))
    for painted in Film(whole(4, False, False), light.even(4), masked, paint, journal).run():
        inside = masks[painted.step.frame][..., None] > 0
        assert np.array_equal(array_of(painted.pixels), np.where(inside, negative, view())), painted.step.frame


def test_a_fade_is_painted_once_and_becomes_dark_as_its_content(tmp_path: Path) -> None:
    fade = [1, 0.8, 0.6, 0.4, 0.2, 0.1, 0]
    studio = Studio(tmp_path / "notes", [_lit(view(), share) for share in fade], whole(7, False, False))
    studio.journal.begin({})
    studio.run()
    assert len(studio.jobs) == 1
    first = studio.results[0][..., :3].astype(float)
    for frame, share in enumerate(fade):
        assert np.abs(studio.results[frame][..., :3] - first * share).max() <= 3, frame


def test_a_fade_in_begins_with_a_black_frame_and_no_other_strokes(tmp_path: Path) -> None:
    fade = [0, 0.1, 0.4, 0.7, 1]
    frames = [_lit(view(100 + 2 * number), share) for number, share in enumerate(fade)]
    studio = Studio(tmp_path / "notes", frames, whole(5, False, False))
    studio.journal.begin({})
    studio.run()
    assert studio.results[0][..., :3].max() == 0
    assert [p.step.frame for p in studio.painted if p.begins_shot] == [0]
    bright = [array_of(request.content)[..., :3].mean() for request in studio.jobs]
    assert max(bright) < 1.1 * min(bright)


def test_a_fade_that_is_interrupted_anywhere_has_the_same_pictures(plan: Part, tmp_path: Path) -> None:
    frames = [_lit(frame, share) for frame, share in zip(film(9), [0, 0.3, 0.7, 1, 1, 0.8, 0.5, 0.1, 0])]
    whole = Studio(tmp_path / "whole", frames, plan)
    whole.journal.begin({})
    whole.run()
    for number in range(1, len(whole.jobs) + 1, 3):
        part = Studio(tmp_path / f"part{number}", frames, plan)
        part.run_with_a_kill(number)
        assert all(np.array_equal(part.results[frame], whole.results[frame]) for frame in range(9)), number


def _lit(picture: Array, share: float) -> Array:
    return opaque(picture[..., :3] * np.float32(share))


def test_the_notes_of_a_long_film_do_not_grow(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    studio = Studio(notes, [view(100 + 1.5 * i) for i in range(12)], whole(12, False, False))
    studio.journal.begin({})
    sizes = []
    for _ in studio.film(studio.plan).run():
        sizes.append(sum(file.stat().st_size for file in notes.iterdir()))
    assert max(sizes) == min(sizes)


def test_a_complete_film_leaves_no_picture_in_its_notes(tmp_path: Path) -> None:
    studio = Studio(tmp_path / "notes", film(6), whole(6, True, False))
    studio.journal.begin({"quality": "high"})
    studio.run()
    studio.journal.finish()
    assert [file.name for file in (tmp_path / "notes").iterdir()] == ["film.json"]
    assert studio.journal.description == {"quality": "high", "complete": True}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off"])
def test_damaged_notes_are_reported(content: bytes, tmp_path: Path) -> None:
    studio = Studio(tmp_path / "notes", film(3), whole(3, False, False))
    studio.journal.begin({})
    studio.run()
    (tmp_path / "notes" / "film.npz").write_bytes(content)
    with pytest.raises(UnreadableImage, match="damaged"):
        studio.run()


def test_pieces_are_joined_without_a_visible_seam(tmp_path: Path) -> None:
    frames = [view(80 + i, 110) for i in range(90)]
    studio = Studio(tmp_path / "notes", frames, whole(90, False, False))
    studio.journal.begin({})
    parts, joints = pieces([0], 90, False, False)
    assert len(parts) == 2
    for part, shade in zip((*parts, *joints), (0.0, 40.0, 40.0)):  # each machine paints with another brightness
        studio.shade = shade
        studio.run(part)
    assert sorted(studio.results) == list(range(90))
    means = [studio.results[frame][..., :3].mean() for frame in range(90)]
    assert means[80] - means[20] > 40
    assert np.abs(np.diff(means)).max() < 10
