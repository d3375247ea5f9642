"""The judged pairs of content and style: photographs and paintings, flat colors and thick strokes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.images import SAMPLES


@dataclass(frozen=True)
class Pair:
    """A content and a style, both samples, with ``size`` pixels on their longest side."""

    content: str
    style: str
    size: int

    @property
    def name(self) -> str:
        return f"{self.content}+{self.style}_{self.size}"

    @property
    def title(self) -> str:
        return f"{self.content} + {self.style}".replace("_", " ")

    @property
    def content_path(self) -> Path:
        return SAMPLES / f"{self.content}.jpg"

    @property
    def style_path(self) -> Path:
        return SAMPLES / f"{self.style}.jpg"


PAIRS = (
    Pair("chelsea", "great_wave", 256),
    Pair("astronaut", "auvers", 256),
    Pair("coffee", "poppies", 256),
    Pair("chelsea", "auvers", 256),
    Pair("coffee", "inokashira_snow", 256),
    Pair("inokashira_snow", "auvers", 256),
    Pair("chelsea", "moulin_de_la_galette", 256),
    Pair("moulin_de_la_galette", "great_wave", 256),
    Pair("coffee", "great_wave", 256),
    Pair("auvers", "poppies", 256),
    Pair("astronaut", "moulin_de_la_galette", 256),
    Pair("great_wave", "auvers", 256),
    Pair("chelsea", "great_wave", 512),
    Pair("coffee", "poppies", 512),
    Pair("astronaut", "auvers", 512),
)
