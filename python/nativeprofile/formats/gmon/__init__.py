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
from nativeprofile.tables.errors import FormatError, MissingFileError
from nativeprofile.tables.profile import Profile

from . import program, shared
from .profile import Costs, Image, fill
from .records import AGAIN, HEADER, MAGIC, parse, version

_WHICH = "Name it: nativeprofile report gmon.out --binary PROGRAM."


def sniff(head: bytes, path: Path) -> bool:
    """Whether a file begins as glibc's do."""
    return head.startswith(MAGIC) and len(head) >= HEADER


def read(path: Path, binary: Path | None = None) -> Profile:
    """The profile in a gmon.out that the program (or library) `binary` wrote, by default the one
    that lies beside it. Raises FormatError."""
    data = read_bytes(path, AGAIN)
    taken = []
    if binary is None:
        binary = _only_program(path)
        taken = [f"{binary.name}, which lies beside {path.name}, was taken for its program."]
    symbols = symbols_of(binary)
    linked = version(data, symbols.order) == shared.VERSION
    if not symbols.complete and not linked:
        raise FormatError(
            f"{binary.name} was stripped: its functions have no names.",
            "Link it without -s, do not strip it, and profile it again.",
        )
    records = shared.records if linked else None
    gmon = parse(data, path.name, symbols.word, symbols.order, records)
    nanoseconds = 1e9 / gmon.histograms[0].rate if gmon.histograms else 0.0
    meta = runs.meta(
        {
            "name": path.name,
            "status": "ok",
            "engine": "sprof" if linked else "gprof",
            "engine_reason": f"read from {path.name}, which {binary.name} wrote",
            "kind": "exact",
            "wall_ns": 0,
        }
    )
    builder = Builder([{"name": "cpu", "unit": "ns"}], meta)
    costs, image = Costs(), Image(builder, binary, binary.name, symbols)
    image.charge(gmon, costs)
    if linked:
        shared.charge(builder, gmon, image, costs, binary.name)
        costs.known.clear()  # calls within the library are not counted
        taken += shared.notes(gmon, binary, symbols.complete)
    notes = fill(builder, costs, nanoseconds)
    meta["cpu_ns"] = meta["wall_ns"] = round(sum(costs.samples.values()) * nanoseconds)
    return builder.finish({"samples": gmon.samples, "notes": [*taken, *notes, *image.notes]})


def _only_program(path: Path) -> Path:
    """The program beside a gmon.out. Raises MissingFileError unless there is just one."""
    found = program.beside(path)
    if len(found) == 1:
        return found[0]
    names = ", ".join(other.name for other in found[:5])
    several = f", and {len(found)} programs beside it could have: {names}" if found else ""
    raise MissingFileError(
        f"{path.name} does not say which program wrote it{several}.", _WHICH, "binary"
    )


def symbols_of(binary: Path) -> Symbols:
    """The functions of a program. Raises FormatError."""
    try:
        return functions.read(binary)
    except OSError as error:
        raise FormatError(f"{binary} cannot be read: {error.strerror}.", _WHICH) from error
    except ValueError as error:
        raise FormatError(f"{binary.name} is no ELF program or library.", _WHICH) from error
