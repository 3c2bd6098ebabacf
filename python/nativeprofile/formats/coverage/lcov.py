"""lcov's tracefiles (.info), which also LLVM, coverage.py, gcovr and many others write.

The format is that of geninfo(1), from its first version to the records FNL and FNA of lcov 2.2.
Totals in a file are not believed but counted anew; conditions (MCDC) are passed over.
"""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from nativeprofile.formats.files import read_bytes
from nativeprofile.tables.errors import FormatError

from .model import Builder, Coverage, Source, SourceBuilder

_AGAIN = "Write the tracefile again, with lcov or with nativeprofile convert."
_ATOMIC = "Counters of threads overran each other: compile with -fprofile-update=atomic."
_DIGITS = r"\d{1,20}"  # A counter has 64 bits; int() refuses far longer ones anyway.
_LINE = r"0{0,9}[1-9]\d{0,8}"
_NUMBER = re.compile(_DIGITS)
_DA = re.compile(rf"({_LINE}),(-?{_DIGITS})(?:,(.*))?")
_FN = re.compile(r"(\d{1,9}),(?:(\d{1,9}),)?(.+)")
_FNL = re.compile(rf"({_DIGITS}),(\d{{1,9}})(?:,(\d{{1,9}}))?")
_FNDA = re.compile(rf"(-?{_DIGITS}),(.+)")
_FNA = re.compile(rf"({_DIGITS}),(-?{_DIGITS}),(.+)")
_BRDA = re.compile(rf"({_LINE}),(e?)({_DIGITS}),(.+),(-|-?{_DIGITS})")
_KEY = re.compile(r"[A-Z]+")


def sniff(head: bytes, path: Path) -> bool:
    """Whether a file begins as a tracefile, or is called one."""
    first = next(filter(None, (line.strip() for line in _uncommented(head))), b"")
    return first.startswith((b"TN:", b"SF:")) or path.name.endswith(".info")


def _uncommented(head: bytes) -> Iterator[bytes]:
    return (line for line in head.splitlines() if not line.startswith(b"#"))


def read(path: Path) -> Coverage:
    """The sum of all that a tracefile has. Raises FormatError."""
    builder = Builder()
    read_into(builder, read_bytes(path), path.name)
    return builder.finish()


def read_into(builder: Builder, data: bytes, name: str) -> None:
    """Adds a tracefile to what is there. Raises FormatError."""
    section: _Section | None = None
    for at, line in enumerate(io.BytesIO(data), 1):
        text = line.decode("utf-8", "surrogateescape").rstrip("\r\n")
        if not text.strip() or text.startswith("#"):
            continue
        where = f"Line {at} of {name}"
        if text.rstrip() == "end_of_record":
            if section is None:
                raise FormatError(f"{where} ends a source file where none began.", _AGAIN)
            section.finish()
            section = None
            continue
        key, colon, rest = text.partition(":")
        if not colon or not _KEY.fullmatch(key):
            raise FormatError(f"{where} is no line of a tracefile.", _AGAIN)
        if key == "TN":
            builder.test(rest.strip())
        elif key == "SF":
            if section is not None:
                raise FormatError(
                    f"{where} begins a source file before the last one ended.", _AGAIN
                )
            if not rest or "\0" in rest:
                raise FormatError(f"{where} names no source file.", _AGAIN)
            section = _Section(builder.source(rest))
        elif key in _Section.KEYS:
            if section is None:
                raise FormatError(f"{where} belongs to no source file.", _AGAIN)
            section.record(key, rest, where)
    if section is not None:
        raise FormatError(f"{name} ends in mid-file: it was cut off.", _AGAIN)


class _Section:
    """The records from SF to end_of_record."""

    KEYS = frozenset(("VER", "DA", "FN", "FNDA", "FNL", "FNA", "BRDA"))

    def __init__(self, into: SourceBuilder) -> None:
        self._into = into
        self._lines: dict[str, list[tuple[int, int]]] = defaultdict(list)
        """First and last lines by name: several functions may have one."""
        self._calls: dict[str, list[tuple[int, str]]] = defaultdict(list)
        """Calls by name, each with where it stands."""
        self._numbered: dict[str, tuple[int, int]] = {}

    def record(self, key: str, rest: str, where: str) -> None:
        """Takes one record. Raises FormatError."""
        into = self._into
        if key == "VER":
            into.version(rest)
        elif key == "DA":
            number, count, checksum = _fields(_DA, key, rest, where)
            into.line(int(number), _count(count, where), checksum or "")
        elif key == "FN":
            line, end, name = _fields(_FN, key, rest, where)
            self._lines[name].append((int(line), int(end or 0)))
        elif key == "FNDA":
            calls, name = _fields(_FNDA, key, rest, where)
            self._calls[name].append((_count(calls, where), where))
        elif key == "FNL":
            index, line, end = _fields(_FNL, key, rest, where)
            self._numbered[index] = (int(line), int(end or 0))
        elif key == "FNA":
            index, calls, name = _fields(_FNA, key, rest, where)
            if index not in self._numbered:
                raise FormatError(f"{where} counts a function without a place (FNL).", _AGAIN)
            into.function(name, *self._numbered[index], _count(calls, where))
        elif key == "BRDA":
            number, throw, block, name, taken = _fields(_BRDA, key, rest, where)
            times = None if taken == "-" else _count(taken, where)
            into.branch(int(number), int(block), name, times, throw=bool(throw))

    def finish(self) -> None:
        """Joins the functions with their calls. Raises FormatError."""
        for name, calls in self._calls.items():
            if name not in self._lines:
                raise FormatError(f"{calls[0][1]} counts a function without a place (FN).", _AGAIN)
        for name, places in self._lines.items():
            # Functions of one name are counted in the order in which they are placed.
            for at, (line, end) in enumerate(places):
                mine = self._calls[name][at : at + 1 if at + 1 < len(places) else None]
                self._into.function(name, line, end, sum(count for count, _ in mine))


def _fields(pattern: re.Pattern[str], key: str, rest: str, where: str) -> tuple[str, ...]:
    match = pattern.fullmatch(rest)
    if match is None:
        raise FormatError(f"{where} has no {key} record as lcov writes them.", _AGAIN)
    return match.groups()


def _count(text: str, where: str) -> int:
    if text.startswith("-"):
        raise FormatError(f"{where} has the negative count {text}.", _ATOMIC)
    return int(text)


def write(coverage: Coverage, path: Path) -> None:
    """Writes a tracefile that lcov 1 and 2 read. Raises FormatError."""
    text = "".join(_section(coverage.test, source) for source in coverage.sources)
    try:
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
    except OSError as error:
        raise FormatError(f"{path} cannot be written: {error.strerror}.") from error


def _section(test: str, source: Source) -> str:
    functions, branches, lines = source.functions, source.branches, source.lines
    names = (test, source.path, source.version, *functions.name, *branches.name, *lines.checksum)
    if any("\n" in name or "\r" in name for name in names):
        raise FormatError(
            f"A name in {source.path!r} has a line break, which no tracefile can hold.",
            "Rename the file or function.",
        )
    rows = [f"TN:{test}", f"SF:{source.path}"]
    if source.version:
        rows.append(f"VER:{source.version}")
    for name, line, end, _ in zip(*functions, strict=True):
        rows.append(f"FN:{line},{end},{name}" if end else f"FN:{line},{name}")
    rows += [f"FNDA:{calls},{name}" for name, _, _, calls in zip(*functions, strict=True)]
    rows += [f"FNF:{len(functions.name)}", f"FNH:{sum(map(bool, functions.calls))}"]
    for line, block, name, taken, throw, _ in zip(*branches, strict=True):
        times = "-" if taken is None else taken
        rows.append(f"BRDA:{line},{'e' if throw else ''}{block},{name},{times}")
    if branches.line:
        rows += [f"BRF:{len(branches.line)}", f"BRH:{sum(map(bool, branches.taken))}"]
    for number, count, checksum in zip(*lines, strict=True):
        rows.append(f"DA:{number},{count}" + (f",{checksum}" if checksum else ""))
    rows += [f"LF:{len(lines.number)}", f"LH:{sum(map(bool, lines.hits))}", "end_of_record"]
    return "\n".join(rows) + "\n"
