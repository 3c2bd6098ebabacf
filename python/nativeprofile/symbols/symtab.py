"""Where functions lie in an ELF file, by its symbol tables.

System V ABI, chapter 4 (sections, "Symbol Table"): `.symtab` where it was not stripped, else
`.dynsym`, which names only functions for others.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from .eh_frame import Starts, function_starts
from .elf import PT_LOAD, segments

_SECTION = struct.Struct("<IIQQQQIIQQ")
_SYMTAB, _DYNSYM = 2, 11
_SYMBOL = np.dtype(
    [("name", "<u4"), ("info", "u1"), ("other", "u1"), ("section", "<u2"), ("value", "<u8"),
     ("size", "<u8")]
)  # fmt: skip
_FUNCTION = 2

Range = tuple[int, int]
"""Offsets in the file, the end exclusive."""


@dataclass(frozen=True)
class Named:
    """The functions that a file names, by ascending offset in the file."""

    offsets: npt.NDArray[np.int64]
    _names: npt.NDArray[np.int64]
    _text: bytes

    def at(self, offset: int) -> list[str]:
        """All names of the function that begins at an offset of the file."""
        begin, end = np.searchsorted(self.offsets, [offset, offset + 1])
        places = self._names[begin:end].tolist()
        return [
            self._text[place : self._text.index(b"\0", place)].decode(errors="replace")
            for place in places
        ]


def named(path: Path | str) -> Named:
    """The functions that a file names; none where it cannot be read."""
    try:
        with Path(path).open("rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as elf:
            symbols, text = _symbols(elf)
            offsets = np.full(len(symbols), -1, np.int64)
            for s in segments(elf):
                if s.kind == PT_LOAD:
                    inside = symbols["value"] >= s.address
                    inside &= symbols["value"] < s.address + s.size
                    offsets[inside] = symbols["value"][inside].astype(np.int64)
                    offsets[inside] += s.offset - s.address
            order = np.argsort(offsets, kind="stable")
            order = order[offsets[order] >= 0]
            return Named(offsets[order], symbols["name"][order].astype(np.int64), text + b"\0")
    except (OSError, ValueError, struct.error, IndexError):
        return Named(np.empty(0, np.int64), np.empty(0, np.int64), b"")


def functions(path: Path | str, names: Iterable[str]) -> dict[str, Range]:
    """Those of the names that the file tells; none where it cannot be read."""
    try:
        with Path(path).open("rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as elf:
            return _functions(elf, list(names))
    except (OSError, ValueError, struct.error, IndexError):
        return {}


def extent(path: Path | str, start: int) -> Range | None:
    """The function that begins at an offset of the file; where the symbols do not say where it
    ends, it reaches to the next one. None where it cannot be told."""
    try:
        with Path(path).open("rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as elf:
            return _extent(elf, start, function_starts(path))
    except (OSError, ValueError, struct.error, IndexError):
        return None


def _extent(elf: mmap.mmap, start: int, starts: Starts) -> Range | None:
    within = next(
        (s for s in segments(elf) if s.kind == PT_LOAD and s.offset <= start < s.offset + s.size),
        None,
    )
    if within is None:
        return None
    last = within.offset + within.size
    try:
        symbols, _ = _symbols(elf)
    except (ValueError, struct.error, IndexError):
        symbols = np.empty(0, _SYMBOL)  # stripped of all names
    symbols = symbols[symbols["value"] >= within.address]
    symbols = symbols[symbols["value"] < within.address + within.size]
    offsets = symbols["value"].astype(np.int64) - within.address + within.offset
    sizes = symbols["size"][offsets == start]
    if len(sizes) and sizes.max() > 0:
        return start, min(last, start + int(sizes.max()))
    later = np.concatenate([offsets, starts])
    return start, int(min([last, *later[later > start].tolist()]))


def _symbols(elf: mmap.mmap) -> tuple[npt.NDArray[np.void], bytes]:
    """The functions among the symbols, and the text that holds their names."""
    (table,) = struct.unpack_from("<Q", elf, 40)
    size, count = struct.unpack_from("<HH", elf, 58)
    sections = [_SECTION.unpack_from(elf, table + n * size) for n in range(count)]
    kinds = [section[1] for section in sections]
    section = sections[kinds.index(_SYMTAB if _SYMTAB in kinds else _DYNSYM)]
    strings = sections[section[6]]
    text = elf[strings[4] : strings[4] + strings[5]]
    symbols = np.frombuffer(elf[section[4] : section[4] + section[5]], _SYMBOL)
    return symbols[symbols["info"] & 15 == _FUNCTION], text


def _functions(elf: mmap.mmap, names: list[str]) -> dict[str, Range]:
    loaded = [s for s in segments(elf) if s.kind == PT_LOAD]
    symbols, text = _symbols(elf)
    found = {}
    for name in names:
        mine = symbols[np.isin(symbols["name"], _places(text, name.encode() + b"\0"))]
        for address, length in zip(mine["value"].tolist(), mine["size"].tolist(), strict=True):
            for s in loaded:
                if length and s.address <= address < s.address + s.size:
                    start = address - s.address + s.offset
                    found[name] = start, start + length
    return found


def _places(text: bytes, name: bytes) -> list[int]:
    """Everywhere: linkers let a name be the end of a longer one."""
    places, at = [], text.find(name)
    while at >= 0:
        places.append(at)
        at = text.find(name, at + 1)
    return places
