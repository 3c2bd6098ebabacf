"""Which program wrote a gmon.out that does not say it."""

from __future__ import annotations

import mmap
from pathlib import Path

_MAGIC = b"\x7fELF"
_SIGN = b"\0_mcleanup\0"
"""The name of what writes the file: every program that was linked with -pg refers to it."""
_MOST = 500
"""So many files of a folder are looked at."""


def beside(path: Path) -> list[Path]:
    """The programs linked with `-pg` in a file's folder, by name."""
    try:
        files = sorted(other for other in path.parent.iterdir() if other.is_file())
    except OSError:
        return []
    return [other for other in files[:_MOST] if _is_counting(other)]


def _is_counting(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            if file.read(len(_MAGIC)) != _MAGIC:
                return False
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return data.find(_SIGN) >= 0
    except (OSError, ValueError):
        return False
