"""Which asyncio task a sample belongs to, told by the addresses on its stack.

While a task runs, its own address and that of its coroutine lie on the C stack: in the frames of
`task_step`, and in those of the evaluator, whose frame of a coroutine is part of the coroutine.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from nativeprofile.tables.builder import Builder
from nativeprofile.tables.profile import Tasks

Words = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Task:
    """A row of the table that the engine wrote (`engines/perf_tasks.py`)."""

    created_ns: int
    task: int
    coroutine: int
    size: int
    name: str
    qualname: str
    parent: int


class TaskFinder:
    """Finds tasks in stack dumps. Memory is used again: one place may belong to several tasks,
    one after the other."""

    def __init__(self, rows: Sequence[Sequence[Any]]) -> None:
        self.tasks = [Task(*row) for row in rows]
        places: dict[tuple[int, int], list[int]] = {}
        for row, each in enumerate(self.tasks):
            places.setdefault((each.task, each.coroutine), []).append(row)
        self._owners = list(places.values())
        """The tasks of each pair of places, in the order in which they were created."""
        spans = []
        for owner, (task, coroutine) in enumerate(places):
            size = max(self.tasks[number].size for number in self._owners[owner])
            spans += [(task, task, owner), (coroutine, coroutine + size - 1, owner)]
        spans.sort()
        self._starts = np.array([start for start, _, _ in spans], dtype=np.uint64)
        self._ends = np.array([end for _, end, _ in spans], dtype=np.uint64)
        self._owner = np.array([owner for _, _, owner in spans], dtype=np.int64)

    def scan(self, words: Words, bounds: npt.NDArray[np.int64]) -> list[int]:
        """For each sample (its words: from `bounds[i, 0]` to `bounds[i, 2]`) a number for `at`:
        the place that is named most often, its task at least once (a pointer to a coroutine
        alone may be left over from a call that has ended); -1 without one."""
        found = np.full(len(bounds), -1, dtype=np.int64)
        if not len(self._starts):
            return found.tolist()
        hits = np.flatnonzero((words >= self._starts[0]) & (words <= self._ends.max()))
        span = np.searchsorted(self._starts, words[hits], side="right") - 1
        inside = words[hits] <= self._ends[span]
        hits, owner = hits[inside], self._owner[span[inside]]
        sample = np.searchsorted(bounds[:, 2], hits, side="right")
        mine = sample < len(bounds)
        mine[mine] = hits[mine] >= bounds[sample[mine], 0]
        named = np.where(self._starts[span] == self._ends[span], 1, 0)[inside][mine]
        votes, group, count = np.unique(
            np.stack([sample[mine], owner[mine]], axis=1),
            axis=0,
            return_inverse=True,
            return_counts=True,
        )
        sure = np.bincount(group.reshape(-1), named, len(votes)) > 0
        votes, count = votes[sure], count[sure]
        order = np.argsort(count, kind="stable")  # the last one written is the most frequent
        found[votes[order, 0]] = votes[order, 1]
        return found.tolist()

    def at(self, owner: int, time_ns: int) -> int:
        """The task that had a place found by `scan` at a moment, -1 for none."""
        if owner < 0:
            return -1
        numbers = self._owners[owner]
        after = bisect_right(numbers, time_ns, key=lambda number: self.tasks[number].created_ns)
        return numbers[after - 1] if after else -1


def add_tasks(builder: Builder, finder: TaskFinder, of_samples: Sequence[int]) -> None:
    """Fills `tasks` and `samples.task`, given the task of each sample (-1: none), unless all
    samples belong to one: the tasks that have samples, and those that created them."""
    if len(set(of_samples)) < 2:
        return
    wanted = set(of_samples) - {-1}
    for number in list(wanted):
        while (number := finder.tasks[number].parent) >= 0 and number not in wanted:
            wanted.add(number)
    rows = {number: row for row, number in enumerate(sorted(wanted))}
    table = Tasks()
    for number in rows:
        task = finder.tasks[number]
        table.name.append(builder.string(task.name))
        table.coroutine.append(builder.string(task.qualname))
        table.parent.append(rows.get(task.parent, -1))
    builder.profile.tasks = table
    builder.profile.samples.task = [rows.get(number, -1) for number in of_samples]
