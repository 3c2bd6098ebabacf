"""Functions that call each other, and what a function costs with all that it calls.

Callgrind adds up the costs of a recursive call at each level, so that the costs of calls inside
a cycle mean little. As in gprof and KCacheGrind, a cycle costs what its functions cost themselves
and what they call outside it. So does each of its functions; one that is called from outside
costs at least what these calls do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nativeprofile.formats.components import strongly_connected

from .data import Counts, Ints, Recording, total_by


@dataclass
class GraphCosts:
    """What functions, calls between two of them, and cycles cost, of one event."""

    own: Counts
    inclusive: Counts
    edges: Counts
    cycles: Counts


class CallGraph:
    """The functions of a recording and the calls between them.

    An edge is all calls from one function to another (`caller`, `callee`, `count`), `inside` marks
    those in a cycle. `calls` has a row a function, as has `cycle`: the number of its cycle, -1 for
    none; a function that only calls itself is in none. `cycles` is how many there are.
    """

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        calls = recording.calls
        length = max(len(recording.functions.name), 1)
        keys, self._edge = np.unique(
            calls.caller.astype(np.int64) * length + calls.callee, return_inverse=True
        )
        self.caller = (keys // length).astype(np.int32)
        self.callee = (keys % length).astype(np.int32)
        self.count = total_by(self._edge, calls.count, len(keys))
        self.calls = recording.calls_of()
        component = _components(len(self.calls), self.caller, self.callee)
        self.inside = component[self.caller] == component[self.callee]
        cyclic = np.flatnonzero(np.bincount(component, minlength=len(self.calls)) > 1)
        number = np.full(len(self.calls), -1, dtype=np.int32)
        number[cyclic] = np.arange(len(cyclic))
        self.cycle = number[component]
        self.cycles = len(cyclic)

    def costs(self, event: str) -> GraphCosts:
        """What everything costs, of one counted event."""
        own = self._recording.self_costs(event)
        length = len(own)
        paid = self._recording.of(self._recording.calls.costs, event)
        edges = total_by(self._edge, paid, len(self.count))
        leaving = ~self.inside
        inclusive = own + total_by(self.caller[leaving], edges[leaving], length)
        member = np.flatnonzero(self.cycle >= 0)
        cycle = self.cycle[member]
        whole = total_by(cycle, inclusive[member], self.cycles)
        entered = total_by(self.callee[leaving], edges[leaving], length)
        inclusive[member] = np.minimum(np.maximum(inclusive, entered)[member], whole[cycle])
        within = np.minimum(edges, inclusive[self.callee])
        return GraphCosts(own, inclusive, np.where(self.inside, within, edges), whole)


def _components(length: int, caller: Ints, callee: Ints) -> Ints:
    """Functions that reach each other share a number. Most are in no cycle, as is seen at once:
    nothing that is left calls them, or they call nothing that is left."""
    component = np.arange(length, dtype=np.int32)
    before = 2 * len(caller)
    # A long chain would be taken apart link by link: what is found slowly is left.
    while 0 < len(caller) < 0.9 * before:
        before = len(caller)
        calls, called = np.zeros((2, length), dtype=np.bool_)
        calls[caller], called[callee] = True, True
        left = calls[callee] & called[caller]
        caller, callee = caller[left], callee[left]
    members, ends = np.unique(np.append(caller, callee), return_inverse=True)
    source, target = np.split(ends.astype(np.int32), 2)
    component[members] = length + strongly_connected(len(members), source, target)
    return np.unique(component, return_inverse=True)[1].astype(np.int32)
