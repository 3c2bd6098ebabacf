"""Map files (`perf-PID.map`): names of code that was made while a program ran, CPython's
trampolines for its functions among them."""

from __future__ import annotations

import re
from bisect import bisect_right
from pathlib import Path
from typing import NamedTuple

from nativeprofile.tables.errors import FormatError

_PYTHON = re.compile(r"py::(?P<name>.*):(?P<file>.*)$", re.DOTALL)


class PythonName(NamedTuple):
    """A Python function as CPython's map file names it: without its line."""

    name: str
    file: str


class PerfMap:
    """Ranges of addresses and their names, in the order of their addresses."""

    def __init__(self, ranges: dict[int, tuple[int, str]]) -> None:
        self._starts = sorted(ranges)
        self._ranges = [ranges[start] for start in self._starts]

    @classmethod
    def read(cls, path: Path) -> PerfMap:
        """The names in a map file. Raises FormatError."""
        try:
            text = path.read_text(encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            raise FormatError(f"The map file {path} cannot be read: {error.strerror}.") from error
        found = {}
        for line in text.splitlines():
            parts = line.split(" ", 2)
            try:
                start, size = int(parts[0], 16), int(parts[1], 16)
                found[start] = (start + size, parts[2])
            except (ValueError, IndexError):
                continue  # the last line of a process that was killed
        if not found:
            raise FormatError(
                f"The map file {path} names no function.", "Give CPython's perf-PID.map."
            )
        return cls(found)

    def name(self, address: int) -> str | None:
        """What the code at an address is called."""
        row = bisect_right(self._starts, address) - 1
        if row < 0 or address >= self._ranges[row][0]:
            return None
        return self._ranges[row][1]


def python_name(name: str) -> PythonName | None:
    """The Python function that a name of a map file, or a symbol, stands for."""
    match = _PYTHON.match(name)
    return PythonName(match["name"], match["file"]) if match is not None else None
