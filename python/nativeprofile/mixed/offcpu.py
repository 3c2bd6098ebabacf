"""Time off the CPU: each absence of a thread at the stack where it left, with its reason.

The recorder gives every absence its exact length, and its stack, too, unless threads switch
very fast: then only some have one. Those without are placed like the nearest in time of the
same thread that lasted about as long; where there is none, the place stays unknown. Where the
system gives no stacks at all, those that others have read (`offcpu_looks`) stand for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from nativeprofile.tables.builder import Builder
from nativeprofile.tables.categories import Category
from nativeprofile.tables.categories import Kind as FunctionKind

from .kinds import Kind, Kinds, Seen
from .placement import Placement
from .reasons import Reason, Timeout, reason, settle
from .roots import Verdict
from .switches import Absences, Ints, matched

_SLICE_NS = 1_000_000
"""Absences of one thread from one stack within so long become one row."""
_ROOT = -1
"""The row upon which a thread's stacks stand."""
_MESSAGING = "ZMQbg/"
"""Threads of the library through which a notebook talks."""


class Wait(NamedTuple):
    """A row of the table of samples: `duration` nanoseconds of `absences` in all."""

    thread: int
    pid: int
    row: int
    time: int
    duration: int
    absences: int
    seen: Seen | None
    """Where the stack is from."""


class OffCpu:
    """`waits` makes rows of absences."""

    def __init__(
        self,
        builder: Builder,
        kinds: Kinds,
        placement: Placement,
        main: int,
        told: Mapping[int, Reason] | None = None,
    ) -> None:
        """`told`: the reasons of kinds, where no stacks tell them; absences without a sample of
        their own have no place then."""
        self._builder = builder
        self._kinds = kinds
        self._placement = placement
        self._main = main
        self._reasons: dict[int, Reason] = dict(told or {})
        self._infers = told is None
        self._frames: dict[Category, int] = {}
        self.total = self.inferred = self.unknown = 0
        """Nanoseconds: all that is shown, placed like others, and without a place."""

    def waits(
        self,
        absences: Absences,
        left: Sequence[Seen],
        on_cpu: set[int],
        certain: tuple[int, int],
        pids: Mapping[int, int],
        name: Callable[[int], str],
    ) -> list[Wait]:
        """The absences of the cell's threads. `left` are the samples taken when threads left,
        `on_cpu` the threads that have samples of the cell otherwise, `certain` the times
        between which the cell surely ran; `pids` and `name` tell a thread's process and name."""
        placed, own = _placed(absences, left, self._infers)
        belongs = self._belonging(left, on_cpu, name)
        found: dict[tuple[int, int, int, int], Wait] = {}
        rows = zip(
            absences.thread.tolist(),
            absences.start.tolist(),
            (absences.end - absences.start).tolist(),
            absences.preempted.tolist(),
            placed.tolist(),
            own.tolist(),
            strict=True,
        )
        for thread, time, duration, preempted, sample, mine in rows:
            if thread not in belongs:
                continue
            seen = left[sample] if sample >= 0 else None
            row = self._row(thread, time, duration, preempted, seen, certain)
            if row < 0:
                continue
            self.total += duration
            self.unknown += duration if seen is None else 0
            self.inferred += 0 if seen is None or mine else duration
            key = thread, row, time // _SLICE_NS, seen.place if seen else -1
            before = found.get(key)
            found[key] = (
                Wait(thread, pids[thread], row, time, duration, 1, seen)
                if before is None
                else before._replace(
                    duration=before.duration + duration, absences=before.absences + 1
                )
            )
        return list(found.values())

    def _belonging(
        self, left: Sequence[Seen], on_cpu: set[int], name: Callable[[int], str]
    ) -> set[int]:
        """The threads whose waiting is shown: the cell's own, those of native code that also
        ran, and those that wait in Python code which is not the notebook's."""
        waiting = {
            seen.thread
            for seen in left
            if (kind := self._kinds.of(seen)).verdict is Verdict.CELL and kind.python_frames
        }
        ran = {thread for thread in on_cpu if not name(thread).startswith(_MESSAGING)}
        return {self._main} | waiting | ran

    def _row(
        self,
        thread: int,
        time: int,
        duration: int,
        preempted: bool,
        seen: Seen | None,
        certain: tuple[int, int],
    ) -> int:
        """The row of an absence, -1 if it is not the cell's."""
        kind = self._kinds.of(seen) if seen else None
        category = Category.QUEUED if preempted else Category.WAITING
        why = Reason(category)
        if seen and not preempted:
            why = self._reason(seen.kind)
            category = settle(why, seen.arguments, duration)
        if kind is None:
            base = self._placement.cell_row() if thread == self._main else _ROOT
        elif kind.verdict is Verdict.CELL or (
            kind.verdict is Verdict.MAYBE and certain[0] <= time <= certain[1]
        ):
            base = kind.row
        elif thread == self._main and why.timeout is not Timeout.NONE and self._loop(kind):
            base = self._placement.cell_row()
        else:
            return -1
        return self._builder.stack(base, self._leaf(category), category)

    def _reason(self, kind: int) -> Reason:
        found = self._reasons.get(kind)
        if found is None:
            shown = self._kinds.stack(self._kinds.all[kind].stack)
            found = self._reasons[kind] = reason([frame.facts for frame in shown])
        return found

    def _loop(self, kind: Kind) -> bool:
        """Whether the event loop waits here: while a cell runs, what it awaits."""
        return not any(frame.ours for frame in self._kinds.stack(kind.stack))

    def _leaf(self, category: Category) -> int:
        frame = self._frames.get(category)
        if frame is None:
            function = self._builder.function(
                f"off CPU: {category.label}",
                kind=FunctionKind.KERNEL,
                category=category,
                module="kernel",
            )
            frame = self._frames[category] = self._builder.frame(function)
        return frame


def _placed(absences: Absences, left: Sequence[Seen], infer: bool) -> tuple[Ints, Ints]:
    """For each absence the number of the sample that tells its place, -1 if none does; and
    whether that is its own (1) or another's (0), which counts only to `infer` a place."""
    threads = np.array([seen.thread for seen in left], dtype=np.int64)
    times = np.array([seen.time for seen in left], dtype=np.int64)
    at = matched(absences, threads, times)
    placed = np.full(len(absences.start), -1, dtype=np.int64)
    placed[at[at >= 0]] = np.flatnonzero(at >= 0)
    own = (placed >= 0).astype(np.int64)
    length = np.log2(np.maximum(absences.end - absences.start, 1)).astype(np.int64)
    key = (absences.thread << 8) | (length << 1) | absences.preempted
    missing = np.flatnonzero(placed < 0)
    if not infer or not len(missing) or not len(left):
        return placed, own
    known = np.flatnonzero(own)
    lists = {k: known[key[known] == k] for k in np.unique(key[known]).tolist()}
    for k in np.unique(key[missing]).tolist():
        # About as long: within a factor of two, or else of four.
        like = next((lists[near] for near in (k, k - 2, k + 2) if near in lists), None)
        if like is None:
            continue
        wanted = missing[key[missing] == k]
        after = np.searchsorted(absences.start[like], absences.start[wanted])
        before, after = np.maximum(after - 1, 0), np.minimum(after, len(like) - 1)
        nearer = (
            absences.start[like[after]] - absences.start[wanted]
            < absences.start[wanted] - absences.start[like[before]]
        )
        placed[wanted] = placed[like[np.where(nearer, after, before)]]
    return placed, own
