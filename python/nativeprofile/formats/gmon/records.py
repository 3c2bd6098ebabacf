"""The records of a gmon.out, in the word size and byte order of the machine that wrote it.

The format is that of glibc's <sys/gmon_out.h>: a header, then histograms of the program counter,
calls (a place in the caller, one in the function, a count), and counts of basic blocks.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from nativeprofile.tables.errors import FormatError

MAGIC, HEADER = b"gmon", 20
_HISTOGRAM, _CALLS, _BLOCKS = 0, 1, 2
_ADDRESS = {4: "I", 8: "Q"}
AGAIN = "Let the program end by itself and take the file that it writes then."


@dataclass
class Histogram:
    """Samples from `low` to `high`, each counter for an equal part of that; `rate` a second."""

    low: int
    high: int
    rate: int
    counts: npt.NDArray[np.int64]


@dataclass
class Gmon:
    """The records of one file."""

    histograms: list[Histogram] = field(default_factory=list)
    calls: list[tuple[int, int, int]] = field(default_factory=list)
    """Place in the caller, place in the function, number of calls."""
    entries: list[tuple[int, int]] = field(default_factory=list)
    """Of a shared library: places that were called from outside of it, number of calls."""
    blocks: int = 0
    """How many basic blocks are counted, which nothing here shows."""

    @property
    def samples(self) -> int:
        """All that are in the histograms."""
        return sum(int(histogram.counts.sum()) for histogram in self.histograms)


Reader = Callable[[bytes, int, str], Gmon]
"""Reads records by the size and order of words; raises struct.error, ValueError."""


def version(data: bytes, order: str) -> int:
    """The version in the header of a file; 0 where there is none."""
    return int.from_bytes(data[4:8], "little" if order == "<" else "big")


def parse(data: bytes, name: str, word: int, order: str, records: Reader | None = None) -> Gmon:
    """The records of a file whose program has addresses of `word` bytes in byte order `order`
    (as struct names it), by `records` where it is of another kind. Raises FormatError."""
    read = records or _records
    if not data.startswith(MAGIC) or len(data) < HEADER:
        raise FormatError(f"{name} is no gmon.out, or is cut off in its first bytes.", AGAIN)
    try:
        return read(data, word, order)
    except (struct.error, ValueError) as error:
        for other_word in (8, 4):
            for other_order in "<>":
                if (other_word, other_order) != (word, order) and _fits(
                    read, data, other_word, other_order
                ):
                    raise FormatError(
                        f"{name} was written by a {_kind(other_word, other_order)} program, but "
                        f"the one named is {_kind(word, order)}.",
                        "Name the program that wrote it, built for the machine on which it ran.",
                    ) from error
        raise FormatError(
            f"{name} is damaged or cut off ({error}).",
            AGAIN,
        ) from error


def _records(data: bytes, word: int, order: str) -> Gmon:
    (version,) = struct.unpack_from(order + "i", data, len(MAGIC))
    if version != 1:
        raise ValueError(f"its version is {version}, known is 1")
    address = _ADDRESS[word]
    bounds = struct.Struct(f"{order}{address}{address}ii15sc")
    call = struct.Struct(f"{order}{address}{address}I")
    gmon, at = Gmon(), HEADER
    while at < len(data):
        tag = data[at]
        at += 1
        if tag == _HISTOGRAM:
            low, high, length, rate, _, _ = bounds.unpack_from(data, at)
            at += bounds.size
            if low >= high or length <= 0 or rate <= 0:
                raise ValueError("a histogram that does not fit")
            if gmon.histograms and gmon.histograms[0].rate != rate:
                raise ValueError("histograms of different rates")
            counts = np.frombuffer(data, np.dtype(f"{order}u2"), length, at).astype(np.int64)
            gmon.histograms.append(Histogram(low, high, rate, counts))
            at += 2 * length
        elif tag == _CALLS:
            gmon.calls.append(call.unpack_from(data, at))
            at += call.size
        elif tag == _BLOCKS:
            (length,) = struct.unpack_from(order + "I", data, at)
            at += 4 + 2 * word * length
            if at > len(data):
                raise ValueError("basic blocks that do not fit")
            gmon.blocks += length
        else:
            raise ValueError(f"a record of the unknown kind {tag}")
    return gmon


def _fits(read: Reader, data: bytes, word: int, order: str) -> bool:
    try:
        read(data, word, order)
    except (struct.error, ValueError):
        return False
    return True


def _kind(word: int, order: str) -> str:
    return f"{8 * word}-bit {'little' if order == '<' else 'big'}-endian"
