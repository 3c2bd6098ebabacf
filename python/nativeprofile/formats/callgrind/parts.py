"""One dump, or one thread's, out of several that were read together."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from nativeprofile.tables.errors import FormatError

from .data import Calls, Costs, Counts, Functions, Ints, Jumps, Places, Recording, Rows
from .header import Part


def described(recording: Recording) -> list[dict[str, Any]]:
    """The parts in words and numbers, as the wire has them (`meta.parts`)."""
    several = len(recording.parts) > 1
    return [_described(part, several) for part in recording.parts]


def _described(part: Part, several: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"name": part.file}
    if several:
        numbers = (("part", part.number), ("thread", part.thread))
        found["name"] += "".join(f", {key} {one}" for key, one in numbers if one is not None)
    trigger = dict(part.descriptions).get("Trigger")
    if trigger:
        found["trigger"] = trigger
    for key in ("pid", "thread"):
        if getattr(part, key) is not None:
            found[key] = getattr(part, key)
    return found


def row_of(recording: Recording, name: str) -> int:
    """The row of the part called `name`. Raises FormatError."""
    names = [str(one["name"]) for one in described(recording)]
    if name not in names:
        raise FormatError(f"There is no part {name!r}.", f"Choose one of: {'; '.join(names)}.")
    return names.index(name)


def only(recording: Recording, row: int) -> Recording:
    """What one part added, with the functions that occur in it."""
    part = recording.parts[row]
    rows, calls, jumps = recording.rows, recording.calls, recording.jumps
    one, two, three = slice(*part.rows), slice(*part.calls), slice(*part.jumps)
    own = (
        rows.function[one],
        calls.caller[two],
        calls.callee[two],
        jumps.function[three],
        jumps.to[three],
    )
    used, new = _used(own, len(recording.functions.name))
    table = recording.functions
    return replace(
        recording,
        parts=[
            replace(
                part, rows=_moved(part.rows), calls=_moved(part.calls), jumps=_moved(part.jumps)
            )
        ],
        functions=Functions(table.name[used], table.file[used], table.object[used]),
        rows=Rows(new[own[0]], _places(rows.at, one), _costs(rows.costs, one)),
        calls=Calls(
            caller=new[own[1]],
            callee=new[own[2]],
            at=_places(calls.at, two),
            target=_places(calls.target, two),
            count=calls.count[two],
            costs=_costs(calls.costs, two),
        ),
        jumps=Jumps(
            function=new[own[3]],
            to=new[own[4]],
            at=_places(jumps.at, three),
            target=_places(jumps.target, three),
            taken=jumps.taken[three],
            executed=jumps.executed[three],
        ),
    )


def _used(columns: tuple[Ints, ...], length: int) -> tuple[Counts, Ints]:
    """The functions that occur, and the new row of each; the row behind all is -1's."""
    found = np.unique(np.concatenate(columns)).astype(np.int64)
    used = found[found >= 0]
    new = np.full(length + 1, -1, dtype=np.int32)
    new[used] = np.arange(len(used), dtype=np.int32)
    return used, new


def _moved(bounds: tuple[int, int]) -> tuple[int, int]:
    return 0, bounds[1] - bounds[0]


def _places(places: Places, rows: slice) -> Places:
    address = None if places.address is None else places.address[rows]
    return Places(places.file[rows], places.line[rows], address)


def _costs(costs: Costs, rows: slice) -> Costs:
    ends = np.concatenate(([0], np.cumsum(costs.width, dtype=np.int64)))
    return Costs(costs.width[rows], costs.flat[ends[rows.start] : ends[rows.stop]])
