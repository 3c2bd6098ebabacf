"""A profile without the rows that nothing names."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from .layout import TABLES, rows
from .pick import take
from .profile import Profile

_EXACT = ("edges", "lines", "call_sites", "jumps")
"""Tables of exact engines that name functions."""


def compact(profile: Profile) -> Profile:
    """The same profile without rows that nothing names, stacks in depth-first order."""
    if not profile.samples.stack:
        return profile
    out = copy.copy(profile)
    stacks, samples = profile.stacks, copy.copy(profile.samples)
    needed = named(profile, len(stacks.prefix)).tolist()
    for row in range(len(needed) - 1, -1, -1):
        if needed[row] and stacks.prefix[row] >= 0:
            needed[stacks.prefix[row]] = True
    order = _depth_first(stacks.prefix, needed)
    new_row = np.full(len(needed) + 1, -1, dtype=np.int64)  # its last: what -1 refers to
    new_row[order] = np.arange(len(order))
    frames, frame_order = _renumber(np.asarray(stacks.frame, dtype=np.int64)[order])
    out.stacks = type(stacks)(
        prefix=new_row[np.asarray(stacks.prefix, dtype=np.int64)[order]].tolist(),
        frame=frames.tolist(),
        category=np.asarray(stacks.category)[order].tolist(),
    )
    samples.stack = new_row[np.asarray(samples.stack)].tolist()
    if samples.own is not None:
        samples.own = new_row[np.asarray(samples.own, dtype=np.int64)].tolist()
    out.samples = samples
    out.frames = take("frames", profile.frames, frame_order)
    if not any(rows(getattr(profile, name)) for name in _EXACT if getattr(profile, name)):
        functions, function_order = _renumber(np.asarray(out.frames.function, dtype=np.int64))
        out.frames.function = functions.tolist()
        out.functions = take("functions", profile.functions, function_order)
        _compact_code(out, function_order)
        compact_strings(out)
    return out


def _compact_code(profile: Profile, functions: Any) -> None:
    """Drops the machine code of functions that are gone; `functions` are the old rows of those
    that are left."""
    if not profile.code.function:
        return
    new_row = {row: number for number, row in enumerate(functions.tolist())}
    kept = [n for n, row in enumerate(profile.code.function) if row in new_row]
    code = {row: number for number, row in enumerate(kept)}
    profile.code = take("code", profile.code, np.asarray(kept, dtype=np.int64))
    profile.code.function = [new_row[row] for row in profile.code.function]
    for name in ("instructions", "disassembly"):
        table = getattr(profile, name)
        left = [n for n, row in enumerate(table.code) if row in code]
        table = take(name, table, np.asarray(left, dtype=np.int64))
        table.code = [code[row] for row in table.code]
        setattr(profile, name, table)


def compact_strings(profile: Profile) -> None:
    """Drops text that nothing names; the order is that of first use."""
    known: dict[int, int] = {-1: -1}
    strings: list[str] = []
    for name, specs in TABLES.items():
        table = getattr(profile, name)
        texts = [spec.attribute for spec in specs if spec.refers == "strings"]
        if table is None or not texts:
            continue
        table = copy.copy(table)
        setattr(profile, name, table)
        for attribute in texts:
            column = getattr(table, attribute)
            if column is None:
                continue
            for index in column:
                if index not in known:
                    known[index] = len(strings)
                    strings.append(profile.strings[index])
            setattr(table, attribute, [known[index] for index in column])
    profile.strings = strings


def _renumber(column: Any) -> tuple[Any, Any]:
    """`column` with its values numbered by first appearance, and the old values in that order."""
    values, first, inverse = np.unique(column, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank[inverse.reshape(-1)], values[order]


def _depth_first(prefixes: list[int], needed: list[bool]) -> Any:
    children: dict[int, list[int]] = {}
    for row, prefix in enumerate(prefixes):
        if needed[row]:
            children.setdefault(prefix, []).append(row)
    order, agenda = [], list(reversed(children.get(-1, [])))
    while agenda:
        row = agenda.pop()
        order.append(row)
        agenda.extend(reversed(children.get(row, [])))
    return np.array(order, dtype=np.int64)


def named(profile: Profile, length: int) -> Any:
    """Which of the stacks some sample names."""
    found = np.zeros(length + 1, dtype=np.bool_)
    found[np.asarray(profile.samples.stack, dtype=np.int64)] = True
    if profile.samples.own is not None:
        found[np.asarray(profile.samples.own, dtype=np.int64)] = True
    return found[:-1]
