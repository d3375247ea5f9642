"""The results that an editor lists, the newest first: their names, settings and small pictures.

The history works with any editor. The editor identifies a document, a layer and a content by objects of its own, and
the history only compares these objects (``==``). An entry may remain after its layer is deleted: the editor does not
show it then. An editor uses the history like this::

    history = History()                     # one for all windows, until the editor quits
    history.add(HistoryEntry(name, record, document, layer_id, content_id, (width, height), thumbnail, seconds, now))
    for entry in history.of(document):      # the newest first
        if the layer entry.layer exists:    # undo can restore a layer, so the entry stays
            show(entry.thumbnail, tooltip=history_text(entry))
    for other in history.others(entry):     # results of the same content: hide them to show this one
        ...
    history.remove(entry)                   # the user has discarded it
    history.forget(document)                # the document was closed

``entry.record`` has all settings of the result, so that they can be used again. If the editor has not made a layer yet,
it gives the whole picture (``picture``) and any object as ``layer``. Later it makes the layer, removes this entry, and
adds one with the layer.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, List, Optional, Tuple

from nst_core.bridge import wording
from nst_core.bridge.language import tr
from nst_core.bridge.record import Record, RecordedStyle
from nst_core.job.pixels import PixelBuffer
from nst_core.job.settings import definitions

from .bundled import style_name

#: The largest number of entries, and of bytes in their pictures.
MOST_ENTRIES = 100
MOST_BYTES = 512 * 2**20


@dataclass(frozen=True, eq=False)
class HistoryEntry:
    """One result. ``document``, ``layer`` and ``content`` are objects of the editor.

    ``size`` is its width and height in pixels. ``thumbnail`` is a small picture of it in ``rgba-u8``. ``seconds`` is
    the duration of the painting (0: not known). ``time`` is its end, in seconds since 1970 (0: before this session).
    ``picture`` is the whole result, if the editor has not put it into a layer.
    """

    name: str
    record: Record
    document: Any
    layer: Any
    content: Any
    size: Tuple[int, int]
    thumbnail: Optional[PixelBuffer] = None
    seconds: float = 0.0
    time: float = 0.0
    picture: Optional[PixelBuffer] = None

    @property
    def memory(self) -> int:
        """The number of bytes in its pictures."""
        return sum(memoryview(held.data).nbytes for held in (self.thumbnail, self.picture) if held is not None)


class History:
    """The results of all documents. It forgets the oldest ones if there are too many, or if they need much memory."""

    def __init__(self, most_entries: int = MOST_ENTRIES, most_bytes: int = MOST_BYTES) -> None:
        self._most_entries, self._most_bytes = most_entries, most_bytes
        self._entries: List[HistoryEntry] = []

    def add(self, entry: HistoryEntry) -> None:
        """Add a result. If the layer was painted before, the new entry replaces the old one."""
        former = self.find(entry.document, entry.layer)
        if former is not None:
            self.remove(former)
        later = (index for index, other in enumerate(self._entries) if other.time > entry.time)
        self._entries.insert(next(later, len(self._entries)), entry)
        while len(self._entries) > 1 and self._is_too_large():
            del self._entries[0]

    def remove(self, entry: HistoryEntry) -> None:
        """Forget a result. Does nothing if the history does not have it."""
        self._entries = [other for other in self._entries if other is not entry]

    def forget(self, document: Any) -> None:
        """Forget all results of a document."""
        self._entries = [entry for entry in self._entries if entry.document != document]

    def of(self, document: Any) -> List[HistoryEntry]:
        """Return the results of a document, the newest first."""
        return [entry for entry in reversed(self._entries) if entry.document == document]

    def find(self, document: Any, layer: Any) -> Optional[HistoryEntry]:
        """Return the result in this layer, or None."""
        return next((entry for entry in self.of(document) if entry.layer == layer), None)

    def others(self, entry: HistoryEntry) -> List[HistoryEntry]:
        """Return the other results of the same content, the newest first."""
        return [other for other in self.of(entry.document) if other is not entry and other.content == entry.content]

    def _is_too_large(self) -> bool:
        return len(self._entries) > self._most_entries or sum(map(_memory, self._entries)) > self._most_bytes


def history_text(entry: HistoryEntry) -> str:
    """Return a plain text for a tooltip. Its lines are the name, styles, quality, strength, size and time."""
    settings = entry.record.settings
    facts = [
        (tr("Styles"), ", ".join(_style(style) for style in entry.record.styles)),
        (tr("Quality"), _label_of_choice("quality", settings.quality)),
        (tr("Strength"), f"{settings.strength:.2f}"),
        (tr("Size"), tr("{width} x {height} px").format(width=entry.size[0], height=entry.size[1])),
        (tr("Time"), wording.duration(entry.seconds) if entry.seconds else ""),
    ]
    return "\n".join([entry.name, *(tr("{label}: {value}").format(label=label, value=v) for label, v in facts if v)])


def _style(style: RecordedStyle) -> str:
    reference = style.reference
    return style_name(Path(reference.path)) if reference.kind == "file" else reference.name


def _label_of_choice(name: str, value: str) -> str:
    definition = next(definition for definition in definitions() if definition.name == name)
    return tr(definition.choice_labels[definition.choices.index(value)])


def _memory(entry: HistoryEntry) -> int:
    return entry.memory
