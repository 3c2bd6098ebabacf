"""The columns of a recording while they grow."""

from __future__ import annotations

from typing import Any

import numpy as np

from nativeprofile.tables.errors import FormatError

from .data import Calls, Costs, Counts, Functions, Ints, Jumps, Places, Recording, Rows
from .header import Event, Part
from .names import Pool

_FILES, _OBJECTS, _NAMES = range(3)
_BITS = (20, 16)
"""Of a function's key: its file's and its object's row. The rest is the name's."""


class Grown:
    """A table that grows by pieces of columns."""

    def __init__(self, columns: int) -> None:
        self._pieces: list[list[Any]] = [[] for _ in range(columns)]
        self.length = 0

    def add(self, *columns: Any) -> None:
        """Adds rows, as many as the first column has."""
        if len(columns[0]):
            self.length += len(columns[0])
            for pieces, column in zip(self._pieces, columns, strict=True):
                pieces.append(column)

    def ints(self, at: int) -> Ints:
        """A whole column; its pieces are given up."""
        return np.asarray(self._column(at, np.int32))

    def counts(self, at: int) -> Counts:
        """A whole column of large numbers; its pieces are given up."""
        return np.asarray(self._column(at, np.int64))

    def costs(self, at: int) -> Costs:
        """Two columns: how many counts, and all of them."""
        return Costs(np.asarray(self._column(at, np.uint8)), self.counts(at + 1))

    def places(self, at: int, addresses: bool) -> Places:
        """Three columns, the last only if there are `addresses`."""
        file, line = self.ints(at), self.ints(at + 1)
        return Places(file, line, self.counts(at + 2).view(np.uint64) if addresses else None)

    def _column(self, at: int, dtype: Any) -> Any:
        pieces, self._pieces[at] = self._pieces[at], []
        return np.concatenate(pieces, dtype=dtype) if pieces else np.zeros(0, dtype=dtype)


class Columns:
    """Rows, calls and jumps of all parts, and the names in them."""

    def __init__(self) -> None:
        self.pools = (Pool(), Pool(), Pool())
        self.events: tuple[str, ...] | None = None
        self.rows, self.calls, self.jumps = Grown(6), Grown(11), Grown(10)
        self._functions: dict[int, int] = {}
        # By name the key and the row of the function that was met last: nearly always the same.
        self._latest = np.full((1024, 2), -1, dtype=np.int64)

    def functions(self, name: Ints, file: Ints, object_: Ints) -> Ints:
        """The functions with these names, files and objects, new ones among them."""
        most = [1 << bits for bits in _BITS]
        if len(self.pools[_FILES].rows) >= most[0] or len(self.pools[_OBJECTS].rows) >= most[1]:
            raise FormatError(
                f"There are more than {most[0]:,} source files or {most[1]:,} objects.",
                "This cannot be read here.",
            )
        key = name.astype(np.int64) + 1
        for bits, column in zip(_BITS, (file, object_), strict=True):
            key = key << bits | (column + 1)
        names = len(self.pools[_NAMES].rows) + 1
        if len(self._latest) < names:
            grown = np.full((2 * names, 2), -1, dtype=np.int64)
            grown[: len(self._latest)] = self._latest
            self._latest = grown
        latest = self._latest[name + 1]
        found = latest[:, 1].astype(np.int32)
        other = np.flatnonzero(latest[:, 0] != key)
        if len(other):
            keys, inverse = np.unique(key[other], return_inverse=True)
            known = self._functions
            rows = [known.setdefault(one, len(known)) for one in keys.tolist()]
            found[other] = np.array(rows, dtype=np.int32)[inverse]
            self._latest[name[other] + 1] = np.stack((key[other], found[other]), axis=1)
        return found

    def forget_numbers(self) -> None:
        """Another file begins: the numbers of names are its own."""
        for pool in self.pools:
            pool.forget_numbers()

    def expect(self, part: Part) -> None:
        """Holds the events of a part against those of the others. Raises FormatError."""
        self.events = self.events or part.events
        if part.events != self.events:
            raise FormatError(
                f"{part.file} has parts that count different events: {' '.join(self.events)}, "
                f"and {' '.join(part.events)}.",
                "Open files of one recording together, others one by one.",
            )

    def begin(self, part: Part) -> None:
        """What is added from here on belongs to the part."""
        part.rows, part.calls, part.jumps = (
            (table.length, table.length) for table in (self.rows, self.calls, self.jumps)
        )

    def end(self, part: Part) -> None:
        """What is added from here on belongs to another part."""
        part.rows = part.rows[0], self.rows.length
        part.calls = part.calls[0], self.calls.length
        part.jumps = part.jumps[0], self.jumps.length

    def grown(self, part: Part) -> bool:
        """Whether anything was added to a part since it began."""
        begun = (part.rows[0], part.calls[0], part.jumps[0])
        return begun != (self.rows.length, self.calls.length, self.jumps.length)

    def recording(self, parts: list[Part]) -> Recording:
        """The finished columns; nothing can be added afterwards."""
        addresses = any("instr" in part.positions for part in parts)
        rows, calls, jumps = self.rows, self.calls, self.jumps
        key = np.fromiter(self._functions, dtype=np.int64, count=len(self._functions))
        file_bits, object_bits = _BITS
        functions = Functions(
            name=((key >> (file_bits + object_bits)) - 1).astype(np.int32),
            file=((key >> object_bits & ((1 << file_bits) - 1)) - 1).astype(np.int32),
            object=((key & ((1 << object_bits) - 1)) - 1).astype(np.int32),
        )
        return Recording(
            files=self.pools[_FILES].texts(),
            objects=self.pools[_OBJECTS].texts(),
            names=self.pools[_NAMES].texts(),
            events=self.events or (),
            definitions=_definitions(parts),
            parts=parts,
            functions=functions,
            rows=Rows(rows.ints(0), rows.places(1, addresses), rows.costs(4)),
            calls=Calls(
                caller=calls.ints(0),
                callee=calls.ints(1),
                at=calls.places(2, addresses),
                target=calls.places(5, addresses),
                count=calls.counts(8),
                costs=calls.costs(9),
            ),
            jumps=Jumps(
                function=jumps.ints(0),
                to=jumps.ints(1),
                at=jumps.places(2, addresses),
                target=jumps.places(5, addresses),
                taken=jumps.counts(8),
                executed=jumps.counts(9),
            ),
        )


def _definitions(parts: list[Part]) -> list[Event]:
    """What the parts say of events, each once."""
    found = {one.name: one for part in parts for one in part.definitions}
    return list(found.values())
