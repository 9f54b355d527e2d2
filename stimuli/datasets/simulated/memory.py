"""Give freed memory back to the system.

The C library of Linux keeps freed blocks of up to 32 MB for itself. A long item leaves hundreds of
megabytes of them in pieces, which add to the next item's peak, and which joblib takes for a leak:
it replaces the worker and warns.
"""

from __future__ import annotations

import ctypes
import sys


def release_freed_memory() -> None:
    """Return what was freed to the system, where the C library can (glibc); elsewhere do nothing."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
