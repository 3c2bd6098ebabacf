"""Which build of each library lies in this process's memory.

A library may be built anew while the old one is still loaded. The build-id in memory, against
that of the file, tells the reader. It is read through the system, which answers with an error
where a page is gone, instead of a signal.
"""

from __future__ import annotations

import os
import re
import struct

_FIRST = re.compile(r"^([0-9a-f]+)-[0-9a-f]+ r\S+ 0+ \S+ \d+ +(/.+)$", re.MULTILINE)
"""Mappings (proc_pid_maps(5)) that begin at the start of their file."""
_HEADER = 4096
_LONGEST = 64 << 10
_PT_NOTE, _NT_GNU_BUILD_ID = 4, 3


def build_ids(maps: str) -> dict[str, str]:
    """The build-ids in hexadecimal by path, of the files that `maps` says are mapped."""
    try:
        memory = os.open("/proc/self/mem", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return {}
    found = {}
    try:
        for start, path in _FIRST.findall(maps):
            try:
                identity = _build_id(memory, int(start, 16))
            except (OSError, struct.error):
                continue
            if identity:
                found[path] = identity
    finally:
        os.close(memory)
    return found


def _build_id(memory: int, base: int) -> str:
    head = os.pread(memory, _HEADER, base)
    if head[:6] != b"\x7fELF\x02\x01":
        return ""
    (table,) = struct.unpack_from("<Q", head, 32)
    size, count = struct.unpack_from("<HH", head, 54)
    for row in range(min(count, (_HEADER - table) // 56)):
        kind, _, offset, _, _, length = struct.unpack_from("<IIQQQQ", head, table + row * size)
        if kind != _PT_NOTE or length > _LONGEST:
            continue
        # Notes lie in the first segment, so where they are in the file they are in memory.
        whole = offset + length <= len(head)
        notes = head[offset : offset + length] if whole else os.pread(memory, length, base + offset)
        at = 0
        while at + 16 <= len(notes):
            name, extent, kind = struct.unpack_from("<III", notes, at)
            start = at + 12 + (name + 3 & ~3)
            if kind == _NT_GNU_BUILD_ID and notes[at + 12 : at + 16] == b"GNU\0":
                return notes[start : start + extent].hex()
            at = start + (extent + 3 & ~3)
    return ""
