"""What the functions of a recording are: Python functions by CPython's map file, C functions by
the names that Python gives them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from nativeprofile.formats import modules, runs
from nativeprofile.formats.callgrind.data import Recording
from nativeprofile.formats.calls import python_category
from nativeprofile.formats.perf_map import PerfMap, python_name
from nativeprofile.mixed import names as native
from nativeprofile.mixed.classify import GC, GIL, IMPORT, Group
from nativeprofile.symbols import elf, functions
from nativeprofile.symbols.demangle import base
from nativeprofile.symbols.maps import Maps
from nativeprofile.tables.categories import PLUMBING, Category, Kind
from nativeprofile.tables.errors import FormatError

_UNKNOWN = ("", "???")
_TRAMPOLINES = frozenset(
    ("perf_map_write_entry", "PyUnstable_WritePerfMapEntry", "compile_trampoline", "new_code_arena")
)
"""What CPython does once for each function so that it has a name here."""
_EVALUATORS = frozenset(("_PyEval_EvalFrameDefault", "main"))
"""Where a Python program runs its bytecode; in the second if what only passes calls on is folded
into its callers."""


@dataclass(frozen=True)
class Known:
    """What is known of a function, as `functions` of the wire format has it."""

    name: str
    kind: Kind
    file: str | None
    line: int
    """Of a Python function; -1 for the others, of which Callgrind's lines tell."""
    module: str | None
    category: Category | None
    """None: that of what calls it."""
    entry: str | None = None
    source: str | None = None
    flags: int = 0
    row: int = -1
    """Functions that are alike in all are one, unless this differs."""


class Names:
    """The functions of one recording, row by row."""

    def __init__(
        self, directory: Path, data: dict[str, Any], run: dict[str, Any], recording: Recording
    ) -> None:
        self._map = _map_file(directory, data)
        self._maps = _mappings(directory, data)
        self._lines = {int(at, 16): line for at, line in data.get("lines", {}).items()}
        self._entries = _entries(self._maps, data)
        self._cells = runs.cell_names(run)
        self._running = self._cells.get(runs.running_cell(run) or "", run["name"])
        table = recording.functions
        root = int(data.get("root", "-1"), 16)
        self.known: list[Known] = []
        """What each function is."""
        rows = zip(table.name.tolist(), table.file.tolist(), table.object.tolist(), strict=True)
        roots, stubs = [], []
        for row, (name, file, library) in enumerate(rows):
            text = recording.names[name] if name >= 0 else ""
            path = recording.objects[library] if library >= 0 else ""
            source = recording.files[file] if file >= 0 else ""
            address = _address(text) if path in _UNKNOWN else None
            roots.append(address is not None and address == root)
            known = self._cell(self._running) if roots[-1] else self._python(address)
            if known is None and address is not None and self._maps.in_file(address):
                stubs.append(row)
            self.known.append(known or self._native(row, text, path, source))
        self._fold(stubs, recording)
        self.root = np.array(roots, dtype=np.bool_)
        """Where all that a cell does is called."""

    def _fold(self, stubs: list[int], recording: Recording) -> None:
        """Makes pieces of a procedure linkage table, which Callgrind does not always know, a part
        of the functions that they lead to."""
        calls = recording.calls
        for stub in stubs:
            leaving = np.flatnonzero(calls.caller == stub)
            if len(leaving):
                most = leaving[calls.count[leaving].argmax()]
                self.known[stub] = self.known[int(calls.callee[most])]

    def _cell(self, name: str) -> Known:
        """The code of a whole cell."""
        return Known(name, Kind.PYTHON, name, 1, name, Category.PYTHON)

    def _python(self, address: int | None) -> Known | None:
        mapped = self._map.name(address) if self._map is not None and address is not None else None
        python = python_name(mapped) if mapped is not None else None
        if python is None or address is None:
            return None
        cell = self._cells.get(python.file)
        if cell is not None and python.name == "<module>":
            return self._cell(cell)
        module = cell or modules.module_or_stem(python.file)
        machinery = cell is None and modules.is_machinery(module)
        return Known(
            python.name,
            Kind.PYTHON,
            cell or python.file,
            self._lines.get(address, -1),
            module,
            Category.PROFILER
            if module.split(".")[0] == "nativeprofile"
            else python_category(python.file),
            flags=PLUMBING if machinery else 0,
        )

    def _native(self, row: int, name: str, path: str, source: str) -> Known:
        symbol = base(name) if name not in _UNKNOWN else ""
        group = native.group_of(path if path not in _UNKNOWN else "")
        entry = self._entries.get((path, symbol))
        shown = native.function_name(symbol) if symbol else "???"
        if symbol.startswith("0x") and path not in _UNKNOWN:
            shown = f"{native.library_stem(path)}+{hex(int(symbol.split()[0], 16))}"
        return Known(
            shown,
            Kind.NATIVE,
            path if path not in _UNKNOWN else None,
            -1,
            native.library_module(path) if path not in _UNKNOWN else None,
            _category(group, symbol, entry),
            entry,
            source if source not in _UNKNOWN else None,
            PLUMBING if native.is_plumbing(shown, entry is not None) else 0,
            row,
        )


def _category(group: Group, symbol: str, entry: str | None) -> Category | None:
    for names, category in ((GIL, Category.GIL), (GC, Category.GC), (IMPORT, Category.IMPORT)):
        if symbol in names:
            return category
    if symbol in _TRAMPOLINES:
        return Category.PROFILER
    if group is Group.INTERPRETER and symbol in _EVALUATORS:
        return Category.PYTHON
    if group is Group.LIBRARY:
        return Category.EXTENSION
    if entry or group in (Group.STANDARD, Group.GATEWAY):
        return Category.BUILTIN
    return None


def _address(name: str) -> int | None:
    """Callgrind's name of code without a symbol."""
    try:
        return int(name.split()[0], 16) if name.startswith("0x") else None
    except ValueError:
        return None


def _map_file(directory: Path, data: dict[str, Any]) -> PerfMap | None:
    """CPython's names of trampolines, None where there are none."""
    try:
        return PerfMap.read(directory / data["map"]) if "map" in data else None
    except FormatError:
        return None  # it names nothing: no Python function was called


def _mappings(directory: Path, data: dict[str, Any]) -> Maps:
    """What lay where in the process; nothing where that is not known."""
    if "maps" not in data:
        return Maps("")
    return Maps((directory / data["maps"]).read_text(errors="replace"))


def _entries(maps: Maps, data: dict[str, Any]) -> dict[tuple[str, str], str]:
    """The names that Python gives to C functions, by library and symbol."""
    found: dict[tuple[str, str], str] = {}
    for text, name in data.get("entries", {}).items():
        place = maps.in_file(int(text, 16))
        symbol = _symbol(*place) if place is not None else None
        if place is not None and symbol:
            found.setdefault((place[0], symbol), name)
    return found


def _symbol(path: str, offset: int) -> str | None:
    file, symbols = _library(path)
    address = file.address(offset) if file is not None else None
    found = symbols.at(address) if symbols is not None and address is not None else None
    return base(found.name) if found is not None else None


@cache
def _library(path: str) -> tuple[elf.Elf | None, functions.Symbols | None]:
    try:
        return elf.read(Path(path)), functions.read(Path(path))
    except (OSError, ValueError):
        return None, None
