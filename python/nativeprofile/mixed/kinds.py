"""Samples by kind: those with the same stack and the same pointers are looked at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from . import jit, lines
from .departures import Arguments
from .evaluators import Evaluators
from .functions import Functions
from .roots import Verdict
from .shown import Shown
from .unwind import UNKNOWN, Unwinder, Unwound

_STARTS = ("_start", "start_thread", "__libc_start")
_NO_CODE = UNKNOWN, "[stack]", "[heap]"
"""Where no stack begins: what led there was not a return address."""


class Seen(NamedTuple):
    """A sample, small enough to keep all of them."""

    thread: int
    time: int
    period: int
    kind: int
    truncated: bool
    place: int
    """Of the asyncio task, a number for `TaskFinder.at`."""
    event: int = 0
    """Which of the recording's events."""
    arguments: Arguments = (0, 0, 0)


_Pointers = tuple[lines.Pointer, ...]
_Key = tuple[int, tuple[lines.Candidates, ...], _Pointers, tuple[_Pointers, ...], bool, int, bool]


@dataclass
class Kind:
    """What all samples with the same stack and the same pointers have in common."""

    stack: int
    found: tuple[lines.Candidates, ...]
    others: _Pointers
    """Where the innermost Python frame has none, pointers to other functions."""
    pointers: tuple[_Pointers, ...]
    """Without trampolines: what may be the pointers of each frame of the evaluator."""
    main: bool
    pid: int
    left: bool
    """Taken as the thread left the CPU, not while it ran."""
    read: bool = False
    """Its frames were read from the interpreter: all of Python's, and none else."""
    samples: int = 0
    row: int = -1
    verdict: Verdict = Verdict.OUTSIDE
    launch: int = -1
    """The row of the innermost Python frame, where workers' frames are put; -1 without one."""
    libraries: frozenset[str] = frozenset()
    """Those that its innermost Python frame had called; all, without one."""
    python_frames: int = 0
    known_lines: int = 0
    inferred: int = 0
    native_frames: int = 0
    resolved: int = 0
    complete: bool = False


class Kinds:
    """`all` holds each kind once, by the number that samples name."""

    def __init__(
        self,
        unwinder: Unwinder,
        evaluators: Evaluators,
        functions: Functions,
        main: int,
        left: int,
    ) -> None:
        """`main` is the thread that runs the cell, `left` the event of threads that leave
        their CPU."""
        self._evaluators = evaluators
        self.all: list[Kind] = []
        self._unwinder = unwinder
        self._functions = functions
        self._main = main
        self._left = left
        self._numbers: dict[_Key, int] = {}
        self._shown: list[Shown] = []
        self._shown_stacks: list[list[Shown]] = []
        self._trampolines: list[tuple[int, ...]] = []
        """The Python frames of each stack."""

    def of(self, sample: Seen) -> Kind:
        """The kind of a sample."""
        return self.all[sample.kind]

    def is_main(self, thread: int) -> bool:
        """Whether a thread runs the cell."""
        return thread == self._main

    def see(self, sample: Unwound) -> Seen:
        """Takes note of a sample."""
        unwinder = self._unwinder
        while len(self._trampolines) <= sample.stack:
            frames = unwinder.stacks[len(self._trampolines)]
            python = (unwinder.frames[frame].trampoline for frame in frames)
            self._trampolines.append(tuple(t for t in python if t))
        taken = sample.sample
        found, others = lines.candidates(taken, self._trampolines[sample.stack])
        pointers = self._evaluators.pointers(taken, sample.stack)
        main, left = self.is_main(sample.tid), taken.event == self._left
        key = (sample.stack, found, others, pointers, main, taken.pid, left)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.all)
            self.all.append(Kind(*key))
        self.all[number].samples += 1
        cut = taken.truncated and not self.complete(sample.stack)
        place = taken.words.tasks[taken.number]
        return Seen(
            sample.tid, sample.time, taken.period, number, cut, place, taken.event, taken.arguments
        )

    def stack(self, number: int) -> list[Shown]:
        """An unwound stack's frames as functions, leaf first."""
        unwinder, shown, stacks = self._unwinder, self._shown, self._shown_stacks
        while len(shown) < len(unwinder.frames):
            shown.append(self._functions.show(unwinder.frames[len(shown)]))
        while len(stacks) < len(unwinder.stacks):
            stacks.append([shown[frame] for frame in unwinder.stacks[len(stacks)]])
        return stacks[number]

    def complete(self, number: int) -> bool:
        """Whether a stack reaches its thread's start (or never left the kernel)."""
        frames = [self._unwinder.frames[f] for f in self._unwinder.stacks[number][-2:]]
        if any(f.symbol.startswith(_STARTS) or "clone" in f.symbol for f in frames):
            return True
        last = frames[-1].path.rsplit("/", 1)[-1]
        known = last.startswith(("libc.so", "libc-", "python", "["))
        return known and last not in (*_NO_CODE, jit.PATH)
