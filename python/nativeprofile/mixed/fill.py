"""Fills the profile's tables of threads and samples, one column for each value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from nativeprofile.tables.builder import Builder

from .instructions import Instructions
from .kinds import Kinds, Seen
from .offcpu import Wait
from .switches import Life
from .tasks import TaskFinder, add_tasks


class Table:
    """Adds rows; `finish` fills the columns that need all of them."""

    def __init__(
        self,
        builder: Builder,
        thread: Callable[[int, int], int],
        start: int,
        tasks: TaskFinder,
        instructions: Instructions,
    ) -> None:
        """`thread` makes the row of a thread (by its own and its process's number), called once
        for each; times count from `start`."""
        self._builder = builder
        self._instructions = instructions
        self._make_thread = thread
        self._start = start
        self._finder = tasks
        self._width = len(builder.profile.values)
        self._threads: dict[int, int] = {}
        self._own: list[int] = []
        self._tasks: list[int] = []

    def on_cpu(
        self,
        kept: Sequence[Seen],
        kinds: Kinds,
        charged: Mapping[int, int],
        parts: Mapping[int, int] | None,
    ) -> None:
        """Samples of CPU time. `charged`: the rows of those that were attributed, by number.
        `parts`: each thread's wall time in one sample, None where that was not recorded."""
        for number, seen in enumerate(kept):
            kind = kinds.of(seen)
            values = [seen.period] if parts is None else [seen.period, parts.get(seen.thread, 0)]
            row = charged.get(number, kind.row)
            self._add(seen, row, seen.thread, kind.pid, seen.time, values)
            self._instructions.add(seen, values)
            self._own.append(kind.row if number in charged else -1)

    def counted(
        self,
        kept: Sequence[Seen],
        kinds: Kinds,
        charged: Mapping[int, int],
        columns: Mapping[int, int],
    ) -> None:
        """Samples of further events, neither CPU nor wall time: each is as many as its period
        in the column that `columns` names for its event."""
        for number, seen in enumerate(kept):
            column = columns.get(seen.event, -1)
            if column >= 0:
                kind = kinds.of(seen)
                values = [0] * column + [seen.period]
                row = charged.get(number, kind.row)
                self._add(seen, row, seen.thread, kind.pid, seen.time, values)
                self._instructions.add(seen, values)
                self._own.append(kind.row if number in charged else -1)

    def off_cpu(self, waits: Sequence[Wait], column: int = -1) -> None:
        """Absences: wall time without CPU time; their number in `column`, if that is wanted."""
        for wait in waits:
            values = [0, wait.duration]
            if column >= 0:
                values += [0] * (column - 2) + [wait.absences]
            self._add(wait.seen, wait.row, wait.thread, wait.pid, wait.time, values)
            self._own.append(-1)

    def finish(self, lives: Mapping[int, Life]) -> None:
        """Fills the columns that need all rows."""
        profile = self._builder.profile
        self._instructions.fill()
        add_tasks(self._builder, self._finder, self._tasks)
        if any(row >= 0 for row in self._own):
            profile.samples.own = self._own
        if lives:
            known = [lives.get(tid) for tid in profile.threads.tid]
            profile.threads.start = [self._time(life.start) if life else -1 for life in known]
            profile.threads.end = [self._time(life.end) if life else -1 for life in known]

    def _add(
        self,
        seen: Seen | None,
        row: int,
        thread: int,
        pid: int,
        time: int,
        values: Sequence[int],
    ) -> None:
        number = self._threads.get(thread)
        if number is None:
            number = self._threads[thread] = self._make_thread(thread, pid)
        rest = [0] * (self._width - len(values))
        self._builder.sample(number, row, self._time(time), *values, *rest)
        self._tasks.append(self._finder.at(seen.place, seen.time) if seen else -1)

    def _time(self, time: int) -> int:
        """Microseconds since the start."""
        return max(0, time - self._start) // 1000


def parts(seen: Sequence[Seen], lives: Mapping[int, Life]) -> dict[int, int]:
    """Of each thread the time on a CPU in equal parts, one for each of its samples `seen`."""
    counts = Counter(sample.thread for sample in seen)
    return {
        thread: lives[thread].on_cpu // count if thread in lives else 0
        for thread, count in counts.items()
    }
