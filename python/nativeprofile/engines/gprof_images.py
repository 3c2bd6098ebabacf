"""Which libraries in this process were built with `-pg`, and the pointers through which their
functions call what counts them.

Such functions call `mcount` (`__fentry__` with `-mfentry`) through a pointer in the library's
global offset table, which the dynamic linker filled in: System V ABI, AMD64 supplement,
chapter 4 (relocation) and 5 (dynamic section).
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass

from .loaded import Library, Mapping, Memory

COUNTERS = (b"mcount", b"_mcount", b"__fentry__")
"""What functions built with `-pg` call."""
_STARTERS = (b"__monstartup", b"monstartup")
"""What a program built with `-pg` calls when it starts."""
_GLOB_DAT, _JUMP_SLOT = 6, 7
_SYMBOL = 24


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


class Libraries(Memory):
    """This process's libraries, as they lie in its memory."""

    def images(self, known: set[int]) -> list[Image]:
        """The libraries built with `-pg`, but those that begin at an address in `known`; all
        that begin anywhere are added to it."""
        found = []
        for first, library in self.libraries(known):
            inside = [m for m in self.mapped if first.start <= m.start < library.end]
            code = tuple(m for m in inside if "x" in m.access and m.path == first.path)
            slots = tuple(self._slots(library))
            if slots and code:
                found.append(Image(first.path, library.base, code, slots))
        return found

    def program_counts(self) -> bool:
        """Whether the program that runs here was itself built with `-pg`."""
        program = os.path.realpath("/proc/self/exe")
        start = next((m.start for m in self.mapped if m.path == program), None)
        if start is None:
            return False
        try:
            library = Library(self, start)
        except (OSError, struct.error, ValueError):
            return False
        return any(b"\0" + name + b"\0" in library.strings for name in _STARTERS)

    def _slots(self, library: Library) -> list[Slot]:
        names = {
            at: name for name in COUNTERS for at in _places(library.strings, b"\0" + name + b"\0")
        }
        if not names:
            return []
        try:
            return self._named(library, names)
        except (OSError, struct.error, ValueError):
            return []

    def _named(self, library: Library, names: dict[int, bytes]) -> list[Slot]:
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
        mapping = next((m for m in self.mapped if m.start <= address < m.end), None)
        if mapping is None or address % 8:
            raise ValueError("no pointer")
        return Slot(address, counter, "w" in mapping.access)


def _places(text: bytes, name: bytes) -> list[int]:
    """Where names begin that stand alone between zeros."""
    places, at = [], text.find(name)
    while at >= 0:
        places.append(at + 1)
        at = text.find(name, at + 1)
    return places
