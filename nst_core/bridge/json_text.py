"""A reader of JSON texts that may be damaged or harmful, because they come from files, documents or other processes."""

from __future__ import annotations

import json
from typing import Any, Iterable

#: The largest depth of nested lists and objects. Our own files are never so deep. Python's own limit is not enough: it
#: depends on the caller, so Python may read a deep tree, and raise RecursionError later when the tree is written.
DEEPEST = 16


def parse(text: str, **hooks: Any) -> Any:
    """Return the value in ``text``. Raises ValueError if the text is no JSON, or if it is nested too deeply.

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
