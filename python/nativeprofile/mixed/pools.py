"""Charges native worker threads to the Python line that launched them.

Workers of a pool (OpenBLAS, OpenMP, Rayon, plain pthreads) have no Python frames. While they
work, the thread that launched them is inside the same library: what it does at that moment,
told by its samples before and after, gives the line. A worker that spins on after the call,
while both samples are of Python elsewhere, serves nobody and is charged to nobody.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import NamedTuple

WINDOW_NS = 8_000_000
"""How far away a thread's nearest sample may lie, unless it stayed where it was."""
_NONE = -1


class Charge(NamedTuple):
    """The row under which a worker's sample goes; `sure` if no other could have launched it."""

    row: int
    sure: bool


@dataclass
class _Thread:
    """A Python thread's samples by ascending time."""

    times: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    inside: list[frozenset[str]] = field(default_factory=list)
    left: list[bool] = field(default_factory=list)


class Launchers:
    """What the Python threads of one process did, and when."""

    def __init__(self) -> None:
        self._threads: dict[int, _Thread] = {}
        self._libraries: set[str] = set()
        self._turn = 0

    def add(
        self, thread: int, time_ns: int, row: int, inside: frozenset[str], left: bool = False
    ) -> None:
        """Takes note of a sample, later than those before: the innermost Python frame `row` had
        called into the libraries `inside`. `left`: the thread then left the CPU."""
        known = self._threads.setdefault(thread, _Thread())
        known.times.append(time_ns)
        known.rows.append(row)
        known.inside.append(inside)
        known.left.append(left)
        self._libraries |= inside

    def charge(self, time_ns: int, libraries: frozenset[str]) -> Charge | None:
        """Who launched a worker that was in these libraries, None if nobody did."""
        if libraries.isdisjoint(self._libraries):
            return None
        best, rows = 0, set[int]()
        for thread in self._threads.values():
            row, shared = self._at(thread, time_ns, libraries)
            if shared > best:
                best, rows = shared, {row}
            elif shared and shared == best:
                rows.add(row)
        if not rows:
            return None
        # Where several may have launched it, each gets its turn.
        self._turn += len(rows) > 1
        return Charge(sorted(rows)[self._turn % len(rows)], len(rows) == 1)

    def _at(self, thread: _Thread, time_ns: int, libraries: frozenset[str]) -> tuple[int, int]:
        """The line that a thread was at, and how many of the libraries it was inside: by the
        sample before or after, whichever was inside more of them. Only that one explains the
        worker: it was launched from there, or is about to end what was."""
        after = bisect_right(thread.times, time_ns)
        before, last = after - 1, len(thread.times) - 1
        between = 0 <= before < last
        same = between and thread.rows[before] == thread.rows[after]
        # However far apart: it was there, and perhaps not running.
        stayed = between and (same or thread.left[before])
        near: list[tuple[int, int, int]] = []
        for n, surely in ((before, stayed), (after, same)):
            if 0 <= n <= last:
                distance = 0 if surely else abs(thread.times[n] - time_ns)
                if distance <= WINDOW_NS:
                    near.append((-len(libraries & thread.inside[n]), distance, n))
        if not near:
            return _NONE, 0
        shared, _, n = min(near)
        return thread.rows[n], -shared
