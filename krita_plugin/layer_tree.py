"""The tree of a document's layers and masks: functions that list it from top to bottom, and search in it.

The functions take and return Krita's own nodes.
"""

from __future__ import annotations

from typing import Any, Iterator, NamedTuple, Tuple

#: The kinds of masks whose pixels describe a region.
MASKS = ("transparencymask", "selectionmask", "filtermask")


class Layer(NamedTuple):
    """A layer as an entry of a list. ``level`` is 0 at the top of the tree."""

    id: str
    name: str
    level: int


def layers_below(parent: Any, level: int = 0) -> Iterator[Tuple[Any, int]]:
    """Yield the layers in ``parent`` with their levels, the uppermost first. The first level is ``level``."""
    for node in reversed(parent.childNodes()):
        if not node.type().endswith("mask"):
            yield node, level
            yield from layers_below(node, level + 1)


def masks_below(parent: Any) -> Iterator[Layer]:
    """Yield the masks in ``parent`` that describe a region, the uppermost first."""
    for node in reversed(parent.childNodes()):
        if node.type() in MASKS:
            name = node.name() if parent.parentNode() is None else f"{node.name()} \u2013 {parent.name()}"
            yield Layer(node.uniqueId().toString(), name, 0)
        yield from masks_below(node)


def node_below(parent: Any, layer_id: str) -> Any:
    """Return the node with this identification in ``parent``, or None."""
    for node in parent.childNodes():
        found = node if node.uniqueId().toString() == layer_id else node_below(node, layer_id)
        if found is not None:
            return found
    return None


def layer_of_node(node: Any, level: int = 0) -> Layer:
    """Return Krita's node as an entry of a list."""
    return Layer(node.uniqueId().toString(), node.name(), level)


def is_animated(node: Any) -> bool:
    """Return True if ``node``, or a node in it, has frames."""
    return bool(node.animated()) or any(map(is_animated, node.childNodes()))
