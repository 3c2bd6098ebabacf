"""Which Python code ran: `sys.monitoring` tells each code object once and then is silent.

The watcher keeps the code objects alive until they are named (the cell's own code,
lambdas and `exec` are gone otherwise), and drops them all when the run ends.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import CodeType, FunctionType, MethodType
from typing import Any

from . import perf_entries, perf_trampoline
from .base import EngineError
from .perf_rows import Row, bytecode, row
from .perf_tasks import TaskWatcher
from .perf_threads import BEGIN, running, running_codes, starting

TOOL_NAME = "nativeprofile"
TOOL_IDS = (4, 3, 2)
"""Tried in this order; 0, 1 and 5 are for debuggers, coverage and optimisers."""


def free_tool_id() -> int | None:
    """A monitoring tool id that nobody holds."""
    for number in TOOL_IDS:
        if sys.monitoring.get_tool(number) is None:
            return number
    return None


class CodeWatcher:
    """Collects the code objects that start or resume between `start` and `close`."""

    def __init__(self) -> None:
        self._codes: dict[int, CodeType] = {}
        self._calls: dict[int, dict[int, int]] = {}
        self._threads: dict[int, str] = {}
        self._tool: int | None = None
        self.tasks = TaskWatcher()

    def start(self) -> None:
        """Begins watching. Raises EngineError if every monitoring tool id is taken."""
        tool = free_tool_id()
        if tool is None:
            raise EngineError(
                "All of sys.monitoring's profiler ids are taken by other tools.",
                "Stop the other profiler or coverage tool, or restart the kernel.",
            )
        monitoring, codes, disable = sys.monitoring, self._codes, sys.monitoring.DISABLE

        def seen(code: CodeType, offset: int) -> Any:
            codes[id(code)] = code
            if code is not BEGIN:
                return disable
            number, name = starting()
            threads[number] = name
            return None

        calls, threads = self._calls, self._threads

        def called(code: CodeType, offset: int, function: object, first: object) -> Any:
            # The evaluator keeps no pointer to its instruction across some calls; what was
            # called tells the line then. Addresses only: the objects themselves must not
            # live longer than without us.
            address = _called(function)
            if address:
                calls.setdefault(id(code), {})[offset // 2] = address
            return disable

        monitoring.use_tool_id(tool, TOOL_NAME)
        self._tool = tool
        events: dict[int, Callable[..., Any]] = {
            monitoring.events.PY_START: seen,
            monitoring.events.PY_RESUME: seen,
            monitoring.events.CALL: called,
        }
        for event, callback in events.items():
            monitoring.register_callback(tool, event, callback)
        monitoring.set_events(tool, sum(events))
        self.tasks.start(tool)
        monitoring.restart_events()
        # Frames that run already never start.
        for code in running_codes():
            codes[id(code)] = code

    def threads(self) -> list[tuple[int, str]]:
        """Numbers and names of the Python threads that ran."""
        return list({**self._threads, **running()}.items())

    def count(self) -> int:
        """How many code objects were seen so far: the first rows of `table`."""
        return len(self._codes)

    def keep(self, code: CodeType) -> None:
        """Nothing to do: each code object is told when it starts."""

    def table(self, trampolines: bool = True) -> list[Row]:
        """A row for each code object, in the order in which they were seen; without
        `trampolines` none has one."""
        rows = []
        for key, code in list(self._codes.items()):
            trampoline = perf_trampoline.address(code) if trampolines else 0
            rows.append(row(code, trampoline, self._calls.get(key, {}).items()))
        return rows

    def notes(self) -> list[str]:
        """Sentences for the profile on what is unknown."""
        notes = self.tasks.notes()
        if self._tool is not None and not _ours(self._tool):
            notes.append(
                "The cell freed the profiler's tool of sys.monitoring: Python functions that began "
                "only after that have no name."
            )
        return notes

    def close(self) -> None:
        """Stops watching and lets go of everything; may be called twice."""
        if self._tool is not None:
            monitoring, tool = sys.monitoring, self._tool
            self._tool = None
            ours = _ours(tool)
            self.tasks.close(ours)
            if ours:
                monitoring.set_events(tool, 0)
                for event in ("PY_START", "PY_RESUME", "CALL"):
                    monitoring.register_callback(tool, getattr(monitoring.events, event), None)
                monitoring.free_tool_id(tool)
        self._codes.clear()
        self._calls.clear()


def _ours(tool: int) -> bool:
    """Whether a tool id is still ours: the cell may free it, and another tool may take it."""
    return sys.monitoring.get_tool(tool) == TOOL_NAME


def _called(function: object) -> int:
    """Where the bytecode or the C function begins that runs when something is called, 0 if
    that cannot be told without running code of the user's."""
    if type(function) is MethodType:
        function = function.__func__
    elif isinstance(function, type):
        bases = type.__dict__["__mro__"].__get__(function)
        found = (vars(base)["__init__"] for base in bases if "__init__" in vars(base))
        function = next(found, None)
    if type(function) is FunctionType:
        return bytecode(function.__code__)
    return perf_entries.address_of(function)
