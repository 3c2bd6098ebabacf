"""What is loaded in this process: its mappings, and the ELF files among them as they lie there.

All is read from memory, through the system, which answers with an error where a page is gone,
instead of a signal. (System V ABI, chapters 4 and 5: program header, dynamic section.)
"""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from .base import EngineError

_LINE = re.compile(r"([0-9a-f]+)-([0-9a-f]+) (\S+) ([0-9a-f]+) \S+ \d+ *(.*)")
_MAGIC = b"\x7fELF\x02\x01"
"""64-bit, little-endian."""
_LOAD, _DYNAMIC = 1, 2
_PLTRELSZ, _STRTAB, _SYMTAB, _RELA, _RELASZ, _STRSZ, _JMPREL = 2, 5, 6, 7, 8, 10, 23
_Opened = TypeVar("_Opened", bound="Memory")
_MOST = 1 << 30
"""Bytes; no table of a sound file is longer."""


@dataclass(frozen=True)
class Mapping:
    """A range of addresses, the end exclusive; `access` is `r-xp`, as proc_pid_maps(5) has it."""

    start: int
    end: int
    access: str
    path: str

    @property
    def file(self) -> str:
        """The path under which the file was mapped; it may have been removed since."""
        return self.path.removesuffix(" (deleted)")


def mappings() -> list[Mapping]:
    """What is mapped in this process, by ascending address. Raises OSError."""
    with open("/proc/self/maps", errors="surrogateescape") as file:
        found = _LINE.findall(file.read())
    return [Mapping(int(a, 16), int(b, 16), access, path) for a, b, access, _, path in found]


@contextmanager
def own_memory(kind: type[_Opened]) -> Iterator[_Opened]:
    """This process's memory as it is mapped now. Raises EngineError where it cannot be read."""
    try:
        with kind(mappings()) as memory:
            yield memory
    except OSError as error:
        raise EngineError(
            f"This process cannot read its own memory: {error.strerror}.",
            "Use --engine perf or cprofile.",
        ) from error


class Memory:
    """This process's memory; `mapped` is what lies where."""

    def __init__(self, mapped: list[Mapping]) -> None:
        """Raises OSError."""
        self.mapped = mapped
        self._file = os.open("/proc/self/mem", os.O_RDONLY | os.O_CLOEXEC)

    def __enter__(self: _Opened) -> _Opened:
        return self

    def __exit__(self, *exception: object) -> None:
        os.close(self._file)

    def libraries(self, known: set[int]) -> Iterator[tuple[Mapping, Library]]:
        """The ELF files with their first mapping, but those that begin at an address in `known`;
        all that begin anywhere are added to it."""
        end = 0
        for first in self.mapped:
            # What lies within a library is its own, though it may begin like a file.
            if first.start < end or not first.path.startswith("/") or first.start in known:
                continue
            try:
                library = Library(self, first.start)
            except (OSError, struct.error, ValueError):
                continue
            known.add(first.start)
            end = library.end
            yield first, library

    def read(self, address: int, size: int) -> bytes:
        """Raises OSError where nothing is mapped, ValueError for what cannot be meant."""
        if not 0 <= size <= _MOST or not 0 <= address < 1 << 63:
            raise ValueError("no range of memory")
        data = os.pread(self._file, size, address)
        if len(data) < size:
            raise ValueError("ends too early")
        return data


class Library:
    """One ELF file in memory: where it ends, and what its dynamic section says."""

    def __init__(self, memory: Memory, start: int) -> None:
        """Raises OSError, struct.error or ValueError where no such file begins."""
        self._memory = memory
        head = memory.read(start, 64)
        if head[:6] != _MAGIC:
            raise ValueError("not a 64-bit ELF file")
        (table,) = struct.unpack_from("<Q", head, 32)
        size, count = struct.unpack_from("<HH", head, 54)
        rows = memory.read(start + table, size * count)
        segments = [struct.unpack_from("<IIQQQQQ", rows, n * size) for n in range(count)]
        loaded = [segment for segment in segments if segment[0] == _LOAD]
        if not loaded:
            raise ValueError("not loaded")
        self.base = start - (loaded[0][3] & -4096)
        self.end = max(self.base + address + length for _, _, _, address, _, _, length in loaded)
        self._dynamic: dict[int, int] = {}
        for kind, _, _, address, _, _, length in segments:
            if kind == _DYNAMIC:
                entries = memory.read(self.base + address, length & -16)
                self._dynamic.update(struct.iter_unpack("<QQ", entries))
        self.strings = memory.read(self._address(_STRTAB), self._dynamic.get(_STRSZ, 0))
        self.symbols = self._address(_SYMTAB)

    def relocations(self) -> list[tuple[int, int, int]]:
        """Offset, symbol and kind, addend: of data, then of calls."""
        rows = []
        for table, length in ((_RELA, _RELASZ), (_JMPREL, _PLTRELSZ)):
            if table in self._dynamic:
                size = self._dynamic.get(length, 0) // 24 * 24
                rows += list(
                    struct.iter_unpack("<QQq", self._memory.read(self._address(table), size))
                )
        return rows

    def _address(self, entry: int) -> int:
        """glibc puts the address in memory into most entries, but not where it cannot write."""
        value = self._dynamic.get(entry, 0)
        return value if value >= self.base else value + self.base
