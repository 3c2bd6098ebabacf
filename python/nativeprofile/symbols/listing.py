"""The instructions of functions, each with the lines that it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypedDict

from . import addr2line, debug_files
from .disassembler import Instruction
from .elf import Elf
from .source_lines import SourceLines

_NO_LINES = (
    "Which line an instruction belongs to is not known: the library has no debug information "
    "(build it with -g, install its -dbg package, or profile with --debuginfod)."
)
_NO_PROGRAM = (
    "Which line an instruction belongs to is not known: addr2line, which reads that, is not "
    "installed on the server's machine: apt-get install binutils"
)
_NOT_READ = (
    "Which line an instruction belongs to is not known: the debug information could not be read "
    "within {:.0f} seconds."
)


class Row(TypedDict):
    """One instruction; `offset` and `target` (of a jump within the function, -1: none) in bytes
    from the function's start."""

    offset: int
    mnemonic: str
    operands: str
    target: int
    places: list[tuple[int, int]]
    """Rows of `Listing.files` and lines: where it was written, then into what the compiler put
    that, the function itself last; empty: not known."""
    inlined: str
    """The function that the compiler put in here; empty: none."""


class Listing:
    """Knows the lines of some addresses in one file; makes rows of the instructions there."""

    def __init__(self, file: Path, facts: Elf, addresses: Iterable[int], seconds: float) -> None:
        """`addresses` as linked; the program that tells their lines has so many `seconds`."""
        self.files: list[str] = []
        self.note = ""
        """Why there are no lines; empty: nothing is missing."""
        self._rows: dict[str, int] = {}
        self._lines = SourceLines()
        self._chains: dict[int, addr2line.Chain] = {}
        debug, program = debug_files.find(file, facts), addr2line.program()
        if debug is None or program is None:
            self.note = _NO_LINES if debug is None else _NO_PROGRAM
            return
        chains = addr2line.lines(debug, addresses, seconds, program)
        if chains is None:
            self.note = _NOT_READ.format(seconds)
        else:
            self._chains = chains

    def rows(self, found: Sequence[Instruction], symbol: str, address: int, size: int) -> list[Row]:
        """The instructions of a function, its name as linked, its start and its size."""
        rows = []
        for one in found:
            chain = self._lines.own(self._chains.get(one.address, ()), symbol)
            places = [self._lines.written(symbol, line) for line in chain]
            rows.append(
                Row(
                    offset=one.address - address,
                    mnemonic=one.mnemonic,
                    operands=one.operands,
                    target=one.target - address if 0 <= one.target - address < size else -1,
                    places=[(self._file(place), line) for place, line in places if line > 0],
                    inlined=chain[0].function if len(chain) > 1 else "",
                )
            )
        return rows

    def _file(self, path: str) -> int:
        if path not in self._rows:
            self._rows[path] = len(self.files)
            self.files.append(path)
        return self._rows[path]
