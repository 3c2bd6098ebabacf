"""On which machine a perf.data was recorded, from its feature sections (Linux,
tools/perf/Documentation/perf.data-file-format.txt, HEADER_HOSTNAME and HEADER_ARCH)."""

from __future__ import annotations

import os
import platform
import struct
from pathlib import Path

_HOSTNAME, _ARCHITECTURE = 3, 6
_DATA, _BITS, _LEAST = 40, 72, 104
_LONGEST = 4096


def feature(path: Path, number: int) -> str:
    """A feature that is a text; "" where the recording has none, or none that can be read."""
    try:
        with path.open("rb") as file:
            head = file.read(_LEAST)
            start, size = struct.unpack_from("<QQ", head, _DATA)
            bits = int.from_bytes(head[_BITS : _BITS + 32], "little")
            if not bits >> number & 1:
                return ""
            before = (bits & (1 << number) - 1).bit_count()
            file.seek(start + size + 16 * before)
            at, length = struct.unpack("<QQ", file.read(16))
            file.seek(at)
            section = file.read(min(length, _LONGEST))
    except (OSError, struct.error, OverflowError):
        return ""
    return section[4:].split(b"\0", 1)[0].decode("utf-8", "replace")


def elsewhere(path: Path) -> str:
    """What follows from the recording having been made on another machine, as a sentence; ""
    if it was this one, or the recording does not say."""
    lost = "native functions whose files are not here have no names."
    architecture = feature(path, _ARCHITECTURE)
    if architecture and architecture != platform.machine():
        return (
            f"It was recorded on another architecture ({architecture}): stacks that need "
            f"unwinding are cut off, and {lost}"
        )
    host = feature(path, _HOSTNAME)
    return f"It was recorded on another machine: {lost}" if host not in ("", os.uname()[1]) else ""
