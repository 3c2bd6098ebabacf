"""Reads what `engines/frame_sampler` left: which Python frames each thread had, and when."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from nativeprofile.tables.errors import FormatError

Integers = npt.NDArray[np.int64]


class Caller(NamedTuple):
    """A Python frame: its number (`processes`), and how many code units of it have begun."""

    code: int
    units: int


Bytecode = Callable[[int, int], tuple[int, int] | None]
"""By process and address: the number and the bytes of the code whose bytecode begins there."""

Groups = tuple[tuple[Caller, ...], ...]
"""The frames of a thread, the outermost first; one group for each call of the evaluator."""


class Chains:
    """What was seen of each thread: `threads[tid]` holds `first`, `last` (ns) and `node` of each
    run of equal looks that followed each other, in the order of time."""

    def __init__(self, path: Path, header: int, bytecode: Bytecode) -> None:
        """Bytecode lies `header` bytes behind its code object. Raises FormatError for a damaged
        file."""
        try:
            with path.open("rb") as file:
                head = json.loads(file.readline())
                nodes, runs = int(head["nodes"]), int(head["runs"])
                data = np.fromfile(file, dtype=np.int64)
            if min(nodes, runs) < 0 or len(data) != 3 * nodes + 4 * runs:
                raise ValueError("it is cut off")
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise FormatError(
                f"The Python frames beside the recording are damaged: {error}.",
                "Profile the cell again.",
            ) from error
        self.looks = max(1, int(head.get("ticks", 1)))
        self.failed = int(head.get("failed", 0))
        self._parent, executable, instruction = data[: 3 * nodes].reshape(3, nodes).tolist()
        self._callers: list[Caller | None] = []
        self._processes = processes = list[int]()
        for parent, code, at in zip(self._parent, executable, instruction, strict=True):
            root = parent < 0
            processes.append(code if root else processes[parent])
            start = code + header
            found = None if root else bytecode(processes[-1], start)
            self._callers.append(None if found is None else _caller(*found, at - start))
        self._groups: dict[int, Groups] = {}
        thread, first, last, node = data[3 * nodes :].reshape(4, runs)
        self.threads: dict[int, tuple[Integers, Integers, Integers]] = {}
        for tid in np.unique(thread).tolist():
            rows = thread == tid
            self.threads[tid] = (first[rows], last[rows], node[rows])

    def process(self, node: int) -> int:
        """The id of the process that a node is of."""
        return self._processes[node]

    def innermost(self, node: int) -> Caller | None:
        """The frame that runs, None if its code is not known."""
        return self._callers[node]

    def groups(self, node: int) -> Groups:
        """The frames of a node. What is no known code stands between two groups: the evaluator
        marks so where it begins (CPython 3.12 on)."""
        found = self._groups.get(node)
        if found is None:
            groups: list[list[Caller]] = [[]]
            at = node
            while at >= 0:
                caller = self._callers[at]
                if caller is not None:
                    groups[-1].append(caller)
                elif groups[-1]:
                    groups.append([])
                at = self._parent[at]
            found = tuple(tuple(group[::-1]) for group in reversed(groups) if group)
            self._groups[node] = found
        return found


def _caller(number: int, size: int, offset: int) -> Caller:
    return Caller(number, (offset >> 1) + 1 if 0 <= offset <= size else 0)
