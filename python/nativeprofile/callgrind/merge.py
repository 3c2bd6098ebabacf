"""One row for what is one function: Python functions have code in several places."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nativeprofile.formats.callgrind.data import Functions, Recording

from .cell import keep_calls
from .python import Known


def merged(recording: Recording, known: list[Known]) -> tuple[Recording, list[Known]]:
    """The recording with one row for each distinct function that cost anything or was called, and
    what these are."""
    rows: dict[Known, int] = {}
    first: list[int] = []
    new = np.zeros(len(known), dtype=np.int32)
    used = _used(recording)
    for row, one in enumerate(known):
        if not used[row]:
            continue
        if one not in rows:
            rows[one] = len(first)
            first.append(row)
        new[row] = rows[one]
    table, calls, jumps = recording.functions, recording.calls, recording.jumps
    # A cell's code is called by the function that evaluates it, which is the cell as well.
    same = (new[calls.caller] == new[calls.callee]) & (calls.caller != calls.callee)
    keep_calls(recording, ~same)
    found = replace(
        recording,
        names=[one.name for one in rows],
        functions=Functions(
            np.arange(len(first), dtype=np.int32), table.file[first], table.object[first]
        ),
        rows=replace(recording.rows, function=new[recording.rows.function]),
        calls=replace(calls, caller=new[calls.caller], callee=new[calls.callee]),
        jumps=replace(jumps, function=new[jumps.function], to=new[jumps.to]),
    )
    return found, list(rows)


def _used(recording: Recording) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    used = np.zeros(len(recording.functions.name), dtype=np.bool_)
    for rows in (
        recording.rows.function,
        recording.calls.caller,
        recording.calls.callee,
        recording.jumps.function,
        recording.jumps.to,
    ):
        used[rows[rows >= 0]] = True
    return used
