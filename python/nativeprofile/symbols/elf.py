"""What an ELF file says about itself: segments, build-id, where its debug information is.

System V ABI, chapter 4 (headers, notes) and 5 (program header); `.gnu_debuglink` as in the
manual of GDB, "Debugging Information in Separate Files".
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PT_LOAD, PT_NOTE, PT_GNU_EH_FRAME = 1, 4, 0x6474E550
_BUILD_ID = 3
_MAGIC = b"\x7fELF\x02\x01"
"""64-bit, little-endian."""
_SECTION = struct.Struct("<IIQQQQIIQQ")


@dataclass(frozen=True)
class Segment:
    """A program header: `offset` and `size` in the file, `address` as linked."""

    kind: int
    offset: int
    address: int
    size: int


@dataclass(frozen=True)
class Elf:
    """The facts of one file."""

    segments: tuple[Segment, ...]
    build_id: str
    """In hexadecimal, empty without one."""
    debug_link: tuple[str, int] | None
    """Name and CRC-32 of the file that holds the debug information."""
    has_lines: bool
    """Whether it tells source lines itself."""
    has_symbols: bool = False
    """Whether it names all its functions, not only those for others."""

    def address(self, offset: int) -> int | None:
        """The address, as linked, of what lies at an offset of the file."""
        for s in self.segments:
            if s.kind == PT_LOAD and s.offset <= offset < s.offset + s.size:
                return offset - s.offset + s.address
        return None

    def offset(self, address: int) -> int | None:
        """The opposite of `address`."""
        for s in self.segments:
            if s.kind == PT_LOAD and s.address <= address < s.address + s.size:
                return address - s.address + s.offset
        return None


def read(path: Path | str) -> Elf | None:
    """The facts of a file, None if it cannot be read or is damaged or of another kind."""
    try:
        if not Path(path).is_file():
            return None  # who opens a pipe waits
        with Path(path).open("rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as elf:
            return _facts(elf)
    except (OSError, ValueError, struct.error, IndexError):
        return None


def segments(elf: bytes | mmap.mmap) -> tuple[Segment, ...]:
    """The program headers. Raises ValueError, struct.error for other or damaged files."""
    if elf[:6] != _MAGIC:
        raise ValueError("not a little-endian 64-bit ELF file")
    (table,) = struct.unpack_from("<Q", elf, 32)
    size, count = struct.unpack_from("<HH", elf, 54)
    found = []
    for row in range(count):
        kind, _, offset, address, _, length = struct.unpack_from("<IIQQQQ", elf, table + row * size)
        found.append(Segment(kind, offset, address, length))
    return tuple(found)


def build_id(notes: bytes) -> str:
    """The build-id among the notes of a PT_NOTE segment, empty if there is none."""
    at = 0
    while at + 12 <= len(notes):
        name, size, kind = struct.unpack_from("<III", notes, at)
        start = at + 12 + (name + 3 & ~3)
        if kind == _BUILD_ID and notes[at + 12 : at + 16] == b"GNU\0":
            return notes[start : start + size].hex()
        at = start + (size + 3 & ~3)
    return ""


def _facts(elf: mmap.mmap) -> Elf:
    rows = segments(elf)
    notes = (elf[s.offset : s.offset + s.size] for s in rows if s.kind == PT_NOTE)
    link, has_lines, has_symbols = None, False, False
    for name, content in _sections(elf):
        # Sections taken out of a file stay in its list, without a place in it.
        if name == b".debug_line" or name == b".zdebug_line":
            has_lines = content is not None
        elif name == b".symtab":
            has_symbols = content is not None
        elif name == b".gnu_debuglink" and content:
            file = content.partition(b"\0")[0]
            link = file.decode(errors="replace"), int.from_bytes(content[-4:], "little")
    return Elf(rows, next(filter(None, map(build_id, notes)), ""), link, has_lines, has_symbols)


def _sections(elf: mmap.mmap) -> Iterator[tuple[bytes, bytes | None]]:
    """Names of sections with their content where it is short; None where it is not there."""
    (table,) = struct.unpack_from("<Q", elf, 40)
    size, count, names = struct.unpack_from("<HHH", elf, 58)
    if not table:
        return
    rows = [_SECTION.unpack_from(elf, table + n * size) for n in range(count)]
    base = rows[names][4]
    for name, kind, _, _, offset, length, *_ in rows:
        end = elf.find(b"\0", base + name)
        content = None if kind == 8 else elf[offset : offset + min(length, 4096)]
        yield elf[base + name : end], content
