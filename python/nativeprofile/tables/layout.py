"""Which columns each table has on the wire, what they may hold, and how they are checked."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .categories import Category, Kind
from .errors import FormatError
from .profile import Profile


class ColumnSpec(NamedTuple):
    """One column: its attribute and wire name, and the values it may hold.

    `refers` is the table (or `strings`) whose rows it names (-1: none, if `none`); `low` and
    `high` are its bounds otherwise.
    """

    attribute: str
    wire: str
    refers: str | None = None
    none: bool = False
    low: int | None = None
    high: int | None = None
    optional: bool = False


def _text(name: str, none: bool = True, optional: bool = False) -> ColumnSpec:
    return ColumnSpec(name, name, refers="strings", none=none, optional=optional)


def _row(name: str, refers: str) -> ColumnSpec:
    return ColumnSpec(name, name, refers=refers)


def _number(
    name: str, low: int, high: int | None = None, wire: str = "", optional: bool = False
) -> ColumnSpec:
    return ColumnSpec(name, wire or name, low=low, high=high, optional=optional)


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
        _number("calls", 0, optional=True),
        _number("self_value", 0, wire="self", optional=True),
        _number("inclusive", 0, optional=True),
    ),
    "frames": (
        _row("function", "functions"),
        _number("line", -1),
        _number("column", -1),
        _number("end_column", -1, wire="endColumn"),
        _number("inlined", 0, 1, optional=True),
    ),
    "stacks": (
        ColumnSpec("prefix", "prefix", refers="stacks", none=True),
        _row("frame", "frames"),
        _number("category", 0, max(Category)),
    ),
    "samples": (
        _row("thread", "threads"),
        _row("stack", "stacks"),
        _number("time", 0),
        ColumnSpec("own", "own", refers="stacks", none=True, optional=True),
        ColumnSpec("task", "task", refers="tasks", none=True, optional=True),
    ),
    "tasks": (
        _text("name"),
        _text("coroutine"),
        ColumnSpec("parent", "parent", refers="tasks", none=True),
    ),
    "edges": (
        _row("caller", "functions"),
        _row("callee", "functions"),
        _number("calls", 0),
        _number("self_value", 0, wire="self"),
        _number("inclusive", 0),
    ),
    "code": (
        _row("function", "functions"),
        _text("symbol"),
        _text("build", none=False),
        _number("start", 0),
    ),
    "instructions": (
        _row("code", "code"),
        _number("offset", 0),
    ),
}
"""The tables of the wire format."""

VALUED = ("samples", "instructions")
"""The tables that have `values` beside these columns, one for each of the profile's values."""


def rows(table: Any) -> int:
    """The number of rows of a table: the length of its first column."""
    return len(next(iter(vars(table).values())))


def check(profile: Profile) -> None:
    """Raises FormatError, naming table and column, for a profile that contradicts itself."""
    for name, columns in TABLES.items():
        table = getattr(profile, name)
        if table is None:
            continue
        length = rows(table)
        for spec in columns:
            values = getattr(table, spec.attribute)
            if values is None and spec.optional:
                continue
            _check_column(profile, f"{name}.{spec.wire}", spec, values, length)
    amount = ColumnSpec("values", "values", low=0)
    for name in VALUED:
        table = getattr(profile, name)
        if name != "samples" and not rows(table):
            continue
        if len(table.values) != len(profile.values):
            raise FormatError(f"{name}.values has not one column for each of the values.")
        for column in table.values:
            _check_column(profile, f"{name}.values", amount, column, rows(table))
    samples = profile.samples
    if len(samples.time) > 1 and np.diff(np.asarray(samples.time)).min() < 0:
        raise FormatError("samples.time does not ascend.")
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
