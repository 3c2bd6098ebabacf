"""Where in the source a recording's costs, calls and jumps are: lines of the profile's tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nativeprofile.tables.builder import Builder
from nativeprofile.tables.profile import CallSites, Instructions, Jumps, Lines

from .data import Counts, Ints, Places, Recording
from .groups import Groups
from .machine_code import Located, MachineCode

MOST = 50_000
"""So many rows of each table are kept, the dearest: more has no room in any output."""
_NO_CODE = (
    "The instructions of {0} are not given: the file is not at hand, has no build-id, or is not "
    "the one that ran."
)
_NOTE = "Of {0:,} {1} the {2:,} dearest are given."

Texts = Callable[[Ints], Counts]
"""Gives for rows of a recording's files those of the profile's strings."""


def add_places(
    builder: Builder, recording: Recording, texts: Texts, units: Sequence[int]
) -> list[str]:
    """Fills the profile's lines, places of calls, jumps and instructions, whose functions are the
    recording's; `units` are those of the events. Returns sentences about what was left out."""
    notes: list[str] = []
    profile = builder.profile
    code = MachineCode(recording)
    profile.lines = _lines(recording, texts, units, notes)
    profile.call_sites = _call_sites(recording, code, texts, units, notes)
    profile.jumps = _jumps(recording, code, texts, notes)
    _add_instructions(builder, recording, code, texts, units)
    if code.missing:
        notes.append(_NO_CODE.format(", ".join(sorted(Path(one).name for one in code.missing))))
    return notes


def _lines(recording: Recording, texts: Texts, units: Sequence[int], notes: list[str]) -> Lines:
    rows = recording.rows
    groups = Groups(rows.function, rows.at.file, rows.at.line)
    values = groups.costs(rows.costs, units)
    kept = _dearest(values, "source lines", notes)
    first = groups.first[kept]
    file, line = _place(rows.at, first, texts)
    return Lines(rows.function[first].tolist(), file, line, _picked(values, kept))


def _call_sites(
    recording: Recording,
    code: MachineCode,
    texts: Texts,
    units: Sequence[int],
    notes: list[str],
) -> CallSites:
    calls = recording.calls
    at = code.locate(calls.caller, calls.at)
    groups = Groups(calls.caller, calls.callee, calls.at.file, calls.at.line, at.stretch, at.offset)
    values = groups.costs(calls.costs, units)
    count = groups.sum(calls.count)
    kept = _dearest([*values, count], "places of calls", notes)
    first = groups.first[kept]
    file, line = _place(calls.at, first, texts)
    return CallSites(
        calls.caller[first].tolist(),
        calls.callee[first].tolist(),
        file,
        line,
        count[kept].tolist(),
        _picked(values, kept),
        *_located(code, at, first),
    )


def _jumps(recording: Recording, code: MachineCode, texts: Texts, notes: list[str]) -> Jumps:
    jumps = recording.jumps
    conditional = (jumps.executed >= 0).astype(np.int32)
    at, to = jumps.at, jumps.target
    start, end = code.locate(jumps.function, at), code.locate(jumps.to, to)
    groups = Groups(
        *(jumps.function, at.file, at.line, to.file, to.line, conditional),
        *(start.stretch, start.offset, end.stretch, end.offset),
    )
    taken, executed = groups.sum(jumps.taken), groups.sum(jumps.executed)
    kept = _dearest([taken, np.maximum(executed, 0)], "jumps", notes)
    first = groups.first[kept]
    return Jumps(
        jumps.function[first].tolist(),
        *_place(at, first, texts),
        *_place(to, first, texts),
        taken[kept].tolist(),
        np.where(conditional[first], executed[kept], -1).tolist(),
        *_located(code, start, first),
        *_located(code, end, first),
    )


def _add_instructions(
    builder: Builder, recording: Recording, code: MachineCode, texts: Texts, units: Sequence[int]
) -> None:
    for one in code.stretches:
        builder.code(one.function, one.symbol, one.build, one.start)
    if not code.stretches:
        return
    rows = recording.rows
    at = code.locate(rows.function, rows.at)
    groups = Groups(at.stretch, at.offset)
    values = groups.costs(rows.costs, units)
    kept = np.flatnonzero(at.stretch[groups.first] >= 0)
    first = groups.first[kept]
    if len(kept):
        file, line = _place(rows.at, first, texts)
        builder.profile.instructions = Instructions(
            at.stretch[first].tolist(), at.offset[first].tolist(), _picked(values, kept), file, line
        )


def _dearest(columns: Sequence[Counts], what: str, notes: list[str]) -> Counts:
    """The rows that are not all zeros; of too many those with the largest share in any column."""
    share = np.zeros(len(columns[0]))
    for column in columns:
        share = np.maximum(share, column / max(int(column.sum()), 1))
    rows = np.flatnonzero(share)
    if len(rows) <= MOST:
        return rows
    notes.append(_NOTE.format(len(rows), what, MOST))
    least = np.partition(share, -MOST)[-MOST]
    # Of those that are equal to the last, the first ones.
    above = np.flatnonzero(share > least)
    equal = np.flatnonzero(share == least)
    return np.sort(np.append(above, equal[: MOST - len(above)]))


def _place(places: Places, rows: Counts, texts: Texts) -> tuple[list[int], list[int]]:
    """Files, as the profile's strings, and lines; -1 where they are not known."""
    line = places.line[rows]
    return texts(places.file[rows]).tolist(), np.where(line > 0, line, -1).tolist()


def _located(
    code: MachineCode, at: Located, rows: Counts
) -> tuple[list[int], list[int]] | tuple[None, None]:
    """Rows of the profile's code and offsets there; None for a recording without any."""
    if not code.stretches:
        return None, None
    return at.stretch[rows].tolist(), at.offset[rows].tolist()


def _picked(columns: Sequence[Counts], rows: Counts) -> list[Any]:
    return [column[rows].tolist() for column in columns]
