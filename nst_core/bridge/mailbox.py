"""Messages from one thread to another. Their number is limited: a new message can replace an old one of its type."""

from __future__ import annotations

import threading
from typing import Generic, List, Tuple, TypeVar

Item = TypeVar("Item")

#: The largest number of waiting messages of a type. One more message replaces the oldest one. The ends of jobs are not
#: listed: they are never dropped, and each job has only one.
_CAPACITY = {"ready": 1, "estimate": 1, "started": 1, "progress": 1, "preview": 1, "pong": 1, "notice": 32}


class Mailbox(Generic[Item]):
    """Messages of several types in the order of their arrival. Call its methods from any thread."""

    def __init__(self) -> None:
        self._messages: List[Tuple[str, Item]] = []
        self._arrival = threading.Condition()

    def post(self, message_type: str, item: Item) -> None:
        """Add ``item``. If too many messages of its type wait, it replaces the oldest of them."""
        with self._arrival:
            alike = [place for place, (kind, _) in enumerate(self._messages) if kind == message_type]
            if len(alike) >= _CAPACITY.get(message_type, len(alike) + 1):
                del self._messages[alike[0]]
            self._messages.append((message_type, item))
            self._arrival.notify()

    def drain(self) -> List[Item]:
        """Remove and return all messages. Does not wait."""
        with self._arrival:
            messages, self._messages = self._messages, []
        return [item for _, item in messages]

    def take(self) -> Item:
        """Remove and return the oldest message. Waits for a message if there is none."""
        with self._arrival:
            self._arrival.wait_for(lambda: self._messages)
            return self._messages.pop(0)[1]

    def discard(self, message_type: str) -> None:
        """Remove all messages of the type ``message_type``."""
        with self._arrival:
            self._messages = [message for message in self._messages if message[0] != message_type]
