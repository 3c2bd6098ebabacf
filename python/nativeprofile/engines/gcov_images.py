"""Which libraries in this process were built with `gcc --coverage`, and how their counters are
written to files.

Each such library has a libgcov of its own in it, none of whose functions can be called by name
from outside. Two that are always there are found in the symbol table of its file: `__gcov_root`,
the head of the counters, and `__gcov_dump_one`, which writes them and marks the head as dumped, so
that nothing is written again at exit (GCC, libgcc/libgcov-driver.c, since GCC 5).
"""

from __future__ import annotations

import ctypes
import mmap
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .loaded import Library, Mapping, Memory

_ROOT, _DUMP, _EXIT = b"__gcov_root", b"__gcov_dump_one", b"__gcov_exit"
_SHARED = b"\0__gcov_master\0"
"""A name that the dynamic linker sees, also where the symbol table was stripped."""
_CLANG = b"\0__gcov_dump\0"
"""The same of Clang's, which has no head."""
_WITH_GCC = "Build it with gcc --coverage: Clang's counters are another kind."
_SYMTAB = 2
_PREFIX, _STRIP = "GCOV_PREFIX", "GCOV_PREFIX_STRIP"
_DUMPED = 8
"""Where the head has its mark, a bit, after a pointer (libgcc/libgcov.h)."""


@dataclass(frozen=True)
class Image:
    """A library built with `--coverage`; `root` and `dump` are addresses, 0 where `fault` says why
    they are not known."""

    path: str
    start: int
    root: int = 0
    dump: int = 0
    fault: str = ""
    remedy: str = "Restart the kernel; do not strip what is built with --coverage."
    """What mends a fault."""


def images(memory: Memory, known: set[int]) -> Iterator[Image]:
    """The libraries built with `--coverage`, but those that begin at an address in `known`; all
    that begin anywhere are added to it."""
    for first, library in memory.libraries(known):
        if _SHARED in library.strings:
            yield _image(memory, first, library)
        elif _CLANG in library.strings:
            yield Image(first.file, first.start, fault="was built by Clang", remedy=_WITH_GCC)


def dump(image: Image, folder: Path) -> None:
    """Writes the counters as they are now, below `folder`, each under the whole path that its
    .gcda file would have. No Python code of other threads runs meanwhile."""
    before = {name: os.environ.get(name) for name in (_PREFIX, _STRIP)}
    # Not by os.environ: the cell's own threads should see what they put there.
    os.putenv(_PREFIX, str(folder))
    os.putenv(_STRIP, "0")
    try:
        mark = ctypes.c_uint32.from_address(image.root + _DUMPED)
        mark.value &= ~1
        ctypes.PYFUNCTYPE(None, ctypes.c_void_p)(image.dump)(image.root)
    finally:
        for name, value in before.items():
            if value is None:
                os.unsetenv(name)
            else:
                os.putenv(name, value)


def _image(memory: Memory, first: Mapping, library: Library) -> Image:
    path, start = first.file, first.start
    try:
        with open(path, "rb") as opened:
            data: mmap.mmap | bytes = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
            symbols = _symbols(data)
            if _ROOT not in symbols or _DUMP not in symbols:
                return Image(path, start, fault="was stripped of its symbols")
            # Whether it is still the file that was loaded: the code that writes, and the code
            # that says where the head is.
            for name in (_DUMP, _EXIT):
                address, size, offset = symbols[name]
                if memory.read(library.base + address, size) != data[offset : offset + size]:
                    raise ValueError
    except (OSError, struct.error, ValueError, KeyError):
        return Image(path, start, fault="was built anew or removed since it was loaded")
    root, code = symbols[_ROOT][0], symbols[_DUMP][0]
    return Image(path, start, library.base + root, library.base + code)


def _symbols(data: mmap.mmap | bytes) -> dict[bytes, tuple[int, int, int]]:
    """Address as linked, size, and place in the file of those that we ask for. Raises struct.error
    or ValueError if it is no such file."""
    (table,) = struct.unpack_from("<Q", data, 40)
    size, count = struct.unpack_from("<HH", data, 58)
    sections = [struct.unpack_from("<IIQQQQII", data, table + n * size) for n in range(count)]
    found = {}
    for _, kind, _, _, offset, length, link, _ in sections:
        if kind != _SYMTAB:
            continue
        names, extent = sections[link][4:6]
        wanted = {
            at - names + 1: name
            for name in (_ROOT, _DUMP, _EXIT)
            if (at := data.find(b"\0" + name + b"\0", names, names + extent)) >= 0
        }
        rows = struct.iter_unpack("<IBBHQQ", data[offset : offset + length // 24 * 24])
        for at, _, _, section, address, bytes_ in rows if wanted else ():
            if at in wanted and section < len(sections):
                place = sections[section][4] + address - sections[section][3]
                found[wanted[at]] = address, bytes_, place
    return found
