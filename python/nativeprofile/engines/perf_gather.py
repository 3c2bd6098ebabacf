"""Which Python code ran, where there is no `sys.monitoring` (CPython 3.10 and 3.11).

At the end of a run all functions are looked through for code that was ever called: CPython
counts the first calls of each code object. Code that no function holds at that time, the
cell's own above all, has to be handed over while it lives.
"""

from __future__ import annotations

import contextlib
import gc
import time
from collections.abc import Iterable
from ctypes import c_int16
from types import CellType, CodeType, FunctionType

from .perf_rows import Row, row
from .perf_tasks import TaskWatcher
from .perf_threads import running, running_codes

SECONDS = 0.3
"""CPU time that the search at the end may take; what it did not reach is unknown."""
_AT_ONCE = 512
"""Functions between two looks at the clock."""


class CodeGatherer:
    """The code objects that may have run between its start and `table`."""

    def __init__(self) -> None:
        self._codes: dict[int, CodeType] = {}
        self.cut_short = False
        """Whether the search ended before it had seen all functions."""
        self.tasks = TaskWatcher()
        """Never started: it needs `sys.monitoring`."""

    def start(self) -> None:
        """Notes the code that is running now: other threads, and what called us."""
        for code in running_codes():
            self._codes[id(code)] = code

    def threads(self) -> list[tuple[int, str]]:
        """Numbers and names of the Python threads that run now."""
        return list(running().items())

    def count(self) -> int:
        """How many code objects are known so far."""
        return len(self._codes)

    def keep(self, code: CodeType) -> None:
        """Takes code that may be gone at the end."""
        self._add(code)

    def table(self, trampolines: bool = False) -> list[Row]:
        """A row for each code object that ran; none of them has a trampoline."""
        end = time.thread_time() + SECONDS
        counter = _counter()
        functions = [x for x in gc.get_objects() if type(x) is FunctionType]
        functions.sort(key=lambda function: function.__module__ != "__main__")
        for number, function in enumerate(functions):
            if number % _AT_ONCE == 0 and time.thread_time() > end:
                self.cut_short = True
                break
            self._add(function.__code__)
            for cell in function.__closure__ or ():
                self._add_content(cell)
        return [row(code, 0, ()) for code in list(self._codes.values()) if counter.has_run(code)]

    def notes(self) -> list[str]:
        """Sentences for the profile on what is unknown, when the table has been made."""
        if not self.cut_short:
            return []
        return ["There were too many functions to look through all: some are unknown."]

    def close(self) -> None:
        """Lets go of everything; may be called twice."""
        self._codes.clear()

    def _add_content(self, cell: CellType) -> None:
        with contextlib.suppress(ValueError):  # the cell is empty
            if type(cell.cell_contents) is CodeType:
                self._add(cell.cell_contents)

    def _add(self, code: CodeType) -> None:
        """The code and what is defined in it."""
        pending = [code]
        while pending:
            code = pending.pop()
            if id(code) not in self._codes:
                self._codes[id(code)] = code
                pending += [c for c in code.co_consts if type(c) is CodeType]


class _Counter:
    """CPython's own count of a code object's first calls, for specialising what is hot."""

    def __init__(self, offset: int, unused: int) -> None:
        self._offset, self._unused = offset, unused

    def has_run(self, code: CodeType) -> bool:
        """True as well where that is not known."""
        if self._offset < 0:
            return True
        return c_int16.from_address(id(code) + self._offset).value != self._unused


def _counter() -> _Counter:
    """Finds the count by calling a new function a few times: what goes up by one each time."""
    names: dict[str, FunctionType] = {}
    exec("def function(): pass", names)
    function = names["function"]
    looks = []
    for _ in range(4):
        looks.append(list(_halves(function.__code__)))
        function()
    for number, values in enumerate(zip(*looks, strict=True)):
        if all(value - values[0] == calls for calls, value in enumerate(values)):
            return _Counter(2 * number, values[0])
    return _Counter(-1, 0)


def _halves(code: CodeType) -> Iterable[int]:
    for offset in range(0, CodeType.__basicsize__ - 1, 2):
        yield c_int16.from_address(id(code) + offset).value
