"""Coverage: how often each line, function and branch of source files ran.

Read from lcov's tracefiles, from the JSON of gcov, and from the counters (.gcda) of programs built
with `gcc --coverage`, by running gcov; written as tracefiles.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from nativeprofile.tables.errors import FormatError

from . import gcda, gcov, gcov_json, lcov
from .model import Coverage, add
from .totals import summarise

__all__ = ["NAMES", "WRITTEN", "Coverage", "add", "read", "recognise", "summarise", "write"]

_HEAD = 4096
_SNIFF: dict[str, Callable[[bytes, Path], bool]] = {
    "gcda": gcda.sniff,
    "gcov": gcov_json.sniff,
    "lcov": lcov.sniff,
}
NAMES = tuple(_SNIFF)
"""The formats, in the order in which a file is tried."""
WRITTEN = "lcov"
"""The one that is written."""


def recognise(path: Path) -> str | None:
    """The name of a file's format, None where it is no coverage (or no file)."""
    if not path.is_file():
        return None
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return None
    return next((name for name, sniff in _SNIFF.items() if sniff(head, path)), None)


def read(files: list[tuple[str, Path]]) -> Coverage:
    """The sum of files, each with the name of its format. Raises FormatError."""
    counters = [path for name, path in files if name == "gcda"]
    runs = [gcov.read(counters)] if counters else []
    readers = {"gcov": gcov_json.read, "lcov": lcov.read}
    runs += [readers[name](path) for name, path in files if name != "gcda"]
    total = add(runs)
    if not total.sources:
        names = ", ".join(path.name for _, path in files)
        raise FormatError(
            f"{names} has no coverage in it.",
            "Run the program to its end first: counters are written when it exits.",
        )
    return total


def write(coverage: Coverage, path: Path, name: str = WRITTEN) -> None:
    """Writes a tracefile. Raises FormatError, also for any other format."""
    if name != WRITTEN:
        raise FormatError(
            f"Coverage cannot be written as {name}: it has no stacks.",
            "Name the output with .info, or add --to lcov.",
        )
    lcov.write(coverage, path)
