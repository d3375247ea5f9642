"""JSON from files, documents and other processes, any of which may be damaged or made to do harm."""

from __future__ import annotations

import json
from typing import Any, Iterable

#: How deep lists and objects may lie in each other. Our own files are never that deep. Python's limit depends on
#: the caller: a deeper tree may be read, and then raise RecursionError where it is shown or written.
DEEPEST = 16


def parse(text: str, **hooks: Any) -> Any:
    """The value that ``text`` holds. Raises ValueError for a text that is no JSON or nested too deeply.

    ``hooks`` are arguments of :func:`json.loads`.
    """
    try:
        tree = json.loads(text, **hooks)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    level = [tree]
    for _ in range(DEEPEST):
        level = [child for node in level for child in _children(node)]
        if not level:
            return tree
    raise ValueError("nested too deeply")


def _children(node: Any) -> Iterable[Any]:
    if isinstance(node, dict):
        return node.values()
    return node if isinstance(node, list) else ()
