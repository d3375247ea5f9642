"""Hidden documents, in which Krita converts colors. Krita would autosave changed ones, so they count as saved."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from krita import Krita

from nst_core.bridge.language import tr
from nst_core.job.errors import HostError

from .qt import QtCore
from .spaces import SRGB_U8, Space, canonical, space_of

#: Size in pixels of the documents for conversions. The position of a pixel does not change its color, so pictures of
#: any size are converted in bands of this size. A band takes 0.5 to 9 ms on an idle processor.
WIDTH, HEIGHT = 512, 128


def layer_of(document: Any) -> Any:
    """Return the only layer of a document that this module has made."""
    return document.rootNode().childNodes()[0]


def mark_saved(document: Any) -> None:
    """Make Krita treat the hidden ``document`` as saved.

    Krita autosaves each modified document. A copy of the user's picture would stay in the home folder, and Krita would
    offer to recover it at the next start. When a document gets another color space, Krita marks it as modified a little
    later, by a call in its event queue. So this function runs that call first.
    """
    document.waitForDone()
    QtCore.QCoreApplication.sendPostedEvents()
    document.setModified(False)


@lru_cache(maxsize=8)
def hidden_document(picture: Space, layer: Space) -> Any:
    """Make a document in the space ``picture`` with a layer in the space ``layer``. It is kept for the next picture.

    Raises HostError if Krita refuses a space.
    """
    document = blank_document().clone()
    document.setBatchmode(True)
    document.setColorSpace(*picture)
    layer_of(document).setColorSpace(*layer)
    mark_saved(document)
    # If Krita does not know a space, it uses another one and reports success. Then the colors would be wrong, and with
    # another depth Krita would read beyond the end of the pixels.
    for owner, space in ((document, picture), (layer_of(document), layer)):
        if canonical(space_of(owner)) != canonical(space):
            problem = tr("Krita can't convert colors with the profile {name}.").format(name=space.profile)
            raise HostError(problem, tr("Convert the image to another color space, then start again."))
    return document


@lru_cache(maxsize=None)
def blank_document() -> Any:
    """Make the document that all hidden ones are copied from. It is made only once, if possible before it is needed.

    Krita needs about 100 ms to make and close a document, and writes to its database. A copy takes 2 ms. A copy is not
    in the lists of documents of Krita and of plug-ins.
    """
    original = Krita.instance().createDocument(WIDTH, HEIGHT, "Neural Style", *SRGB_U8, 72.0)
    original.setBatchmode(True)
    blank = original.clone()
    original.setModified(False)
    original.close()
    return blank
