"""The categories of time: every moment of a cell belongs to exactly one.

The order is the wire format's: a category is sent as its index here.
"""

from __future__ import annotations

from enum import IntEnum


class Category(IntEnum):
    """What a moment was spent on; see docs/wire-format.md for the definitions."""

    PYTHON = 0
    BUILTIN = 1
    EXTENSION = 2
    SYSTEM = 3
    KERNEL = 4
    GC = 5
    IMPORT = 6
    GIL = 7
    WAITING = 8
    PROFILER = 9
    IO = 10
    SLEEP = 11
    LOCK = 12
    QUEUED = 13

    @property
    def label(self) -> str:
        """The name used in JSON (`python`, `builtin`, ...)."""
        return self.name.lower()


class Kind(IntEnum):
    """What a function is made of."""

    PYTHON = 0
    NATIVE = 1
    KERNEL = 2


PLUMBING = 1
"""Function flag: interpreter or notebook machinery, folded in views by default."""
