"""Further events beside the clock: the value of each, and whether it is exact."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nativeprofile.tables.profile import Value

from .departures import EVENT as SWITCHES
from .kinds import Seen

_SINGLY = ("page-faults", "cpu-migrations")
"""Events of which each can be a sample; the hardware's are far too many."""


class Events:
    """Those that were asked for and recorded."""

    def __init__(self, recorded: Sequence[str], asked: Sequence[str], first: int) -> None:
        """`recorded` names the recording's events by number; the columns of `asked` begin with
        number `first`."""
        names = dict.fromkeys(str(name) for name in asked)
        # Of switches all records are there, with stacks or without.
        known = [n for n in names if n in recorded or (n == SWITCHES and first > 1)]
        self.values: list[Value] = [{"name": name, "unit": "count"} for name in known]
        self.switches = first + known.index(SWITCHES) if SWITCHES in known else -1
        """The column that counts the absences of threads, -1 without."""
        self.columns = {
            recorded.index(name): first + number
            for number, name in enumerate(known)
            if name != SWITCHES
        }
        """By the number of the event."""
        self._first = first

    def settle(self, seen: Sequence[Seen], lost: Callable[[int], int]) -> list[str]:
        """Marks the values of which each event was recorded; sentences on those that were
        lost."""
        notes = []
        if self.switches >= 0:
            self.values[self.switches - self._first]["exact"] = True
        for event, column in self.columns.items():
            value, gone = self.values[column - self._first], lost(event)
            if gone:
                notes.append(
                    f"perf could not keep up and lost {gone:,} samples of {value['name']}: their "
                    "number is too low."
                )
            elif value["name"] in _SINGLY and all(
                sample.period == 1 for sample in seen if sample.event == event
            ):
                value["exact"] = True
        return notes
