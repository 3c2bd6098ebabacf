"""Which process goes first."""

from __future__ import annotations

import contextlib
import os
import time

_SOON, _SHARE, _LATE, _FIRST_FOR = 0.002, 0.05, 0.03, 10.0
"""Seconds: a look that comes within the first of them is not late (poll(2) counts milliseconds).
The share of all time that looks may be late. How late is too late, and for how long they go first
from then on."""


class Priority:
    """Looks are worth little when they come late, as they do where every processor is taken: then
    this process goes first for a while, if it may. Not always, since the system wakes a process
    that goes first on the processor where it slept (sched(7)), and what runs there has to wait,
    though another be idle; and not for a look or two that come late by chance."""

    def __init__(self) -> None:
        self._late = 0.0
        """Seconds by which looks were late, less what is forgiven."""
        self._before = time.monotonic()
        self._until = 0.0

    def note(self, due: float, now: float) -> None:
        """Takes the times when a look was due and when it comes (monotonic clock, s)."""
        late = max(0.0, now - due - _SOON)
        self._late = max(0.0, self._late + late - _SHARE * (now - self._before))
        self._before = now
        if self._until:
            if now > self._until:
                self._late = self._until = 0.0
                _schedule(os.SCHED_OTHER, 0)
        elif self._late > _LATE:
            self._until = now + _FIRST_FOR
            _schedule(os.SCHED_RR, os.sched_get_priority_min(os.SCHED_RR))


def _schedule(policy: int, priority: int) -> None:
    with contextlib.suppress(OSError):
        os.sched_setscheduler(0, policy, os.sched_param(priority))
