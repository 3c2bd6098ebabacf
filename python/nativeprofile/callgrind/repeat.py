"""How far two counts of one cell may lie apart, in a kernel where other things ran before it."""

from __future__ import annotations

import numpy as np

from nativeprofile.formats.callgrind.data import Recording

_DEARER = {"_PyObject_Malloc": 7, "_PyObject_Free": 10}
"""CPython's allocator: instructions that a call costs more, at most, for what it finds. Taking the
last free block of a pool costs 7; giving one back to a full pool 6, and 4 by the side of a boundary
that it lies on. Measured for 3.13 (docs/callgrind.md)."""
_LEAST = 0.001
"""A share of the whole below which nothing is said."""


def spread(recording: Recording) -> str | None:
    """What to say of it; None where it is little, or another allocator is at work.

    A cell that keeps allocating and freeing a few blocks gets the same ones again and again. Where
    these lie depends on what ran before, and on other threads of the kernel.
    """
    names, calls = recording.names, recording.calls
    most = 0
    for row, name in enumerate(names):
        if name in _DEARER:
            most += _DEARER[name] * int(calls.count[calls.callee == row].sum())
    whole = int(np.sum(recording.self_costs(recording.events[0])))
    if most < _LEAST * whole:
        return None
    return (
        "How full the pools of CPython's allocator are may change this by up to about "
        f"{100 * most / whole:.1f} % when the cell runs again. For a kernel without them run: "
        "nativeprofile kernelspec install --malloc --name callgrind-malloc"
    )
