"""Which columns each table has on the wire, what they may hold, and how they are checked."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .categories import Category, Kind
from .derived import check_values, stored
from .errors import FormatError
from .profile import Profile


class ColumnSpec(NamedTuple):
    """One column: its attribute and wire name, and the values it may hold.

    `refers` is the table (or `strings`) whose rows it names (-1: none, if `none`); `low` and
    `high` are its bounds otherwise. With `each` it is a list of columns, one a stored value.
    """

    attribute: str
    wire: str
    refers: str | None = None
    none: bool = False
    low: int | None = None
    high: int | None = None
    optional: bool = False
    each: bool = False


def camel(name: str) -> str:
    """The name on the wire of a table or column: `call_sites` is `callSites`."""
    first, *more = name.split("_")
    return first + "".join(word.title() for word in more)


def _text(name: str, none: bool = True, optional: bool = False) -> ColumnSpec:
    return ColumnSpec(name, camel(name), refers="strings", none=none, optional=optional)


def _row(name: str, refers: str, none: bool = False, optional: bool = False) -> ColumnSpec:
    return ColumnSpec(name, camel(name), refers=refers, none=none, optional=optional)


def _number(name: str, low: int, high: int | None = None, optional: bool = False) -> ColumnSpec:
    return ColumnSpec(name, camel(name), low=low, high=high, optional=optional)


def _amounts(name: str = "values", wire: str = "", optional: bool = False) -> ColumnSpec:
    return ColumnSpec(name, wire or name, low=0, optional=optional, each=True)


TABLES: dict[str, tuple[ColumnSpec, ...]] = {
    "threads": (
        _number("pid", -1),
        _number("tid", -1),
        _text("name"),
        _number("main", 0, 1),
        _text("process", optional=True),
        _number("start", -1, optional=True),
        _number("end", -1, optional=True),
    ),
    "functions": (
        _text("name", none=False),
        _text("entry"),
        _text("file"),
        _number("line", -1),
        _text("module"),
        _number("kind", 0, max(Kind)),
        _number("category", 0, max(Category)),
        _number("flags", 0),
        _text("source", optional=True),
        _number("calls", -1, optional=True),
        _amounts("self_value", "self", optional=True),
        _amounts("inclusive", optional=True),
    ),
    "frames": (
        _row("function", "functions"),
        _number("line", -1),
        _number("column", -1),
        _number("end_column", -1),
        _number("inlined", 0, 1, optional=True),
    ),
    "stacks": (
        _row("prefix", "stacks", none=True),
        _row("frame", "frames"),
        _number("category", 0, max(Category)),
    ),
    "samples": (
        _row("thread", "threads"),
        _row("stack", "stacks"),
        _number("time", 0),
        _row("own", "stacks", none=True, optional=True),
        _row("task", "tasks", none=True, optional=True),
        _amounts(),
    ),
    "tasks": (
        _text("name"),
        _text("coroutine"),
        _row("parent", "tasks", none=True),
    ),
    "edges": (
        _row("caller", "functions"),
        _row("callee", "functions"),
        _number("calls", 0),
        _amounts("self_value", "self", optional=True),
        _amounts("inclusive"),
    ),
    "code": (
        _row("function", "functions"),
        _text("symbol"),
        _text("build"),
        _number("start", 0),
    ),
    "instructions": (
        _row("code", "code"),
        _number("offset", 0),
        _text("file", optional=True),
        _number("line", -1, optional=True),
        _amounts(),
    ),
    "disassembly": (
        _row("code", "code"),
        _number("offset", 0),
        _text("mnemonic"),
        _text("operands"),
        _number("target", -1),
        _text("inlined"),
        _text("file"),
        _number("line", -1),
    ),
    "lines": (
        _row("function", "functions", none=True),
        _text("file"),
        _number("line", -1),
        _amounts(),
    ),
    "call_sites": (
        _row("caller", "functions"),
        _row("callee", "functions"),
        _text("file"),
        _number("line", -1),
        _number("count", 0),
        _row("code", "code", none=True, optional=True),
        _number("offset", -1, optional=True),
        _amounts(),
    ),
    "jumps": (
        _row("function", "functions", none=True),
        _text("file"),
        _number("line", -1),
        _text("to_file"),
        _number("to_line", -1),
        _number("taken", 0),
        _number("executed", -1),
        _row("code", "code", none=True, optional=True),
        _number("offset", -1, optional=True),
        _row("to_code", "code", none=True, optional=True),
        _number("to_offset", -1, optional=True),
    ),
    "branches": (
        _text("file"),
        _number("line", -1),
        _number("index", 0),
        _number("taken", -1),
        _number("throws", 0, 1, optional=True),
        _number("fallthrough", 0, 1, optional=True),
    ),
    "snapshots": (
        _number("time", 0),
        _amounts(),
    ),
}
"""The tables of the wire format, by their attribute of `Profile`."""

_ASCENDING = ("samples", "snapshots")
"""The tables in the order of their times."""


def rows(table: Any) -> int:
    """The number of rows of a table: the length of its first column."""
    return len(next(iter(vars(table).values())))


def make_columns(profile: Profile) -> None:
    """Gives the empty tables of a profile their columns, one a stored value."""
    count = stored(profile.values)
    for name, columns in TABLES.items():
        table = getattr(profile, name)
        for spec in columns if table is not None else ():
            if spec.each and not spec.optional and not getattr(table, spec.attribute):
                setattr(table, spec.attribute, [[] for _ in range(count)])


def check(profile: Profile) -> None:
    """Raises FormatError, naming table and column, for a profile that contradicts itself."""
    check_values(profile.values)
    count = stored(profile.values)
    for name, columns in TABLES.items():
        table = getattr(profile, name)
        if table is None:
            continue
        length = rows(table)
        for spec in columns:
            values = getattr(table, spec.attribute)
            if values is None and spec.optional:
                continue
            where = f"{camel(name)}.{spec.wire}"
            if not spec.each:
                _check_column(profile, where, spec, values, length)
            elif length:
                if len(values) != count:
                    raise FormatError(f"{where} has not one column for each of the stored values.")
                for column in values:
                    _check_column(profile, where, spec, column, length)
    for name in _ASCENDING:
        time = getattr(profile, name).time
        if len(time) > 1 and np.diff(np.asarray(time)).min() < 0:
            raise FormatError(f"{name}.time does not ascend.")
    prefix = np.asarray(profile.stacks.prefix)
    if len(prefix) and (prefix >= np.arange(len(prefix))).any():
        raise FormatError("stacks.prefix names a row that does not stand before its own.")


def _check_column(profile: Profile, where: str, spec: ColumnSpec, values: Any, length: int) -> None:
    if values is None or len(values) != length:
        raise FormatError(f"{where} has not the {length} rows of its table.")
    if not length:
        return
    column = np.asarray(values)
    if column.dtype.kind not in "iu":
        raise FormatError(f"{where} holds something other than integers.")
    low, high = spec.low, spec.high
    if spec.refers is not None:
        target = getattr(profile, spec.refers)
        low = -1 if spec.none else 0
        high = (len(target) if spec.refers == "strings" else rows(target)) - 1
    if low is not None and column.min() < low:
        raise FormatError(f"{where} holds {int(column.min())}; the least is {low}.")
    if high is not None and column.max() > high:
        raise FormatError(f"{where} holds {int(column.max())}; the most is {high}.")
