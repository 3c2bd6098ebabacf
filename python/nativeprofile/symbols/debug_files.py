"""Where the debug information of a library is: in it, or in a file of its own.

The places are those of GDB's manual, "Debugging Information in Separate Files".
"""

from __future__ import annotations

import zlib
from pathlib import Path

from . import elf
from .elf import Elf

GLOBAL = Path("/usr/lib/debug")
_BLOCK = 1 << 20


def find(path: Path, facts: Elf, folder: Path = GLOBAL) -> Path | None:
    """The file with the source lines of a library; None if there is none that belongs to it."""
    if facts.has_lines:
        return path
    if len(facts.build_id) > 2:
        place = folder / ".build-id" / facts.build_id[:2] / f"{facts.build_id[2:]}.debug"
        if _belongs(place, facts):
            return place
    if facts.debug_link is None:
        return None
    name, checksum = facts.debug_link
    if not name or "/" in name:
        return None
    here = path.parent.resolve()
    for place in (here / name, here / ".debug" / name, folder / str(here).lstrip("/") / name):
        if place.is_file() and (_belongs(place, facts) or _checksum(place) == checksum):
            return place
    return None


def _belongs(place: Path, facts: Elf) -> bool:
    """Whether a debug file was made from the library: both have the same build-id."""
    found = elf.read(place)
    return found is not None and found.has_lines and facts.build_id == found.build_id != ""


def _checksum(place: Path) -> int:
    """The CRC-32 of a file, -1 if it cannot be read."""
    value = 0
    try:
        with place.open("rb") as file:
            while block := file.read(_BLOCK):
                value = zlib.crc32(block, value)
    except OSError:
        return -1
    return value
