"""An ELF file that gives unwind information to memory that has none.

An unwinder that meets an address in such memory looks it up in the mapped file: here it
finds one frame description entry (DWARF 5, section 6.4) for the whole text and a symbol
for each function. `.eh_frame_hdr` and `.eh_frame` lie inside the text, at its end, since
perf reads them through the mapping; the code bytes themselves are never read.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from .machine import X86_64, Machine
from .prologue import Rule

TEXT_OFFSET = 0x1000
"""Where the text lies in the file, and the virtual address it begins at."""

_DEF_CFA, _OFFSET, _NEGATE_RA_STATE = 0x0C, 0x80, 0x2D
_PCREL_SDATA4, _DATAREL_SDATA4, _UDATA4 = 0x1B, 0x3B, 0x03
_UNWIND_SIZE = 0x100
_SECTION = struct.Struct("<IIQQQQIIQQ")
_SYMBOL = struct.Struct("<IBBHQQ")
_PROGRAM = struct.Struct("<IIQQQQQQ")


@dataclass(frozen=True)
class Symbol:
    """A function: offset in the text, size, name."""

    offset: int
    size: int
    name: str


@dataclass(frozen=True)
class Extent:
    """A part of the text that is unwound by one rule: offset, size, rule."""

    offset: int
    size: int
    rule: Rule


@dataclass(frozen=True)
class Region:
    """Memory without unwind information (trampolines, assembly), and the ELF file that
    describes it to the unwinder."""

    start: int
    end: int
    path: str


def write_elf(
    size: int,
    symbols: list[Symbol],
    rule: Rule | list[Extent],
    machine: Machine = X86_64,
    signed: bool = False,
) -> bytes:
    """A shared object whose text of `size` bytes (at least 256) is unwound by one rule, or by
    several for parts in ascending order; empty where the text has no room for so many.
    `signed`: return addresses carry a signature (Arm's pointer authentication)."""
    extents = [Extent(0, size, rule)] if isinstance(rule, Rule) else rule
    room = 12 + 8 * len(extents)
    room += -room % 8
    length = room + len(_eh_frame(0, extents, machine, signed)[0])
    length = max(_UNWIND_SIZE, length + -length % 16)
    if length > size:
        return b""
    header_at = TEXT_OFFSET + size - length
    frames_at = header_at + room
    frames, entries = _eh_frame(frames_at, extents, machine, signed)
    header = struct.pack("<4B", 1, _PCREL_SDATA4, _UDATA4, _DATAREL_SDATA4)
    header += struct.pack("<iI", frames_at - (header_at + 4), len(extents))
    for extent, entry_at in zip(extents, entries, strict=True):
        begin = TEXT_OFFSET + extent.offset
        header += struct.pack("<ii", begin - header_at, entry_at - header_at)

    strings, rows = bytearray(b"\0"), bytearray(_SYMBOL.size)
    for symbol in symbols:
        rows += _SYMBOL.pack(len(strings), 0x12, 0, 1, TEXT_OFFSET + symbol.offset, symbol.size)
        strings += symbol.name.encode(errors="replace").replace(b"\0", b"") + b"\0"

    rows_at = TEXT_OFFSET + size
    strings_at = rows_at + len(rows)
    names = b"\0.text\0.eh_frame_hdr\0.eh_frame\0.symtab\0.strtab\0.shstrtab\0"
    names_at = strings_at + len(strings)
    sections_at = -(-(names_at + len(names)) // 8) * 8

    def name(text: bytes) -> int:
        return names.index(b"\0" + text + b"\0") + 1

    sections = [
        (0,) * 10,
        (name(b".text"), 1, 6, TEXT_OFFSET, TEXT_OFFSET, size, 0, 0, 16, 0),
        (name(b".eh_frame_hdr"), 1, 2, header_at, header_at, len(header), 0, 0, 4, 0),
        (name(b".eh_frame"), 1, 2, frames_at, frames_at, len(frames), 0, 0, 8, 0),
        (name(b".symtab"), 2, 0, 0, rows_at, len(rows), 5, 1, 8, _SYMBOL.size),
        (name(b".strtab"), 3, 0, 0, strings_at, len(strings), 0, 0, 1, 0),
        (name(b".shstrtab"), 3, 0, 0, names_at, len(names), 0, 0, 1, 0),
    ]
    ident = b"\x7fELF\x02\x01\x01" + bytes(9)
    elf = ident + struct.pack(
        "<HHIQQQIHHHHHH", 3, machine.elf, 1, TEXT_OFFSET, 64, sections_at, 0, 64, 56, 3, 64, 7, 6
    )
    programs = [
        (1, 4, 0, 0, 0, TEXT_OFFSET, TEXT_OFFSET, 0x1000),
        (1, 5, TEXT_OFFSET, TEXT_OFFSET, TEXT_OFFSET, size, size, 0x1000),
        (0x6474E550, 4, header_at, header_at, header_at, len(header), len(header), 4),
    ]
    image = bytearray(sections_at)
    for at, part in (
        (0, elf + b"".join(_PROGRAM.pack(*program) for program in programs)),
        (header_at, header),
        (frames_at, frames),
        (rows_at, rows),
        (strings_at, strings),
        (names_at, names),
    ):
        image[at : at + len(part)] = part
    return bytes(image) + b"".join(_SECTION.pack(*section) for section in sections)


def _eh_frame(
    at: int, extents: list[Extent], machine: Machine, signed: bool
) -> tuple[bytes, list[int]]:
    """The section, and the addresses of its frame description entries."""
    head = struct.pack("<I", 0) + b"\x01zR\0"
    section = _padded(head + bytes([1, 0x78, machine.returns, 1, _PCREL_SDATA4]))
    entries = []
    for extent in extents:
        rule, entry_at = extent.rule, at + len(section)
        rules = bytes([_DEF_CFA, rule.register]) + _uleb(rule.offset)
        for register, below in ((machine.returns, 8), *rule.saved):
            rules += bytes([_OFFSET | register]) + _uleb(below // 8)
        if signed:
            rules += bytes([_NEGATE_RA_STATE])
        begin = TEXT_OFFSET + extent.offset - (entry_at + 8)
        head = struct.pack("<IiIB", entry_at + 4 - at, begin, extent.size, 0)
        section += _padded(head + rules)
        entries.append(entry_at)
    return section + bytes(4), entries


def _uleb(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def _padded(body: bytes) -> bytes:
    body += bytes(-(len(body) + 4) % 8)
    return struct.pack("<I", len(body)) + body
