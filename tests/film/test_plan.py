"""The order of the steps of a film."""

from __future__ import annotations

from typing import Sequence

import pytest

from nst_core.film.plan import FrameStep, pieces, whole


def steps(frames: int, twice: bool, loop: bool) -> Sequence[FrameStep]:
    return whole(frames, twice, loop).steps


@pytest.mark.parametrize("loop", [False, True])
@pytest.mark.parametrize("twice", [False, True])
@pytest.mark.parametrize("frames", [1, 2, 3, 4, 10, 50])
def test_each_frame_is_finished_once_and_mixed_only_with_itself(frames: int, twice: bool, loop: bool) -> None:
    plan = steps(frames, twice, loop)
    painted: set[int] = set()
    finished: list[int] = []
    for step in plan:
        assert step.frame not in finished
        assert (step.own > 0) == (step.frame in painted)
        painted.add(step.frame)
        if step.is_last:
            finished.append(step.frame)
    assert sorted(finished) == list(range(frames))


def test_neighbors_in_the_plan_are_neighbors_in_the_film() -> None:
    for plan in (steps(12, True, False), steps(12, True, True), steps(12, False, True)):
        gaps = {(after.frame - before.frame) % 12 for before, after in zip(plan, plan[1:])}
        assert gaps <= {0, 1, 11}


def test_a_film_is_painted_once_and_one_of_high_quality_twice() -> None:
    assert [step.frame for step in steps(3, False, False)] == [0, 1, 2]
    assert [step.frame for step in steps(3, True, False)] == [0, 1, 2, 2, 1, 0]


def test_the_end_of_a_loop_becomes_its_beginning() -> None:
    plan = steps(9, False, True)
    assert [step.frame for step in plan[9:]] == [0, 1, 2]
    shares = [step.own for step in plan[9:]]
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[-1] < 1


@pytest.mark.parametrize("loop", [False, True])
@pytest.mark.parametrize("twice", [False, True])
@pytest.mark.parametrize("shots", [[0], [0, 30, 33, 170]])
def test_pieces_finish_each_frame_once_and_keep_frames_for_joints(shots: list[int], twice: bool, loop: bool) -> None:
    parts, joints = pieces(shots, 300, twice, loop)
    finished = [step.frame for part in (*parts, *joints) for step in part.steps if step.is_last]
    assert sorted(finished) == list(range(300))
    kept = {step.frame for part in parts for step in part.steps if step.is_kept and step.is_last}
    assert {joint.after for joint in joints} == kept
    for part in parts:
        assert part.after is None
        assert not part.steps[0].own
    for joint in joints:
        assert joint.after in ((joint.steps[0].frame - 1) % 300,)
        assert all(step.own for step in joint.steps)


def test_shots_are_pieces_and_long_ones_are_divided() -> None:
    parts, joints = pieces([0, 20, 25], 145, False, False)
    assert [part.steps[0].frame for part in parts] == [0, 20, 25, 65, 105]
    assert [joint.steps[0].frame for joint in joints] == [65, 105]


def test_a_loop_of_pieces_is_closed() -> None:
    _, joints = pieces([0], 120, False, True)
    assert [(joint.after, joint.steps[0].frame) for joint in joints] == [(119, 0), (39, 40), (79, 80)]
