"""Interrupts that arrive while a run is started or ended, in the middle of our bookkeeping."""

from __future__ import annotations

import signal
import threading
import time
from types import FrameType
from typing import Any


class Deferred:
    """Notes SIGINT instead of raising KeyboardInterrupt, so that no step is left half done.

    Only Python's main thread receives interrupts; elsewhere this does nothing.
    """

    def __init__(self, grace: float = 0.0) -> None:
        """Interrupts in the first `grace` seconds are a repetition of the one that ended
        the cell, and count for nothing."""
        self._from = time.monotonic() + grace
        self._before: Any = None
        self.count = 0
        """How many interrupts are noted."""

    def __enter__(self) -> Deferred:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, *exception: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def check(self) -> None:
        """Raises KeyboardInterrupt, at a place of our choice, if one is noted."""
        if self.count:
            raise KeyboardInterrupt

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.count += time.monotonic() >= self._from
