"""Keeps a profile's wire JSON small: first what costs nothing, then rare detail, openly.

What goes is named in `meta.truncated` and in a note. The summary is taken before, so its
numbers are those of the whole profile; folding keeps every total and every category.
"""

from __future__ import annotations

import copy
import json
from typing import Any

import numpy as np

from .categories import Category, Kind
from .encode import encode
from .layout import TABLES, check
from .profile import Profile, Quality, Stacks
from .summary import StackCosts, summarise

HARD_CAP = 900_000
"""Bytes of profile in a saved notebook, so that the whole output stays below a megabyte."""
_FIRST_SECOND = 75_000
_LATER_SECOND = 38_000
_TRIES = 12
"""How often fewer stacks or coarser times are tried; what is left over then stays."""
_MOST_BINS, _FEWEST_BINS = 8192, 128
"""Slices of time into which samples are gathered: more than a timeline has pixels, or few."""


def budget(wall_ns: int) -> int:
    """Bytes that a profile of this length may take in a saved notebook.

    75 kB for a second, 420 kB for ten, never more than the hard cap: with the static
    picture and the text beside it, outputs stay under 100 kB, 500 kB and 1 MB.
    """
    return min(HARD_CAP, round(_FIRST_SECOND + _LATER_SECOND * max(0, wall_ns - 1e9) / 1e9))


def saved_size(message: dict[str, Any]) -> int:
    """Bytes of `message` in a saved notebook, which indents by one space a level."""
    text = json.dumps(message, ensure_ascii=False, indent=1)
    # Inside a notebook it stands six levels deeper.
    return len(text.encode()) + 6 * text.count("\n")


def encode_within(profile: Profile, limit: int, costs: StackCosts | None = None) -> dict[str, Any]:
    """The wire form of `profile` in at most `limit` bytes (see `saved_size`), if it can be.

    `costs` are those of the profile's stacks, where the caller has them already.
    """
    check(profile)
    if costs is None and profile.samples.stack:
        costs = StackCosts(profile)
    summary = summarise(profile, costs)
    message = encode(compact(profile), summary)
    size = saved_size(message)
    if size <= limit or costs is None:
        return message
    keep, bins = len(profile.stacks.prefix), len(profile.samples.time)
    for _ in range(_TRIES):
        excess = size - limit
        stacks, samples = (saved_size(message["tables"][name]) for name in ("stacks", "samples"))
        if samples > stacks and bins > _FEWEST_BINS:
            bins = min(_MOST_BINS, bins // 4)
        else:
            keep = max(1, int(keep * max(0.05, min(0.9, 0.95 * (1 - excess / stacks)))))
        smaller, notes = profile, []
        if keep < len(profile.stacks.prefix):
            smaller, note = fold(profile, costs, keep)
            notes.append(note)
        if bins < len(profile.samples.time):
            smaller = gather(smaller, bins)
            notes.append(f"To keep the output small, samples are given in {bins:,} time slices.")
        message = encode(_marked(compact(smaller), notes), summary)
        size = saved_size(message)
        if size <= limit:
            break
    return message


def fold(profile: Profile, costs: StackCosts, keep: int) -> tuple[Profile, str]:
    """Keeps the `keep` dearest stacks; what is below them becomes one frame a category.

    Returns the new profile and a sentence that tells what was folded. Callers keep their
    inclusive cost, categories their totals, samples their time and value. Of equally dear
    stacks the shallow ones stay, so that a stack is never kept without its callers.
    """
    below = costs.below.sum(axis=1)
    kept = np.zeros(len(below), dtype=np.bool_)
    kept[np.lexsort((costs.depth, -below))[:keep]] = True
    rows = np.flatnonzero(kept)
    new_row = np.full(len(below) + 1, -1, dtype=np.int64)  # its last: what -1 refers to
    new_row[rows] = np.arange(len(rows))
    ends = np.flatnonzero(~kept & _named(profile, len(below)))
    place = costs.prefix[ends]
    while len(folded := np.flatnonzero((place >= 0) & ~kept[place])):
        place[folded] = costs.prefix[place[folded]]
    out = copy.copy(profile)
    frames = _folded_frames(out)
    pairs, pair = np.unique(
        np.stack([new_row[place], costs.category[ends]], axis=1), axis=0, return_inverse=True
    )
    new_row[ends] = len(rows) + pair.reshape(-1)
    out.stacks = Stacks(
        prefix=[*new_row[costs.prefix[rows]].tolist(), *pairs[:, 0].tolist()],
        frame=[
            *np.asarray(profile.stacks.frame, dtype=np.int64)[rows].tolist(),
            *(frames[category] for category in pairs[:, 1].tolist()),
        ],
        category=[*costs.category[rows].tolist(), *pairs[:, 1].tolist()],
    )
    table = copy.copy(profile.samples)
    table.stack = new_row[np.asarray(table.stack, dtype=np.int64)].tolist()
    if table.own is not None:
        table.own = new_row[np.asarray(table.own, dtype=np.int64)].tolist()
    out.samples = table
    hidden = float(costs.own[~kept].sum()) / max(1.0, float(costs.own.sum()))
    note = (
        f"To keep the output small, the rarest stacks ({100 * hidden:.2g} % of the cost) "
        "end in one folded frame below their last frequent caller."
    )
    return out, note


def gather(profile: Profile, bins: int) -> Profile:
    """Samples of one thread and stack within one of `bins` slices of time become one."""
    samples = profile.samples
    time = np.asarray(samples.time, dtype=np.int64)
    width = max(1, (int(time[-1]) + bins) // bins)
    optional = [name for name in ("own", "task") if getattr(samples, name) is not None]
    keys = [time // width, np.asarray(samples.thread), np.asarray(samples.stack)]
    keys += [np.asarray(getattr(samples, name)) for name in optional]
    _, first, inverse = np.unique(
        np.stack(keys, axis=1), axis=0, return_index=True, return_inverse=True
    )
    inverse = inverse.reshape(-1)
    order = np.argsort(time[first], kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    picked = first[order]
    out, table = copy.copy(profile), copy.copy(samples)
    table.time = time[picked].tolist()
    table.thread = keys[1][picked].tolist()
    table.stack = keys[2][picked].tolist()
    for name, key in zip(optional, keys[3:], strict=True):
        setattr(table, name, key[picked].tolist())
    table.values = []
    for column in samples.values:
        sums = np.zeros(len(order), dtype=np.int64)
        np.add.at(sums, place[inverse], np.asarray(column, dtype=np.int64))
        table.values.append(sums.tolist())
    out.samples = table
    return out


def compact(profile: Profile) -> Profile:
    """The same profile without rows that nothing names, stacks in depth-first order."""
    if not profile.samples.stack:
        return profile
    out = copy.copy(profile)
    stacks, samples = profile.stacks, copy.copy(profile.samples)
    needed = _named(profile, len(stacks.prefix)).tolist()
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
    out.frames = _take(profile.frames, frame_order)
    if profile.edges is None:
        functions, function_order = _renumber(np.asarray(out.frames.function, dtype=np.int64))
        out.frames.function = functions.tolist()
        out.functions = _take(profile.functions, function_order)
        _compact_strings(out)
    return out


def _compact_strings(profile: Profile) -> None:
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


def _take(table: Any, order: Any) -> Any:
    columns = {
        name: None if column is None else np.asarray(column, dtype=np.int64)[order].tolist()
        for name, column in vars(table).items()
    }
    return type(table)(**columns)


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


def _named(profile: Profile, length: int) -> Any:
    """Which of the stacks some sample names."""
    named = np.zeros(length + 1, dtype=np.bool_)
    named[np.asarray(profile.samples.stack, dtype=np.int64)] = True
    if profile.samples.own is not None:
        named[np.asarray(profile.samples.own, dtype=np.int64)] = True
    return named[:-1]


def _folded_frames(profile: Profile) -> dict[int, int]:
    """Gives `profile` a function and a frame for folded stacks of each category."""
    kinds = {Category.PYTHON: Kind.PYTHON, Category.KERNEL: Kind.KERNEL}
    name = len(profile.strings)
    profile.strings = [*profile.strings, "(rare, folded)"]
    functions = profile.functions = copy.deepcopy(profile.functions)
    frames = profile.frames = copy.deepcopy(profile.frames)
    found = {}
    for category in Category:
        found[int(category)] = len(frames.function)
        frames.function.append(len(functions.name))
        functions.name.append(name)
        functions.kind.append(int(kinds.get(category, Kind.NATIVE)))
        functions.category.append(int(category))
        functions.flags.append(0)
        for column in (
            functions.entry,
            functions.file,
            functions.line,
            functions.module,
            functions.source,
        ):
            if column is not None:
                column.append(-1)
        for column in (frames.line, frames.column, frames.end_column):
            column.append(-1)
        if frames.inlined is not None:
            frames.inlined.append(0)
    return found


def _marked(profile: Profile, notes: list[str]) -> Profile:
    profile.meta = {**profile.meta, "truncated": True}
    quality: Quality = copy.copy(profile.quality)
    quality["notes"] = [*quality.get("notes", []), *notes]
    profile.quality = quality
    return profile
