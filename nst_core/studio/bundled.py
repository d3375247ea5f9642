"""The paintings that come with the program: their names and their files.

Each editor has its own copy of this package, so one painting has several paths. :func:`painting_at` recognizes all of
them. ``paintings/SOURCES.md`` has the license of the files.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, Optional

from nst_core.bridge.language import tr

FOLDER = Path(__file__).resolve().parent / "paintings"


class BundledPainting(NamedTuple):
    """A bundled painting. ``name`` is a short title for the names of layers."""

    file: str
    name: str
    title: str
    artist: str
    year: int
    is_year_exact: bool = True

    @property
    def path(self) -> Path:
        """The path of its file in this copy of the package."""
        return FOLDER / self.file

    @property
    def detail(self) -> str:
        """The artist and the year: ``Vincent van Gogh, 1888``."""
        return f"{self.artist}, {self.year if self.is_year_exact else tr('c. {year}').format(year=self.year)}"


_HOKUSAI, _HIROSHIGE, _VAN_GOGH = "Katsushika Hokusai", "Utagawa Hiroshige", "Vincent van Gogh"

#: All bundled paintings, in the order of the gallery.
PAINTINGS = (
    BundledPainting("great_wave.jpg", "Great Wave", "The Great Wave off Kanagawa", _HOKUSAI, 1831, False),
    BundledPainting("poppies.jpg", "Poppies", "Poppies", _HOKUSAI, 1833, False),
    BundledPainting("kazusa_sea_route.jpg", "Kazusa Sea Route", "Kazusa Sea Route", _HOKUSAI, 1830, False),
    BundledPainting("ejiri.jpg", "Ejiri", "Ejiri in Suruga Province", _HOKUSAI, 1832, False),
    BundledPainting("inokashira_snow.jpg", "Snow at Inokashira", "Snow at Inokashira", _HIROSHIGE, 1843, False),
    BundledPainting("horse_mackerel.jpg", "Horse Mackerel", "Horse Mackerel and Prawns", _HIROSHIGE, 1840, False),
    BundledPainting("cafe_terrace.jpg", "Café Terrace", "Café Terrace at Night", _VAN_GOGH, 1888),
    BundledPainting("night_cafe.jpg", "Night Café", "The Night Café", _VAN_GOGH, 1888),
    BundledPainting("langlois_bridge.jpg", "Langlois Bridge", "The Langlois Bridge at Arles", _VAN_GOGH, 1888),
    BundledPainting("road_to_tarascon.jpg", "Road to Tarascon", "The Painter on the Road to Tarascon", _VAN_GOGH, 1888),
    BundledPainting("auvers.jpg", "Auvers", "Village Street in Auvers", _VAN_GOGH, 1890),
    BundledPainting("church_at_auvers.jpg", "Church at Auvers", "The Church at Auvers", _VAN_GOGH, 1890),
    BundledPainting(
        "moulin_de_la_galette.jpg", "Moulin de la Galette", "Bal du moulin de la Galette", "Pierre-Auguste Renoir", 1876
    ),
    BundledPainting("summertime.jpg", "Summertime", "Summertime", "Mary Cassatt", 1894),
    BundledPainting("composition_viii.jpg", "Composition VIII", "Composition VIII", "Wassily Kandinsky", 1923),
    BundledPainting("harvesters.jpg", "Harvesters", "The Harvesters", "Pieter Bruegel the Elder", 1565),
    BundledPainting("spring.jpg", "Spring", "Spring", "Giuseppe Arcimboldo", 1573),
)

_BY_FILE = {painting.file: painting for painting in PAINTINGS}


def painting_at(path: Path) -> Optional[BundledPainting]:
    """Return the bundled painting whose file is ``path``, in any copy of this package; None for another file."""
    is_bundled = path.parts[-4:-1] == FOLDER.parts[-3:]
    return _BY_FILE.get(path.name) if is_bundled else None


def style_name(path: Path) -> str:
    """Return the short name of the style in the file ``path``, for the names of results."""
    painting = painting_at(path)
    return painting.name if painting else path.stem
