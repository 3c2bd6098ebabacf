"""The file that glibc's dynamic linker writes for one shared library (`LD_PROFILE`).

It has gmon.out's header with a version of its own, one histogram, and the calls that went through
a table of linked functions (glibc, elf/dl-profile.c). Addresses of calls count from the beginning
of the library's code; a caller of 0 is outside of the library.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

from nativeprofile.tables.builder import Builder
from nativeprofile.tables.categories import Category, Kind

from .profile import Costs, Image
from .records import HEADER, Gmon, Histogram

VERSION = 0x1FFFF
_ADDRESS = {4: "I", 8: "Q"}
_LINKED = (
    "Only calls by the table of linked functions are counted: from elsewhere, and between "
    "functions that the library exports."
)
_NONE = (
    "No call of {0} was counted: nothing called it by a table of linked functions, which code that "
    "was compiled with -fno-plt does without."
)
_STRIPPED = (
    "{0} was stripped: time in a function that it does not export has no name, or that of another."
)


def records(data: bytes, word: int, order: str) -> Gmon:
    """The records of such a file. Raises struct.error, ValueError for a damaged one."""
    bounds = struct.Struct(f"{order}I{_ADDRESS[word]}{_ADDRESS[word]}ii15sc")
    call = struct.Struct(f"{order}{_ADDRESS[word]}{_ADDRESS[word]}I")
    _, low, high, length, rate, _, _ = bounds.unpack_from(data, HEADER)
    if low >= high or length <= 0 or rate <= 0:
        raise ValueError("a histogram that does not fit")
    at = HEADER + bounds.size
    counts = np.frombuffer(data, np.dtype(f"{order}u2"), length, at).astype(np.int64)
    at += 2 * length
    _, number = struct.unpack_from(f"{order}II", data, at)
    at += 8
    if at + number * call.size > len(data):
        raise ValueError("calls that do not fit")
    gmon = Gmon([Histogram(low, high, rate, counts)])
    for caller, function, count in call.iter_unpack(data[at : at + number * call.size]):
        if caller:
            gmon.calls.append((caller + low, function + low, count))
        else:
            gmon.entries.append((function + low, count))
    return gmon


def charge(builder: Builder, gmon: Gmon, image: Image, costs: Costs, name: str) -> None:
    """Adds the calls from outside of the library."""
    if not gmon.entries:
        return
    outside = builder.function(
        f"outside of {name}", kind=Kind.NATIVE, category=Category.SYSTEM, module="outside"
    )
    for function, count in gmon.entries:
        costs.call(outside, image.at(function), count)


def notes(gmon: Gmon, library: Path, complete: bool) -> list[str]:
    """What must be said of these numbers."""
    found = [_LINKED] if gmon.entries or gmon.calls else [_NONE.format(library.name)]
    return found if complete else [*found, _STRIPPED.format(library.name)]
