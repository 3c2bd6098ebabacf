"""Frames as the profile's functions: named, placed, with what classification needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nativeprofile.symbols.eh_frame import Starts, function_start, function_starts
from nativeprofile.symbols.linetable import Position
from nativeprofile.tables.builder import Builder
from nativeprofile.tables.categories import PLUMBING, Category, Kind

from . import names
from .classify import GC, GIL, Facts, Group
from .entries import Entries
from .recording import Code, Recording
from .unwind import Frame

_KINDS = {Group.PYTHON: Kind.PYTHON, Group.KERNEL: Kind.KERNEL}
_CALLBACKS = "nativeprofile.engines.perf_codes"
_UNKNOWN_PYTHON = "(unknown Python function)"


@dataclass(frozen=True)
class Shown:
    """A frame ready to be shown: the row of its function, and what is known of it."""

    function: int
    facts: Facts
    code: Code | None = None
    cell: bool = False
    """Code of a notebook cell."""
    root: bool = False
    """A cell's own code, not a function in it."""
    machinery: bool = False
    """Python code that runs notebooks or threads."""
    notebook: bool = False
    """Python code that runs notebooks."""
    ours: bool = False
    """Python code of this package."""
    resolved: bool = True
    library: str = ""
    """The file of a native library that Python did not bring."""


class Functions:
    """Turns the unwinder's frames into functions of the profile, each once."""

    def __init__(self, recording: Recording, builder: Builder, run: dict[str, Any]) -> None:
        self._recording = recording
        self._builder = builder
        self._entries = Entries(recording)
        self._cells: dict[str | None, Any] = {c["filename"]: c for c in run.get("cells", [])}
        self._sources: dict[str, list[str]] = {}
        self._starts: dict[str, Starts] = {}

    def show(self, frame: Frame) -> Shown:
        """The frame's function and facts."""
        return self._python(frame) if frame.trampoline else self._native(frame)

    def cell(self, file: str | None) -> int | None:
        """The function that stands for the code of a whole cell, by its compiled file name."""
        cell = self._cells.get(file)
        if cell is None:
            return None
        name = cell["name"]
        return self._builder.function(
            name, kind=Kind.PYTHON, category=Category.PYTHON, file=name, line=1, module=name
        )

    def in_characters(self, code: Code, place: Position) -> Position:
        """The place with its columns in characters where the source is a cell's."""
        line, column, end = place
        cell = self._cells.get(code.file)
        if cell is None or line < 1 or column < 0:
            return place
        text = self._sources.setdefault(code.file, cell["source"].split("\n"))
        if line > len(text) or text[line - 1].isascii():
            return place
        encoded = text[line - 1].encode()
        characters = [len(encoded[: max(n, 0)].decode(errors="ignore")) for n in (column, end)]
        return line, characters[0], characters[1] if end >= 0 else -1

    def _python(self, frame: Frame) -> Shown:
        code = self._recording.codes.get(frame.trampoline)
        if code is None:
            name, file = self._recording.names.get(frame.trampoline, (_UNKNOWN_PYTHON, ""))
            qualname, line = name, -1
        else:
            name, file, qualname, line = code.name, code.file, code.qualname, code.first_line
        cell = self._cells.get(file)
        root = cell is not None and (qualname == "<module>" or name.startswith("<cell line"))
        if cell is not None:
            shown_file, module = cell["name"], cell["name"]
        else:
            shown_file, module = file, names.python_module(file)
        ours = module.startswith("nativeprofile.") or module == "nativeprofile"
        machinery = cell is None and names.is_machinery(module)
        function = self.cell(file) if root else None
        if function is None:
            function = self._builder.function(
                qualname,
                kind=Kind.PYTHON,
                category=Category.PYTHON,
                file=shown_file or None,
                line=line,
                module=module or None,
                flags=PLUMBING if machinery else 0,
                identity=frame.trampoline,
            )
        facts = Facts(
            Group.PYTHON,
            name if module.startswith("importlib") else "",
            profiler=module == _CALLBACKS,
        )
        notebook = cell is None and names.is_notebook(module)
        return Shown(function, facts, code, cell is not None, root, machinery, notebook, ours)

    def _native(self, frame: Frame) -> Shown:
        group = names.group_of(frame.path)
        resolved = bool(frame.symbol)
        name, start = frame.symbol, frame.start
        if not resolved:
            start = self._start(frame)
            name = f"{names.library_stem(frame.path)}+0x{frame.ip if start < 0 else start:x}"
        entry = self._entries.name(frame.path, start) if start >= 0 else None
        plumbing = names.is_plumbing(name)
        function = self._builder.function(
            name,
            kind=_KINDS.get(group, Kind.NATIVE),
            category=_usual(group, name, entry),
            file=frame.path if frame.path.startswith("/") else None,
            module=names.library_module(frame.path) or None,
            entry=entry,
            flags=PLUMBING if plumbing else 0,
        )
        facts = Facts(group, frame.symbol, entry is not None and not plumbing)
        library = frame.path if group is Group.LIBRARY else ""
        return Shown(function, facts, resolved=resolved, library=library)

    def _start(self, frame: Frame) -> int:
        """Where the function of a frame without a symbol begins, -1 if unknown."""
        if not frame.path.startswith("/"):
            return -1
        starts = self._starts.get(frame.path)
        if starts is None:
            starts = self._starts[frame.path] = function_starts(frame.path)
        return function_start(starts, frame.ip)


def _usual(group: Group, symbol: str, entry: str | None) -> Category:
    """The category that time in a native function usually has."""
    if symbol in GIL:
        return Category.GIL
    if symbol in GC:
        return Category.GC
    if group is Group.KERNEL:
        return Category.KERNEL
    if group is Group.LIBRARY:
        return Category.EXTENSION
    if entry or group in (Group.STANDARD, Group.GATEWAY):
        return Category.BUILTIN
    return Category.PYTHON if group is Group.INTERPRETER else Category.SYSTEM
