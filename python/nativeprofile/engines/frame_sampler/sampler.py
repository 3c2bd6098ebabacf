"""Looks at processes again and again, and keeps what was seen."""

from __future__ import annotations

import json
import time
from array import array

from .layout import Layout
from .memory import Gone
from .process import Process

_LAST = 2
"""The column that says until when a run goes on."""
_MOST_RUNS = 4_000_000


class Sampler:
    """Samples until told to stop."""

    def __init__(self) -> None:
        self._processes: dict[int, Process] = {}
        self._nodes: dict[tuple[int, int, int], int] = {}
        self.tree = [array("q") for _ in range(3)]
        self.runs = [array("q") for _ in range(4)]
        self.failed = 0

    def add(self, pid: int, state: int, layout: Layout) -> None:
        """Looks at a process, and does so from now on until it ends or runs another program."""
        self._processes[pid] = process = Process(pid, state, layout)
        self._look(process)

    def has(self, pid: int) -> bool:
        """Whether a process is still looked at."""
        return pid in self._processes

    def tick(self) -> None:
        """Looks at every thread once."""
        for process in list(self._processes.values()):
            self._look(process)

    def _look(self, process: Process) -> None:
        try:
            process.find_threads(time.monotonic_ns())
        except Gone:
            self._processes.pop(process.pid).close()
            return
        before, process.open = process.open, {}
        for state in process.states:
            now = time.monotonic_ns()
            resting = process.resting(state, now)
            if resting in before:
                process.open[resting] = before[resting]
                self.runs[_LAST][before[resting]] = now
                continue
            try:
                thread, chain = process.look(state)
            except Gone:
                self.failed += 1
                continue
            if chain:
                run = self._run(before.get(thread), thread, now, self._intern(process.pid, chain))
                if run is not None:
                    process.open[thread] = run

    def _run(self, run: int | None, thread: int, time_ns: int, node: int) -> int | None:
        """The run, `run` or a new one, that has this look; None if there is no room for it."""
        _, first, last, nodes = self.runs
        if run is not None and nodes[run] == node:
            last[run] = time_ns
            return run
        if len(first) >= _MOST_RUNS:
            return None
        for column, value in zip(self.runs, (thread, time_ns, time_ns, node), strict=True):
            column.append(value)
        return len(first) - 1

    def _intern(self, pid: int, chain: list[tuple[int, int]]) -> int:
        nodes, tree, node = self._nodes, self.tree, -1
        for executable, instruction in ((pid, 0), *reversed(chain)):
            key = (node, executable, instruction)
            found = nodes.get(key)
            if found is None:
                found = nodes[key] = len(nodes)
                for column, value in zip(tree, key, strict=True):
                    column.append(_signed(value))
            node = found
        return node

    @property
    def seen(self) -> bool:
        """Whether any frame was read."""
        return bool(self.tree[0])

    def write(self, path: str, ticks: int) -> None:
        """Writes what was seen."""
        head = {
            "nodes": len(self.tree[0]),
            "runs": len(self.runs[0]),
            "ticks": ticks,
            "failed": self.failed,
        }
        with open(path, "wb") as file:
            file.write(json.dumps(head).encode() + b"\n")
            for column in (*self.tree, *self.runs):
                column.tofile(file)


def _signed(word: int) -> int:
    return word - (1 << 64) if word >= 1 << 63 else word
