"""gprof's arithmetic: how the time of functions is shared among their callers.

What a function took, with what it called, is divided among its callers by how often each called
it, as if all calls took equally long (S. Graham, P. Kessler, M. McKusick, gprof: A Call Graph
Execution Profiler, SIGPLAN 1982). Functions that call each other are one in this, a cycle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from nativeprofile.formats.components import strongly_connected

Arc = tuple[int, int]
"""Caller and function."""


@dataclass
class Graph:
    """What was found; times in the unit of the functions' own."""

    children: dict[int, float] = field(default_factory=dict)
    """By function: the time of what it called outside its cycle."""
    arcs: dict[Arc, tuple[float, float]] = field(default_factory=dict)
    """Of each arc the function's own time and that of what it called, as shared; of a cycle, the
    whole cycle's. Arcs within a function or cycle have none."""
    cycles: list[list[int]] = field(default_factory=list)
    """Functions that call each other, more than one each."""


def propagate(own: Mapping[int, float], calls: Mapping[Arc, int]) -> Graph:
    """Shares the `own` times of functions, numbered from 0, along their calls."""
    callees: dict[int, list[int]] = {}
    for caller, function in calls:
        callees.setdefault(caller, []).append(function)
    ends = np.array([*calls, *((function, function) for function in own)], dtype=np.int32)
    ends = ends.reshape(-1, 2)
    length = int(ends.max(initial=-1)) + 1
    group_of: list[int] = strongly_connected(length, ends[:, 0], ends[:, 1]).tolist()
    groups: list[list[int]] = [[] for _ in range(length)]
    for function, number in enumerate(group_of):
        groups[number].append(function)
    graph = Graph()
    entered = [0] * len(groups)
    for (caller, function), count in calls.items():
        if group_of[caller] != group_of[function]:
            entered[group_of[function]] += count
    # Those that are called come before their callers.
    spent: list[tuple[float, float]] = []
    for number, group in enumerate(groups):
        below = 0.0
        for caller in group:
            share = 0.0
            for function in callees.get(caller, ()):
                other = group_of[function]
                if other == number or not entered[other]:
                    continue
                part = calls[caller, function] / entered[other]
                mine, under = (time * part for time in spent[other])
                graph.arcs[caller, function] = mine, under
                share += mine + under
            graph.children[caller] = share
            below += share
        spent.append((sum(own.get(function, 0.0) for function in group), below))
        if len(group) > 1:
            graph.cycles.append(group)
    return graph
