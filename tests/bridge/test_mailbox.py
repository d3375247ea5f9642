from __future__ import annotations

import threading

from nst_core.bridge.mailbox import Mailbox


def test_a_newer_message_replaces_an_older_one() -> None:
    mailbox: Mailbox[str] = Mailbox()
    for kind, item in [("progress", "1"), ("preview", "a"), ("notice", "x"), ("progress", "2"), ("preview", "b")]:
        mailbox.post(kind, item)
    assert mailbox.drain() == ["x", "2", "b"]
    assert mailbox.drain() == []


def test_messages_without_end_are_bounded() -> None:
    mailbox: Mailbox[int] = Mailbox()
    for number in range(1000):
        for kind in ("ready", "started", "progress", "preview", "pong", "notice"):
            mailbox.post(kind, number)
    assert len(mailbox.drain()) == 5 + 32


def test_ends_are_never_dropped() -> None:
    mailbox: Mailbox[str] = Mailbox()
    for kind in ("result", "failed", "canceled", "failed"):
        mailbox.post(kind, kind)
    mailbox.discard("failed")
    assert mailbox.drain() == ["result", "canceled"]


def test_taking_waits_for_an_arrival() -> None:
    mailbox: Mailbox[str] = Mailbox()
    threading.Timer(0.05, mailbox.post, ("notice", "late")).start()
    assert mailbox.take() == "late"
