"""gmon.out, the file that gprof reads: a header, then records of histograms and of calls.

Addresses are those as linked, so that `gprof LIBRARY FILE` reads it, too. Counters in the file
have 16 bits, counts of calls 32: what is more stands in a further record, which gprof adds.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import BinaryIO

_HEADER = struct.pack("<4si12x", b"gmon", 1)
_HISTOGRAM, _CALLS = b"\0", b"\1"
_MOST_SAMPLES, _MOST_CALLS = 0xFFFF, 0xFFFFFFFF
_BIN, _BINS = 4, 1024
"""Bytes that share a counter, as glibc has it, and counters in a record."""


def header(file: BinaryIO) -> None:
    """What every file begins with."""
    file.write(_HEADER)


def histogram(file: BinaryIO, samples: dict[int, int], rate: int) -> None:
    """Samples by address; `rate` is how many of them make a second. Only the parts of a library
    that were met are written."""
    parts: dict[int, list[int]] = {}
    for address, count in samples.items():
        part, place = divmod(address // _BIN, _BINS)
        parts.setdefault(part, [0] * _BINS)[place] += count
    for part, counters in sorted(parts.items()):
        start, end = (part * _BINS * _BIN, (part + 1) * _BINS * _BIN)
        while any(counters):
            file.write(_HISTOGRAM)
            file.write(struct.pack("<QQii15sc", start, end, _BINS, rate, b"seconds", b"s"))
            file.write(struct.pack(f"<{_BINS}H", *(min(c, _MOST_SAMPLES) for c in counters)))
            counters = [max(0, count - _MOST_SAMPLES) for count in counters]


def calls(file: BinaryIO, rows: Iterable[tuple[int, int, int]]) -> None:
    """Rows of caller, function (addresses within them) and calls."""
    for caller, function, count in rows:
        while count > 0:
            part = min(count, _MOST_CALLS)
            file.write(_CALLS + struct.pack("<QQI", caller, function, part))
            count -= part
