"""Unwind information for library functions that have none.

Where unwinding stopped inside a library, the function there is looked at: its prologue
tells how to unwind it (`symbols.prologue`), and an ELF file like those of the trampolines
tells perf. Samples that stopped there are then unwound once more.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from nativeprofile.symbols.eh_frame import function_start, function_starts
from nativeprofile.symbols.elf_writer import TEXT_OFFSET, Region, Symbol, write_elf
from nativeprofile.symbols.machine import X86_64
from nativeprofile.symbols.prologue import rule_of

from .classify import Group
from .names import group_of
from .recording import Recording
from .unwind import UNKNOWN, Frame

_PROLOGUE = 192
_UNWIND_SIZE = 0x200
"""How far a function is thought to go on behind the last sample in it, up to the next that has
unwind information."""


def stopped(frames: list[Frame]) -> Frame | None:
    """Of an incomplete stack (leaf first) the frame where unwinding stopped, if its function
    is known and lies in a library."""
    for frame in reversed(frames):
        if frame.path != UNKNOWN:
            known = frame.start >= 0 and group_of(frame.path) in (Group.LIBRARY, Group.SYSTEM)
            return frame if known and not frame.trampoline else None
    return None


def describe(
    recording: Recording, frames: Collection[Frame]
) -> tuple[list[Region], dict[str, Frame]]:
    """ELF files for the functions of these frames, and for each file which function (as the
    frame of its first instruction) it stands for."""
    if recording.machine is not X86_64:
        return [], {}  # prologues are read on that architecture only
    ends: dict[tuple[str, int], int] = {}
    symbols: dict[tuple[str, int], str] = {}
    told = {path: function_starts(path) for path in {frame.path for frame in frames}}
    for frame in frames:
        if function_start(told[frame.path], frame.start) == frame.start:
            continue  # it has unwind information: there the dump was at its end
        key = frame.path, frame.start
        ends[key] = max(ends.get(key, 0), frame.ip)
        symbols[key] = frame.symbol
    regions: list[Region] = []
    meant: dict[str, Frame] = {}
    for (path, start), end in sorted(ends.items()):
        address = recording.maps.address(path, start)
        try:
            with Path(path).open("rb") as file:
                file.seek(start)
                rule = rule_of(file.read(_PROLOGUE))
        except OSError:
            continue
        if address is None or rule is None:
            continue
        size = end - start + 1 + _UNWIND_SIZE
        after = told[path][told[path] > start][:1]
        size = min([size + -size % 16, *(after - start).tolist()])
        symbol = symbols[path, start]
        described = recording.directory / f"function{len(regions)}.so"
        described.write_bytes(write_elf(size, [Symbol(0, size, symbol)], rule))
        region = Region(address, address + size, str(described.resolve()))
        regions.append(region)
        meant[region.path] = Frame(symbol, path, start - TEXT_OFFSET, start, 0)
    return regions, meant
