"""The names of Python threads, also of those that end before the recording does."""

from __future__ import annotations

import sys
import threading
from types import CodeType

BEGIN: CodeType = threading.Thread._bootstrap_inner.__code__  # type: ignore[attr-defined]
"""Runs first in every thread that Python starts."""


def starting() -> tuple[int, str]:
    """The number and name of the thread that runs `BEGIN`, called from its callback's callee."""
    frame = sys._getframe()
    while frame.f_code is not BEGIN and frame.f_back is not None:
        frame = frame.f_back
    thread = frame.f_locals.get("self")
    return threading.get_native_id(), str(getattr(thread, "name", ""))


def running() -> dict[int, str]:
    """Those that run now."""
    return {thread.native_id: thread.name for thread in threading.enumerate() if thread.native_id}
