"""What all tests share: the engine is imported before torch, so that torch's threads sleep while they wait.

Torch reads at its own import how they shall wait; threads that spin take the processor from whoever else tests here.
"""

import nst_core.engine  # noqa: F401
