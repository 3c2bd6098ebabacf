"""Charges native worker threads to the Python line that launched them.

Workers of a pool (OpenBLAS, OpenMP) have no Python frames. While they work, the thread
that launched them is inside the same library: the nearest sample in time tells where. The
same holds for a thread whose stack was too deep to be copied whole.
"""

from __future__ import annotations

from bisect import bisect_left, insort

WINDOW_NS = 8_000_000
"""How far apart in time the two samples may lie."""


class Launchers:
    """Where Python was, by time, inside each native library."""

    def __init__(self) -> None:
        self._times: dict[str, list[tuple[int, int]]] = {}

    def add(self, time_ns: int, row: int, libraries: frozenset[str]) -> None:
        """Takes note that the Python frame `row` was inside `libraries`."""
        for library in libraries:
            insort(self._times.setdefault(library, []), (time_ns, row))

    def nearest(self, time_ns: int, libraries: frozenset[str]) -> int | None:
        """The row that was in one of `libraries` nearest in time, if near enough, or further
        away if the row before and the one after are the same."""
        best: tuple[int, int] | None = None
        for library in libraries:
            known = self._times.get(library, [])
            at = bisect_left(known, (time_ns, -1))
            around = known[max(0, at - 1) : at + 1]
            agreed = len(around) == 2 and around[0][1] == around[1][1]
            for time, row in around:
                distance = abs(time - time_ns)
                if (agreed or distance <= WINDOW_NS) and (best is None or distance < best[0]):
                    best = (distance, row)
        return best[1] if best else None
