"""For all tests: the engine is imported before torch, so that torch's threads sleep while they wait.

Torch reads this setting at its import. Without it, its waiting threads would take the processor from other tests.
"""

import nst_core.engine  # noqa: F401
