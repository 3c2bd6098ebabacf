"""Python threads: their names, also of those that end before the recording does, and their code."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from types import CodeType, FrameType

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


def running_codes() -> Iterator[CodeType]:
    """The code objects of all frames that run now: other threads, and what called us."""
    for frame in sys._current_frames().values():
        walk: FrameType | None = frame
        while walk is not None:
            yield walk.f_code
            walk = walk.f_back
