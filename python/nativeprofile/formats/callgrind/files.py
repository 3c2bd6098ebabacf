"""The files of one recording: Callgrind writes one for each dump and, if asked, each thread."""

from __future__ import annotations

import re
from pathlib import Path

_HEAD = 4096
_PID = re.compile(rb"^pid:\s*(\d+)", re.MULTILINE)
_PART = re.compile(r"(?:\.(\d+))?(?:-(\d+))?")


def files_of(path: Path) -> list[Path]:
    """A file, and those of the same run that continue its name by `.2`, `-01` or `.2-01`.

    `callgrind.out.123.2` is itself alone: who names a dump wants that one.
    """
    parts = []
    for other in path.parent.glob(f"{_escaped(path.name)}[.-]*"):
        match = _PART.fullmatch(other.name[len(path.name) :])
        if match is not None and other.is_file():
            parts.append(((int(match[1] or 0), int(match[2] or 0)), other))
    found = [other for _, other in sorted(parts)]
    if not path.stat().st_size:
        return found or [path]
    process = _process(path)
    # The last dump has the name itself.
    return [*(other for other in found if _process(other) == process), path]


def _escaped(name: str) -> str:
    return re.sub(r"([*?\[])", r"[\1]", name)


def _process(path: Path) -> bytes | None:
    """The process that a file is of; a dump of an earlier run may have stayed beside it."""
    with path.open("rb") as file:
        match = _PID.search(file.read(_HEAD))
    return match[1] if match is not None else None
