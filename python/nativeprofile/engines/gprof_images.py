"""Which libraries in this process were built with `-pg`, and the pointers through which their
functions call what counts them.

Such functions call `mcount` (`__fentry__` with `-mfentry`) through a pointer in the library's
global offset table, which the dynamic linker filled in: System V ABI, AMD64 supplement,
chapter 4 (relocation) and 5 (dynamic section). All is read from memory, through the system,
which answers with an error where a page is gone, instead of a signal.
"""

from __future__ import annotations

import os
import re
import struct
from dataclasses import dataclass

COUNTERS = (b"mcount", b"_mcount", b"__fentry__")
"""What functions built with `-pg` call."""
_STARTERS = (b"__monstartup", b"monstartup")
"""What a program built with `-pg` calls when it starts."""
_LINE = re.compile(r"([0-9a-f]+)-([0-9a-f]+) (\S+) ([0-9a-f]+) \S+ \d+ *(.*)")
_MAGIC = b"\x7fELF\x02\x01"
"""64-bit, little-endian."""
_LOAD, _DYNAMIC = 1, 2
_PLTRELSZ, _STRTAB, _SYMTAB, _RELA, _RELASZ, _STRSZ, _JMPREL = 2, 5, 6, 7, 8, 10, 23
_GLOB_DAT, _JUMP_SLOT = 6, 7
_SYMBOL = 24
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


@dataclass(frozen=True)
class Slot:
    """A pointer in memory through which a counter is called."""

    address: int
    counter: bytes
    writable: bool


@dataclass(frozen=True)
class Image:
    """A library built with `-pg`; `base` is what must be added to an address as linked."""

    path: str
    base: int
    code: tuple[Mapping, ...]
    slots: tuple[Slot, ...]


def mappings() -> list[Mapping]:
    """What is mapped in this process, by ascending address. Raises OSError."""
    with open("/proc/self/maps", errors="surrogateescape") as file:
        found = _LINE.findall(file.read())
    return [Mapping(int(a, 16), int(b, 16), access, path) for a, b, access, _, path in found]


class Memory:
    """This process's libraries, as they lie in its memory."""

    def __init__(self, mapped: list[Mapping]) -> None:
        """Raises OSError."""
        self._mapped = mapped
        self._file = os.open("/proc/self/mem", os.O_RDONLY | os.O_CLOEXEC)

    def __enter__(self) -> Memory:
        return self

    def __exit__(self, *exception: object) -> None:
        os.close(self._file)

    def images(self, known: set[int]) -> list[Image]:
        """The libraries built with `-pg`, but those that begin at an address in `known`; all
        that begin anywhere are added to it."""
        found, end = [], 0
        for first in self._mapped:
            # What lies within a library is its own, though it may begin like a file.
            if first.start < end or not first.path.startswith("/") or first.start in known:
                continue
            try:
                library = _Library(self, first.start)
            except (OSError, struct.error, ValueError):
                continue
            known.add(first.start)
            end = library.end
            inside = [m for m in self._mapped if first.start <= m.start < end]
            code = tuple(m for m in inside if "x" in m.access and m.path == first.path)
            slots = tuple(self._slots(library))
            if slots and code:
                found.append(Image(first.path, library.base, code, slots))
        return found

    def program_counts(self) -> bool:
        """Whether the program that runs here was itself built with `-pg`."""
        program = os.path.realpath("/proc/self/exe")
        start = next((m.start for m in self._mapped if m.path == program), None)
        if start is None:
            return False
        try:
            library = _Library(self, start)
        except (OSError, struct.error, ValueError):
            return False
        return any(b"\0" + name + b"\0" in library.strings for name in _STARTERS)

    def read(self, address: int, size: int) -> bytes:
        """Raises OSError where nothing is mapped, ValueError for what cannot be meant."""
        if not 0 <= size <= _MOST or not 0 <= address < 1 << 63:
            raise ValueError("no range of memory")
        data = os.pread(self._file, size, address)
        if len(data) < size:
            raise ValueError("ends too early")
        return data

    def _slots(self, library: _Library) -> list[Slot]:
        names = {
            at: name for name in COUNTERS for at in _places(library.strings, b"\0" + name + b"\0")
        }
        if not names:
            return []
        try:
            return self._named(library, names)
        except (OSError, struct.error, ValueError):
            return []

    def _named(self, library: _Library, names: dict[int, bytes]) -> list[Slot]:
        pointers = [
            (offset, info >> 32)
            for offset, info, _ in library.relocations()
            if info & 0xFFFFFFFF in (_GLOB_DAT, _JUMP_SLOT)
        ]
        last = max((symbol for _, symbol in pointers), default=-1)
        symbols = self.read(library.symbols, (last + 1) * _SYMBOL)
        slots = []
        for offset, symbol in pointers:
            (name,) = struct.unpack_from("<I", symbols, symbol * _SYMBOL)
            if name in names:
                slots.append(self._slot(library.base + offset, names[name]))
        return slots

    def _slot(self, address: int, counter: bytes) -> Slot:
        mapping = next((m for m in self._mapped if m.start <= address < m.end), None)
        if mapping is None or address % 8:
            raise ValueError("no pointer")
        return Slot(address, counter, "w" in mapping.access)


class _Library:
    """One ELF file in memory: where it ends, and what its dynamic section says."""

    def __init__(self, memory: Memory, start: int) -> None:
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


def _places(text: bytes, name: bytes) -> list[int]:
    """Where names begin that stand alone between zeros."""
    places, at = [], text.find(name)
    while at >= 0:
        places.append(at + 1)
        at = text.find(name, at + 1)
    return places
