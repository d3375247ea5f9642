"""The order of the steps of a film."""

from __future__ import annotations

import pytest

from nst_core.film.plan import steps


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
