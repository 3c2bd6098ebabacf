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

_PT_LOAD = 1
_PT_GNU_EH_FRAME = 0x6474E550
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
    if elf[:6] != b"\x7fELF\x02\x01":
        raise ValueError("not a little-endian 64-bit ELF file")
    (table,) = struct.unpack_from("<Q", elf, 32)
    size, count = struct.unpack_from("<HH", elf, 54)
    segments = [struct.unpack_from("<IIQQQQ", elf, table + i * size) for i in range(count)]
    header = next((s for s in segments if s[0] == _PT_GNU_EH_FRAME), None)
    if header is None:
        raise ValueError("no unwind table")
    offset, address = header[2], header[3]
    version, *encodings, _, rows = _HEADER.unpack_from(elf, offset)
    if version != 1 or encodings != [_PCREL_SDATA4, _UDATA4, _DATAREL_SDATA4]:
        raise ValueError("an unusual encoding")
    pairs = np.frombuffer(elf[offset + 12 : offset + 12 + 8 * rows], "<i4").reshape(-1, 2)
    addresses = pairs[:, 0].astype(np.int64) + address
    starts = np.full(len(addresses), -1, np.int64)
    for kind, _, at, virtual, _, length in segments:
        if kind == _PT_LOAD:
            inside = (addresses >= virtual) & (addresses < virtual + length)
            starts[inside] = addresses[inside] - virtual + at
    return np.sort(starts[starts >= 0])
