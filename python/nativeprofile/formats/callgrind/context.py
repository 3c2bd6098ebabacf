"""Which names hold at a line: those that a line before it gave."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .data import Ints
from .lines import Kind, Lines
from .numbers import Counts


@dataclass
class State:
    """What holds at the end of a segment: rows of names and of a function (-1: none), a position.

    The other end of a call or jump that is still to come is named by `called_…` and `jump_…`.
    """

    file: int = -1
    object: int = -1
    function: int = -1
    called_file: int = -1
    called_object: int = -1
    called_function: int = -1
    jump_file: int = -1
    jump_function: int = -1
    line: int = 0
    address: int = 0


class Given:
    """Names that lines of one kind give, each of which holds until the next one.

    `before` is what the segment begins with.
    """

    def __init__(self, lines: Lines, kind: Kind, names: Ints, before: int) -> None:
        is_kind = lines.kind == kind
        rows = np.flatnonzero(is_kind)
        # Many segments have no line of some kinds.
        self._ordinal = np.cumsum(is_kind, dtype=np.int32) if len(rows) else None
        self._row = np.append(-1, rows)
        self._name = np.append(np.int32(before), names[rows])

    def at(self, rows: Counts) -> Ints:
        """What holds at some lines."""
        if self._ordinal is None:
            return np.full(len(rows), self._name[0])
        return self._name[self._ordinal[rows]]

    def once(self, rows: Counts) -> Ints:
        """What holds at some lines if each of them ends it: -1 where nothing was given since."""
        found = np.zeros(len(rows), np.int32) if self._ordinal is None else self._ordinal[rows]
        return np.where(
            self._row[found] > np.append(-2, rows[:-1]), self._name[found], np.int32(-1)
        )

    def last(self, users: Counts | None = None) -> int:
        """What holds at the end, where each of the lines `users` ends it."""
        if users is not None and len(users) and self._row[-1] < users[-1]:
            return -1
        return int(self._name[-1])
