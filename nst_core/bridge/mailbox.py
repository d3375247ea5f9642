"""Messages from one thread to another: bounded, because a newer message replaces an older one of its type."""

from __future__ import annotations

import threading
from typing import Generic, List, Tuple, TypeVar

Item = TypeVar("Item")

#: How many messages of a type wait at most; a further one replaces the oldest. The ends of jobs are not listed: they
#: are never dropped, and each job has only one.
_ROOM = {"ready": 1, "estimate": 1, "started": 1, "progress": 1, "preview": 1, "pong": 1, "notice": 32}


class Mailbox(Generic[Item]):
    """Messages of several types in the order of their arrival. All methods may be called from any thread."""

    def __init__(self) -> None:
        self._messages: List[Tuple[str, Item]] = []
        self._arrival = threading.Condition()

    def post(self, message_type: str, item: Item) -> None:
        """Add ``item``; it replaces an older one if its type has no more room."""
        with self._arrival:
            alike = [place for place, (kind, _) in enumerate(self._messages) if kind == message_type]
            if len(alike) >= _ROOM.get(message_type, len(alike) + 1):
                del self._messages[alike[0]]
            self._messages.append((message_type, item))
            self._arrival.notify()

    def drain(self) -> List[Item]:
        """All that has arrived; returns at once."""
        with self._arrival:
            messages, self._messages = self._messages, []
        return [item for _, item in messages]

    def take(self) -> Item:
        """The oldest message; waits for one if there is none."""
        with self._arrival:
            self._arrival.wait_for(lambda: self._messages)
            return self._messages.pop(0)[1]

    def discard(self, message_type: str) -> None:
        """Forget what has arrived of ``message_type``."""
        with self._arrival:
            self._messages = [message for message in self._messages if message[0] != message_type]
