"""A callgrind recording in columns."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from .header import Event, Part

Ints = npt.NDArray[np.int32]
Counts = npt.NDArray[np.int64]
Addresses = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]


@dataclass
class Costs:
    """The counts of many rows: `width[row]` of them, for the first events; the others are zero."""

    width: npt.NDArray[np.uint8]
    flat: Counts

    def of(self, event: int) -> Counts:
        """The count of one event in each row."""
        most = int(self.width.max(initial=0))
        if most * len(self.width) == len(self.flat) > 0:
            # All rows have the same: nothing to look for.
            return self.flat[event::most] if event < most else np.zeros_like(self.flat[::most])
        found = np.zeros(len(self.width), dtype=np.int64)
        has = np.flatnonzero(self.width > event)
        last = np.cumsum(self.width, dtype=np.int64)
        found[has] = self.flat[last[has] - self.width[has] + event]
        return found


@dataclass
class Functions:
    """One row a function: its name, source file and ELF object (-1: not said)."""

    name: Ints
    file: Ints
    object: Ints


@dataclass
class Places:
    """Where something is: lines (0: unknown) of files; addresses if the file gives them."""

    file: Ints
    line: Ints
    address: Addresses | None


@dataclass
class Rows:
    """What each place cost itself. `at.file` is that of an inlined function where one was."""

    function: Ints
    at: Places
    costs: Costs


@dataclass
class Calls:
    """`count` calls from a place in `caller` to `target` in `callee`; costs are inclusive."""

    caller: Ints
    callee: Ints
    at: Places
    target: Places
    count: Counts
    costs: Costs


@dataclass
class Jumps:
    """Jumps from a place to another: `taken` times of the `executed` (-1: unconditional)."""

    function: Ints
    at: Places
    to: Ints
    target: Places
    taken: Counts
    executed: Counts


@dataclass
class Recording:
    """All parts of a recording. `files`, `objects` and `names` are text as it stands there.

    `damaged` counts lines that could not be read, the first in line `first_damaged`; `cut` says
    that a file ends in the middle of a line or of a call. `written` is when the last file was, in
    seconds since the epoch.
    """

    files: list[str]
    objects: list[str]
    names: list[str]
    events: tuple[str, ...]
    definitions: list[Event]
    parts: list[Part]
    functions: Functions
    rows: Rows
    calls: Calls
    jumps: Jumps
    damaged: int = 0
    first_damaged: int = 0
    cut: bool = False
    written: float = math.inf
    notes: list[str] = field(default_factory=list)

    def of(self, costs: Costs, event: str) -> Counts:
        """A counted event in each row."""
        return costs.of(self.events.index(event))

    def self_costs(self, event: str) -> Counts:
        """What each function cost itself, of one counted event."""
        own = self.of(self.rows.costs, event)
        return total_by(self.rows.function, own, len(self.functions.name))

    def calls_of(self) -> Counts:
        """How often each function was called."""
        return total_by(self.calls.callee, self.calls.count, len(self.functions.name))


def total_by(group: Ints | Counts, values: Counts, length: int) -> Counts:
    """The sums of values by group, exactly."""
    found = np.zeros(length, dtype=np.int64)
    np.add.at(found, group, values)
    return found
