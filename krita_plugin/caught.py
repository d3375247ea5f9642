"""The place where each exception of the plug-in becomes an error that the docker shows."""

from __future__ import annotations

from typing import Callable, Optional

from nst_core.bridge.language import tr
from nst_core.job.errors import EngineFailed, NeuralStyleError


def error_of(action: Callable[[], None]) -> Optional[NeuralStyleError]:
    """Call ``action``. If it raises an exception, return the error for the user.

    Krita opens a window for each exception that the plug-in does not catch, so this function catches all of them.
    """
    try:
        action()
    except NeuralStyleError as error:
        return error
    except Exception as error:
        failure = EngineFailed(tr("The plug-in met an error that it did not expect."), tr("Please report it."))
        failure.__cause__ = error
        return failure
    return None
