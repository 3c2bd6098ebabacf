"""Frames as the profile's functions, above all the native ones: named and placed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from nativeprofile.symbols.addr2line import Line
from nativeprofile.symbols.demangle import base
from nativeprofile.symbols.eh_frame import Starts, function_start, function_starts
from nativeprofile.tables.builder import Builder
from nativeprofile.tables.categories import PLUMBING, Category, Kind

from . import jit, names
from .classify import GC, GIL, Facts, Group
from .entries import Entries
from .images import Images, named
from .process import ABOVE
from .processes import Processes
from .python_functions import PythonFunctions
from .recording import Recording
from .shown import Shown
from .sources import Sources
from .unwind import Frame

_KINDS = {Group.KERNEL: Kind.KERNEL}
_UNKNOWN_PYTHON = "(unknown Python function)"


class Functions:
    """Turns the unwinder's frames into functions of the profile, each once."""

    def __init__(
        self,
        recording: Recording,
        processes: Processes,
        builder: Builder,
        run: dict[str, Any],
    ) -> None:
        """`prepare` must be called before the first frame is shown."""
        self._recording = recording
        self._processes = processes
        self._images = Images(recording.build_ids)
        data = run.get("data", {})
        inlined, fetch = bool(data.get("inlined")), bool(data.get("debuginfod"))
        self._lines = Sources(self._images, inlined=inlined, fetch=fetch)
        self._wrapped: set[tuple[str, str]] = set()
        """Functions whose wrapper is a function of its own, by library and name."""
        self.python = PythonFunctions(builder, run)
        self._builder = builder
        self._entries = Entries(recording)
        self._starts: dict[str, Starts] = {}

    def prepare(self, frames: Sequence[Frame]) -> None:
        """Learns from all frames together what each needs to know."""
        self._lines.read(frames)
        for frame in frames:
            if frame.symbol and not names.is_wrapper(frame.symbol):
                self._wrapped.add((frame.path, names.function_name(frame.symbol)))

    @property
    def notes(self) -> list[str]:
        """What could not be told of native functions, and why."""
        return [*self._images.notes, *self._lines.notes]

    def show(self, frame: Frame) -> Shown:
        """The frame's function and facts."""
        return self._python(frame) if frame.trampoline else self._native(frame)

    def _python(self, frame: Frame) -> Shown:
        code = self._processes.code(frame.trampoline)
        if code is None:
            name, file = self._processes.named(frame.trampoline) or (_UNKNOWN_PYTHON, "")
            shown = self.python.show(name, name, file, identity=_identity(frame, name))
        else:
            # Where their code stands tells functions of one name, file and line apart. The same
            # function in two processes is one.
            shown = self.python.show(
                code.name,
                code.qualname,
                code.file,
                defined=code.first_line,
                identity=code.location_table,
            )
        return replace(shown, code=code)

    def _native(self, frame: Frame) -> Shown:
        if self._images.changed(frame.path):
            return self._changed(frame)
        group, place = names.group_of(frame.path), self._lines.place(frame)
        symbol, start = base(frame.symbol or place.function), frame.start
        if start < 0:
            start = self._start(frame)
        made = frame.path == jit.PATH
        entry = self._entries.name(frame.path, start) if start >= 0 else None
        offset = frame.ip if start < 0 else start
        name = names.function_name(symbol)
        if not name:
            name = jit.PATH if made else f"{names.library_stem(frame.path)}+0x{offset:x}"
        if names.is_shared(name):
            entry = None
        elif entry and names.is_binding(name):
            name = entry
        wrapper = (frame.path, name) in self._wrapped and names.is_wrapper(symbol)
        plumbing = wrapper or names.is_plumbing(name, entry is not None)
        function = self._builder.function(
            name,
            kind=_KINDS.get(group, Kind.NATIVE),
            category=_usual(group, symbol, entry),
            file=frame.path if frame.path.startswith("/") else None,
            line=place.defined,
            source=place.source or None,
            module=names.library_module(frame.path) or None,
            entry=entry,
            flags=PLUMBING if plumbing else 0,
            # Instances of a template may look alike once their arguments are left out.
            identity=start if made else symbol if wrapper or "…" in name else None,
        )
        return Shown(
            function,
            Facts(group, symbol, entry is not None and not plumbing),
            place.line,
            resolved=bool(symbol),
            inlined=tuple(self._inlined(frame.path, group, line) for line in place.inlined),
            library=frame.path if group is Group.LIBRARY else "",
            start=start,
        )

    def _changed(self, frame: Frame) -> Shown:
        """A frame in a library that is another one on disk now: it is known by its file alone."""
        path, group = named(frame.path), names.group_of(frame.path)
        function = self._builder.function(
            f"{names.library_stem(path)} (changed on disk)",
            kind=Kind.NATIVE,
            category=_usual(group, "", None),
            file=path,
            module=names.library_module(path) or None,
        )
        library = path if group is Group.LIBRARY else ""
        return Shown(function, Facts(group), resolved=False, library=library)

    def _inlined(self, path: str, group: Group, line: Line) -> tuple[int, int]:
        """The function and the line of what was put into another function."""
        name = names.function_name(base(line.function)) or "(inlined)"
        source, number = self._lines.written(line)
        function = self._builder.function(
            name,
            kind=_KINDS.get(group, Kind.NATIVE),
            category=_usual(group, name, None),
            file=path,
            source=source or None,
            module=names.library_module(path) or None,
            flags=PLUMBING if names.is_plumbing(name) else 0,
        )
        return function, number

    def _start(self, frame: Frame) -> int:
        """Where the function of a frame without a symbol begins, -1 if unknown."""
        if frame.path == jit.PATH:
            return self._recording.jit.start(frame.ip)
        if not frame.path.startswith("/"):
            return -1
        starts = self._starts.get(frame.path)
        if starts is None:
            starts = self._starts[frame.path] = function_starts(frame.path)
        return function_start(starts, frame.ip)


def _identity(frame: Frame, name: str) -> int | None:
    """What tells functions apart of which no more than the name and file are known."""
    return None if name == _UNKNOWN_PYTHON or frame.trampoline >> ABOVE else frame.trampoline


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
