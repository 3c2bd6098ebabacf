"""Which asyncio tasks there were: `sys.monitoring` tells each one that is created.

A stack says which coroutines run, not for which task: two tasks of one coroutine function look
alike. But the objects of the task and of its coroutine lie on the C stack while they run, so that
their addresses, noted here, tell the tasks apart in the samples.
"""

from __future__ import annotations

import sys
import time
from types import CodeType
from typing import Any, NamedTuple

MOST = 5_000
"""Tasks that are noted, at some microseconds each; a cell that creates more is told so."""

THE_CELL = "the cell"
"""The name of the task in which the cell itself runs, instead of the kernel's for it."""


class Task(NamedTuple):
    """A task as it was created, with the addresses by which a sample tells it."""

    created_ns: int
    """By the monotonic clock; 0: before the recording."""
    task: int
    coroutine: int
    size: int
    """Bytes of the coroutine object, its frame included."""
    name: str
    qualname: str
    parent: int
    """The row of the task that created it, -1: none."""


class TaskWatcher:
    """Notes the tasks that exist at `start`, and those created until `close`."""

    def __init__(self) -> None:
        self.rows: list[Task] = []
        self.missed = 0
        """Tasks that could not be noted."""
        self.full = False
        """Whether more were created than are noted."""
        self._latest: dict[int, int] = {}
        self._watched: list[CodeType] = []
        self._tool = -1

    def start(self, tool: int) -> None:
        """Begins, with a tool id of `sys.monitoring` that is ours. Where asyncio is not loaded
        there are no tasks, and nothing is watched."""
        events = sys.modules.get("asyncio.base_events")
        tasks = sys.modules.get("asyncio.tasks")
        if events is None or tasks is None:
            return
        loop = sys.modules["asyncio.events"]._get_running_loop()
        current = tasks.current_task(loop) if loop is not None else None
        for task in tasks.all_tasks(loop) if loop is not None else ():
            self._note(task, 0, -1)
            if task is current:
                self.rows[-1] = self.rows[-1]._replace(name=THE_CELL)
        # The outer two name the task after the loop has created it (3.12).
        makers = [events.BaseEventLoop.create_task, tasks.create_task]
        groups = sys.modules.get("asyncio.taskgroups")
        if groups is not None:
            makers.append(groups.TaskGroup.create_task)
        self._watched = [maker.__code__ for maker in makers]
        self._tool = tool
        of_loop, clock = tasks.current_task, time.monotonic_ns
        by_loop, unnamed = self._watched[0], 0

        def created(code: CodeType, offset: int, task: Any) -> None:
            try:
                nonlocal unnamed
                if code is not by_loop and unnamed == id(task):
                    self.rows[-1] = self.rows[-1]._replace(name=task.get_name())
                    return
                if len(self.rows) >= MOST:
                    self.full = True
                    self._unwatch()
                    return
                parent = of_loop(task.get_loop())
                self._note(task, clock(), self._latest.get(id(parent), -1))
                unnamed = id(task) if code is by_loop else 0
            except Exception:  # a task factory may return anything: not ours to complain
                self.missed += 1

        monitoring = sys.monitoring
        monitoring.register_callback(tool, monitoring.events.PY_RETURN, created)
        for maker in self._watched:
            monitoring.set_local_events(tool, maker, monitoring.events.PY_RETURN)

    def _note(self, task: Any, created_ns: int, parent: int) -> None:
        coroutine = task.get_coro()
        if coroutine is None:  # ran to its end while it was created (eager tasks)
            return
        self._latest[id(task)] = len(self.rows)
        self.rows.append(
            Task(
                created_ns,
                id(task),
                id(coroutine),
                coroutine.__sizeof__(),
                task.get_name(),
                getattr(coroutine, "__qualname__", type(coroutine).__qualname__),
                parent,
            )
        )

    def notes(self) -> list[str]:
        """A sentence for the profile if some tasks are unknown."""
        found = []
        if self.full:
            found.append(
                f"Of the cell's asyncio tasks the first {MOST:,} were noted; samples of those "
                "created later name no task."
            )
        if self.missed:
            found.append(f"{self.missed:,} asyncio tasks were not noted; their samples name none.")
        return found

    def _unwatch(self) -> None:
        monitoring = sys.monitoring
        for maker in self._watched:
            monitoring.set_local_events(self._tool, maker, 0)
        self._watched = []

    def close(self, ours: bool) -> None:
        """Stops watching; may be called twice, before the tool id is freed. `ours`: it was not
        taken from us."""
        if self._tool >= 0 and ours:
            self._unwatch()
            sys.monitoring.register_callback(self._tool, sys.monitoring.events.PY_RETURN, None)
        self._watched, self._tool = [], -1
        self.rows, self._latest = [], {}
