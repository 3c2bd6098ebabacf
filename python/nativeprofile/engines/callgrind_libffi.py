"""Lets Callgrind see the calls that libffi makes: those of ctypes and cffi.

libffi (src/x86/unix64.S) puts a function's arguments into its caller's frame and moves the stack's
pointer up there within the same piece of code that ends in the call. Callgrind, which knows calls
and returns by this pointer, takes that call for a return: the function is then a part of libffi.
A jump to the next instruction ends the piece before the call, and all is as it should be. Room for
it is where the static chain of Go's closures was loaded, which nothing in Python uses.
"""

from __future__ import annotations

import ctypes
import re
from pathlib import Path

_BEFORE = bytes.fromhex("498da2b8000000 415a 41ffd3")
"""lea rsp, [r10+0xb8]; pop r10; call r11"""
_AFTER = bytes.fromhex("498da2c0000000 eb00 41ffd3")
"""lea rsp, [r10+0xc0]; jmp to the next; call r11"""
_MAY_HOLD_IT = re.compile(r"(libffi[-.\d]|_ctypes\.|_cffi_backend\.|libpython|python)[^/]*$")
_MAPPING = re.compile(r"([0-9a-f]+)-([0-9a-f]+) r-xp \S+ \S+ \d+ +(/.*)")


def separate_calls() -> None:
    """Does so in each libffi that is loaded, for the life of the process; to be called while
    nothing is instrumented. What is not found stays as it is."""
    with Path("/proc/self/maps").open() as maps:
        found = [match for match in map(_MAPPING.match, maps) if match is not None]
    for start, end, path in (match.groups() for match in found):
        if _MAY_HOLD_IT.search(path):
            first = int(start, 16)
            code = ctypes.string_at(first, int(end, 16) - first)
            at = code.find(_BEFORE)
            if at >= 0:
                # Unlike a store, this needs no page that is both writable and executable.
                with Path("/proc/self/mem").open("r+b", buffering=0) as memory:
                    memory.seek(first + at)
                    memory.write(_AFTER)
