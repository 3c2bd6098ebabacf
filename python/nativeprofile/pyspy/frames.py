"""py-spy's frames as the profile's functions, with what classification needs to know."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from nativeprofile.formats import modules
from nativeprofile.mixed import names
from nativeprofile.mixed.classify import Facts, Group
from nativeprofile.mixed.python_functions import PythonFunctions
from nativeprofile.mixed.shown import Shown
from nativeprofile.symbols.eh_frame import Starts, function_start, function_starts
from nativeprofile.symbols.maps import Maps
from nativeprofile.tables.builder import Builder
from nativeprofile.tables.categories import PLUMBING, Category, Kind

from .recording import Frame

_LIBRARY = re.compile(r"\.so(\.[\d.]+)?$|\.dylib$|\.dll$|\.pyd$|^\[|^\?$")
_SOURCE = re.compile(
    r"\.(c|cc|cpp|cxx|c\+\+|h|hh|hpp|hxx|inl|inc|tcc|rs|pyx|pxd|pxi|f|f90|s|asm|cu|m|mm|go|zig)$",
    re.I,
)
_HEADER = re.compile(r"\.(h|hh|hpp|hxx|inl|inc|tcc)$", re.I)
_ADDRESS = re.compile(r"0x[0-9a-f]+$")


class Frames:
    """Turns the recording's frames into functions, each once."""

    def __init__(self, builder: Builder, run: dict[str, Any], maps: Maps) -> None:
        """`maps` are the process's mappings at the end of the cell; they may be empty."""
        self.python = PythonFunctions(builder, run)
        self._builder = builder
        self._maps = maps
        self._files = {mapping.path for mapping in maps.all if mapping.executable}
        self._starts: dict[str, Starts] = {}

    def show(self, frame: Frame) -> Shown:
        """The frame's function and facts."""
        return self._native(frame) if self._is_native(frame) else self._python(frame)

    def _is_native(self, frame: Frame) -> bool:
        file = frame.file
        if self.python.is_cell(file):
            return False
        return bool(_LIBRARY.search(file) or _SOURCE.search(file)) or file in self._files

    def _python(self, frame: Frame) -> Shown:
        name = frame.name.rpartition(".")[2]
        return self.python.show(name, frame.name, frame.file, line=frame.line or -1)

    def _native(self, frame: Frame) -> Shown:
        group = _group(frame.file)
        resolved = not _ADDRESS.match(frame.name)
        name = frame.name if resolved else self._unnamed(frame)
        source = frame.file if _SOURCE.search(frame.file) else None
        # Of the interpreter's own functions py-spy shows a few that Python calls, and the
        # evaluator never.
        entry = group is Group.INTERPRETER and resolved
        inner = group is Group.SYSTEM and frame.file.startswith("/")
        function = self._builder.function(
            name,
            kind=Kind.NATIVE,
            category=_usual(group),
            file=frame.file if source is None and frame.file.startswith("/") else None,
            source=source,
            module=_module(frame.file, group) or None,
            # The C library's inner functions have no names: they go by those that call them.
            flags=PLUMBING if names.is_plumbing(name) or (inner and not resolved) else 0,
        )
        return Shown(
            function,
            Facts(group, frame.name if resolved else "", entry),
            line=frame.line or -1,
            resolved=resolved,
            library=frame.file if group is Group.LIBRARY else "",
        )

    def _unnamed(self, frame: Frame) -> str:
        """A name for a function without a symbol: where in its library it begins."""
        place = self._maps.in_file(int(frame.name, 16))
        if place is None:
            return frame.file if frame.file.startswith("[") else "[unknown]"
        path, offset = place
        starts = self._starts.get(path)
        if starts is None:
            starts = self._starts[path] = function_starts(path)
        start = function_start(starts, offset)
        return f"{names.library_stem(path)}+0x{offset if start < 0 else start:x}"


@cache
def _group(file: str) -> Group:
    if file == "?":
        return Group.SYSTEM
    if not _SOURCE.search(file):
        return names.group_of(file)
    if "/_ctypes/" in file:
        return Group.GATEWAY
    if re.search(r"/[Pp]ython-?3[^/]*/(.*/)?Modules/", file):
        return Group.STANDARD
    # What headers hold works for whoever includes them.
    python = re.search(r"/[Pp]ython-?3[^/]*/(.*/)?(Objects|Python|Include|Parser)/", file)
    return Group.SYSTEM if python or _HEADER.search(file) else Group.LIBRARY


def _module(file: str, group: Group) -> str:
    if file == "?":
        return ""
    if not _SOURCE.search(file):
        return names.library_module(file)
    if group is Group.STANDARD:
        return file.rpartition("/")[2].partition(".")[0].removesuffix("module")
    return modules.module_or_stem(file) if file.endswith(".pyx") else ""


def _usual(group: Group) -> Category:
    if group is Group.LIBRARY:
        return Category.EXTENSION
    return Category.SYSTEM if group is Group.SYSTEM else Category.BUILTIN
