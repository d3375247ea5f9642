"""The plug-in's modules without GIMP, with a small stand-in for ``gi``."""

from __future__ import annotations

import itertools
import os
import sys
import types
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

import pytest


class Parasite:
    """Bytes with a name, signed as introspection returns them."""

    def __init__(self, name: str, flags: int, data: List[int]) -> None:
        self.name, self.flags, self.data = name, flags, data

    @classmethod
    def new(cls, name: str, flags: int, data: List[int]) -> Parasite:
        return cls(name, flags, data)

    def get_data(self) -> List[int]:
        return self.data


class Owner:
    """An object that can have parasites."""

    def __init__(self) -> None:
        self.parasites: Dict[str, Parasite] = {}

    def attach_parasite(self, parasite: Parasite) -> None:
        self.parasites[parasite.name] = parasite

    def get_parasite(self, name: str) -> Optional[Parasite]:
        return self.parasites.get(name)


class Item(Owner):
    """A layer or channel without pixels."""

    def __init__(self, image: Image, name: str, size: Tuple[int, int] = (8, 8)) -> None:
        super().__init__()
        self.image, self.name, self.size = image, name, size
        self.mask: Optional[LayerMask] = None
        image.items.append(self)
        ITEMS[self.get_id()] = self

    @staticmethod
    def get_by_id(number: int) -> Optional[Item]:
        return ITEMS.get(number)

    def get_id(self) -> int:
        return 100 * self.image.number + self.get_tattoo()

    def get_tattoo(self) -> int:
        return self.image.items.index(self) + 1

    def is_valid(self) -> bool:
        return self in self.image.items

    def get_width(self) -> int:
        return self.size[0]

    def get_height(self) -> int:
        return self.size[1]

    def get_offsets(self) -> Tuple[bool, int, int]:
        return True, 0, 0

    def get_mask(self) -> Optional[LayerMask]:
        return self.mask

    def get_name(self) -> str:
        return self.name

    def get_image(self) -> Image:
        return self.image


class Layer(Item):
    """A layer."""


class Channel(Item):
    """A saved selection."""


class LayerMask(Channel):
    """The mask of a layer."""


class Selection(Channel):
    """The selection."""

    @staticmethod
    def is_empty(image: Image) -> bool:
        return not any(isinstance(item, Selection) for item in image.items)


class Image(Owner):
    """An open image. It may have a file."""

    def __init__(self, path: Optional[str] = None) -> None:
        super().__init__()
        self.items: List[Item] = []
        self.path = path
        IMAGES.append(self)
        self.number = next(NUMBERS)

    def close(self) -> None:
        IMAGES.remove(self)

    def duplicate(self) -> Image:
        copied = Image()
        copied.parasites = dict(self.parasites)
        for item in self.items:
            type(item)(copied, item.name)
        return copied

    def get_id(self) -> int:
        return self.number

    def get_name(self) -> str:
        return "[Untitled]"

    def get_selection(self) -> Optional[Item]:
        return next((item for item in self.items if isinstance(item, Selection)), None)

    def get_file(self) -> Optional[File]:
        return File(self.path) if self.path else None

    def get_imported_file(self) -> None:
        return None

    def get_layer_by_tattoo(self, tattoo: int) -> Optional[Item]:
        return self.items[tattoo - 1] if 0 < tattoo <= len(self.items) else None

    get_channel_by_tattoo = get_layer_by_tattoo


class File:
    """A file of Gio."""

    def __init__(self, path: Optional[str]) -> None:
        self.path = path

    def query_exists(self, cancellable: None) -> bool:
        return os.path.exists(self.path or "")  # noqa: PTH110 - like Gio, it returns False where a Path raises an error

    def get_path(self) -> Optional[str]:
        return self.path

    get_parse_name = get_path

    def get_basename(self) -> str:
        return Path(self.path or "").name

    @classmethod
    def new_for_path(cls, path: str) -> File:
        return cls(path)

    parse_name = new_for_path

    @classmethod
    def new_for_uri(cls, uri: str) -> File:
        return cls(uri[len("file://") :] if uri.startswith("file://") else None)


class GLibError(Exception):
    """The error of a call to a library of GNOME."""


class Pixbuf:
    """A picture that was read from a file."""

    def __init__(self, name: str) -> None:
        self.name = name

    @classmethod
    def new_from_file_at_size(cls, name: str, width: int, height: int) -> Pixbuf:
        if not Path(name).is_file():
            raise GLibError(name)
        return cls(name)

    def apply_embedded_orientation(self) -> Pixbuf:
        return self


class MainLoop:
    """Runs its timers until it is quit. It removes a timer that raises an exception, as GLib does."""

    def __init__(self) -> None:
        self.running = False

    def is_running(self) -> bool:
        return self.running

    def run(self) -> None:
        self.running = True
        for _ in range(10_000):
            for number, timer in list(TIMERS.items()):
                if not succeeds(timer):
                    TIMERS.pop(number, None)
            if not self.running:
                return
        raise AssertionError("the loop was never quit")

    def quit(self) -> None:
        self.running = False


def succeeds(timer: Callable[[], bool]) -> bool:
    try:
        return timer()
    except Exception:
        return False


def timeout_add(interval: int, function: Callable[[], bool]) -> int:
    TIMERS[len(TIMERS) + 1] = function
    return len(TIMERS)


ITEMS: Dict[int, Item] = {}
TIMERS: Dict[int, Callable[[], bool]] = {}
IMAGES: List[Image] = []
NUMBERS = itertools.count(1)


def fake_gi() -> Dict[str, types.ModuleType]:
    gimp: Any = types.ModuleType("gi.repository.Gimp")
    gimp.Drawable = gimp.Layer = Layer
    gimp.Image, gimp.ProcedureConfig, gimp.Procedure = Image, object, object
    gimp.Item, gimp.Channel, gimp.LayerMask, gimp.Selection = Item, Channel, LayerMask, Selection
    gimp.Parasite = Parasite
    gimp.ImageBaseType = types.SimpleNamespace(RGB=0, GRAY=1, INDEXED=2)
    gimp.ImageType = types.SimpleNamespace(RGBA_IMAGE=1, GRAYA_IMAGE=3, INDEXEDA_IMAGE=5)
    gimp.LayerMode = types.SimpleNamespace(NORMAL=28)
    gimp.get_images = lambda: IMAGES
    gimp.progress_init = gimp.progress_end = lambda *_: None
    gio: Any = types.ModuleType("gi.repository.Gio")
    gio.File = File
    glib: Any = types.ModuleType("gi.repository.GLib")
    glib.Error = GLibError
    glib.idle_add = lambda function, *arguments: timeout_add(0, lambda: bool(function(*arguments)))
    glib.MainLoop, glib.timeout_add, glib.source_remove = MainLoop, timeout_add, TIMERS.pop
    objects: Any = types.ModuleType("gi.repository.GObject")
    objects.ParamFlags = types.SimpleNamespace(READWRITE=3)
    repository: Any = types.ModuleType("gi.repository")
    repository.Gimp, repository.Gio, repository.GLib, repository.GObject = gimp, gio, glib, objects
    repository.GdkPixbuf = types.SimpleNamespace(Pixbuf=Pixbuf)
    repository.Gegl = types.ModuleType("gi.repository.Gegl")
    package: Any = types.ModuleType("gi")
    package.repository, package.require_version = repository, lambda name, version: None
    return {"gi": package, "gi.repository": repository}


@pytest.fixture(autouse=True)
def gimp(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Set up a GIMP without open images, and load the plug-in's modules again."""
    for name, module in fake_gi().items():
        monkeypatch.setitem(sys.modules, name, module)
    yield
    for name in [name for name in sys.modules if name.split(".")[0] == "gimp_plugin"]:
        del sys.modules[name]
    for state in (ITEMS, IMAGES, TIMERS):
        state.clear()


@pytest.fixture
def pending() -> Dict[int, Callable[[], bool]]:
    """Return the waiting timers."""
    return TIMERS


@pytest.fixture
def new_image() -> Callable[..., Image]:
    return Image


@pytest.fixture
def new_layer() -> Callable[..., Layer]:
    return Layer


@pytest.fixture
def new_mask() -> Callable[[Layer], LayerMask]:
    def add(layer: Layer) -> LayerMask:
        layer.mask = LayerMask(layer.image, f"{layer.name} mask")
        return layer.mask

    return add


@pytest.fixture
def new_selection() -> Callable[[Image], Selection]:
    return lambda image: Selection(image, "Selection")


@pytest.fixture
def new_channel() -> Callable[..., Channel]:
    return Channel
