"""A callgrind recording as a profile: functions, who called whom, and lines."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from nativeprofile.formats import runs
from nativeprofile.formats.calls import python_category
from nativeprofile.formats.modules import module_of
from nativeprofile.formats.perf_map import PerfMap, python_name
from nativeprofile.formats.programs import own_code
from nativeprofile.tables.builder import Builder
from nativeprofile.tables.categories import Category, Kind
from nativeprofile.tables.profile import Edges, Profile, Value

from .cycles import CallGraph, GraphCosts
from .data import Counts, Recording
from .events import values_of
from .parts import described
from .places import Texts, add_places

_NAMELESS = "???"
_UNKNOWN = ("", _NAMELESS)
_ADDRESS = re.compile("0x[0-9a-f]{1,16}")
_NAMED = 3
"""So many functions of a cycle are named in a note."""


def profile_of(recording: Recording, name: str, names: PerfMap | None = None) -> Profile:
    """The functions, calls and lines of a recording with the costs of all events.

    `names` are those of code without symbols.
    """
    values, units = values_of(recording.events, recording.definitions)
    builder = Builder(values, _meta(recording, name, values[0]))
    _functions(builder, recording, names)
    own_code(builder.profile)
    profile, graph = builder.profile, CallGraph(recording)
    costs = [
        (graph.costs(event), unit) for event, unit in zip(recording.events, units, strict=True)
    ]
    functions = profile.functions
    functions.self_value = [(cost.own * unit).tolist() for cost, unit in costs]
    functions.inclusive = [(cost.inclusive * unit).tolist() for cost, unit in costs]
    if len(graph.count):
        functions.calls = graph.calls.tolist()
        profile.edges = Edges(
            caller=graph.caller.tolist(),
            callee=graph.callee.tolist(),
            calls=graph.count.tolist(),
            # What the callee itself took is not recorded.
            inclusive=[(cost.edges * unit).tolist() for cost, unit in costs],
        )
    left_out = add_places(builder, recording, _texts(builder, recording), units)
    return builder.finish(
        {"notes": _notes(recording, name) + _cycle_notes(recording, graph, costs[0][0]) + left_out}
    )


def _meta(recording: Recording, name: str, value: Value) -> dict[str, Any]:
    first = recording.parts[0]
    engine, _, version = first.creator.partition("-")
    if not engine:
        engine = "callgrind" if len(recording.calls.count) else "cachegrind"
    counted = value.get("title", value["name"])
    of = f" of {first.command}" if first.command else ""
    return {
        "parts": described(recording),
        **runs.meta(
            {
                "name": name,
                "status": "ok",
                "engine": engine,
                "engine_version": version,
                "engine_reason": f"read from a callgrind file{of}, which counts {counted}",
                "kind": "exact",
                "wall_ns": 0,
            }
        ),
    }


def _texts(builder: Builder, recording: Recording) -> Texts:
    """Files by their rows, as strings of the profile."""
    found = _strings(builder, map(_path, recording.files))
    return lambda rows: found[rows]


def _functions(builder: Builder, recording: Recording, names: PerfMap | None) -> None:
    """Makes a function of each row, in the same order. What is not Python by `names` is native code
    that nobody in Python called, as far as the file tells: it has no stacks."""
    functions, table = recording.functions, builder.profile.functions
    named = [_named(_known(name) or _NAMELESS, names) for name in recording.names]
    files = [file for _, file in named]
    name = _strings(builder, (shown for shown, _ in named))[functions.name]
    nameless = functions.name < 0
    if nameless.any():
        name[nameless] = builder.string(_NAMELESS)
    file = _strings(builder, files)[functions.name]
    python = file >= 0
    libraries = [_known(path) for path in recording.objects]
    stems = (path and path.rpartition("/")[2] for path in libraries)
    modules = (file and module_of(file) for file in files)
    category = [
        int(python_category(file) if file is not None else Category.SYSTEM) for file in files
    ]
    of_object = functions.object
    table.name = name.tolist()
    table.file = np.where(python, file, _strings(builder, libraries)[of_object]).tolist()
    table.line = np.where(python, -1, _definitions(recording)).tolist()
    table.module = np.where(
        python,
        _strings(builder, modules)[functions.name],
        _strings(builder, stems)[of_object],
    ).tolist()
    table.kind = np.where(python, int(Kind.PYTHON), int(Kind.NATIVE)).tolist()
    table.category = np.append(category, int(Category.SYSTEM))[functions.name].tolist()
    source = np.where(python, -1, _strings(builder, map(_path, recording.files))[functions.file])
    table.source = source.tolist() if (source >= 0).any() else None
    table.entry = [-1] * len(python)
    table.flags = [0] * len(python)


def _strings(builder: Builder, texts: Iterable[str | None]) -> Counts:
    """Strings of the profile by rows of `texts`, and by -1 none."""
    return np.append(builder.strings(texts), -1).astype(np.int64)


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


def _known(name: str) -> str | None:
    return name if name not in _UNKNOWN else None


def _path(name: str) -> str | None:
    """A source file; compilers write folders' names one behind the other, with `..` in between."""
    path = _known(name)
    return posixpath.normpath(path) if path and path.startswith("/") else path


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


def _notes(recording: Recording, name: str) -> list[str]:
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
    return notes


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


def _cycle_notes(recording: Recording, graph: CallGraph, costs: GraphCosts) -> list[str]:
    if not graph.cycles:
        return []
    costliest = int(costs.cycles.argmax())
    members = np.flatnonzero(graph.cycle == costliest)
    members = members[np.argsort(-costs.own[members], kind="stable")]
    rows = recording.functions.name[members[:_NAMED]].tolist()
    names = [recording.names[row] if row >= 0 else _NAMELESS for row in rows]
    more = f" and {len(members) - _NAMED} more" if len(members) > _NAMED else ""
    which = "a cycle" if graph.cycles == 1 else f"{graph.cycles} cycles, the costliest"
    return [
        f"Functions call each other in {which} of {', '.join(names)}{more}: what one of "
        "these costs with its callees leaves out the calls inside the cycle."
    ]
