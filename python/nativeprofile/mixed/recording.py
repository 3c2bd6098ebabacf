"""What the perf engine left in a run's directory, beside the samples themselves."""

from __future__ import annotations

import binascii
import json
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from nativeprofile.symbols import linetable
from nativeprofile.symbols.elf_writer import TEXT_OFFSET, Symbol, write_elf
from nativeprofile.symbols.maps import Maps
from nativeprofile.symbols.prologue import RBP, RSP, Rule
from nativeprofile.tables.errors import FormatError

_REMEDY = "Profile the cell again."
_CACHE = 0
_JMP, _TAIL_CALL = b"\xe9", 128
"""A jump by a 32-bit distance, and how many bytes of a function are searched for one."""
_CALL_RCX = b"\xff\xd1"
_ENTERING = b"\x48\x83\xec\x08", b"\x55"
"""sub rsp, 8 (trampolines of 11 bytes) and push rbp (of 12)."""
_PUSH_RBP, _RET = b"\x55\x48\x89\xe5", b"\xc3"


@dataclass
class Code:
    """A code object that ran; `start` is where its bytecode lay."""

    trampoline: int
    start: int
    name: str
    qualname: str
    file: str
    first_line: int
    location_table: str
    bytecode: str
    calls: list[list[int]]
    """Code unit and address of what was called first there: where a C function or a Python
    function's bytecode begins."""

    @cached_property
    def positions(self) -> list[linetable.Position]:
        """One for each code unit."""
        table = binascii.a2b_base64(self.location_table)
        return linetable.positions(table, self.first_line)

    @cached_property
    def opcodes(self) -> bytes:
        """One for each code unit; 0 in an instruction's cache."""
        return binascii.a2b_base64(self.bytecode)[::2]

    @cached_property
    def arguments(self) -> bytes:
        """The low byte of each instruction's argument, one for each code unit."""
        return binascii.a2b_base64(self.bytecode)[1::2]

    @property
    def size(self) -> int:
        """Bytes of bytecode."""
        return 2 * len(self.opcodes)

    def instruction(self, units: int) -> int:
        """The code unit where the instruction begins that ends `units` units in."""
        at = min(max(units - 1, 0), len(self.opcodes) - 1)
        while at > 0 and self.opcodes[at] == _CACHE:
            at -= 1
        return at

    def place(self, unit: int) -> linetable.Position:
        """Where in the source the instruction at a code unit stands."""
        positions = self.positions
        return positions[unit] if 0 <= unit < len(positions) else linetable.NOWHERE


@dataclass(frozen=True)
class Region:
    """Memory without unwind information (trampolines, assembly), and the ELF file that
    describes it to the unwinder."""

    start: int
    end: int
    path: str


class Recording:
    """The tables of one run. `codes` by trampoline; `names` are those of the map file."""

    def __init__(self, directory: Path, data: dict[str, Any]) -> None:
        """Raises FormatError if the tables are missing or damaged."""
        self.directory = directory
        self.enabled_ns = int(data.get("enabled_ns", 0))
        try:
            table = json.loads((directory / str(data["table"])).read_bytes())
            self.pid = int(table["pid"])
            self.template = bytes.fromhex(table["trampoline"])
            self.opcodes: dict[str, int] = table["opcodes"]
            codes = [Code(*row) for row in table["codes"]]
            self.entry_names: dict[int, str] = {int(a): str(n) for a, n in table["entries"]}
            self.maps = Maps((directory / "maps").read_text(errors="replace"))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise FormatError(f"The recording's tables are damaged: {error}.", _REMEDY) from error
        self._jumps: dict[int, frozenset[int]] = {}
        self.codes = {code.trampoline: code for code in codes}
        self.names = _map_names(directory / "perf.map")
        call = self.template.find(_CALL_RCX)
        if codes and call < 0:
            raise FormatError(
                "This Python's trampolines have an unknown form.", "Use --engine cprofile."
            )
        self.return_offset = call + len(_CALL_RCX)
        """Where a trampoline's callee returns to, in bytes from the trampoline's start."""
        self.length = self.template.find(_RET) + 1
        entering = next((e for e in _ENTERING if e in self.template), b"")
        self.entered = self.template.find(entering) + len(entering)
        """From which byte on a trampoline has its frame; its last instruction has none."""
        self.trampolines = sorted(self.codes.keys() | self.names.keys())
        self.arenas = self._write_arenas()

    def _write_arenas(self) -> list[Region]:
        saved = ((RBP, 16),) if _PUSH_RBP in self.template else ()
        rule = Rule(RSP, 16, saved)
        symbols: dict[tuple[int, int], list[Symbol]] = {}
        for address in self.trampolines:
            mapping = self.maps.at(address)
            if mapping is not None and mapping.executable and not mapping.path:
                code = self.codes.get(address)
                name = code.qualname if code else self.names[address][0]
                symbols.setdefault((mapping.start, mapping.end), []).append(
                    Symbol(address - mapping.start, self.length, f"py::{name}")
                )
        arenas = []
        for number, ((start, end), found) in enumerate(sorted(symbols.items())):
            path = (self.directory / f"arena{number}.so").resolve()
            path.write_bytes(write_elf(end - start, found, rule))
            arenas.append(Region(start, end, str(path)))
        return arenas

    def jumps(self, address: int) -> frozenset[int]:
        """Where the function that begins there jumps to, as far as its first bytes tell."""
        targets = self._jumps.get(address)
        if targets is None:
            targets = self._jumps[address] = frozenset(self._find_jumps(address))
        return targets

    def _find_jumps(self, address: int) -> Iterator[int]:
        place = self.maps.in_file(address)
        if place is None:
            return
        try:
            with Path(place[0]).open("rb") as file:
                file.seek(place[1])
                code = file.read(_TAIL_CALL)
        except OSError:
            return
        at = code.find(_JMP)
        while 0 <= at <= len(code) - 5:
            distance = int.from_bytes(code[at + 1 : at + 5], "little", signed=True)
            yield address + at + 5 + distance
            at = code.find(_JMP, at + 1)

    def frameless(self, address: int) -> bool:
        """Whether an address lies where a trampoline has no frame yet, or no more."""
        if not any(arena.start <= address < arena.end for arena in self.arenas):
            return False
        offset = address - self.trampolines[bisect_right(self.trampolines, address) - 1]
        return not self.entered <= offset < self.length - 1

    def trampoline(self, path: str, ip: int) -> int | None:
        """The trampoline that an address relative to an arena's file lies in."""
        for arena in self.arenas:
            if arena.path == path:
                address = arena.start + ip - TEXT_OFFSET
                start = self.trampolines[bisect_right(self.trampolines, address) - 1]
                return start if start <= address < start + self.length else None
        return None


def _map_names(path: Path) -> dict[int, tuple[str, str]]:
    """Function and file by trampoline, from lines like `7f00 b py::name:file`; a line that
    is cut off or foreign is left out, a missing file names nothing."""
    try:
        text = path.read_text(errors="replace")
    except OSError:
        return {}
    found = {}
    for line in text.splitlines():
        parts = line.split(" ", 2)
        if len(parts) == 3 and parts[2].startswith("py::"):
            name, _, file = parts[2][4:].rpartition(":")
            try:
                found[int(parts[0], 16)] = (name, file)
            except ValueError:
                continue
    return found
