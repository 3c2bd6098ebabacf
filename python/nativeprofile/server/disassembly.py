"""The instructions of a native function that a profile names.

Who may ask is decided in `handlers`; what may be read, here. The profile that was sent along has to
name the library, its build-id and where the function begins; the file there must be a library with
that build-id: of any other file the addresses mean nothing. The sizes of the function and of the
answer, and the time that the programs take, are limited.
"""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any, TypedDict

from nativeprofile.server.errors import Refusal
from nativeprofile.server.paths import REMEDY, missing, resolve
from nativeprofile.symbols import disassembler, elf, symtab
from nativeprofile.symbols.elf import Elf
from nativeprofile.symbols.listing import Listing, Row
from nativeprofile.tables.columns import decode_column, decode_strings
from nativeprofile.tables.errors import FormatError

LARGEST = 1 << 18
"""Bytes of the largest function that is disassembled."""
SECONDS = 10.0
"""How long each program may take."""

_AGAIN = "Profile the cell again to see its instructions."
_INSTALL = "Install it on the server's machine: apt-get install binutils"


class Disassembly(TypedDict):
    """A function's instructions."""

    address: int
    """Of its start, as linked."""
    size: int
    files: list[str]
    instructions: list[Row]
    note: str
    """What is missing and why; empty: nothing."""


def read_disassembly(request: Any) -> Disassembly:
    """The function that `request`, `{path, symbol, build, start, profile: {strings, functions:
    {file}, code: {function, build, start}}}`, asks for; the columns are as on the wire. Raises
    Refusal with the status that fits.
    """
    path, build, start = _named(request)
    symbol = request.get("symbol")
    program = disassembler.program()
    if program is None:
        sentence = "objdump, which reads machine code, is not installed on the server's machine."
        raise Refusal(503, sentence, _INSTALL)
    file = resolve(path)
    facts = _facts(path, file, build)
    extent = symtab.extent(file, start)
    address = facts.address(start)
    if extent is None or address is None:
        raise Refusal(403, f"{path} has no code at {start:#x}.", _AGAIN)
    size = extent[1] - start
    if size > LARGEST:
        sentence = f"The function has {size:,} bytes of machine code, more than are shown."
        raise Refusal(413, sentence, REMEDY)
    found = disassembler.disassemble(file, address, address + size, SECONDS, program)
    if not found:
        name = Path(program).name
        sentence = f"{name} could not read {path}, or not within {SECONDS:.0f} seconds."
        raise Refusal(503, sentence, REMEDY)
    listing = Listing(file, facts, [one.address for one in found], SECONDS)
    return Disassembly(
        address=address,
        size=size,
        instructions=listing.rows(found, symbol if isinstance(symbol, str) else "", address, size),
        files=listing.files,
        note=listing.note,
    )


def _named(request: Any) -> tuple[str, str, int]:
    """Path, build-id and start of the function asked for, if the profile names them together."""
    body = request if isinstance(request, dict) else {}
    path, build, start = body.get("path"), body.get("build"), body.get("start")
    profile = body.get("profile")
    functions, code = (
        profile.get(name) if isinstance(profile, dict) else None for name in ("functions", "code")
    )
    if (
        not isinstance(path, str)
        or not isinstance(build, str)
        or type(start) is not int
        or not isinstance(profile, dict)
        or not isinstance(functions, dict)
        or not isinstance(code, dict)
    ):
        raise Refusal(400, "The request lacks its function or its profile.", "Send both as JSON.")
    try:
        strings = decode_strings(profile.get("strings"))
        paths, builds = (
            {row for row, text in enumerate(strings) if text == wanted} for wanted in (path, build)
        )
        files = decode_column(functions.get("file"), "functions.file").tolist()
        columns = (
            decode_column(code.get(name), f"code.{name}").tolist()
            for name in ("function", "build", "start")
        )
        is_named = any(
            0 <= function < len(files)
            and files[function] in paths
            and identity in builds
            and begin == start
            for function, identity, begin in zip(*columns, strict=False)
        )
    except FormatError as error:
        raise Refusal(400, error.message, error.remedy) from error
    if not is_named or not build:
        raise Refusal(403, f"The profile does not name this function of {path}.", REMEDY)
    return path, build, start


def _facts(path: str, file: Path, build: str) -> Elf:
    """What the library says of itself. Raises Refusal unless it is the one that ran."""
    try:
        regular = stat.S_ISREG(file.stat().st_mode)
    except FileNotFoundError as error:
        raise missing(path) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Refusal(403, f"{path} cannot be read ({reason}).", REMEDY) from error
    facts = elf.read(file) if regular else None
    if facts is None:
        raise Refusal(415, f"{path} is no library that can be read.", REMEDY)
    if facts.build_id != build:
        sentence = f"{path} is not the file that ran: its build-id is another one."
        raise Refusal(409, sentence, _AGAIN)
    return facts
