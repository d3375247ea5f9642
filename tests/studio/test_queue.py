"""The waiting jobs: their order, and the begin of the next one."""

from __future__ import annotations

from typing import List

import pytest

from nst_core.bridge import language
from nst_core.job.errors import EngineNotInstalled, HostError, OutOfMemory
from nst_core.studio.queue import Queue, failure_text, job_title

GONE = HostError("The layer was deleted.", "Choose another layer.")


def filled(*titles: str) -> Queue[str]:
    queue: Queue[str] = Queue()
    for title in titles:
        queue.add(title, f"order of {title}")
    return queue


def titles(queue: Queue[str]) -> List[str]:
    return [entry.title for entry in queue.waiting]


def test_jobs_are_painted_one_after_the_other() -> None:
    queue = filled("a", "b")
    painted = []
    entry = queue.begin()
    while entry is not None:
        assert queue.running is entry and queue.begin() is None, "one job at a time"
        painted.append(entry.order)
        if entry.title == "a":
            queue.add("c", "order of c")
        queue.end()
        entry = queue.begin()
    assert painted == ["order of a", "order of b", "order of c"]
    assert queue.running is None and not queue.waiting and not queue.failures


def test_a_waiting_job_can_be_removed_and_moved() -> None:
    queue = filled("a", "b", "c", "d")
    running = queue.begin()
    assert running is not None
    b, c, d = queue.waiting
    queue.move(d, 1)
    assert titles(queue) == ["d", "b", "c"]
    queue.move(d, 3)
    queue.move(c, -4)
    assert titles(queue) == ["c", "b", "d"]
    queue.remove(b)
    for late in (running, b):  # The user presses their buttons just after these jobs began or were removed.
        queue.remove(late)
        queue.move(late, 1)
    assert titles(queue) == ["c", "d"] and queue.running is running
    queue.clear()
    assert titles(queue) == [] and queue.running is running


def test_two_jobs_of_one_name_are_distinct() -> None:
    queue = filled("a", "a")
    first, second = queue.waiting
    queue.remove(second)
    assert queue.waiting == (first,)


def test_a_failed_job_is_reported_by_name_and_the_others_continue() -> None:
    queue = filled("a", "b", "c")
    for error in (GONE, OutOfMemory("Memory ran out.", "Close other programs."), GONE):
        assert queue.begin() is not None
        queue.end(error)
    assert [failure.text for failure in queue.failures] == [
        "a: The layer was deleted. Choose another layer.",
        "b: Memory ran out. Close other programs.",
        "c: The layer was deleted. Choose another layer.",
    ], "the last one has waited, so its failure is listed, too"
    queue.dismiss(queue.failures[1])
    assert [failure.title for failure in queue.failures] == ["a", "c"]


def test_the_error_of_a_single_job_is_not_listed() -> None:
    queue = filled("a")
    queue.begin()
    queue.end(GONE)
    assert queue.failures == () and queue.begin() is None


def test_without_an_engine_the_queue_halts_and_keeps_every_job() -> None:
    queue = filled("a", "b")
    queue.begin()
    queue.end(EngineNotInstalled("No engine is installed."))
    assert queue.is_halted and titles(queue) == ["a", "b"] and queue.begin() is None
    assert queue.failures == ()
    queue.resume()
    entry = queue.begin()
    assert entry is not None and entry.title == "a" and not queue.is_halted


def test_a_new_job_and_an_empty_queue_end_a_halt() -> None:
    for end_it in (
        lambda queue: queue.add("c", ""),
        lambda queue: queue.clear(),
        lambda queue: [queue.remove(entry) for entry in queue.waiting],
    ):
        queue = filled("a", "b")
        queue.begin()
        queue.end(EngineNotInstalled("No engine is installed."))
        end_it(queue)
        assert not queue.is_halted


def test_an_end_without_a_running_job_changes_nothing() -> None:
    queue = filled("a")
    queue.end(GONE)
    assert titles(queue) == ["a"] and queue.failures == ()


@pytest.mark.parametrize(
    ("styles", "content", "quality", "title"),
    [
        (["Great Wave"], "Background", "normal", "Great Wave on Background"),
        (["Great Wave", "Poppies", "Ejiri"], "Photo", "draft", "Great Wave and 2 more on Photo (draft)"),
        (["x" * 40], "y" * 40, "high", f"{'x' * 31}\u2026 on {'y' * 31}\u2026 (high)"),
        ([""], "Photo", "normal", "Neural Style on Photo"),
    ],
)
def test_the_names_of_jobs(styles: List[str], content: str, quality: str, title: str) -> None:
    assert job_title(styles, content, quality) == title


def test_texts_in_german() -> None:
    language.use(["de"])
    try:
        assert job_title(["Wave", "b"], "Foto", "draft") == "Wave und 1 weitere auf Foto (Entwurf)"
        assert failure_text("Foto", GONE) == "Foto: Die Ebene wurde gel\u00f6scht. W\u00e4hlen Sie eine andere Ebene."
    finally:
        language.use(["en"])
