"""What the perf engine left in a run's directory, beside the samples themselves."""

from __future__ import annotations

import binascii
import json
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from nativeprofile.symbols import linetable
from nativeprofile.symbols.elf_writer import Region, Symbol, write_elf
from nativeprofile.symbols.machine import MACHINES, X86_64, Machine
from nativeprofile.symbols.maps import Maps
from nativeprofile.symbols.prologue import Rule
from nativeprofile.tables.errors import FormatError

from . import calibration
from .evaluator import locate
from .jit import Jit
from .tasks import TaskFinder

_REMEDY = "Profile the cell again."
_CACHE = 0
_JMP, _TAIL_CALL = b"\xe9", 128
"""A jump by a 32-bit distance, and how many bytes of a function are searched for one."""


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


_NO_FORM = {"returned": 0, "length": 0, "entered": 0, "left": 0, "saves": False, "signed": False}
"""Where there are no trampolines."""


class Recording:
    """The tables of one run. `codes` by trampoline; `names` are those of the map file."""

    def __init__(self, directory: Path, data: dict[str, Any]) -> None:
        """Raises FormatError if the tables are missing or damaged."""
        self.directory = directory
        self.enabled_ns = int(data.get("enabled_ns", 0))
        self.ended_ns = int(data.get("ended_ns", 0)) if data.get("complete", True) else 0
        """When the recording was ended, 0 if it ended by itself."""
        self.partial = data.get("stacks") == "leaf"
        """Whether callers of Python functions are known only where C code lies between."""
        self.program = bool(data.get("program"))
        """Whether it is of a program in a process of its own: all of it is wanted."""
        self.frames = directory / str(data["frames"]) if data.get("frames") else None
        """The file of the frames that were read beside perf."""
        self.frames_header = int(data.get("frames_header", 0))
        """Where bytecode begins in a code object."""
        try:
            table = json.loads((directory / str(data["table"])).read_bytes())
            self.pid = int(table["pid"])
            self.machine = _machine(table)
            self.template = bytes.fromhex(table["trampoline"])
            self._form: dict[str, Any] = table["form"] or _NO_FORM
            self.opcodes: dict[str, int] = table["opcodes"]
            codes = [Code(*row) for row in table["codes"]]
            self.threads = {int(tid): str(name) for tid, name in table.get("threads", [])}
            """Python's names."""
            self.serving = {int(tid) for tid in table.get("serving", [])}
            """Threads that serve the notebook, not the cell."""
            self.tasks = TaskFinder(table.get("tasks", []))
            self.entry_names: dict[int, str] = {int(a): str(n) for a, n in table["entries"]}
            self.build_ids: dict[str, str] = table.get("build_ids", {})
            self.jit = Jit(directory, table.get("jit", []))
            turns: list[dict[str, Any]] = table.get("calibration", [])
            self.maps = Maps((directory / "maps").read_text(errors="replace"))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise FormatError(f"The recording's tables are damaged: {error}.", _REMEDY) from error
        self.evaluator = locate(self.maps, int(table.get("evaluator", 0)))
        """Of a recording without trampolines."""
        self.mapped_evaluator = self.evaluator_at(int(table.get("evaluator", 0)))
        self.calibration = calibration.read(turns, self.maps)
        """What trampolines cost; None without them, or where that is unknown."""
        self._jumps: dict[int, frozenset[int]] = {}
        self.rows = codes
        """In the order in which they first ran; some without a trampoline."""
        self.codes = {code.trampoline: code for code in codes if code.trampoline}
        self.names = {} if self.evaluator else map_names(directory / "perf.map")
        self.return_offset = int(self._form["returned"])
        """Where a trampoline's callee returns to, in bytes from the trampoline's start."""
        self.length = int(self._form["length"])
        self.entered, self.left = int(self._form["entered"]), int(self._form["left"])
        """From which byte on a trampoline has its frame, and from which one no more."""
        saved = ((self.machine.base, 16),) if self._form["saves"] else ()
        self._rule = Rule(self.machine.stack, 16, saved)
        self.arenas = self._write_arenas()

    def arena(self, size: int, symbols: list[Symbol]) -> bytes:
        """An ELF file for memory that holds trampolines."""
        return write_elf(size, symbols, self._rule, self.machine, bool(self._form["signed"]))

    def evaluator_at(self, start: int) -> tuple[int, int, int] | None:
        """From where to where the evaluator lies in a process where it begins at `start`, and its
        offset in its file."""
        known = self.evaluator
        return None if known is None else (start, start + known.end - known.start, known.start)

    def _write_arenas(self) -> list[Region]:
        symbols: dict[tuple[int, int], list[Symbol]] = {}
        for address in sorted(self.codes.keys() | self.names.keys()):
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
            path.write_bytes(self.arena(end - start, found))
            arenas.append(Region(start, end, str(path)))
        return arenas

    @property
    def regions(self) -> list[Region]:
        """All memory without unwind information of its own, described."""
        return [*self.arenas, *self.jit.regions]

    def jumps(self, address: int) -> frozenset[int]:
        """Where the function that begins there jumps to, as far as its first bytes tell."""
        targets = self._jumps.get(address)
        if targets is None:
            targets = self._jumps[address] = frozenset(self._find_jumps(address))
        return targets

    def _find_jumps(self, address: int) -> Iterator[int]:
        place = self.maps.in_file(address) if self.machine is X86_64 else None
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


def _machine(table: dict[str, Any]) -> Machine:
    """The architecture of the recording. Raises FormatError if it is not this machine's: perf
    unwinds only what ran on a processor like the one it runs on."""
    here = platform.machine()
    name = str(table.get("machine", X86_64.name))
    if name != here or name not in MACHINES:
        raise FormatError(
            f"The recording was made on another architecture ({name}, this is {here}).",
            "Read it on a machine like the one where it was made.",
        )
    return MACHINES[name]


def map_names(path: Path) -> dict[int, tuple[str, str]]:
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
