"""cProfile's statistics: exact calls and costs of functions, and of each caller of them.

Reads and writes pstats dumps (`cProfile.Profile.dump_stats`), which are marshal of
`{(file, line, name): (primitive calls, calls, self, inclusive, callers)}`, where `callers`
maps such a key to `(calls, primitive calls, self, inclusive)`; times are in seconds.
"""

from __future__ import annotations

import io
import marshal
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nativeprofile.tables.builder import Builder
from nativeprofile.tables.categories import PLUMBING, Category, Kind
from nativeprofile.tables.errors import FormatError
from nativeprofile.tables.profile import Column, Profile, Quality

from . import runs
from .calls import c_function, is_plumbing, python_category
from .files import read_bytes
from .modules import module_of

_NS = 1e9
_MOST = 1e6
"""Seconds; a longer time would not fit the wire format's integers of nanoseconds."""
_DAMAGED = "Profile again, or take another copy of the file."
_COST_NOTE = (
    "cProfile counts every call and slows each one down, "
    "so code with many small calls looks slower than it is."
)


@dataclass
class _Entry:
    """One code object or C function: seconds; `callees` maps an entry to what it cost here."""

    file: str
    line: int
    name: str
    calls: int
    own: float
    inclusive: float
    callees: dict[int, tuple[int, float, float]] = field(default_factory=dict)


def sniff(head: bytes, path: Path) -> bool:
    """Whether a file begins like a marshalled dict whose keys are tuples, or an empty one."""
    return len(head) > 1 and head[0] & 0x7F == ord("{") and head[1] & 0x7F in b"()0"


def read(path: Path) -> Profile:
    """The profile in a pstats dump. Raises FormatError."""
    entries = _load(path)
    total = sum(entry.own for entry in entries)
    meta = runs.meta(
        {
            "name": path.name,
            "status": "ok",
            "engine": "cprofile",
            "engine_reason": "read from a pstats file",
            "kind": "exact",
            "wall_ns": round(total * _NS),
        }
    )
    return _profile(entries, meta, {}, {"notes": [_COST_NOTE]})


def read_run(directory: Path, run: dict[str, Any]) -> Profile:
    """The profile of a cell that the cprofile engine recorded: the cell is the root."""
    file = str(run.get("data", {}).get("file", "profile.pstats"))
    entries = _load(directory / Path(file).name)
    notes = list(run.get("notes", []))
    names = runs.cell_names(run)
    if not any(entry.file in names for entry in entries):
        notes.append("The cell's own code made no call that cProfile saw.")
    profile = _profile(entries, runs.meta(run), names, {"notes": notes})
    runs.add_cells(profile, run)
    return profile


def write(profile: Profile, path: Path) -> None:
    """Writes an exact profile as a pstats dump; FormatError for one without call counts.

    A dump names the calls that are not recursive too; the profile does not keep that number,
    so all calls are given as such.
    """
    functions, strings, edges = profile.functions, profile.strings, profile.edges
    if functions.calls is None or functions.self_value is None or functions.inclusive is None:
        raise FormatError(
            "A pstats file holds exact call counts, which this sampled profile has not.",
            "Convert it to speedscope or collapsed instead.",
        )
    if profile.values[0]["unit"] != "ns":
        raise FormatError(
            f"A pstats file holds times, and this profile counts {profile.values[0]['name']}.",
            "Convert it to wire instead.",
        )
    keys = []
    for row in range(len(functions.name)):
        file = functions.file[row]
        if functions.kind[row] == Kind.PYTHON:
            where = strings[file] if file >= 0 else ""
            keys.append((where, max(functions.line[row], 0), strings[functions.name[row]]))
        else:
            keys.append(("~", 0, strings[functions.name[row]]))
    callers: list[dict[Any, Any]] = [{} for _ in keys]
    if edges is not None:
        below = edges.inclusive[0]
        owns = edges.self_value[0] if edges.self_value is not None else below
        for caller, callee, calls, own, inclusive in zip(
            edges.caller, edges.callee, edges.calls, owns, below, strict=True
        ):
            callers[callee][keys[caller]] = (calls, calls, own / _NS, inclusive / _NS)
    stats = {
        key: (
            max(functions.calls[row], 0),
            max(functions.calls[row], 0),
            functions.self_value[0][row] / _NS,
            functions.inclusive[0][row] / _NS,
            callers[row],
        )
        for row, key in enumerate(keys)
    }
    path.write_bytes(marshal.dumps(stats))


def _load(path: Path) -> list[_Entry]:
    data = read_bytes(path, _DAMAGED)
    try:
        # Marshal of plain data only: it cannot hold code that runs when it is read.
        stats = marshal.load(io.BytesIO(data))
        return _from_stats(stats)
    except (
        AttributeError,
        ValueError,
        EOFError,
        TypeError,
        KeyError,
        IndexError,
        MemoryError,
    ) as error:
        raise FormatError(
            f"{path.name} is not a pstats dump, or is damaged or cut off.", _DAMAGED
        ) from error


def _from_stats(stats: dict[Any, Any]) -> list[_Entry]:
    index = {key: row for row, key in enumerate(stats)}
    entries = []
    for (file, line, name), (_, calls, own, inclusive, _) in stats.items():
        entries.append(_entry(file, line, name, calls, own, inclusive))
    for key, (_, _, _, _, callers) in stats.items():
        for caller, cost in callers.items():
            if caller in index:
                calls, _, own, inclusive = cost
                entries[index[caller]].callees[index[key]] = _costs(calls, own, inclusive)
    return entries


def _entry(file: Any, line: Any, name: Any, calls: Any, own: Any, inclusive: Any) -> _Entry:
    if not (isinstance(file, str) and type(line) is int and isinstance(name, str)):
        raise ValueError("a function has no file, line and name")
    return _Entry(file, line, name, *_costs(calls, own, inclusive))


def _costs(calls: Any, own: Any, inclusive: Any) -> tuple[int, float, float]:
    if type(calls) is not int or not 0 <= calls < 2**53:
        raise ValueError("a count of calls is none")
    own, inclusive = float(own), float(inclusive)
    if not abs(own) < _MOST or not abs(inclusive) < _MOST:
        raise ValueError("a time is not a number of seconds")
    # Subtracting times rounds: tiny negative ones are none.
    own, inclusive = max(0.0, own), max(0.0, inclusive)
    return calls, own, inclusive


def _profile(
    entries: list[_Entry],
    meta: dict[str, Any],
    names: dict[str, str],
    quality: Quality,
) -> Profile:
    builder = Builder([{"name": "wall", "unit": "ns"}], meta)
    table = builder.profile.functions
    calls: Column = []
    own: Column = []
    inclusive: Column = []
    rows: list[int] = []
    for index, entry in enumerate(entries):
        # Every statement of a cell is a <module> of its own: together they are the cell.
        module = entry.name == "<module>" and entry.file in names
        row = _function(builder, entry, names, None if module else index)
        if row == len(calls):
            calls.append(0)
            own.append(0)
            inclusive.append(0)
        calls[row] += entry.calls
        own[row] += round(entry.own * _NS)
        inclusive[row] += round(entry.inclusive * _NS)
        rows.append(row)
    table.calls, table.self_value, table.inclusive = calls, [own], [inclusive]
    edges: dict[tuple[int, int], list[int]] = {}
    for index, entry in enumerate(entries):
        for callee, cost in entry.callees.items():
            edge = edges.setdefault((rows[index], rows[callee]), [0, 0, 0])
            edge[0] += cost[0]
            edge[1] += round(cost[1] * _NS)
            edge[2] += round(cost[2] * _NS)
    for (caller, callee), (count, edge_own, edge_inclusive) in edges.items():
        builder.edge(caller, callee, count, [edge_own], [edge_inclusive])
    return builder.finish(quality)


def _function(builder: Builder, entry: _Entry, names: dict[str, str], identity: object) -> int:
    if entry.file == "~":
        known = c_function(entry.name)
        return builder.function(
            entry.name,
            kind=Kind.NATIVE,
            category=known.category,
            module=known.module or None,
            entry=known.name,
            flags=PLUMBING if is_plumbing(known.module) else 0,
            identity=identity,
        )
    cell = names.get(entry.file)
    name = cell if cell is not None and entry.name == "<module>" else entry.name
    module = None if cell else module_of(entry.file)
    return builder.function(
        name,
        kind=Kind.PYTHON,
        category=Category.PYTHON if cell else python_category(entry.file),
        file=cell or entry.file,
        line=1 if name == cell else entry.line,
        module=module,
        flags=PLUMBING if is_plumbing(module) else 0,
        identity=identity,
    )
