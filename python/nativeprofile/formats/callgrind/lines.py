"""The lines of a callgrind file: what each one is, by its first bytes."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .numbers import Bytes, Counts


class Kind(IntEnum):
    """What a line holds. The order matters: numbers first, then names."""

    BLANK = 0
    COST = 1
    CALLS = 2
    JUMP = 3
    CONDITIONAL = 4
    FILE = 5
    OBJECT = 6
    FUNCTION = 7
    CALLED_FILE = 8
    CALLED_OBJECT = 9
    CALLED_FUNCTION = 10
    JUMP_FILE = 11
    JUMP_FUNCTION = 12
    OTHER = 13


_KEYS = {
    b"calls=": Kind.CALLS,
    b"jump=": Kind.JUMP,
    b"jcnd=": Kind.CONDITIONAL,
    b"fl=": Kind.FILE,
    b"fi=": Kind.FILE,
    b"fe=": Kind.FILE,
    b"ob=": Kind.OBJECT,
    b"fn=": Kind.FUNCTION,
    b"cfi=": Kind.CALLED_FILE,
    b"cfl=": Kind.CALLED_FILE,
    b"cob=": Kind.CALLED_OBJECT,
    b"cfn=": Kind.CALLED_FUNCTION,
    b"jfi=": Kind.JUMP_FILE,
    b"jfn=": Kind.JUMP_FUNCTION,
}
_LONGEST = 8

_by_first_byte = np.full(256, Kind.OTHER, dtype=np.uint8)
_by_first_byte[list(b"+-*0123456789")] = Kind.COST
_by_first_byte[list(b"\n#")] = Kind.BLANK


def _code(key: bytes) -> int:
    return int.from_bytes(key[:3], "big")


_order = sorted(_KEYS, key=_code)
_codes = np.array([_code(key) for key in _order])
_kinds = np.array([_KEYS[key] for key in _order], dtype=np.uint8)
_lengths = np.array([len(key) for key in _order])


class Lines(NamedTuple):
    """Lines of a buffer, `begin` after the key where there is one, `end` before the line's end."""

    kind: npt.NDArray[np.uint8]
    start: Counts
    begin: Counts
    end: Counts

    def between(self, first: int, last: int) -> Lines:
        """The lines from `first` up to `last`."""
        here = slice(first, last)
        return Lines(self.kind[here], self.start[here], self.begin[here], self.end[here])


def classify(text: bytes) -> tuple[Bytes, Lines]:
    """The bytes of whole lines, a few more behind them, and the lines."""
    buffer = np.frombuffer(text + bytes(_LONGEST), dtype=np.uint8)
    end = np.flatnonzero(buffer == ord("\n"))
    start = np.empty_like(end)
    start[:1] = 0
    start[1:] = end[:-1] + 1
    begin = start.copy()
    kind = _by_first_byte[buffer[start]]
    rest = np.flatnonzero(kind == Kind.OTHER)
    at = start[rest]
    code = np.zeros(len(rest), dtype=np.int64)
    for offset in range(3):
        code = code << 8 | buffer[at + offset]
    row = np.minimum(np.searchsorted(_codes, code), len(_codes) - 1)
    key_end = at + _lengths[row]
    known = (_codes[row] == code) & (buffer[key_end - 1] == ord("=")) & (key_end <= end[rest])
    kind[rest[known]] = _kinds[row[known]]
    begin[rest[known]] = key_end[known]
    return buffer, Lines(kind, start, begin, end)
