"""A Massif recording as a profile: the curve, and the places of one snapshot."""

from __future__ import annotations

import re

from nativeprofile.formats import runs
from nativeprofile.formats.programs import own_code
from nativeprofile.formats.valgrind_frames import add_frame, named
from nativeprofile.tables.builder import Builder
from nativeprofile.tables.categories import Category
from nativeprofile.tables.errors import FormatError
from nativeprofile.tables.profile import Profile, Snapshots, Value

from .snapshots import AGAIN, Recording, Snapshot

_SMALL = re.compile(r"in \d+ places?, (?:all )?below massif's threshold \(.*\)")
_VALUES = (
    ("heap", "Heap", "(places not recorded)"),
    ("extra", "The allocator's own", "(the allocator's own)"),
    ("stacks", "Stacks", "(stacks of threads)"),
)
"""Name, title, and what is shown of it where Massif has no places."""
_UNITS = {"i": "instructions", "ms": "ms", "B": "bytes allocated and freed"}


def profile_of(recording: Recording, name: str, part: str | None) -> Profile:
    """The profile at the snapshot called `part` ("snapshot 12"), by default the peak. Raises
    FormatError where there is none."""
    largest = recording.largest
    parts = [one for one in recording.snapshots if one.tree or one is largest]
    chosen = largest if part is None else _chosen(parts, part, name)
    met = [
        column
        for column, key in enumerate(("heap", "extra", "stacks"))
        if any(getattr(one, key) for one in recording.snapshots)
    ] or [0]
    values: list[Value] = [
        {"name": _VALUES[one][0], "unit": "bytes", "exact": True, "title": _VALUES[one][1]}
        for one in met
    ]
    meta = runs.meta(
        {
            "name": name,
            "status": "ok",
            "engine": "massif",
            "engine_reason": f"read from a Massif file of {recording.command}",
            "kind": "exact",
            "wall_ns": 0,
        }
    )
    meta["time_unit"] = recording.unit
    meta["parts"] = [_part(one, recording.snapshots.index(one)) for one in parts]
    meta["part"] = parts.index(chosen)
    builder = Builder(values, meta)
    _places(builder, chosen, met)
    builder.profile.snapshots = Snapshots(
        time=[one.time for one in recording.snapshots],
        values=[[_sizes(one)[column] for one in recording.snapshots] for column in met],
    )
    own_code(builder.profile)
    return builder.finish({"notes": _notes(recording, chosen, name)})


def _name(snapshot: Snapshot) -> str:
    return f"snapshot {snapshot.number}"


def _part(snapshot: Snapshot, row: int) -> dict[str, str | int]:
    part: dict[str, str | int] = {"name": _name(snapshot), "snapshot": row}
    return {**part, "trigger": "peak"} if snapshot.is_peak else part


def _chosen(parts: list[Snapshot], part: str, name: str) -> Snapshot:
    for one in parts:
        if _name(one) == part:
            return one
    numbers = ", ".join(str(one.number) for one in parts)
    raise FormatError(
        f"{name} has no places for {part!r}.", f"Choose a snapshot that has them: {numbers}."
    )


def _sizes(snapshot: Snapshot) -> tuple[int, int, int]:
    return snapshot.heap, snapshot.extra, snapshot.stacks


def _places(builder: Builder, snapshot: Snapshot, met: list[int]) -> None:
    """A row for each line of the tree that has no callers below it, and for what has no places."""
    thread = builder.thread(-1, -1, "all threads", main=True)

    def add(frames: list[int], column: int, size: int) -> None:
        stack = -1
        for frame in frames:
            stack = builder.stack(stack, frame, Category.SYSTEM)
        builder.sample(thread, stack, 0, *(size if one == column else 0 for one in met))

    path: list[int] = []
    for node in snapshot.tree[1:]:
        del path[node.depth - 1 :]
        small = _SMALL.fullmatch(node.text)
        text = "(places below Massif's threshold)" if small else node.text
        path.append(add_frame(builder, text))
        if not node.callers and node.size:
            add(path[::-1], 0, node.size)
    for column, size in enumerate(_sizes(snapshot)):
        if size and (column > 0 or not snapshot.tree[1:]):
            add([builder.frame(named(builder, _VALUES[column][2]))], column, size)


def _notes(recording: Recording, chosen: Snapshot, name: str) -> list[str]:
    is_largest = chosen is recording.largest
    which = "the peak" if chosen.is_peak else "the largest" if is_largest else "not the largest"
    unit = _UNITS[recording.unit]
    notes = [
        f"Allocations of {_name(chosen)} ({which}, after {chosen.time:,} {unit}) are shown, one of "
        f"{len(recording.snapshots)} snapshots."
    ]
    if recording.cut:
        notes.append(f"{name} is cut off: later snapshots are missing. {AGAIN}")
    if not chosen.tree and chosen.heap:
        notes.append(
            f"Massif kept no places for {_name(chosen)}: --detailed-freq=1 keeps them for all."
        )
    return notes
