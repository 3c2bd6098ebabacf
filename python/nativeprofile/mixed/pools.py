"""Charges native worker threads to the Python line that launched them.

Workers of a pool (OpenBLAS, OpenMP) have no Python frames. While they work, the thread
that launched them is inside the same library: the nearest sample in time tells where.
"""

from __future__ import annotations

from bisect import bisect_left, insort

WINDOW_NS = 8_000_000
"""How far apart in time the two samples may lie."""


class Launchers:
    """Samples with Python frames, by the native libraries on their stacks."""

    def __init__(self) -> None:
        self._times: dict[str, list[tuple[int, int]]] = {}

    def add(self, time_ns: int, sample: int, libraries: frozenset[str]) -> None:
        """Takes note of a sample inside `libraries`."""
        for library in libraries:
            insort(self._times.setdefault(library, []), (time_ns, sample))

    def nearest(self, time_ns: int, libraries: frozenset[str]) -> int | None:
        """The sample in one of `libraries` that is nearest in time, if near enough."""
        best: tuple[int, int] | None = None
        for library in libraries:
            known = self._times.get(library, [])
            at = bisect_left(known, (time_ns, -1))
            for time, sample in known[max(0, at - 1) : at + 1]:
                distance = abs(time - time_ns)
                if distance <= WINDOW_NS and (best is None or distance < best[0]):
                    best = (distance, sample)
        return best[1] if best else None
