"""Functions that call each other: the strongly connected components of a call graph."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]


def strongly_connected(length: int, source: Ints, target: Ints) -> Ints:
    """The component of each node: nodes that reach each other share one (Tarjan 1972).

    Components are numbered from 0, each after all that can be reached from it.
    """
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
