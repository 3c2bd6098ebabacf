"""Which of the libraries that a numerical notebook loads tell their functions and lines."""

from __future__ import annotations

import contextlib
import importlib
import re
import sys
from pathlib import Path

from nativeprofile.symbols import addr2line, debug_files, elf
from nativeprofile.symbols.maps import Maps

from .check import Check

_LOADED_BY = ("numpy", "zlib", "ssl", "sqlite3")
_MOST = 6
"""Stripped libraries that are named; more are counted."""


def checks() -> list[Check]:
    """Python, then libraries with and without names, then the program that reads lines."""
    if sys.platform != "linux":
        return []
    full: list[Path] = []
    stripped: list[Path] = []
    lines = 0
    for path in _mapped():
        facts = elf.read(path)
        if facts is None:
            continue
        apart = debug_files.find(path, facts)
        lines += apart is not None
        (full if facts.has_symbols or apart is not None else stripped).append(path)
    found = [
        Check(
            "function names",
            "ok",
            f"{len(full)} of {len(full) + len(stripped)} libraries name all their functions, "
            f"{lines} tell source lines",
        )
    ]
    python = [path for path in stripped if re.match(r"(lib)?python", path.name)]
    if python:
        words = f"{python[0].name} is stripped: the interpreter's inner functions have no names"
        found.append(Check("Python", "less", words))
    rest = [path for path in stripped if path not in python]
    if any(path.name.startswith(("libc.so", "libc-2")) for path in rest) and _debian():
        words = "libc is stripped: its inner functions have no names"
        found.append(Check("libc", "less", words, "sudo apt-get install libc6-dbg"))
    if rest:
        names = ", ".join(path.name for path in rest[:_MOST])
        more = f" and {len(rest) - _MOST} more" if len(rest) > _MOST else ""
        words = f"only exported functions have names in {names}{more}; the others go by offset"
        found.append(Check("stripped", "less", words))
    return [*found, _reader()]


def _mapped() -> list[Path]:
    """The files whose code is mapped here once the usual modules are imported."""
    for name in _LOADED_BY:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    maps = Maps(Path("/proc/self/maps").read_text())
    paths = {m.path for m in maps.all if m.executable and m.path.startswith("/")}
    return sorted(Path(path) for path in paths if "/lib-dynload/" not in path)


def _reader() -> Check:
    program = addr2line.program()
    if program is None:
        words = "addr2line is missing: native functions have no source lines"
        return Check("source lines", "less", words, "sudo apt-get install binutils")
    return Check("source lines", "ok", f"{Path(program).name} reads debug information")


def _debian() -> bool:
    return Path("/etc/debian_version").exists()
