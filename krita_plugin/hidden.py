"""Hidden documents, in which Krita converts colors. Krita treats them like a user's, so they need some care."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from krita import Krita

from nst_core.bridge.language import tr
from nst_core.job.errors import HostError

from .qt import QtCore
from .spaces import SRGB_U8, Space, canonical, space_of

#: Size in pixels of the documents for conversions. The place of a pixel does not change its color, so pictures of any
#: size fit into them, one band after the other. A band takes about 2 ms on an idle processor.
WIDTH, HEIGHT = 256, 64


def layer_of(document: Any) -> Any:
    """The only layer of a document that this module has made."""
    return document.rootNode().childNodes()[0]


def mark_saved(document: Any) -> None:
    """Make Krita treat the hidden ``document`` as saved.

    Krita autosaves each modified document: a copy of the user's picture would stay in the home folder, and Krita would
    offer to recover it at the next start. A conversion of a document's color space marks it as modified a little later,
    by a call that waits in Krita's event queue. So that call is carried out first.
    """
    document.waitForDone()
    QtCore.QCoreApplication.sendPostedEvents()
    document.setModified(False)


@lru_cache(maxsize=8)
def hidden_document(picture: Space, layer: Space) -> Any:
    """A document in the space ``picture`` with a layer in the space ``layer``. It is kept for the next picture.

    Raises HostError if Krita refuses a space.
    """
    document = blank_document().clone()
    document.setBatchmode(True)
    document.setColorSpace(*picture)
    layer_of(document).setColorSpace(*layer)
    mark_saved(document)
    # Krita replaces a space that it does not know by another one, and reports success: colors would be wrong. With
    # another depth it would read beyond the end of the pixels.
    for owner, space in ((document, picture), (layer_of(document), layer)):
        if canonical(space_of(owner)) != canonical(space):
            problem = tr("Krita can't convert colors with the profile {name}.").format(name=space.profile)
            raise HostError(problem, tr("Convert the image to another color space, then start again."))
    return document


@lru_cache(maxsize=None)
def blank_document() -> Any:
    """The document that hidden ones are copies of. It is made once, if possible before it is needed.

    Krita needs about 100 ms to make and close a document, and writes to its database. A copy takes 2 ms. Krita and
    plug-ins do not see a copy in their lists of documents.
    """
    original = Krita.instance().createDocument(WIDTH, HEIGHT, "Neural Style", *SRGB_U8, 72.0)
    original.setBatchmode(True)
    blank = original.clone()
    original.setModified(False)
    original.close()
    return blank
