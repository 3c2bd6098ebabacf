"""Which category a moment belongs to, decided by its stack (docs/wire-format.md).

First by what goes on at the leaf, then by who owns the moment: the innermost thing that
Python called.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from nativeprofile.tables.categories import Category


class Group(Enum):
    """Whose code a frame runs."""

    PYTHON = auto()
    """A Python function."""
    KERNEL = auto()
    INTERPRETER = auto()
    """libpython or the python program itself."""
    STANDARD = auto()
    """An extension module of the standard library."""
    GATEWAY = auto()
    """ctypes and cffi: what they call owns the time."""
    SYSTEM = auto()
    """libc and the like: it works for whoever called it."""
    LIBRARY = auto()
    """Other native code."""


@dataclass(frozen=True)
class Facts:
    """What classification needs to know of a frame."""

    group: Group
    symbol: str = ""
    entry: bool = False
    """Whether Python can call this function itself."""
    profiler: bool = False
    """A function of this package."""


GIL = frozenset({"take_gil"})
GC = frozenset(
    {
        "gc_collect_main",
        "gc_collect_young",
        "gc_collect_increment",
        "gc_collect_full",
        "gc_collect_region",
        "gc_collect_generations",
        "gc_collect_with_callback",
        "_PyGC_Collect",
        "_Py_RunGC",
        "PyGC_Collect",
    }
)
IMPORT = frozenset(
    {
        "_find_and_load",
        "PyImport_ImportModuleLevelObject",
        "_PyImport_LoadDynamicModuleWithSpec",
        "Py_CompileStringObject",
        "_PyAST_Compile",
        "_PyParser_ASTFromString",
        "_PyPegen_run_parser",
        "_PyPegen_run_parser_from_string",
    }
)
"""Python functions and symbols under which everything is import or compilation."""


def classify(stack: Sequence[Facts]) -> Category:
    """The category of a stack, given from the leaf to the root."""
    native = list(_until_python(stack))
    innermost = stack[len(native)] if len(native) < len(stack) else None
    if innermost is not None and innermost.profiler:
        return Category.PROFILER
    if any(frame.symbol in GIL for frame in native):
        return Category.GIL
    if native and native[0].group is Group.KERNEL:
        return Category.KERNEL
    if any(frame.symbol in GC for frame in native):
        return Category.GC
    if any(frame.symbol in IMPORT for frame in stack):
        return Category.IMPORT
    return _owner(native, innermost is not None)


def _until_python(stack: Iterable[Facts]) -> Iterable[Facts]:
    for frame in stack:
        if frame.group is Group.PYTHON:
            return
        yield frame


def _owner(native: list[Facts], called: bool) -> Category:
    """Who owns native frames (leaf first) that Python called, or that nobody did."""
    for number in range(len(native) - 1, -1, -1):
        frame = native[number]
        if frame.group is Group.GATEWAY:
            below = (inner.group for inner in native[:number])
            foreign = any(group in (Group.LIBRARY, Group.SYSTEM) for group in below)
            return Category.EXTENSION if foreign else Category.BUILTIN
        if frame.group is Group.LIBRARY:
            return Category.EXTENSION if called else Category.SYSTEM
        if frame.group is Group.STANDARD or frame.entry:
            return Category.BUILTIN
    return Category.PYTHON if called else Category.SYSTEM
