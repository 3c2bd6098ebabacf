"""The lines of numbers in a segment: costs, calls and jumps, with the positions they mean."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .data import Costs, Ints
from .lines import Kind, Lines
from .numbers import Bytes, Counts, Flags, Numbers, numbers, words

_LAST_LINE = 2**31 - 1


class Numbered:
    """Lines of numbers; the columns have a row for each.

    `row` is that among all lines, `kind` its kind, `right` whether it can be read. `line` and
    `address` are the position of the line, or of the nearest line of costs before it.
    """

    def __init__(
        self,
        buffer: Bytes,
        lines: Lines,
        positions: tuple[str, ...],
        events: int,
        before: tuple[int, int],
    ) -> None:
        self._positions = positions
        self.row = np.flatnonzero((lines.kind >= Kind.COST) & (lines.kind <= Kind.CONDITIONAL))
        self.kind: npt.NDArray[np.uint8] = lines.kind[self.row]
        begin, end = lines.begin[self.row], lines.end[self.row]
        self._words, self._first = _words(buffer, begin, end)
        self._length: Counts = np.diff(np.append(self._first, len(self._words.value)))
        self.right = self._right(events)
        self.line, self.address, self.last = self._decode(before)

    def costs(self, rows: Counts) -> Costs:
        """The counts of some lines of costs, in their order."""
        lead = len(self._positions)
        width = self._length[rows] - lead
        inside = np.zeros(len(self._words.value) + 1, dtype=np.int8)
        inside[self._first[rows] + lead] += 1
        inside[self._first[rows] + self._length[rows]] -= 1
        chosen = np.flatnonzero(np.cumsum(inside[:-1], dtype=np.int8))
        return Costs(width.astype(np.uint8), self._words.value[chosen])

    def width(self, rows: Counts) -> Counts:
        """How many counts some lines of costs have."""
        return self._length[rows] - len(self._positions)

    def counts(self, rows: Counts, place: int = 0) -> Counts:
        """The first or a later count of some lines of calls or jumps."""
        return self._words.value[self._first[rows] + place]

    def target(self, rows: Counts, lead: int) -> tuple[Ints, Counts]:
        """Line and address of the targets of calls or jumps that stand after `lead` counts."""
        line = address = np.broadcast_to(np.int64(0), len(rows))
        if "line" in self._positions:
            line = self._place(rows, lead + self._positions.index("line"), self.line)
        if "instr" in self._positions:
            address = self._place(rows, lead + self._positions.index("instr"), self.address)
        return _as_lines(line), address

    def _place(self, rows: Counts, at: int, base: Ints | Counts) -> Counts:
        """A position that is one of the words of some lines, 0 where it is left out."""
        given = self._length[rows] > at
        word = np.where(given, self._first[rows] + at, 0)
        value = self._words.value[word]
        value = np.where(self._words.relative[word], base[rows] + value, value)
        return np.where(given, value, 0)

    def _right(self, events: int) -> Flags:
        """Lines whose words are numbers, and as many as there have to be."""
        lead = len(self._positions)
        length, kind, first = self._length, self.kind, self._first
        cost = kind == Kind.COST
        right: Flags = np.where(
            cost,
            (length >= lead) & (length <= lead + events),
            length >= np.where(kind == Kind.CONDITIONAL, 2, 1),
        )
        wrong = self._words.wrong.copy()
        if self._words.star.any():
            # `*` is a position: of costs in front, of targets behind the counts.
            place = np.arange(len(wrong)) - np.repeat(first, length)
            skip = np.repeat(np.where(cost, 0, np.where(kind == Kind.CONDITIONAL, 2, 1)), length)
            wrong |= self._words.star & ((place < skip) | (place >= skip + lead))
        bad = np.flatnonzero(wrong)
        right[np.searchsorted(first, bad, side="right") - 1] = False
        return right

    def _decode(self, before: tuple[int, int]) -> tuple[Ints, Counts, tuple[int, int]]:
        """Positions may be relative to those of the line of costs before."""
        costs = (self.kind == Kind.COST) & self.right
        ordinal, first = np.cumsum(costs, dtype=np.int32), self._first[np.flatnonzero(costs)]
        found = []
        for name, carry in zip(("line", "instr"), before, strict=True):
            values = np.full(len(first) + 1, carry, dtype=np.int64)
            if name in self._positions:
                word = first + self._positions.index(name)
                values = _absolute(self._words.value[word], self._words.relative[word], carry)
            found.append(values)
        line, address = found
        return _as_lines(line[ordinal]), address[ordinal], (int(line[-1]), int(address[-1]))

    def addresses(self, rows: Counts) -> Counts:
        """The addresses of some lines; without memory where the file gives none."""
        if "instr" in self._positions:
            return self.address[rows]
        return np.broadcast_to(np.int64(0), len(rows))


def _words(buffer: Bytes, begin: Counts, end: Counts) -> tuple[Numbers, Counts]:
    """The numbers from `begin` to `end` of some lines, and which is the first of each line."""
    if not len(begin):
        none = np.zeros(0, dtype=np.int64)
        return numbers(buffer, none, none), none
    low = int(begin[0])
    inside = np.zeros(int(end[-1]) + 1 - low, dtype=np.int8)
    inside[begin - low] += 1
    inside[end - low] -= 1
    np.cumsum(inside, out=inside)
    # Names become zeros, which are gaps between words.
    text = inside.view(np.uint8) * buffer[low : low + len(inside)]
    starts, ends = words(text)
    return numbers(text, starts, ends), _first_of(starts, begin - low, len(text))


def _first_of(starts: Counts, begin: Counts, length: int) -> Counts:
    """For each of some places the first word that starts there or later."""
    is_begin = np.zeros(length, dtype=np.bool_)
    is_begin[begin] = True
    first = np.flatnonzero(is_begin[starts])
    # Nearly always a line begins with a word.
    return first if len(first) == len(begin) else np.searchsorted(starts, begin)


def _absolute(value: Counts, relative: Flags, before: int) -> Counts:
    """Positions, the first of them `before`, each relative one added to the one before it."""
    value = np.append(np.int64(before), value)
    fixed = np.append(True, ~relative)
    steps = np.cumsum(np.where(fixed, 0, value))
    at = np.maximum.accumulate(np.where(fixed, np.arange(len(value)), 0))
    return np.asarray(value[at] - steps[at] + steps)


def _as_lines(line: Counts) -> Ints:
    return np.clip(line, 0, _LAST_LINE).astype(np.int32)
