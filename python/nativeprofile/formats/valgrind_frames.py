"""Frames as Valgrind's tools write them: `0x109179: leak (heap.c:3)`, `0x48417B4: malloc (in /usr/
lib/preload.so)`, `0x1FFE: ???`."""

from __future__ import annotations

import re

from nativeprofile.tables.builder import Builder
from nativeprofile.tables.categories import PLUMBING, Category, Kind

_FRAME = re.compile(r"0x[0-9A-Fa-f]+: (.*)", re.DOTALL)
_LIBRARY = re.compile(r"(.*) \(in (.*)\)", re.DOTALL)
_SOURCE = re.compile(r"(.*) \((.*):(\d{1,9})\)", re.DOTALL)
_OURS = re.compile(r"vgpreload_[^/]*\.so$")
"""Valgrind's own library: its `malloc` stands in for that of the program."""


def add_frame(builder: Builder, text: str) -> int:
    """The row of `frames` for what Valgrind calls a place; text that is no such place is its own
    name, as `[root]` is."""
    described = _FRAME.fullmatch(text)
    if described is None:
        return builder.frame(named(builder, text))
    name, library, source, line = described[1], None, None, -1
    if match := _LIBRARY.fullmatch(name):
        name, library = match[1], match[2]
    elif match := _SOURCE.fullmatch(name):
        name, source, line = match[1], match[2], int(match[3])
    function = builder.function(
        name,
        kind=Kind.NATIVE,
        category=Category.SYSTEM,
        file=library,
        module=library and library.rpartition("/")[2],
        source=source,
        flags=PLUMBING if library is not None and _OURS.search(library) else 0,
    )
    return builder.frame(function, line)


def named(builder: Builder, name: str) -> int:
    """The row of `functions` for what is no function of the program, but has a name."""
    return builder.function(name, kind=Kind.NATIVE, category=Category.SYSTEM)
