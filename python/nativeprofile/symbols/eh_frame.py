"""Where functions begin in a library without symbols: its unwind table says so.

`.eh_frame_hdr` survives stripping and holds one sorted row a function (Linux Standard
Base, Core, "DWARF Extensions"; ELF gABI for the program headers).
"""

from __future__ import annotations

import mmap
import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt

from .elf import PT_GNU_EH_FRAME, PT_LOAD, segments

_PCREL_SDATA4, _UDATA4, _DATAREL_SDATA4 = 0x1B, 0x03, 0x3B
_HEADER = struct.Struct("<BBBBiI")

Starts = npt.NDArray[np.int64]


def function_starts(path: Path | str) -> Starts:
    """File offsets at which functions begin, ascending; empty where the file has no table
    in the usual encoding, or cannot be read."""
    none = np.empty(0, np.int64)
    try:
        with Path(path).open("rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as elf:
            return _starts(elf)
    except (OSError, ValueError, struct.error):
        return none


def function_start(starts: Starts, offset: int) -> int:
    """The start of the function that holds `offset`, -1 if it lies before all."""
    row = int(np.searchsorted(starts, offset, side="right")) - 1
    return int(starts[row]) if row >= 0 else -1


def _starts(elf: mmap.mmap) -> Starts:
    rows_of_file = segments(elf)
    header = next((s for s in rows_of_file if s.kind == PT_GNU_EH_FRAME), None)
    if header is None:
        raise ValueError("no unwind table")
    version, *encodings, _, rows = _HEADER.unpack_from(elf, header.offset)
    if version != 1 or encodings != [_PCREL_SDATA4, _UDATA4, _DATAREL_SDATA4]:
        raise ValueError("an unusual encoding")
    pairs = np.frombuffer(elf[header.offset + 12 : header.offset + 12 + 8 * rows], "<i4")
    addresses = pairs.reshape(-1, 2)[:, 0].astype(np.int64) + header.address
    starts = np.full(len(addresses), -1, np.int64)
    for segment in rows_of_file:
        if segment.kind == PT_LOAD:
            inside = addresses >= segment.address
            inside &= addresses < segment.address + segment.size
            starts[inside] = addresses[inside] - segment.address + segment.offset
    return np.sort(starts[starts >= 0])
