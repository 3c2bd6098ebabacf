"""Code that no file holds: made while the program ran, or of a library that was removed since.

Such code (numba's, for one) lies in memory alone: no file tells how to unwind it, so the
reader gets its bytes. Where functions begin is known to the C++ runtime, for those that were
registered with it; a compiler that writes a perf map of its own names them too.
"""

from __future__ import annotations

import base64
import ctypes
import os
import re

_CODE = re.compile(
    r"^([0-9a-f]+)-([0-9a-f]+) r[w-]x. \S+ \S+ \d+ *"
    r"(?:()|(?:/dev/zero|/memfd:|\[anon).*()|(/.* \(deleted\)))$",
    re.MULTILINE,
)
"""Executable mappings without a file, or with one that has been removed."""
_LARGEST, _LARGEST_ALL = 1 << 20, 4 << 20
_LOOKUPS = 8_192
"""How many addresses are asked for their function; one takes some microseconds."""
_STEP = 16
_RUNTIME = "libgcc_s.so.1"

Region = tuple[int, str, list[tuple[int, int]], list[tuple[int, int, str]], str]
"""Where it starts, its bytes in base64, starts and ends of its functions as the C++ runtime
knows them (the ends to within 16 bytes), start, size and name as a perf map has them, and the
path of the file that was removed."""


class _Bases(ctypes.Structure):
    """`struct dwarf_eh_bases` of libgcc's unwind-dw2-fde.h."""

    _fields_ = [("text", ctypes.c_void_p), ("data", ctypes.c_void_p), ("start", ctypes.c_void_p)]


def regions(maps: str, trampoline: bytes) -> list[Region]:
    """The code in memory alone, without CPython's trampolines."""
    found: list[Region] = []
    left, lookups = _LARGEST_ALL, _LOOKUPS
    names: list[tuple[int, int, str]] | None = None
    for first, last, _, _, path in _CODE.findall(maps):
        start, end = int(first, 16), int(last, 16)
        if end - start > min(_LARGEST, left):
            continue
        head = trampoline[:_STEP]
        if head and _bytes(start, _STEP).startswith(head):
            continue
        code = _bytes(start, end - start).rstrip(b"\0")
        if not code:
            continue
        if names is None:
            names = _foreign_map()
        left -= len(code)
        functions = _functions(start, start + len(code)) if len(code) < lookups * _STEP else []
        lookups -= len(code) // _STEP
        named = [row for row in names if start <= row[0] < end]
        found.append((start, base64.b64encode(code).decode(), functions, named, path))
    return found


def _bytes(start: int, size: int) -> bytes:
    """Memory, read so that a page which is gone is an error and no crash."""
    try:
        with open("/proc/self/mem", "rb", 0) as memory:
            return os.pread(memory.fileno(), size, start)
    except OSError:
        return b""


def _functions(start: int, end: int) -> list[tuple[int, int]]:
    try:
        # Only if it is there already: nothing is loaded into the program that is measured.
        find = ctypes.CDLL(_RUNTIME, os.RTLD_NOLOAD | os.RTLD_NOW)._Unwind_Find_FDE
    except (OSError, AttributeError):
        return []
    find.argtypes, find.restype = [ctypes.c_void_p, ctypes.POINTER(_Bases)], ctypes.c_void_p
    bases, ends = _Bases(), dict[int, int]()
    for address in range(start, end, _STEP):
        if find(address + 1, bases) and bases.start:
            ends[bases.start] = address + _STEP
    return list(ends.items())


def _foreign_map() -> list[tuple[int, int, str]]:
    """The map that another compiler than CPython's writes for perf; ours is unlinked."""
    found = []
    try:
        with open(f"/tmp/perf-{os.getpid()}.map", encoding="utf-8", errors="replace") as file:
            for line in file:
                first, size, name = line.rstrip("\n").split(" ", 2)
                found.append((int(first, 16), int(size, 16), name))
    except (OSError, ValueError):
        pass
    return found
