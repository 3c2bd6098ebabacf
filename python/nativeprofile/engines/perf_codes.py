"""Which Python code ran: `sys.monitoring` tells each code object once and then is silent.

The watcher keeps the code objects alive until they are named (the cell's own code,
lambdas and `exec` are gone otherwise), and drops them all when the run ends.
"""

from __future__ import annotations

import binascii
import sys
from collections.abc import Callable
from types import CodeType, FrameType, FunctionType
from typing import Any

from . import perf_entries, perf_trampoline
from .base import EngineError

TOOL_IDS = (4, 3, 2)
"""Tried in this order; 0, 1 and 5 are for debuggers, coverage and optimisers."""
_BYTECODE = CodeType.__basicsize__
"""Offset of the bytecode in a code object."""


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
        self._tool: int | None = None

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
            return disable

        calls = self._calls

        def called(code: CodeType, offset: int, function: object, first: object) -> Any:
            # The evaluator keeps no pointer to its instruction across some calls; what was
            # called tells the line then. Addresses only: the objects themselves must not
            # live longer than without us.
            if type(function) is FunctionType:
                address = id(function.__code__) + _BYTECODE
            else:
                address = perf_entries.address_of(function)
            if address:
                calls.setdefault(id(code), {})[offset // 2] = address
            return disable

        monitoring.use_tool_id(tool, "nativeprofile")
        self._tool = tool
        events: dict[int, Callable[..., Any]] = {
            monitoring.events.PY_START: seen,
            monitoring.events.PY_RESUME: seen,
            monitoring.events.CALL: called,
        }
        for event, callback in events.items():
            monitoring.register_callback(tool, event, callback)
        monitoring.set_events(tool, sum(events))
        monitoring.restart_events()
        # Frames that run already never start: other threads, and what called us.
        for frame in sys._current_frames().values():
            walk: FrameType | None = frame
            while walk is not None:
                codes[id(walk.f_code)] = walk.f_code
                walk = walk.f_back

    def table(self) -> list[list[Any]]:
        """A row for each code object with a trampoline: addresses of the trampoline and of
        the bytecode, name, qualified name, file, first line, location table and bytecode
        (both base64; CPython's InternalDocs/code_objects.md), and [code unit, address] of
        what it called first at each call: a C function or the bytecode of a Python one."""
        rows = []
        for key, code in list(self._codes.items()):
            trampoline = perf_trampoline.address(code)
            if trampoline:
                rows.append(
                    [
                        trampoline,
                        key + _BYTECODE,
                        code.co_name,
                        code.co_qualname,
                        code.co_filename,
                        code.co_firstlineno,
                        _text(code.co_linetable),
                        _text(code.co_code),
                        list(self._calls.get(key, {}).items()),
                    ]
                )
        return rows

    def close(self) -> None:
        """Stops watching and lets go of everything; may be called twice."""
        if self._tool is not None:
            monitoring, tool = sys.monitoring, self._tool
            self._tool = None
            monitoring.set_events(tool, 0)
            for event in ("PY_START", "PY_RESUME", "CALL"):
                monitoring.register_callback(tool, getattr(monitoring.events, event), None)
            monitoring.free_tool_id(tool)
        self._codes.clear()
        self._calls.clear()


def _text(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).decode()
