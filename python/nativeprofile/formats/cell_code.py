"""The text of the machine code of a cell: the program that it was compiled to is gone after the
run, so that nobody could read it later. That of other files is read when somebody looks at it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from nativeprofile.symbols import disassembler, elf, symtab
from nativeprofile.symbols.disassembler import Instruction
from nativeprofile.symbols.elf import Elf
from nativeprofile.symbols.listing import Listing, Row
from nativeprofile.tables.profile import Profile

from .runs import cell_names

_MOST = 2_000
"""Instructions that are kept, of the functions that cost most."""
_SECONDS = 10.0
"""How long each program may take that tells them."""


class _Stretch(NamedTuple):
    """A row of the profile's code, its instructions, and where they lie, as linked."""

    code: int
    found: list[Instruction]
    address: int
    size: int


def keep_text(profile: Profile, run: dict[str, Any]) -> None:
    """Adds the instructions of the cell's functions that have costs; the profile has the names of
    cells already, and the program is still there."""
    cell = next((cell for cell in run.get("cells", []) if "program" in cell), None)
    program = disassembler.program()
    if cell is None or program is None:
        return
    file, strings = Path(cell["program"]), profile.strings
    files = profile.functions.file
    mine = [
        row
        for row, function in enumerate(profile.code.function)
        if files[function] >= 0 and strings[files[function]] == cell["name"]
    ]
    facts = elf.read(file) if mine else None
    if facts is None:
        return
    stretches = _disassemble(file, facts, profile, _dearest(profile, mine), program)
    addresses = [one.address for stretch in stretches for one in stretch.found]
    listing = Listing(file, facts, addresses, _SECONDS)
    text = _Text(profile, cell_names(run))
    for code, found, address, size in stretches:
        symbol = profile.code.symbol[code]
        name = strings[symbol] if symbol >= 0 else ""
        text.add(code, listing.rows(found, name, address, size), listing.files)


def _dearest(profile: Profile, mine: list[int]) -> list[int]:
    """These rows of code, those with the largest share of any value first."""
    share = dict.fromkeys(mine, 0.0)
    table = profile.instructions
    for column in table.values:
        total = sum(column) or 1
        own = Counter[int]()
        for code, cost in zip(table.code, column, strict=True):
            own[code] += cost
        for code in mine:
            share[code] = max(share[code], own[code] / total)
    return sorted(mine, key=lambda code: (-share[code], code))


def _disassemble(
    file: Path, facts: Elf, profile: Profile, codes: list[int], program: str
) -> list[_Stretch]:
    """As many of the stretches as there is room for."""
    kept, room = [], _MOST
    for code in codes:
        start = profile.code.start[code]
        extent, address = symtab.extent(file, start), facts.address(start)
        if extent is None or address is None:
            continue
        size = extent[1] - start
        found = disassembler.disassemble(file, address, address + size, _SECONDS, program) or []
        if len(found) <= room:
            kept.append(_Stretch(code, found, address, size))
            room -= len(found)
    return kept


class _Text:
    """The rows of a profile's table `disassembly`."""

    def __init__(self, profile: Profile, names: dict[str, str]) -> None:
        """`names` of cells, by their files."""
        self._names = names
        self._table = profile.disassembly
        self._strings = profile.strings
        self._rows = {text: row for row, text in enumerate(self._strings)}

    def add(self, code: int, rows: list[Row], files: list[str]) -> None:
        """The instructions of a stretch; `files` are those that their places name."""
        for row in rows:
            first, *outer = row["places"] or [(-1, -1)]
            offset = row["offset"]
            text = [self._string(row[key]) for key in ("mnemonic", "operands", "inlined")]
            self._add(code, offset, *text, row["target"], *self._place(first, files))
            for place in outer:
                self._add(code, offset, -1, -1, -1, -1, *self._place(place, files))

    def _add(self, *row: int) -> None:
        t = self._table
        columns = (t.code, t.offset, t.mnemonic, t.operands, t.inlined, t.target, t.file, t.line)
        for column, value in zip(columns, row, strict=True):
            column.append(value)

    def _place(self, place: tuple[int, int], files: list[str]) -> tuple[int, int]:
        file, line = place
        return (
            (self._string(self._names.get(files[file], files[file])), line) if line > 0 else place
        )

    def _string(self, text: str) -> int:
        if not text:
            return -1
        if text not in self._rows:
            self._rows[text] = len(self._strings)
            self._strings.append(text)
        return self._rows[text]
