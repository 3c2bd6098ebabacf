"""All functions of an ELF file, by address: of any word size and byte order.

System V ABI, chapter 4: sections, and `.symtab`, which names them all, or else `.dynsym`, which
names only functions for others.
"""

from __future__ import annotations

import mmap
import struct
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

_SECTION = {4: "10I", 8: "IIQQQQIIQQ"}
_SYMBOL = {
    4: [("name", "u4"), ("value", "u4"), ("size", "u4"), ("info", "u1"), ("other", "u1"),
        ("section", "u2")],
    8: [("name", "u4"), ("info", "u1"), ("other", "u1"), ("section", "u2"), ("value", "u8"),
        ("size", "u8")],
}  # fmt: skip
_SYMTAB, _DYNSYM, _EXECUTABLE = 2, 11, 4
_UNTYPED, _FUNCTION, _UNIQUE = 0, 2, 10
_LOCAL = 0


@dataclass(frozen=True, order=True)
class Symbol:
    """A function: its first address as linked, the end exclusive."""

    start: int
    end: int
    name: str


@dataclass(frozen=True)
class Symbols:
    """The functions of one file by ascending address, none within another."""

    word: int
    """Bytes of an address: 4 or 8."""
    order: str
    """`<`: the lowest byte first, `>`: the highest."""
    complete: bool
    """Whether the file names all its functions (it was not stripped)."""
    all: Sequence[Symbol]
    starts: Sequence[int]

    def at(self, address: int) -> Symbol | None:
        """The function that holds an address."""
        index = bisect_right(self.starts, address) - 1
        found = self.all[index] if index >= 0 else None
        return found if found is not None and address < found.end else None


def read(path: Path) -> Symbols:
    """The functions of a file. Raises OSError, or ValueError if it is damaged or no ELF file."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as elf:
        try:
            return _symbols(elf)
        except (struct.error, IndexError, KeyError, OverflowError) as error:
            raise ValueError("no sound ELF file") from error


def _symbols(elf: mmap.mmap) -> Symbols:
    if elf[:4] != b"\x7fELF":
        raise ValueError("no ELF file")
    word, order = {1: 4, 2: 8}[elf[4]], {1: "<", 2: ">"}[elf[5]]
    (table,) = struct.unpack_from(order + ("I" if word == 4 else "Q"), elf, 24 + 2 * word)
    size, count = struct.unpack_from(order + "HH", elf, 34 + 3 * word)
    form = order + _SECTION[word]
    sections = [struct.unpack_from(form, elf, table + n * size) for n in range(count)]
    kinds = [section[1] for section in sections]
    complete = _SYMTAB in kinds
    if not complete and _DYNSYM not in kinds:
        return Symbols(word, order, False, (), ())
    symtab = sections[kinds.index(_SYMTAB if complete else _DYNSYM)]
    names = sections[symtab[6]]
    text = elf[names[4] : names[4] + names[5]]
    dtype = np.dtype([(name, order + kind) for name, kind in _SYMBOL[word]])
    length = symtab[5] // dtype.itemsize * dtype.itemsize
    rows = np.frombuffer(elf[symtab[4] : symtab[4] + length], dtype)
    # Where each section of code ends: functions in assembly may have no size.
    ends = {n: s[3] + s[5] for n, s in enumerate(sections) if s[2] & _EXECUTABLE}
    kind = rows["info"] & 15
    rows = rows[((kind == _FUNCTION) | (kind == _UNTYPED) | (kind == _UNIQUE)) & (rows["name"] > 0)]
    found: dict[int, tuple[tuple[bool, int, int, str], int, str]] = {}
    for name, info, section, value, extent in zip(
        *(rows[column].tolist() for column in ("name", "info", "section", "value", "size")),
        strict=True,
    ):
        if section not in ends or value >= ends[section]:
            continue
        symbol = text[name : text.index(b"\0", name)].decode(errors="replace")
        if not symbol or "$" in symbol or symbol.startswith("."):
            continue  # marks of assemblers
        # Of several names of one function, the one that others use, and of these the plainest.
        underscores = len(symbol) - len(symbol.lstrip("_"))
        rank = (info >> 4 == _LOCAL, underscores, len(symbol), symbol)
        end = value + extent if extent else ends[section]
        if value not in found or rank < found[value][0]:
            found[value] = rank, end, symbol
    starts = sorted(found)
    following = [*starts, 1 << 64][1:]
    return Symbols(
        word,
        order,
        complete,
        [
            Symbol(start, min(found[start][1], after), found[start][2])
            for start, after in zip(starts, following, strict=True)
        ],
        starts,
    )
