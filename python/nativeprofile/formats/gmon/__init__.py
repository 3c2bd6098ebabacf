"""gmon.out, what a program built with `-pg` writes at its end: gprof's numbers.

It holds addresses only; the names stand in the program.
"""

from __future__ import annotations

from pathlib import Path

from nativeprofile.formats import runs
from nativeprofile.formats.files import read_bytes
from nativeprofile.symbols import functions
from nativeprofile.symbols.functions import Symbols
from nativeprofile.tables.builder import Builder
from nativeprofile.tables.errors import FormatError
from nativeprofile.tables.profile import Profile

from .profile import Costs, Image, fill
from .records import AGAIN, HEADER, MAGIC, parse

_WHICH = "Name it: nativeprofile report gmon.out --binary PROGRAM."


def sniff(head: bytes, path: Path) -> bool:
    """Whether a file begins as glibc's do."""
    return head.startswith(MAGIC) and len(head) >= HEADER


def read(path: Path, binary: Path | None = None) -> Profile:
    """The profile in a gmon.out that the program (or library) `binary` wrote. Raises
    FormatError."""
    data = read_bytes(path, AGAIN)
    if binary is None:
        raise FormatError(f"{path.name} does not say which program wrote it.", _WHICH)
    symbols = symbols_of(binary)
    if not symbols.complete:
        raise FormatError(
            f"{binary.name} was stripped: its functions have no names.",
            "Link it without -s, do not strip it, and profile it again.",
        )
    gmon = parse(data, path.name, symbols.word, symbols.order)
    nanoseconds = 1e9 / gmon.histograms[0].rate if gmon.histograms else 0.0
    meta = runs.meta(
        {
            "name": path.name,
            "status": "ok",
            "engine": "gprof",
            "engine_reason": f"read from a gmon.out of {binary.name}",
            "kind": "exact",
            "wall_ns": 0,
        }
    )
    builder = Builder([{"name": "cpu", "unit": "ns"}], meta)
    costs, image = Costs(), Image(builder, binary, binary.name, symbols)
    image.charge(gmon, costs)
    notes = fill(builder, costs, nanoseconds)
    meta["cpu_ns"] = meta["wall_ns"] = round(sum(costs.samples.values()) * nanoseconds)
    return builder.finish({"samples": gmon.samples, "notes": [*notes, *image.notes]})


def symbols_of(binary: Path) -> Symbols:
    """The functions of a program. Raises FormatError."""
    try:
        return functions.read(binary)
    except OSError as error:
        raise FormatError(f"{binary} cannot be read: {error.strerror}.", _WHICH) from error
    except ValueError as error:
        raise FormatError(f"{binary.name} is no ELF program or library.", _WHICH) from error
