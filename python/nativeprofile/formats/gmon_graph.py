"""gprof's arithmetic: how the time of functions is shared among their callers.

What a function took, with what it called, is divided among its callers by how often each called
it, as if all calls took equally long (S. Graham, P. Kessler, M. McKusick, gprof: A Call Graph
Execution Profiler, SIGPLAN 1982). Functions that call each other are one in this, a cycle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

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
    functions = sorted({*own, *(end for arc in calls for end in arc)})
    graph = Graph()
    group_of: dict[int, int] = {}
    groups: list[list[int]] = []
    for group in _components(functions, callees):
        for function in group:
            group_of[function] = len(groups)
        groups.append(group)
    entered = [0] * len(groups)
    for (caller, function), count in calls.items():
        if group_of[caller] != group_of[function]:
            entered[group_of[function]] += count
    # Callees come before their callers.
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
            graph.cycles.append(sorted(group))
    return graph


def _components(functions: list[int], callees: Mapping[int, list[int]]) -> Iterator[list[int]]:
    """The strongly connected components, callees first (R. Tarjan, SIAM J. Computing 1, 1972)."""
    order: dict[int, int] = {}
    lowest: dict[int, int] = {}
    stack: list[int] = []
    waiting: set[int] = set()
    for root in functions:
        if root in order:
            continue
        path: list[tuple[int, Iterator[int]]] = [(root, iter(callees.get(root, ())))]
        order[root] = lowest[root] = len(order)
        stack.append(root)
        waiting.add(root)
        while path:
            function, rest = path[-1]
            callee = next(rest, None)
            if callee is None:
                path.pop()
                if path:
                    caller = path[-1][0]
                    lowest[caller] = min(lowest[caller], lowest[function])
                if lowest[function] == order[function]:
                    group: list[int] = []
                    while not group or group[-1] != function:
                        group.append(stack.pop())
                        waiting.discard(group[-1])
                    yield group
            elif callee not in order:
                order[callee] = lowest[callee] = len(order)
                stack.append(callee)
                waiting.add(callee)
                path.append((callee, iter(callees.get(callee, ()))))
            elif callee in waiting:
                lowest[function] = min(lowest[function], order[callee])
