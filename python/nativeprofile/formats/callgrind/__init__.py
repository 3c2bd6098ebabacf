"""Callgrind's and Cachegrind's files, as Valgrind's manual specifies their format
(https://valgrind.org/docs/manual/cl-format.html); other profilers write it, too.

`reader` makes columns of the files, `cycles` what functions cost with all that they call, `events`
the values of a profile, `places` its lines, `machine_code` its instructions.
"""

from __future__ import annotations

import re
from pathlib import Path

from nativeprofile.formats.perf_map import PerfMap
from nativeprofile.tables.errors import FormatError
from nativeprofile.tables.profile import Profile

from . import parts
from .data import Recording
from .files import files_of
from .profile import profile_of
from .reader import Reader

_EVENTS = re.compile(rb"^events:", re.MULTILINE)
_FIRST = re.compile(rb"\s*(?:# callgrind format|(?:version|creator|desc|cmd|pid|part|positions): )")
_NAME = re.compile(r"(callgrind|cachegrind)\.out(\.|$)")
_BYTES_OF_MEMORY = 10
"""So much memory a byte of a file takes at most."""


def sniff(head: bytes, path: Path) -> bool:
    """Whether a file begins with Callgrind's header, or is the empty one that it leaves where each
    thread has its own."""
    if _FIRST.match(head) or _EVENTS.match(head):
        return head.lstrip().startswith(b"# callgrind") or _EVENTS.search(head) is not None
    return not head and _NAME.match(path.name) is not None


def read(path: Path, map_file: Path | None = None, part: str | None = None) -> Profile:
    """The profile in a file and in those that continue it. Raises FormatError.

    `map_file` is CPython's `perf-PID.map`, for Python functions by name (`python -X perf`), by
    default the one that lies beside the file; `part` is the name of one of several dumps
    (`meta.parts`), by default they are added up.
    """
    recording = read_recording(path)
    map_file = map_file or _map_beside(path, recording)
    names = PerfMap.read(map_file) if map_file is not None else None
    if part is None:
        return profile_of(recording, path.name, names=names)
    row = parts.row_of(recording, part)
    profile = profile_of(parts.only(recording, row), path.name, names=names)
    profile.meta = {**profile.meta, "parts": parts.described(recording), "part": row}
    return profile


def _map_beside(path: Path, recording: Recording) -> Path | None:
    """The map of the process that a file is of, if it lies in the same folder."""
    found = path.with_name(f"perf-{recording.parts[0].pid}.map")
    return found if found.is_file() else None


def read_recording(path: Path) -> Recording:
    """Everything in a file and in those that continue it (`files_of`). Raises FormatError."""
    reader = Reader()
    try:
        paths = files_of(path)
        facts = [one.stat() for one in paths]
        _check_memory(path, sum(one.st_size for one in facts))
    except OSError as error:
        raise FormatError(f"{path.name} cannot be read: {error.strerror}.") from error
    for one in paths:
        reader.read(one)
    recording = reader.recording()
    recording.written = max(one.st_mtime for one in facts)
    return recording


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
