"""Takes out of a profile what the trampolines added to it.

With trampolines a Python call of a Python function passes through C functions and enters the
evaluator anew, which it does not without. Samples in those functions tell how often that
happened at each place of the source; by the kernel's calibration (`calibration`) that makes a
time. It is taken from these samples first, since without trampolines they would not be, the rest
in halves from what the evaluator did there in the caller and in what was called: both have their
part in a call, however long the function then runs. Only CPU time is corrected: wall time is what
passed.

How far the correction may be off is known, from how much the calibration's turns differ and from
how many samples saw calls. Where it may be off by more than half of itself, it is not made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import Enum, auto
from math import hypot, sqrt
from typing import NamedTuple

from nativeprofile.tables.categories import Kind as FunctionKind
from nativeprofile.tables.profile import Profile

from .calibration import ENTRY, HOOK, STEPS, Calibration
from .evaluator import EVALUATOR
from .kinds import Kinds, Seen
from .unwind import Frame, Unwinder

_CALLS = frozenset({HOOK, "_PyEval_Vector", "_PyFunction_Vectorcall"})
_WAY = _CALLS | {"PyObject_Vectorcall", "gen_iternext", "gen_send_ex"}
"""What lies between two frames of the evaluator only because of trampolines. With others in
between, it is C code that calls Python."""
_AROUND = frozenset({"PyObject_Vectorcall", "_Py_CheckFunctionResult", "_PyThreadState_PopFrame"})
"""Belong to a call as well, but may also be of one that does not end in Python."""
_BY_CHANCE = 1.25
"""So much more than the calibration says may be seen in `ENTRY`, beside `STEPS`: beyond that
arguments, not calls, are what takes time there."""
_FOR_EACH_SEEN = 2.3
"""The calibration's usual result, where there is none: on CPython 3.13."""
_SURE = 1.96
"""Standard errors in a 95 % interval."""
_LARGEST_ERROR = 0.5
"""Of a correction, as a part of it: beyond that it might leave most of what it is for."""
_WORTH_A_NOTE = 0.05
_OFTEN = (
    "Small Python functions are called very often here. The trampolines, by which full stacks are "
    "known,"
)
_REMEDY = "--stacks paired"


class Role(Enum):
    """What a sample has to do with calls of Python functions."""

    NONE = auto()
    STEP = auto()
    ENTRY = auto()
    BETWEEN = auto()
    """On the way of a call elsewhere."""
    HOOK = auto()
    """In the trampoline of a function that C code called."""
    INSIDE = auto()
    """In the evaluator."""


_COUNTED = (Role.STEP, Role.ENTRY)
_PASSING = (*_COUNTED, Role.BETWEEN)


class Part(NamedTuple):
    """A sample's weight in nanoseconds and its role; the place of the call (any number that
    stands for it), -1 for none. In the evaluator, `place` is where that stood, `caller` the
    place that it was called from if that call passed through a trampoline."""

    weight: int
    role: Role
    place: int = -1
    caller: int = -1


class Corrected(NamedTuple):
    """Weights in nanoseconds, the share of the whole that was taken out, and by how much of the
    whole that may be off (95 % interval)."""

    weights: list[int]
    removed: float
    error: float

    @property
    def sure(self) -> bool:
        """Whether the correction is better than none."""
        return self.error <= _LARGEST_ERROR * self.removed

    @property
    def shares_off(self) -> float:
        """How far the share of any function may be off because of the error: by all of it, in a
        function that is called and takes hardly any other time."""
        return self.error / (1 - self.removed) if self.removed < 1 else 1.0


def correct(parts: Sequence[Part], calibration: Calibration) -> Corrected:
    """The weights without what the trampolines added."""
    added = _added(parts, calibration)
    passing, own, called = Counter[int](), Counter[int](), Counter[int]()
    for part in parts:
        if part.role in _PASSING:
            passing[part.place] += part.weight
        elif part.role is Role.INSIDE:
            own[part.place] += part.weight
            called[part.caller] += part.weight
    of_caller, of_called = dict[int, float](), dict[int, float]()
    for place, time in added.items():
        rest = max(0.0, time - passing[place])
        mine = min(own[place], max(rest / 2, rest - called[place]))
        of_caller[place] = _share(mine, own[place])
        of_called[place] = _share(rest - mine, called[place])
    weights = []
    for part in parts:
        taken = 0.0
        if part.role is Role.HOOK:
            taken = 1.0
        elif part.role in _PASSING:
            taken = _share(added.get(part.place, 0.0), passing[part.place])
        elif part.role is Role.INSIDE:
            taken = of_caller.get(part.place, 0.0) + of_called.get(part.caller, 0.0)
        weights.append(round(part.weight * max(0.0, 1 - taken)))
    total = sum(part.weight for part in parts)
    removed = 1 - sum(weights) / total if total else 0.0
    calls = sum(part.role in _COUNTED for part in parts)
    error = hypot(calibration.error, _SURE / sqrt(calls)) if calls else calibration.error
    return Corrected(weights, removed, removed * error)


def _share(part: float, whole: int) -> float:
    return min(1.0, part / whole) if whole else 0.0


def estimated(parts: Sequence[Part]) -> float:
    """The share that they may have added, where nothing was calibrated."""
    total = sum(part.weight for part in parts)
    seen = sum(part.weight for part in parts if part.role in _COUNTED)
    return min(1.0, _FOR_EACH_SEEN * seen / total) if total else 0.0


def _added(parts: Iterable[Part], calibration: Calibration) -> dict[int, float]:
    """Nanoseconds, by place."""
    steps, entry = Counter[int](), Counter[int]()
    for part in parts:
        if part.role is Role.STEP:
            steps[part.place] += part.weight
        elif part.role is Role.ENTRY:
            entry[part.place] += part.weight
    usual = _BY_CHANCE * calibration.entry * steps.total()
    counts = min(1.0, usual / entry.total()) if entry else 0.0
    return {
        place: calibration.for_each_seen * (steps[place] + counts * entry[place])
        for place in steps.keys() | entry.keys()
    }


def uncalibrated(share: float) -> list[str]:
    """A sentence where the trampolines matter, and nothing tells what a call costs."""
    if share < _WORTH_A_NOTE:
        return []
    return [
        f"{_OFTEN} have made that dearer: by an estimated {share:.0%} of the time shown, which "
        f"could not be calibrated here and is not taken out. For shares without it: {_REMEDY}"
    ]


def notes(found: Corrected, calibration: Calibration) -> list[str]:
    """A sentence where the trampolines matter, and were taken out if that is sure."""
    if found.removed < _WORTH_A_NOTE:
        return []
    size = f"{found.removed:.0%} ± {found.error:.0%}"
    if not found.sure:
        return [
            f"{_OFTEN} have made that dearer: by {size} of the time shown, which is too unsure to "
            "be taken out: few calls were sampled, or the machine was too uneven to measure what "
            f"one costs. Let the cell run longer, or measure without trampolines: {_REMEDY}"
        ]
    return [
        f"{_OFTEN} made that dearer: a call of a small function takes {calibration.dearer:.0f} ns "
        f"with them, {calibration.plain:.0f} ns without (measured in this kernel). By the calls "
        f"seen that is {size} of the CPU time, which is taken out; because of its error shares "
        f"may be off by up to {100 * found.shares_off:.0f} points. Wall time is as it passed. To "
        f"measure without trampolines: {_REMEDY}"
    ]


class Calls:
    """Tells the role of samples."""

    def __init__(self, kinds: Kinds, unwinder: Unwinder, profile: Profile) -> None:
        self._kinds = kinds
        self._unwinder = unwinder
        self._profile = profile
        self._looked: dict[int, tuple[Role, int]] = {}
        self._parts: dict[int, Part] = {}

    def part(self, sample: Seen) -> Part:
        """A sample with its role."""
        known = self._parts.get(sample.kind)
        if known is None:
            known = self._parts[sample.kind] = self._part(sample)
        return known._replace(weight=sample.period)

    def _part(self, sample: Seen) -> Part:
        kind = self._kinds.of(sample)
        role, callers = self._look(kind.stack)
        places = self._places(kind.row)
        if role is Role.INSIDE:
            return Part(0, role, places[0], places[1] if callers else -1)
        return Part(0, role, places[callers])

    def _look(self, stack: int) -> tuple[Role, int]:
        if stack not in self._looked:
            frames = [self._unwinder.frames[number] for number in self._unwinder.stacks[stack]]
            self._looked[stack] = look(frames)
        return self._looked[stack]

    def _places(self, row: int) -> tuple[int, int]:
        """The profile's frames of the innermost Python function and of its caller."""
        table, found = self._profile, list[int]()
        while row >= 0 and len(found) < 2:
            frame = table.stacks.frame[row]
            if table.functions.kind[table.frames.function[frame]] == FunctionKind.PYTHON:
                found.append(frame)
            row = table.stacks.prefix[row]
        found += [-1, -1]
        return found[0], found[1]


def look(stack: Sequence[Frame]) -> tuple[Role, int]:
    """The role of samples with this stack (leaf first), and of how many Python frames the caller
    is the next: for those in the evaluator 1 if they were called through a trampoline, else 0."""
    first = _evaluator(stack, 0)
    way, leaf = stack[:first], stack[0]
    if first == len(stack):
        return Role.NONE, 0
    calls = [n for n, frame in enumerate(way) if frame.trampoline or frame.symbol in _CALLS]
    if not calls:
        if way and way[-1].symbol not in _AROUND:
            return Role.NONE, 0
        return Role.INSIDE, int(_called(stack, first))
    callers = sum(frame.trampoline > 0 for frame in way)
    if any(frame.symbol not in _WAY for frame in way[calls[-1] + 1 :]):
        hook = any(frame.trampoline or frame.symbol == HOOK for frame in way)
        return (Role.HOOK if hook else Role.NONE), 0
    for names, role in ((STEPS, Role.STEP), (ENTRY, Role.ENTRY)):
        if leaf.symbol in names:
            return role, callers
    return Role.BETWEEN, callers


def _called(stack: Sequence[Frame], evaluator: int) -> bool:
    """Whether this frame of the evaluator was entered from another one, by a trampoline alone."""
    caller = _evaluator(stack, evaluator + 1)
    way = stack[evaluator + 1 : caller]
    if caller == len(stack) or not way or not way[0].trampoline:
        return False
    return all(frame.symbol in _WAY for frame in way[1:])


def _evaluator(stack: Sequence[Frame], start: int) -> int:
    """The next frame of the evaluator from there on, or how many frames there are."""
    found = (n for n in range(start, len(stack)) if stack[n].symbol == EVALUATOR)
    return next(found, len(stack))
