"""Samples taken as threads leave their CPU: which to unwind, and the system call's arguments."""

from __future__ import annotations

import struct

from nativeprofile.formats import perfdata
from nativeprofile.formats.perfdata import PerfData

EVENT = "context-switches"

_WORD, _HALVES = struct.Struct("<Q"), struct.Struct("<II")
_OUT_BYTE = perfdata.MISC_SWITCH_OUT >> 8
_BRIEF_NS = 500_000

Arguments = tuple[int, int, int]
"""The first, third and fourth argument of the system call in which a thread left."""
NO_ARGUMENTS: Arguments = (0, 0, 0)


class Departures:
    """Of absences that follow each other fast, all but one in half a millisecond are left out
    (`offcpu` places them like that one): each unwound stack costs its time."""

    def __init__(self, data: PerfData) -> None:
        events = [attribute.event for attribute in data.attributes]
        self.event = events.index(EVENT) if EVENT in events else -1
        """The number of the event among the recording's, -1 without it."""
        self._data = data
        self._unwound: dict[int, int] = {}
        """When each thread's last brief absence began that was unwound."""

    def left_out(self, data: bytes, records: list[perfdata.Record]) -> set[int]:
        """Where samples begin that are not worth unwinding, as far as these records tell."""
        found = set[int]()
        if self.event < 0:
            return found
        left: dict[int, tuple[int, int]] = {}
        for kind, start, _ in records:
            if kind == perfdata.SAMPLE:
                event, layout = self._data.event_of(data, start)
                if event == self.event:
                    _, tid = _HALVES.unpack_from(data, start + layout.tid)
                    left[tid] = start, _WORD.unpack_from(data, start + layout.time)[0]
            elif kind == perfdata.SWITCH and not data[start + 5] & _OUT_BYTE:
                _, tid = _HALVES.unpack_from(data, start + 8)
                place, since = left.pop(tid, (-1, 0))
                back = _WORD.unpack_from(data, start + 16)[0]
                if place >= 0 and back - since < _BRIEF_NS:
                    if since - self._unwound.get(tid, -_BRIEF_NS) < _BRIEF_NS:
                        found.add(place)
                    else:
                        self._unwound[tid] = since
        return found
