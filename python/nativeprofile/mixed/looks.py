"""The looks at one thread's Python frames (`frames`), to be found by time."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict

from .frames import Chains

Functions = tuple[int, ...]
"""Where the bytecode of some functions begins."""


class Moments:
    """Looks at one thread by what they have in common, in the order of time."""

    def __init__(self) -> None:
        self._times: dict[Functions, list[int]] = defaultdict(list)
        self._nodes: dict[Functions, list[int]] = defaultdict(list)

    def add(self, key: Functions, first: int, last: int, node: int) -> None:
        """Notes that a node was seen from `first` to `last` (ns)."""
        self._times[key] += (first, last) if last > first else (first,)
        self._nodes[key] += (node, node) if last > first else (node,)

    def nearest(self, key: Functions, time: int) -> tuple[int, int] | None:
        """The node nearest in time, and how far away that is: 0 if it was seen before and after."""
        times = self._times.get(key)
        if not times:
            return None
        at = bisect_left(times, time)
        around = [n for n in (at - 1, at) if 0 <= n < len(times)]
        nodes = [self._nodes[key][n] for n in around]
        if len(nodes) == 2 and nodes[0] == nodes[1]:
            return nodes[0], 0
        near = min(around, key=lambda n: abs(times[n] - time))
        return self._nodes[key][near], abs(times[near] - time)


class Looks:
    """The looks at one thread, by the innermost functions of the evaluator's calls."""

    def __init__(self, chains: Chains, tid: int) -> None:
        self.outer, self.inner = Moments(), Moments()
        """By the functions of the outermost calls, and of the innermost ones."""
        columns = (column.tolist() for column in chains.threads[tid])
        for first, last, node in zip(*columns, strict=True):
            calls = tuple(group[-1].code for group in chains.groups(node))
            for n in range(1, len(calls) + 1):
                self.outer.add(calls[:n], first, last, node)
            for n in range(len(calls) + 1):
                self.inner.add(calls[n:], first, last, node)
