"""The counters in a .gcda file, so that runs can be taken from each other and added up.

After its head, a file has a summary, and for each function a record that names it, followed by
one of the times that its arcs were taken (gcc/gcov-io.h). What else may be counted there is no
coverage and is left out.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nativeprofile.formats.files import read_bytes
from nativeprofile.tables.errors import FormatError

from . import gcda

_FUNCTION, _ARCS = 0x01000000, 0x01A10000
_AGAIN = "Run the cell again."
_OTHER = "Its library was loaded again while the cell ran, from another build: restart the kernel."


@dataclass
class Counters:
    """`names` has the bytes by which each function is told from others, of none where another
    file has it; `arcs` how often each of its arcs was taken, None where it has no counters."""

    head: bytes
    names: list[bytes]
    arcs: list[NDArray[np.uint64] | None]

    def __sub__(self, earlier: Counters) -> Counters:
        """What was counted since. Raises FormatError if they are of different builds."""
        return self._joined(earlier, np.subtract)

    def __add__(self, other: Counters) -> Counters:
        """The sum. Raises FormatError if they are of different builds."""
        return self._joined(other, np.add)

    def _joined(self, other: Counters, operation: np.ufunc) -> Counters:
        if (self.head, self.names) != (other.head, other.names):
            raise FormatError("The counters of two runs do not fit.", _OTHER)
        joined: list[NDArray[np.uint64] | None] = []
        for mine, theirs in zip(self.arcs, other.arcs, strict=True):
            if mine is None or theirs is None:
                joined.append(mine)
            elif len(mine) != len(theirs):
                raise FormatError("The counters of two runs do not fit.", _OTHER)
            else:
                joined.append(operation(mine, theirs))
        return Counters(self.head, self.names, joined)


def read(path: Path) -> Counters:
    """Raises FormatError."""
    gcda.head(path, gcda.DATA, _AGAIN)
    data = read_bytes(path, _AGAIN)
    order, unit, start = gcda.layout(data)
    counters = Counters(data[:start], [], [])
    for tag, length, body in _records(data, order, unit, start):
        if tag == _FUNCTION:
            counters.names.append(body)
            counters.arcs.append(None)
        elif tag == _ARCS and counters.arcs:
            counters.arcs[-1] = _counts(body, abs(length) * unit // 8, order)
    return counters


def write(counters: Counters, path: Path) -> None:
    """Writes a file that gcov reads. Raises OSError."""
    order, unit, _ = gcda.layout(counters.head)
    parts = [counters.head]
    for name, arcs in zip(counters.names, counters.arcs, strict=True):
        parts.append(struct.pack(f"{order}Ii", _FUNCTION, len(name) // unit) + name)
        if arcs is not None:
            # The lower half comes first in either byte order.
            halves = np.column_stack([arcs & 0xFFFFFFFF, arcs >> np.uint64(32)])
            parts.append(struct.pack(f"{order}Ii", _ARCS, 8 * len(arcs) // unit))
            parts.append(halves.astype(f"{order}u4").tobytes())
    path.write_bytes(b"".join(parts) + bytes(4))


def _records(data: bytes, order: str, unit: int, at: int) -> Iterator[tuple[int, int, bytes]]:
    """Tag, length (negative: that many zeros, which are not there) and content of each."""
    while at + 8 <= len(data):
        tag, length = struct.unpack_from(f"{order}Ii", data, at)
        if tag == 0:
            return
        end = at + 8 + unit * max(length, 0)
        yield tag, length, data[at + 8 : end]
        at = end


def _counts(body: bytes, number: int, order: str) -> NDArray[np.uint64]:
    if not body:
        return np.zeros(number, np.uint64)
    halves = np.frombuffer(body, f"{order}u4").reshape(-1, 2).astype(np.uint64)
    return halves[:, 0] | halves[:, 1] << np.uint64(32)
