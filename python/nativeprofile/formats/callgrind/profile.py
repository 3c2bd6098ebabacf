"""A callgrind recording as a profile: functions, their calls, and who called whom."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from nativeprofile.formats import runs
from nativeprofile.formats.calls import python_category
from nativeprofile.formats.modules import module_of
from nativeprofile.formats.perf_map import PerfMap, python_name
from nativeprofile.tables.builder import Builder
from nativeprofile.tables.categories import Category, Kind
from nativeprofile.tables.profile import Edges, Profile

from .cycles import CallGraph, call_graph
from .data import Counts, Recording

_UNKNOWN = ("", "???")
_ADDRESS = re.compile("0x[0-9a-f]{1,16}")
_NAMED = 3
"""So many functions of a cycle are named in a note."""


def profile_of(
    recording: Recording, name: str, event: str | None = None, names: PerfMap | None = None
) -> Profile:
    """The functions and calls of a recording with the costs of one event, by default the first.

    `names` are those of code without symbols. KeyError for an event that was neither counted nor
    derived.
    """
    event = event or recording.events[0]
    graph = call_graph(recording, event)
    builder = Builder(
        [{"name": event, "unit": "count", "exact": True}],
        _meta(recording, name, event),
    )
    _functions(builder, recording, names)
    profile = builder.profile
    functions, edges = profile.functions, graph.edges
    functions.self_value = graph.own.tolist()
    functions.inclusive = graph.inclusive.tolist()
    if len(edges.calls):
        functions.calls = graph.calls.tolist()
        profile.edges = Edges(
            caller=edges.caller.tolist(),
            callee=edges.callee.tolist(),
            calls=edges.calls.tolist(),
            self_value=[0] * len(edges.calls),  # not recorded: a call's cost is inclusive
            inclusive=edges.inclusive.tolist(),
        )
    return builder.finish({"notes": _notes(recording, graph, name)})


def _meta(recording: Recording, name: str, event: str) -> dict[str, Any]:
    first = recording.parts[0]
    engine, _, version = first.creator.partition("-")
    if not engine:
        engine = "callgrind" if len(recording.calls.count) else "cachegrind"
    titles = {one.name: one.title for one in recording.definitions if one.title}
    counted = titles.get(event, event)
    of = f" of {first.command}" if first.command else ""
    return runs.meta(
        {
            "name": name,
            "status": "ok",
            "engine": engine,
            "engine_version": version,
            "engine_reason": f"read from a callgrind file{of}, which counts {counted}",
            "kind": "exact",
            "wall_ns": 0,
        }
    )


def _functions(builder: Builder, recording: Recording, names: PerfMap | None) -> None:
    """Makes a function of each row, in the same order. What is not Python by `names` is native code
    that nobody in Python called, as far as the file tells."""
    functions = recording.functions
    columns = (functions.name, functions.file, functions.object, _definitions(recording))
    rows = zip(*(column.tolist() for column in columns), strict=True)
    for row, (name, file, library, line) in enumerate(rows):
        library_path = _known(recording.objects, library)
        shown, python = _named(_known(recording.names, name) or "???", names)
        if python is not None:
            builder.function(
                shown,
                kind=Kind.PYTHON,
                category=python_category(python),
                file=python,
                module=module_of(python),
                identity=row,
            )
            continue
        builder.function(
            shown,
            kind=Kind.NATIVE,
            category=Category.SYSTEM,
            file=library_path,
            line=line,
            module=library_path and library_path.rpartition("/")[2],
            source=_known(recording.files, file),
            identity=row,
        )


def _named(name: str, names: PerfMap | None) -> tuple[str, str | None]:
    """A function's name with names for its addresses, and its file if it is Python.

    Callers and the level of recursion follow behind `'` where Callgrind was asked for them.
    """
    if names is None or "0x" not in name:
        return name, None
    file = None
    pieces = name.split("'")
    for at, piece in enumerate(pieces):
        mapped = names.name(int(piece, 16)) if _ADDRESS.fullmatch(piece) else None
        python = python_name(mapped) if mapped is not None else None
        if at == 0 and python is not None:
            file = python.file
        pieces[at] = python.name if python is not None else mapped or piece
    return "'".join(pieces), file


def _known(names: list[str], row: int) -> str | None:
    return names[row] if row >= 0 and names[row] not in _UNKNOWN else None


def _definitions(recording: Recording) -> Counts:
    """The line in which each function begins: where calls lead, or its first that cost anything.

    -1 where no line is known.
    """
    none = np.iinfo(np.int64).max
    functions, rows, target = recording.functions, recording.rows, recording.calls.target
    line = np.full(len(functions.name), none, dtype=np.int64)
    known = target.line > 0
    np.minimum.at(line, recording.calls.callee[known], target.line[known])
    known = (rows.at.line > 0) & (rows.function >= 0)
    known &= rows.at.file == functions.file[rows.function]
    known &= line[rows.function] == none
    np.minimum.at(line, rows.function[known], rows.at.line[known])
    return np.where(line == none, -1, line)


def _notes(recording: Recording, graph: CallGraph, name: str) -> list[str]:
    notes = []
    if not len(recording.calls.count):
        notes.append(f"{name} has no calls: a function's total is its own cost.")
    if recording.damaged:
        notes.append(
            f"{recording.damaged:,} lines of {name} cannot be read and are left out, "
            f"the first is line {recording.first_damaged:,}."
        )
    if recording.cut or any(part.unfinished for part in recording.parts):
        notes.append(f"{name} is cut off: what stood behind its last line is missing.")
    elif _differs(recording):
        notes.append(
            f"The sums that {name} gives are not those of its lines: "
            "a part of it is missing, or was changed."
        )
    if len(recording.parts) > 1:
        notes.append(f"{len(recording.parts)} dumps and threads are added up.")
    return notes + _cycle_notes(recording, graph)


def _differs(recording: Recording) -> bool:
    """Whether a part's lines do not add up to its totals."""
    for event in range(len(recording.events)):
        costs = recording.rows.costs.of(event)
        for part in recording.parts:
            if part.totals is not None:
                begin, end = part.rows
                said = part.totals[event] if event < len(part.totals) else 0
                if int(costs[begin:end].sum()) != said:
                    return True
    return False


def _cycle_notes(recording: Recording, graph: CallGraph) -> list[str]:
    cycles = len(graph.cycle_inclusive)
    if not cycles:
        return []
    costliest = int(graph.cycle_inclusive.argmax())
    members = np.flatnonzero(graph.cycle == costliest)
    members = members[np.argsort(-graph.own[members], kind="stable")]
    rows = recording.functions.name[members[:_NAMED]].tolist()
    names = [_known(recording.names, row) or "???" for row in rows]
    more = f" and {len(members) - _NAMED} more" if len(members) > _NAMED else ""
    which = "a cycle" if cycles == 1 else f"{cycles} cycles, the costliest"
    return [
        f"Functions call each other in {which} of {', '.join(names)}{more}: what one of "
        "these costs with its callees leaves out the calls inside the cycle."
    ]
