"""Callgrind's and Cachegrind's files, as Valgrind's manual specifies their format
(https://valgrind.org/docs/manual/cl-format.html); other profilers write it, too.

`reader` makes columns of the files, `cycles` what functions cost with all that they call.
"""

from __future__ import annotations

import re
from pathlib import Path

from nativeprofile.formats.perf_map import PerfMap
from nativeprofile.tables.errors import FormatError
from nativeprofile.tables.profile import Profile

from .data import Recording
from .files import files_of
from .profile import profile_of
from .reader import Reader

_EVENTS = re.compile(rb"^events:", re.MULTILINE)
_FIRST = re.compile(rb"\s*(?:# callgrind format|(?:version|creator|desc|cmd|pid|part|positions): )")
_NAME = re.compile(r"(callgrind|cachegrind)\.out(\.|$)")
_BYTES_OF_MEMORY = 8
"""So much memory a byte of a file takes at most."""


def sniff(head: bytes, path: Path) -> bool:
    """Whether a file begins with Callgrind's header, or is the empty one that it leaves where each
    thread has its own."""
    if _FIRST.match(head) or _EVENTS.match(head):
        return head.lstrip().startswith(b"# callgrind") or _EVENTS.search(head) is not None
    return not head and _NAME.match(path.name) is not None


def read(path: Path, map_file: Path | None = None) -> Profile:
    """The profile in a file and in those that continue it, by the first event. Raises FormatError.

    `map_file` is CPython's `perf-PID.map`, for Python functions by name (`python -X perf`).
    """
    names = PerfMap.read(map_file) if map_file is not None else None
    return profile_of(read_recording(path), path.name, names=names)


def read_recording(path: Path) -> Recording:
    """Everything in a file and in those that continue it (`files_of`). Raises FormatError."""
    reader = Reader()
    try:
        paths = files_of(path)
        _check_memory(path, sum(one.stat().st_size for one in paths))
    except OSError as error:
        raise FormatError(f"{path.name} cannot be read: {error.strerror}.") from error
    for one in paths:
        reader.read(one)
    return reader.recording()


def _check_memory(path: Path, size: int) -> None:
    """Raises FormatError where memory will not do, before the system ends the reading for it."""
    try:
        facts = Path("/proc/meminfo").read_text()
    except OSError:
        return
    match = re.search(r"^MemAvailable:\s*(\d+) kB", facts, re.MULTILINE)
    if match is not None and size * _BYTES_OF_MEMORY > int(match[1]) * 1024:
        raise FormatError(
            f"{path.name} has {size / 1e9:.1f} GB; to read it takes about "
            f"{size * _BYTES_OF_MEMORY / 1e9:.1f} GB of memory, and "
            f"{int(match[1]) / 1e6:.1f} GB are free.",
            "Record less at a time, with --toggle-collect or without --dump-instr and "
            "--separate-callers, or read it on a larger machine.",
        )
