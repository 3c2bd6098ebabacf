"""Names of files, objects and functions, written out or by number."""

from __future__ import annotations

import numpy as np

from .data import Ints
from .lines import Kind
from .numbers import Bytes, Counts, numbers

_MOST_NUMBERS = 1 << 24
_DIGITS = 18

_SHARED = (
    (Kind.FILE, Kind.CALLED_FILE, Kind.JUMP_FILE),
    (Kind.OBJECT, Kind.CALLED_OBJECT),
    (Kind.FUNCTION, Kind.CALLED_FUNCTION, Kind.JUMP_FUNCTION),
)
"""The kinds of lines which share their names' numbers."""
POOL_OF = np.full(len(Kind), -1, dtype=np.int8)
"""The row of `_SHARED` by kind of line, -1 where the line gives no name."""
for _pool, _sharing in enumerate(_SHARED):
    POOL_OF[list(_sharing)] = _pool


class Pool:
    """Names of one sort. A number means the name that it was last given."""

    def __init__(self) -> None:
        self.rows: dict[bytes, int] = {}
        self.forget_numbers()

    def forget_numbers(self) -> None:
        """From here on numbers have no names."""
        self._of_number: dict[int, int] = {}
        self._fresh: list[int] = []
        """Numbers that were given a name since `_table`, by number, was last used."""
        self._table = np.full(1024, -1, dtype=np.int32)

    def texts(self) -> list[str]:
        """Every name, what is no UTF-8 in it as `\\x..`."""
        return [name.decode("utf-8", "backslashreplace") for name in self.rows]

    def row(self, name: bytes) -> int:
        """The row of a name."""
        return self.rows.setdefault(name, len(self.rows))

    def define(self, number: int, row: int) -> None:
        """Gives a number another name."""
        self._of_number[number] = row
        if number < _MOST_NUMBERS:
            self._fresh.append(number)

    def known(self, number: int) -> int:
        """The row of the name that a number has, -1 for none."""
        return self._of_number.get(number, -1)

    def of_numbers(self, given: Counts) -> Ints:
        """The same for many numbers that are not large."""
        if self._fresh:
            most = max(self._fresh)
            if most >= len(self._table):
                longer = np.full(max(2 * len(self._table), most + 1), -1, dtype=np.int32)
                longer[: len(self._table)] = self._table
                self._table = longer
            self._table[self._fresh] = [self._of_number[number] for number in self._fresh]
            self._fresh.clear()
        near = np.minimum(given, len(self._table) - 1)
        return np.where(given == near, self._table[near], np.int32(-1))


def numbered(text: bytes) -> tuple[int, bytes] | None:
    """Number and name of `(12) name`, None for a name alone; names may begin with a parenthesis."""
    number, found, name = text.partition(b")")
    digits = number[1:]
    if not found or number[:1] != b"(" or not digits.isdigit() or len(digits) > _DIGITS:
        return None
    return int(digits), name.lstrip(b" \t")


def references(buffer: Bytes, begin: Counts, end: Counts) -> tuple[Counts, Counts]:
    """Which of some names are a number alone, `(12)`, and these numbers."""
    long = end - begin > 2
    rows = np.flatnonzero(long & (buffer[begin] == ord("(")) & (buffer[end - 1] == ord(")")))
    found = numbers(buffer, begin[rows] + 1, end[rows] - 1)
    right = ~(found.wrong | found.relative)
    return rows[right], found.value[right]
