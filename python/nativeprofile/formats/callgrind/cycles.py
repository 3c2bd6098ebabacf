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


def call_graph(recording: Recording, event: str) -> CallGraph:
    """What each function and each pair of functions costs, of one event. KeyError."""
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


def _edges(recording: Recording, event: str) -> Edges:
    calls = recording.calls
    length = max(len(recording.functions.name), 1)
    keys, which = np.unique(
        calls.caller.astype(np.int64) * length + calls.callee, return_inverse=True
    )
    return Edges(
        caller=(keys // length).astype(np.int32),
        callee=(keys % length).astype(np.int32),
        calls=total_by(which, calls.count, len(keys)),
        inclusive=total_by(which, recording.of(calls.costs, event), len(keys)),
        inside=np.zeros(len(keys), dtype=np.bool_),
    )
