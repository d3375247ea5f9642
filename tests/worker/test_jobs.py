"""Successful jobs: their events, their pictures, stops and adjustments."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from nst_core.bridge.client import Client
from nst_core.bridge.connection import Connection
from nst_core.job.adjustment import Adjustment
from nst_core.job.errors import InvalidJob, ProtocolError
from nst_core.job.events import Canceled, ClientEvent, Notice, Preview, Progress, Ready, Result, Started
from tests.worker.conversation import ENDS, children, command, events_until, job, picture, run


def test_a_job_has_its_events_from_start_to_result(client: Client) -> None:
    request = job("paint", side=40, seed=7)
    events = run(client, request)
    assert [type(event) for event in events if isinstance(event, (Ready, Started, Result))] == [Ready, Started, Result]
    result = events[-1]
    assert isinstance(result, Result) and result.complete and result.seed == 7
    assert bytes(result.pixels.data) == bytes(request.content.data)


def test_an_idle_client_has_no_events(client: Client) -> None:
    assert client.poll() == []
    assert not client.busy
    client.cancel(keep=True)
    client.adjust(Adjustment({"strength": 0.5}))


def test_a_started_engine_becomes_ready_and_serves_all_jobs(client: Client) -> None:
    client.start()
    (ready,) = events_until(client, (Ready,))
    assert isinstance(ready, Ready) and ready.devices == ("cpu",)
    client.start()
    for _ in range(3):
        assert Ready not in map(type, run(client, job()))


def test_previews_are_within_the_size_that_was_asked_for(client: Client) -> None:
    client.stylize(job("work", preview_side=24))
    preview = events_until(client, (Preview,))[-1]
    client.cancel(keep=False)
    events_until(client, ENDS)
    assert isinstance(preview, Preview) and preview.pixels.width == 24


def test_events_that_are_not_fetched_are_replaced_by_newer_ones(client: Client) -> None:
    client.stylize(job("work"))
    events_until(client, (Preview,))
    time.sleep(1)
    kinds = [type(event) for event in client.poll()]
    assert (kinds.count(Progress), kinds.count(Preview)) == (1, 1)
    client.cancel(keep=False)
    events_until(client, ENDS)


def test_progress_and_previews_come_at_a_bounded_rate(client: Client) -> None:
    client.stylize(job("work"))
    events_until(client, (Preview,))
    kinds, begun = [], time.monotonic()
    while time.monotonic() < begun + 1.5:
        kinds += [type(event) for event in client.poll()]
        time.sleep(0.002)
    seconds = time.monotonic() - begun
    assert 1 <= kinds.count(Preview) <= 5 * seconds + 2
    assert 1 <= kinds.count(Progress) <= 20 * seconds + 2
    client.cancel(keep=False)
    events_until(client, ENDS)


def test_a_stopped_job_gives_the_picture_so_far(client: Client) -> None:
    request = job("work")
    client.stylize(request)
    events_until(client, (Progress,))
    client.cancel(keep=True)
    result = events_until(client, ENDS)[-1]
    assert isinstance(result, Result) and not result.complete
    assert bytes(result.pixels.data) == bytes(request.content.data)


def test_the_result_is_sent_before_the_job_is_freed(client: Client) -> None:
    assert isinstance(run(client, job("linger"))[-1], Result)


def test_a_discarded_job_is_canceled_in_the_same_worker(client: Client) -> None:
    client.stylize(job("work"))
    events_until(client, (Progress,))
    client.cancel(keep=False)
    assert isinstance(events_until(client, ENDS)[-1], Canceled)
    assert Ready not in map(type, run(client, job()))


def test_a_job_canceled_at_once_ends_once(client: Client) -> None:
    for keep in (True, False):
        client.stylize(job("work"))
        client.cancel(keep)
        assert isinstance(events_until(client, ENDS)[-1], Result if keep else Canceled)
        assert not client.busy


def test_a_result_that_crosses_its_discarding_is_not_handed_out(client: Client) -> None:
    client.stylize(job("paint"))
    time.sleep(0.5)  # The result is in the mailbox.
    client.cancel(keep=False)
    assert [type(event) for event in events_until(client, ENDS) if isinstance(event, ENDS)] == [Canceled]


class LateResult(Connection):
    """A connection whose worker sends a result just before it is replaced."""

    def abort(self, end: ClientEvent) -> None:
        super().abort(Result(picture(16, 16), True, 1.0, "cpu", 0))


def test_a_result_that_comes_when_patience_ends_is_not_handed_out(nothing_left_behind: None, log: Path) -> None:
    client = Client(command(), log, LateResult)
    client.stylize(job("compute"))
    events_until(client, (Progress,))
    client.cancel(keep=False)
    assert [type(event) for event in events_until(client, ENDS) if isinstance(event, ENDS)] == [Canceled]
    client.close()


def test_an_engine_that_does_not_obey_is_replaced(client: Client) -> None:
    client.stylize(job("compute"))
    events_until(client, (Progress,))
    before = children()
    client.cancel(keep=False)
    assert isinstance(events_until(client, ENDS)[-1], Canceled)
    assert Ready in map(type, run(client, job()))
    assert set(children()).isdisjoint(before)


def test_adjustments_reach_the_running_job(client: Client) -> None:
    client.stylize(job("work"))
    events_until(client, (Progress,))
    client.adjust(Adjustment({"strength": 0.25}))
    client.adjust(Adjustment({"keep_content": 0.6, "total_variation": 2}, (3,)))
    notices = ""
    while "'weights': [3.0]" not in notices:
        notices += "".join(event.text for event in events_until(client, (Notice,)) if isinstance(event, Notice))
    assert "'strength': 0.25" in notices and "'keep_content': 0.6" in notices and "'total_variation': 2.0" in notices
    client.cancel(keep=False)
    events_until(client, ENDS)


def test_weights_for_other_styles_are_refused(client: Client) -> None:
    client.stylize(job("work"))
    with pytest.raises(InvalidJob):
        client.adjust(Adjustment(weights=(1, 2)))
    client.cancel(keep=False)
    events_until(client, ENDS)


def test_a_second_job_is_refused_while_one_runs(client: Client) -> None:
    client.stylize(job("work"))
    with pytest.raises(InvalidJob):
        client.stylize(job())
    client.cancel(keep=False)
    events_until(client, ENDS)


def test_names_too_long_for_the_wire_are_refused_at_once(client: Client) -> None:
    with pytest.raises(ProtocolError):
        client.stylize(job("x" * (1 << 20)))
    assert not client.busy


def test_output_of_libraries_does_not_disturb(client: Client) -> None:
    assert isinstance(run(client, job("babble"))[-1], Result)
    assert isinstance(run(client, job("flood"))[-1], Result)


def test_a_closed_client_can_be_started_again(client: Client) -> None:
    client.stylize(job("work"))
    events_until(client, (Progress,))
    client.close()
    assert not client.busy and client.poll() == []
    assert isinstance(run(client, job())[-1], Result)
