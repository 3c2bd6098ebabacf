"""When each thread was off the CPU: the recorder's switch records as exact intervals.

The kernel writes one record when a thread leaves a CPU (and says whether it was ready to go
on, PERF_RECORD_MISC_SWITCH_OUT_PREEMPT) and one when it comes back; threads' births and ends
are recorded, too.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nativeprofile.formats import perfdata

Ints = npt.NDArray[np.int64]
_SWITCH, _TASK = struct.Struct("<HxxIIQ"), struct.Struct("<IxxxxQ")
"""misc, process, thread, time of a switch; thread, time of a birth or an end."""
_IN, _OUT, _PREEMPTED = 0, 1, 2
_TIME_BITS = 44
"""Nanoseconds of five hours, within which a cell's times lie."""


@dataclass(frozen=True)
class Life:
    """A thread within the recording; times in nanoseconds."""

    start: int
    end: int
    on_cpu: int
    """Nanoseconds between the two in which it was on a CPU."""
    whole: bool
    """Whether it was born and ended within the recording."""


@dataclass(frozen=True)
class Absences:
    """Intervals off the CPU, ordered by thread and time, one column a fact."""

    thread: Ints
    start: Ints
    end: Ints
    preempted: npt.NDArray[np.bool_]
    """Ready to go on, but another thread had the CPU."""


class Switches:
    """Collects records in any order; `read` makes intervals of them."""

    def __init__(self) -> None:
        self._threads: list[int] = []
        self._times: list[int] = []
        self._kinds: list[int] = []
        self.pids: dict[int, int] = {}
        """The process of each thread."""
        self._born: dict[int, int] = {}
        self._ended: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._times)

    def note(self, kind: int, data: bytes, start: int) -> None:
        """Takes note of the record at `start`, if it is one of these."""
        if kind == perfdata.SWITCH:
            misc, pid, thread, time = _SWITCH.unpack_from(data, start + 4)
            self.add(pid, thread, time, misc)
        elif kind in (perfdata.FORK, perfdata.EXIT):
            thread, time = _TASK.unpack_from(data, start + 16)
            times = self._born if kind == perfdata.FORK else self._ended
            times[thread] = time

    def ended(self, thread: int) -> int:
        """When a thread ended, 0 if that is not known."""
        return self._ended.get(thread, 0)

    def times(self) -> list[int]:
        """The first and the last moment of which there is a record; empty without any."""
        found = [*self._times, *self._ended.values()]
        return [min(found), max(found)] if found else []

    def add(self, pid: int, thread: int, time: int, misc: int) -> None:
        """A thread leaves the CPU or comes back; `misc` is the record's."""
        out = misc & perfdata.MISC_SWITCH_OUT
        kind = (_PREEMPTED if misc & perfdata.MISC_SWITCH_OUT_PREEMPT else _OUT) if out else _IN
        self.pids[thread] = pid
        self._threads.append(thread)
        self._times.append(time)
        self._kinds.append(kind)

    def read(self, start: int, end: int) -> tuple[Absences, dict[int, Life]]:
        """Intervals off the CPU and the threads' lives, both within `start` and `end`."""
        thread, time, kind = (
            np.array(column, dtype=np.int64) for column in (self._threads, self._times, self._kinds)
        )
        order = np.lexsort((time, thread))
        thread, time, kind = thread[order], time[order], kind[order]
        known = np.unique(thread)
        born = np.array([max(start, self._born.get(t, start)) for t in known.tolist()], np.int64)
        ends = np.array([min(end, self._ended.get(t, end)) for t in known.tolist()], np.int64)
        absences = _absences(thread, time, kind, known, born, ends, self._born)
        away = np.zeros(len(known), dtype=np.int64)
        np.add.at(away, np.searchsorted(known, absences.thread), absences.end - absences.start)
        lives = {}
        for n, t in enumerate(known.tolist()):
            first, last = int(born[n]), max(int(born[n]), int(ends[n]))
            whole = self._born.get(t, -1) >= start and self._ended.get(t, end + 1) <= end
            lives[t] = Life(first, last, max(0, last - first - int(away[n])), whole)
        return absences, lives


def _absences(
    thread: Ints,
    time: Ints,
    kind: Ints,
    known: Ints,
    born: Ints,
    ends: Ints,
    births: dict[int, int],
) -> Absences:
    first = np.searchsorted(thread, known)
    last = np.searchsorted(thread, known, side="right") - 1
    # From each departure to the thread's next record, or to its end.
    out = np.flatnonzero(kind != _IN)
    until = np.append(time[1:], 0)
    until[last] = ends
    # A thread whose first record is a return was away before; a new one was ready to begin.
    early = np.flatnonzero(kind[first] == _IN)
    newborn = np.array([t in births for t in known[early].tolist()], dtype=np.bool_)
    threads = np.concatenate((thread[out], known[early]))
    starts = np.concatenate((time[out], born[early]))
    stops = np.concatenate((until[out], time[first[early]]))
    preempted = np.concatenate((kind[out] == _PREEMPTED, newborn))
    place = np.searchsorted(known, threads)
    starts, stops = np.maximum(starts, born[place]), np.minimum(stops, ends[place])
    order = np.lexsort((starts, threads))
    order = order[stops[order] > starts[order]]
    return Absences(threads[order], starts[order], stops[order], preempted[order])


def matched(absences: Absences, thread: Ints, time: Ints) -> Ints:
    """For samples that were taken when a thread left: which of the intervals is theirs, the
    next one of their thread, unless it was away already; -1 without one."""
    if not len(absences.start):
        return np.full(len(time), -1, dtype=np.int64)
    first = min(int(absences.start[0]), int(absences.start.min()), int(time.min(initial=2**62)))
    known = np.unique(absences.thread)
    lane = np.searchsorted(known, thread)
    lane[lane == len(known)] = 0
    keys = np.searchsorted(known, absences.thread) << _TIME_BITS | absences.start - first
    at = np.searchsorted(keys, lane << _TIME_BITS | np.maximum(time - first, 0))
    inside = np.minimum(at, len(keys) - 1)
    before = np.maximum(at - 1, 0)
    own = (at < len(keys)) & (absences.thread[inside] == thread)
    away = (at > 0) & (absences.thread[before] == thread) & (absences.end[before] > time)
    return np.where(own & ~away, inside, -1)
