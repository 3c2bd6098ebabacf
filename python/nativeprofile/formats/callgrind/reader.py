"""Reads callgrind files piece by piece, and each piece in segments of lines.

A segment ends where the meaning of later lines changes: at a line of a header, and where a
number is given another name.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import numpy as np

from nativeprofile.tables.errors import FormatError

from . import header
from .columns import Columns
from .context import State
from .data import Ints, Recording
from .header import Part
from .lines import Kind, Lines, classify
from .names import POOL_OF, numbered, references
from .numbers import Bytes, Counts
from .segment import Segment, read_segment

_PIECE = 1 << 20
_LONGEST_LINE = 1 << 24
_AGAIN = "Record it again, or take another copy of the file."


class Reader:
    """Reads files one after the other into one recording."""

    def __init__(self) -> None:
        self._columns = Columns()
        self._parts: list[Part] = []
        self._damaged = 0
        self._first_damaged = 0
        self._cut = False
        self._state = State()
        self._part: Part | None = None
        self._lines = 0
        self._name = ""

    def read(self, path: Path) -> None:
        """Adds a file. Raises FormatError."""
        self._state = State()
        self._part, self._lines, self._name = None, 0, path.name
        self._columns.forget_numbers()
        try:
            with path.open("rb") as file:
                self._read(file)
        except OSError as error:
            raise FormatError(f"{path.name} cannot be read: {error.strerror}.", _AGAIN) from error
        if self._part is not None:
            self._columns.end(self._part)

    def recording(self) -> Recording:
        """All that was read; the reader cannot go on. Raises FormatError if that is nothing."""
        if not any(part.events for part in self._parts):
            raise FormatError(
                f"{self._name} is no callgrind file: no line `events:` says what was counted.",
                _AGAIN,
            )
        found = self._columns.recording(self._parts)
        found.damaged, found.first_damaged = self._damaged, self._first_damaged
        found.cut = self._cut
        return found

    def _read(self, file: BinaryIO) -> None:
        rest = b""
        while piece := file.read(_PIECE):
            text = rest + piece
            whole = text.rfind(b"\n") + 1
            lines, rest = text[:whole], text[whole:]
            if b"\r" in lines:
                lines = lines.replace(b"\r\n", b"\n")
            rest = lines[self._feed(lines, last=False) :] + rest
            if len(rest) > _LONGEST_LINE:
                raise FormatError(
                    f"{self._name} goes on for more than {_LONGEST_LINE >> 20} MB without the end "
                    "of a line or the cost of a call.",
                    _AGAIN,
                )
        key = header.split(rest.rpartition(b"\n")[2])
        if key is not None and key[0] in header.CLOSING and key[1] and self._has_rows():
            rest += b"\n"  # sums that are cut off do not agree with the lines, and it is said
        rest = rest[self._feed(rest[: rest.rfind(b"\n") + 1], last=True) :]
        self._cut |= bool(rest.strip())

    def _feed(self, text: bytes, last: bool) -> int:
        """Reads whole lines; returns how many bytes were read: unless they are the file's `last`,
        not those of a call whose cost is still to come."""
        if not text:
            return 0
        buffer, lines = classify(text)
        until = len(lines.kind)
        counted = np.flatnonzero((lines.kind >= Kind.COST) & (lines.kind <= Kind.CONDITIONAL))
        if len(counted) and lines.kind[counted[-1]] != Kind.COST and not last:
            until = int(counted[-1])
        self._segments(text, buffer, lines, until)
        self._lines += until
        return int(lines.start[until]) if until < len(lines.kind) else len(text)

    def _segments(self, text: bytes, buffer: Bytes, lines: Lines, until: int) -> None:
        """Reads the lines before `until`: what has to be looked at one by one here, all else in
        segments between."""
        names = np.full(len(lines.kind), -1, dtype=np.int32)
        pool_of_line = POOL_OF[lines.kind]
        named = np.flatnonzero(pool_of_line >= 0)
        found, number = references(buffer, lines.begin[named], lines.end[named])
        alone = named[found]
        special = pool_of_line >= 0
        special[alone] = False
        special |= lines.kind == Kind.OTHER
        rows = np.flatnonzero(special[:until])
        begin = 0

        def close(end: int) -> None:
            nonlocal begin
            if end > begin:
                here = slice(*np.searchsorted(alone, (begin, end)))
                self._look_up(text, lines, alone[here], number[here], names)
                self._segment(buffer, lines, names, begin, end)
            begin = end

        columns = (rows, lines.begin[rows], lines.end[rows], pool_of_line[rows])
        for row, start, end, which in zip(*(column.tolist() for column in columns), strict=True):
            said = text[start:end]
            if which < 0:
                close(row)
                self._other(said, row)
                begin = row + 1
                continue
            pool = self._columns.pools[which]
            pair = numbered(said)
            if pair is None:
                names[row] = pool.row(said)
                continue
            named_row = names[row] = pool.row(pair[1])
            known = pool.known(pair[0])
            if known != named_row:
                if known >= 0:
                    close(row)
                pool.define(pair[0], named_row)
        close(until)

    def _look_up(
        self, text: bytes, lines: Lines, rows: Counts, number: Counts, names: Ints
    ) -> None:
        """Finds the names of numbers; one that has none stands for itself."""
        pool_of_line = POOL_OF[lines.kind[rows]]
        for which, pool in enumerate(self._columns.pools):
            chosen = pool_of_line == which
            found = pool.of_numbers(number[chosen])
            names[rows[chosen]] = found
            for row in rows[chosen][found < 0].tolist():
                said = text[lines.begin[row] : lines.end[row]]
                known = pool.known(int(said[1:-1]))
                names[row] = known if known >= 0 else pool.row(said)

    def _segment(self, buffer: Bytes, lines: Lines, names: Ints, begin: int, end: int) -> None:
        part = self._part
        if part is None or not part.events:
            if (lines.kind[begin:end] == Kind.COST).any():
                raise FormatError(
                    f"{self._name} has costs before the line `events:` that says what they are.",
                    _AGAIN,
                )
            return
        found = Segment(
            buffer, lines.between(begin, end), names[begin:end], part.positions, len(part.events)
        )
        wrong = read_segment(found, self._state, self._columns)
        if len(wrong):
            self._note(len(wrong), begin + int(wrong[0]))

    def _other(self, line: bytes, row: int) -> None:
        """A line of a header, or one that is nothing known."""
        said = header.split(line)
        part = self._part
        if said is None:
            if line.strip() and part is not None and part.events:
                self._note(1, row)
            return
        key, value = said
        if part is None or (key not in header.CLOSING and self._has_rows()):
            part = self._open(part)
        header.put(part, key, value)
        if key == "events":
            self._columns.expect(part)

    def _has_rows(self) -> bool:
        """Whether the part has lines already, so that only sums can follow."""
        return self._part is not None and self._columns.grown(self._part)

    def _open(self, before: Part | None) -> Part:
        """Begins a part; what a run has once is said in its first part only."""
        part = self._part = Part(self._name)
        if before is not None:
            self._columns.end(before)
            part.command, part.creator, part.pid = before.command, before.creator, before.pid
        self._columns.begin(part)
        self._parts.append(part)
        return part

    def _note(self, lines: int, row: int) -> None:
        self._damaged += lines
        self._first_damaged = self._first_damaged or self._lines + row + 1
