"""Functions that call each other, and what a function costs with all that it calls.

Callgrind adds up the costs of a recursive call at each level, so that the costs of calls inside
a cycle mean little. As in gprof and KCacheGrind, a cycle costs what its functions cost themselves
and what they call outside it. So does each of its functions; one that is called from outside
costs at least what these calls do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .data import Counts, Flags, Ints, Recording, total_by


@dataclass
class Edges:
    """Calls between two functions, all places added up; `inside` marks those in a cycle."""

    caller: Ints
    callee: Ints
    calls: Counts
    inclusive: Counts
    inside: Flags


@dataclass
class CallGraph:
    """The functions of a recording with one event's costs.

    `cycle` is the number of a function's cycle, -1 for none; one that only calls itself is in
    none. `cycle_inclusive` has a row for each cycle.
    """

    own: Counts
    calls: Counts
    inclusive: Counts
    edges: Edges
    cycle: Ints
    cycle_inclusive: Counts


def call_graph(recording: Recording, event: int) -> CallGraph:
    """What each function and each pair of functions costs, of one event."""
    own = recording.self_costs(event)
    length = len(own)
    edges = _edges(recording, event)
    component = strongly_connected(length, edges.caller, edges.callee)
    edges.inside = component[edges.caller] == component[edges.callee]
    size = np.bincount(component, minlength=length)
    cyclic = np.flatnonzero(size > 1)
    number = np.full(length, -1, dtype=np.int32)
    number[cyclic] = np.arange(len(cyclic))
    cycle = number[component]

    leaving = ~edges.inside
    inclusive = own + total_by(edges.caller[leaving], edges.inclusive[leaving], length)
    member = np.flatnonzero(cycle >= 0)
    whole = total_by(cycle[member], inclusive[member], len(cyclic))
    entered = total_by(edges.callee[leaving], edges.inclusive[leaving], length)
    inclusive[member] = np.minimum(np.maximum(inclusive, entered)[member], whole[cycle[member]])
    edges.inclusive = np.where(
        edges.inside, np.minimum(edges.inclusive, inclusive[edges.callee]), edges.inclusive
    )
    return CallGraph(own, recording.calls_of(), inclusive, edges, cycle, whole)


def _edges(recording: Recording, event: int) -> Edges:
    calls = recording.calls
    length = max(len(recording.functions.name), 1)
    keys, which = np.unique(
        calls.caller.astype(np.int64) * length + calls.callee, return_inverse=True
    )
    return Edges(
        caller=(keys // length).astype(np.int32),
        callee=(keys % length).astype(np.int32),
        calls=total_by(which, calls.count, len(keys)),
        inclusive=total_by(which, calls.costs.of(event), len(keys)),
        inside=np.zeros(len(keys), dtype=np.bool_),
    )


def strongly_connected(length: int, source: Ints, target: Ints) -> Ints:
    """The component of each node: nodes that reach each other share one (Tarjan 1972)."""
    order = np.argsort(source, kind="stable")
    targets: list[int] = target[order].tolist()
    starts: list[int] = np.searchsorted(source[order], np.arange(length + 1)).tolist()
    component, index, low = [-1] * length, [-1] * length, [0] * length
    stack: list[int] = []
    next_edge = starts[:-1]
    count = found = 0
    for root in range(length):
        path = [root] if index[root] < 0 else []
        while path:
            node = path[-1]
            if index[node] < 0:
                index[node] = low[node] = count
                count += 1
                stack.append(node)
            while next_edge[node] < starts[node + 1]:
                other = targets[next_edge[node]]
                next_edge[node] += 1
                if index[other] < 0:
                    path.append(other)
                    break
                if component[other] < 0:
                    low[node] = min(low[node], index[other])
            else:
                path.pop()
                if path:
                    low[path[-1]] = min(low[path[-1]], low[node])
                if low[node] == index[node]:
                    while True:
                        member = stack.pop()
                        component[member] = found
                        if member == node:
                            break
                    found += 1
    return np.array(component, dtype=np.int32)
