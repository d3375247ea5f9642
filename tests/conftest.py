"""For all tests: the engine is imported before torch, so that torch's threads sleep while they wait.

The engine sets ``OMP_WAIT_POLICY``, which torch reads at its import. Without it, torch's waiting threads would take the
processor from other tests.
"""

import nst_core.engine  # noqa: F401
