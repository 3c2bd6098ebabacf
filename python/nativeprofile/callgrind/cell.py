"""What is left of a recording of the kernel when only the cell is wanted.

Each statement's dump holds what was counted below one function, the root. The functions that were
running around it when it began stand there as well: nothing of their own was counted, but
Callgrind charges them with what they lead to.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest

import numpy as np

from nativeprofile.formats.callgrind.data import Costs, Counts, Flags, Ints, Recording
from nativeprofile.formats.callgrind.header import Part


def cell_only(recording: Recording, root: Flags) -> None:
    """Takes what leads to the root (a flag for each function) out of the calls, in place."""
    amounts = dense(recording.calls.costs, len(recording.events))
    gone = np.zeros(len(amounts), dtype=np.bool_)
    for part in recording.parts:
        _unroot(recording, root, part, amounts, gone)
    recording.calls.costs = sparse(amounts)
    keep_calls(recording, ~gone)
    recording.parts = _by_thread(recording.parts)


def _unroot(recording: Recording, root: Flags, part: Part, amounts: Counts, gone: Flags) -> None:
    """Goes up from the root through what was running, in one dump."""
    begin, end = part.calls
    caller, callee = recording.calls.caller[begin:end], recording.calls.callee[begin:end]
    count = recording.calls.count[begin:end]
    inside = np.flatnonzero(root[callee])
    if not len(inside):
        return  # another thread's, whose calls are all the cell's
    whole = amounts[begin + inside].sum(axis=0)
    walked = np.zeros(end - begin, dtype=np.bool_)
    at = int(callee[inside[0]])
    while True:
        # A call that was under way has all that the root cost, and was not counted in this dump;
        # unless the cell made the same call once more.
        under_way = (callee == at) & ~walked & (amounts[begin:end] >= whole).all(axis=1)
        rows = np.flatnonzero(under_way)
        if not len(rows):
            break
        row = int(rows[np.lexsort((-amounts[begin + rows, 0], count[rows]))[0]])
        walked[row] = True
        amounts[begin + row] -= whole
        gone[begin + row] = count[row] == 0 or root[at]
        at = int(caller[row])
    gone[begin:end] |= ~_below(root, caller, callee, ~gone[begin:end])[caller]


def _below(root: Flags, caller: Ints, callee: Ints, keep: Flags) -> Flags:
    """Which functions the root leads to."""
    found, known = root.copy(), 0
    while (size := int(found.sum())) > known:
        known = size
        found[callee[keep & found[caller]]] = True
    return found


def _by_thread(parts: list[Part]) -> list[Part]:
    """The dumps of all statements, which follow each other, as one of their thread."""
    found: list[Part] = []
    for part in parts:
        if found and part.rows[0] == part.rows[1]:
            continue  # a thread of an earlier cell
        last = found[-1] if found else None
        if last is None or last.thread != part.thread:
            name = f"thread {part.thread}" if found else "the cell's thread"
            found.append(replace(part, file=name, number=None, descriptions=[]))
            continue
        last.rows = last.rows[0], part.rows[1]
        last.calls = last.calls[0], part.calls[1]
        last.jumps = last.jumps[0], part.jumps[1]
        last.totals = _sum(last.totals, part.totals)
        last.summary = _sum(last.summary, part.summary)
    return found


def _sum(one: tuple[int, ...] | None, other: tuple[int, ...] | None) -> tuple[int, ...] | None:
    """None where one of them is cut off. A file may leave out zeros at the end."""
    if one is None or other is None:
        return None
    return tuple(a + b for a, b in zip_longest(one, other, fillvalue=0))


def keep_calls(recording: Recording, keep: Flags) -> None:
    """Leaves out calls; the ranges of parts are those of the calls that are left."""
    calls = recording.calls
    before = np.concatenate(([0], np.cumsum(keep)))
    for part in recording.parts:
        part.calls = int(before[part.calls[0]]), int(before[part.calls[1]])
    calls.caller, calls.callee, calls.count = (
        calls.caller[keep],
        calls.callee[keep],
        calls.count[keep],
    )
    for places in (calls.at, calls.target):
        places.file, places.line = places.file[keep], places.line[keep]
        if places.address is not None:
            places.address = places.address[keep]
    calls.costs = sparse(dense(calls.costs, len(recording.events))[keep])


def dense(costs: Costs, events: int) -> Counts:
    """Costs as a table: a row a row, a column an event."""
    columns = [costs.of(event) for event in range(events)]
    return np.stack(columns, axis=1) if columns else np.zeros((len(costs.width), 0), np.int64)


def sparse(amounts: Counts) -> Costs:
    """The opposite of `dense`."""
    width = np.full(len(amounts), amounts.shape[1], dtype=np.uint8)
    return Costs(width, np.ascontiguousarray(amounts).reshape(-1))
