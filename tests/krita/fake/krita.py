"""A small Krita for tests: it has documents and layers with real pixels, and the used parts of the interface.

Color spaces: RGBA in U8 (bytes B, G, R, A), U16 (the same, without conversion) and F32 (R, G, B, A). Profiles only have
different names, except for one with the name "inverted". The tests in the real Krita check its conversions.
"""

from __future__ import annotations

import struct
import sys
import uuid
import zipfile
from typing import Any, Dict, List, Optional, Tuple
from xml.etree import ElementTree

binding = "PyQt6" if "PyQt6.QtCore" in sys.modules else "PyQt5"
if binding == "PyQt6":
    from PyQt6.QtCore import QByteArray, QObject, QPoint, QRect, QStringListModel, QUuid, pyqtSignal
    from PyQt6.QtGui import QAction, QColor, QIcon, QImage, QPainter, QPixmap
    from PyQt6.QtWidgets import QDockWidget, QListView
else:
    from PyQt5.QtCore import QByteArray, QObject, QPoint, QRect, QStringListModel, QUuid, pyqtSignal
    from PyQt5.QtGui import QColor, QIcon, QImage, QPainter, QPixmap
    from PyQt5.QtWidgets import QAction, QDockWidget, QListView

PIXEL = {"U8": 4, "U16": 8, "F32": 16}


class Node:
    """A layer: ``pixels`` maps (x, y) to the bytes of one pixel in the document's space."""

    def __init__(self, document: Document, name: str, kind: str) -> None:
        self._document, self._name, self._kind = document, name, kind
        self._children: List[Node] = []
        self._parent: Optional[Node] = None
        self._opacity, self._inherit_alpha, self._is_visible = 255, False, True
        self._id = QUuid("{" + str(uuid.uuid4()) + "}")
        self._offset = (0, 0)
        self._space: Optional[Tuple[str, str, str]] = None
        self.pixels: Dict[Tuple[int, int], bytes] = {}
        #: The pixels of each frame by its time; empty for a layer that is not animated.
        self.frames: Dict[int, Dict[Tuple[int, int], bytes]] = {}

    def animated(self) -> bool:
        return bool(self.frames)

    def hasKeyframeAtTime(self, time: int) -> bool:
        return time in self.frames

    def show(self, time: int) -> None:
        """Show the frame for ``time``."""
        shown = max((key for key in self.frames if key <= time), default=None)
        if shown is not None:
            self.pixels = self.frames[shown]

    def duplicate(self) -> Node:
        copy = self.copied(self._document)
        copy._id = QUuid("{" + str(uuid.uuid4()) + "}")
        return copy

    def copied(self, document: Document) -> Node:
        copy = Node(document, self._name, self._kind)
        copy._id, copy._space, copy.pixels, copy.frames = self._id, self.space, dict(self.pixels), dict(self.frames)
        return copy

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__

    def name(self) -> str:
        return self._name

    def setName(self, name: str) -> None:
        self._name = name

    def type(self) -> str:
        return self._kind

    def uniqueId(self) -> Any:
        return self._id

    def parentNode(self) -> Optional[Node]:
        return self._parent

    def childNodes(self) -> List[Node]:
        return list(self._children)

    def opacity(self) -> int:
        return self._opacity

    def setOpacity(self, opacity: int) -> None:
        self._opacity = opacity

    def visible(self) -> bool:
        return self._is_visible

    def setVisible(self, value: bool) -> None:
        self._is_visible = value

    def inheritAlpha(self) -> bool:
        return self._inherit_alpha

    def setInheritAlpha(self, value: bool) -> None:
        self._inherit_alpha = value

    @property
    def canvas(self) -> Tuple[int, int]:
        """The size of the document."""
        return self._document.width(), self._document.height()

    @property
    def space(self) -> Tuple[str, str, str]:
        return self._space or self._document.space

    def colorModel(self) -> str:
        return self.space[0]

    def colorDepth(self) -> str:
        return self.space[1]

    def colorProfile(self) -> str:
        return self.space[2]

    def setColorSpace(self, model: str, depth: str, profile: str) -> bool:
        self.convert(self.space, (model, depth, profile))
        self._space = (model, depth, profile)
        return True

    def convert(self, source: Tuple[str, str, str], target: Tuple[str, str, str]) -> None:
        for place, value in self.pixels.items():
            self.pixels[place], _ = _convert(value, source, target)

    def position(self) -> Any:
        return QPoint(*self._offset)

    def move(self, x: int, y: int) -> None:
        by = x - self._offset[0], y - self._offset[1]
        self._offset = (x, y)
        self.pixels = {(a + by[0], b + by[1]): value for (a, b), value in self.pixels.items()}

    def bounds(self) -> Any:
        if not self.pixels:
            return QRect(0, 0, 0, 0)
        xs, ys = zip(*self.pixels)
        return QRect(min(xs), min(ys), max(xs) - min(xs) + 1, max(ys) - min(ys) + 1)

    def setPixelData(self, data: bytes, x: int, y: int, width: int, height: int) -> None:
        size = self._pixel_bytes()
        assert len(data) == width * height * size, "Krita would read beyond the end"
        for index in range(width * height):
            self.pixels[x + index % width, y + index // width] = bytes(data[index * size : (index + 1) * size])
        self._document.writes.append(self._name)

    def pixelData(self, x: int, y: int, width: int, height: int) -> Any:
        empty = bytes(self._pixel_bytes())
        places = ((x + i, y + j) for j in range(height) for i in range(width))
        return QByteArray(b"".join(self.pixels.get(place, empty) for place in places))

    def _pixel_bytes(self) -> int:
        return 1 if self._kind.endswith("mask") else PIXEL[self.colorDepth()]

    def projectionPixelData(self, x: int, y: int, width: int, height: int) -> Any:
        return (self._children[-1] if self._kind == "grouplayer" else self).pixelData(x, y, width, height)

    def thumbnail(self, width: int, height: int) -> Any:
        canvas = self._document.width(), self._document.height()
        data, _ = _convert(bytes(self.projectionPixelData(0, 0, *canvas)), self._document.space, ("RGBA", "U8", ""))
        image = QImage(data, canvas[0], canvas[1], canvas[0] * 4, QImage.Format.Format_ARGB32).copy()
        return image.scaled(width, height)

    def addChildNode(self, node: Node, above: Optional[Node]) -> bool:
        self._children.insert(len(self._children) if above is None else self._children.index(above) + 1, node)
        node._parent = self
        self._document.undo.append(("add", self, node))
        self._document.active = node
        return True

    def remove(self) -> bool:
        assert self._parent is not None
        self._document.undo.append(("remove", self._parent, self))
        self._parent._children.remove(self)
        self._parent = None
        return True


class Selection:
    def __init__(self, x: int, y: int, width: int, height: int, value: int = 255) -> None:
        self._rect, self._value = QRect(x, y, width, height), value

    def x(self) -> int:
        return self._rect.x()

    def y(self) -> int:
        return self._rect.y()

    def width(self) -> int:
        return self._rect.width()

    def height(self) -> int:
        return self._rect.height()

    def pixelData(self, x: int, y: int, width: int, height: int) -> Any:
        inside = [self._rect.contains(x + i, y + j) for j in range(height) for i in range(width)]
        return QByteArray(bytes(self._value if there else 0 for there in inside))


class Document:
    def __init__(self, width: int, height: int, name: str, space: Tuple[str, str, str]) -> None:
        self._size, self._name, self._file = (width, height), name, ""
        self.space = space
        self.time, self.last_time = 0, 0
        self.root = Node(self, "root", "grouplayer")
        self.active: Optional[Node] = None
        #: The nodes that a test selects in the layer list.
        self.selected: List[Node] = []
        self.chosen: Optional[Selection] = None
        self.annotations: Dict[str, Any] = {}
        self.background, self.is_modified = QColor(0, 0, 0, 0), True
        #: The way in which each picture was rendered.
        self.rendered: List[str] = []
        self.undo: List[Tuple[str, Node, Node]] = []
        #: The names of the layers that were written to, in order.
        self.writes: List[str] = []
        background = Node(self, "Background", "paintlayer")
        self.root.addChildNode(background, None)
        self.undo.clear()

    def resize(self, width: int, height: int) -> None:
        self._size = width, height

    def width(self) -> int:
        return self._size[0]

    def height(self) -> int:
        return self._size[1]

    def name(self) -> str:
        return self._name

    def fileName(self) -> str:
        return self._file

    def setFileName(self, path: str) -> None:
        self._file = path

    def rootNode(self) -> Node:
        return self.root

    def activeNode(self) -> Optional[Node]:
        return self.active

    def setActiveNode(self, node: Node) -> None:
        self.active = node

    def selection(self) -> Optional[Selection]:
        return self.chosen

    def createNode(self, name: str, kind: str) -> Node:
        node = Node(self, name, kind)
        node._space = self.space  # Krita converts only layers that are in the document.
        return node

    def colorModel(self) -> str:
        return self.space[0]

    def colorDepth(self) -> str:
        return self.space[1]

    def colorProfile(self) -> str:
        return self.space[2]

    def setColorSpace(self, model: str, depth: str, profile: str) -> bool:
        for node in self.root.childNodes():
            node.convert(node.space, (model, depth, profile))
            node._space = None
        self.space = (model, depth, profile)
        return True

    def clone(self) -> Document:
        """Return a copy that is not among the open documents, without the layers in groups."""
        copy = Document(*self._size, self._name, self.space)
        copy.root._children = [node.copied(copy) for node in self.root._children]
        for node in copy.root._children:
            node._parent = copy.root
        copy.time, copy.chosen = self.time, self.chosen
        return copy

    def fullClipRangeStartTime(self) -> int:
        return 0

    def fullClipRangeEndTime(self) -> int:
        return self.last_time

    def setCurrentTime(self, time: int) -> None:
        self.time = time
        self.undo.append(("time", self.root, self.root))
        for node in self.root._children:
            node.show(time)

    def tryBarrierLock(self) -> bool:
        return True

    def unlock(self) -> None:
        pass

    def pixelData(self, x: int, y: int, width: int, height: int) -> Any:
        top = self.root.childNodes()[-1]
        return QByteArray(_convert(bytes(top.projectionPixelData(x, y, width, height)), top.space, self.space)[0])

    def thumbnail(self, width: int, height: int) -> Any:
        return self.root.childNodes()[-1].thumbnail(width, height)

    def annotationTypes(self) -> List[str]:
        return list(self.annotations)

    def annotation(self, name: str) -> Any:
        return self.annotations[name]

    def setAnnotation(self, name: str, description: str, data: Any) -> None:
        self.annotations[name] = data

    def take_back(self) -> None:
        kind, parent, node = self.undo.pop()
        assert kind == "add"
        parent._children.remove(node)
        node._parent = None

    def refreshProjection(self) -> None:
        self.rendered.append("whole")

    def backgroundColor(self) -> Any:
        return self.background

    def setBackgroundColor(self, color: Any) -> bool:
        assert color == self.background
        self.rendered.append("in parts")
        return True

    def waitForDone(self) -> None:
        pass

    def setBatchmode(self, value: bool) -> None:
        pass

    def modified(self) -> bool:
        return self.is_modified

    def setModified(self, value: bool) -> None:
        self.is_modified = value

    def close(self) -> bool:
        krita = Krita.instance()
        krita.open = [document for document in krita.open if document is not self]
        return True


class Notifier(QObject):
    applicationClosing = pyqtSignal()

    def setActive(self, value: bool) -> None:
        pass


class Krita:
    """The application. ``files`` are the documents that openDocument finds by their path."""

    _instance: Optional[Krita] = None

    def __init__(self) -> None:
        self.open: List[Document] = []
        self.files: Dict[str, Document] = {}
        self.recent: List[str] = []
        self.hidden_made = 0
        self._notifier = Notifier()
        self._batch = False
        #: The docker "Undo History", if a test makes one.
        self.history: Optional[Any] = None

    @classmethod
    def instance(cls) -> Krita:
        if cls._instance is None:
            cls._instance = cls()
        return cls._instance

    @classmethod
    def forget(cls) -> None:
        """Let the next test have another application."""
        cls._instance = None

    def version(self) -> str:
        return "5.0 (fake)"

    def dockers(self) -> List[Any]:
        return [] if self.history is None else [self.history]

    def activeDocument(self) -> Optional[Document]:
        return self.open[-1] if self.open else None

    def activeWindow(self) -> Any:
        return self

    def activeView(self) -> Optional[View]:
        return View(self.open[-1]) if self.open else None

    def action(self, name: str) -> Any:
        action = QAction(name)
        if name == "edit_undo" and self.open[-1].undo:
            action.triggered.connect(lambda checked=False: self.open[-1].take_back())
        return action

    def documents(self) -> List[Document]:
        return list(self.open)

    def createDocument(
        self, width: int, height: int, name: str, model: str, depth: str, profile: str, resolution: float
    ) -> Document:
        self.hidden_made += 1
        document = Document(width, height, name, (model, depth, profile))
        self.open.append(document)
        return document

    def openDocument(self, path: str) -> Optional[Document]:
        document = film_in(path) if path.endswith("film.kra") else self.files.get(path)
        if document is not None:
            self.open.append(document)
        return document

    def recentDocuments(self) -> List[str]:
        return list(self.recent)

    def notifier(self) -> Notifier:
        return self._notifier

    def batchmode(self) -> bool:
        return self._batch

    def setBatchmode(self, value: bool) -> None:
        self._batch = value

    def icon(self, name: str) -> Any:
        pixmap = QPixmap(16, 16)
        pixmap.fill(QColor(0, 0, 0, 0))
        painter = QPainter(pixmap)
        painter.fillRect(3, 3, 10, 10, QColor(128, 128, 128))
        painter.end()
        return QIcon(pixmap)

    def addExtension(self, extension: Any) -> None:
        self.extension = extension

    def addDockWidgetFactory(self, factory: Any) -> None:
        self.factory = factory


class View:
    """A view of a document in a window."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def document(self) -> Document:
        return self._document

    def selectedNodes(self) -> List[Any]:
        return self._document.selected or [self._document.active]


class Extension(QObject):
    def __init__(self, parent: Any = None) -> None:
        super().__init__()


class DockWidget(QDockWidget):
    def __init__(self) -> None:
        super().__init__()


class DockWidgetFactoryBase:
    class DockPosition:
        DockRight = 1


class DockWidgetFactory:
    def __init__(self, identity: str, position: Any, make: Any) -> None:
        self.identity, self.position, self.make = identity, position, make


class Window:
    """A window with the one method that an extension needs."""

    def __init__(self, qwindow: Any) -> None:
        self._qwindow = qwindow
        self.actions: Dict[str, Any] = {}

    def qwindow(self) -> Any:
        return self._qwindow

    def createAction(self, identity: str, text: str, menu: str) -> Any:
        self.actions[identity] = QAction(text, self._qwindow)
        return self.actions[identity]


def _convert(data: bytes, source: Any, target: Any) -> Tuple[bytes, Any]:
    if source[1] == target[1] == "U8" and "inverted" in {source[2], target[2]}:
        return bytes(byte if index % 4 == 3 else 255 - byte for index, byte in enumerate(data)), target
    if source[1] == target[1]:
        return bytes(data), target
    count = len(data) // PIXEL[source[1]]
    if source[1] == "U8":
        values = [byte / 255 for byte in data]
        ordered = [values[4 * i + channel] for i in range(count) for channel in (2, 1, 0, 3)]
        return struct.pack(f"<{4 * count}f", *ordered), target
    floats = struct.unpack(f"<{4 * count}f", data)
    order = [floats[4 * i + channel] for i in range(count) for channel in (2, 1, 0, 3)]
    return bytes(max(0, min(255, round(value * 255))) for value in order), target


class History(QDockWidget):
    """Krita's docker "Undo History": a list with at most ``limit`` last steps of the front document."""

    def __init__(self, limit: int = 200) -> None:
        super().__init__()
        self._limit = limit
        self.setObjectName("History")
        self._list = QListView(self)
        self._list.setModel(QStringListModel())

    def show_steps(self, document: Document) -> None:
        steps = [step[0] for step in document.undo][-self._limit :]
        self._list.model().setStringList(["<empty>", *steps])
        self._list.setCurrentIndex(self._list.model().index(len(steps), 0))


def film_in(path: str) -> Document:
    """Read a document that the plug-in has written. Its tiles become the frames of a layer."""
    with zipfile.ZipFile(path) as film:
        image = ElementTree.fromstring(film.read("maindoc.xml"))[0]
        document = Document(int(image.attrib["width"]), int(image.attrib["height"]), "film", ("RGBA", "U8", "srgb"))
        (node,) = document.root.childNodes()
        for key in ElementTree.fromstring(film.read("film/layers/layer.keyframes.xml"))[0]:
            node.frames[int(key.attrib["time"])] = _pixels_of(film.read("film/layers/" + key.attrib["frame"]))
    node.show(0)
    return document


def _pixels_of(tiles: bytes) -> Dict[Tuple[int, int], bytes]:
    head, data = tiles.split(b"DATA ", 1)
    assert head == b"VERSION 2\nTILEWIDTH 64\nTILEHEIGHT 64\nPIXELSIZE 4\n"
    count, data = data.split(b"\n", 1)
    found: Dict[Tuple[int, int], bytes] = {}
    for _ in range(int(count)):
        line, data = data.split(b"\n", 1)
        left, top, _, length = line.decode().split(",")
        tile, data = data[: int(length)], data[int(length) :]
        assert tile[0] == 0 and len(tile) == 1 + 4 * 64 * 64
        for place in range(64 * 64):
            pixel = tile[1 + 4 * place : 5 + 4 * place]
            if any(pixel):
                found[int(left) + place % 64, int(top) + place // 64] = pixel
    assert data == b""
    return found
