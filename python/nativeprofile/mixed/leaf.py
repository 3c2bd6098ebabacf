"""Python frames without trampolines: which function each frame of the evaluator runs.

The evaluator keeps a pointer behind the instruction that it has fetched, and that pointer
lies in its frame, in a register, or where a C function that it called has saved that register.
So each frame of the evaluator tells the innermost Python function that it runs, with its line.
The callers of that function are known as far as C code lies between: they have an evaluator's
frame of their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from nativeprofile.symbols.demangle import base

from .evaluator import EVALUATOR
from .evaluators import innermost
from .kinds import Kind, Kinds
from .lines import Site
from .placement import Placement
from .processes import Processes
from .unwind import Frame, Unwinder


def resolve(kinds: Kinds, processes: Processes, unwinder: Unwinder, placement: Placement) -> None:
    """Puts into the stack of each kind, under each frame of the evaluator, the Python function
    that it ran, with the pointers that tell its line."""
    frames, ballot = Frames(unwinder), placement.ballot
    known = [_sites(kind, processes, unwinder, placement) for kind in kinds.all]
    for kind, calls in zip(kinds.all, known, strict=True):
        for sites in calls:
            for site in sites:
                ballot.vote(site, kind.samples)
    for kind, calls in zip(kinds.all, known, strict=True):
        for sites in calls:
            if sites:
                ballot.learn(_fetched(ballot.likely(sites)), kind.samples)
    for kind, calls in zip(kinds.all, known, strict=True):
        chosen = [_fetched(ballot.likely(sites)) if sites else None for sites in calls]
        kind.others = ()
        kind.found = tuple(site.found if site else () for site in chosen)
        kind.stack = frames.stack(kind.stack, [site.number if site else 0 for site in chosen])


def _fetched(site: Site) -> Site:
    """The site without pointers to the start of the code: these tell the function, but no
    instruction has been fetched there."""
    return site._replace(found=tuple(pointer for pointer in site.found if pointer[1]))


def _sites(
    kind: Kind, processes: Processes, unwinder: Unwinder, placement: Placement
) -> list[list[Site]]:
    """For each frame of the evaluator, innermost first, the functions that it may run."""
    stack = unwinder.stacks[kind.stack]
    leaf = innermost([unwinder.frames[number] for number in stack])
    numbers = [
        (n, number) for n, number in enumerate(stack) if unwinder.frames[number].symbol == EVALUATOR
    ]
    result = []
    for (n, number), pointers in zip(numbers, kind.pointers, strict=True):
        by_code: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for pointer in pointers:
            by_code[pointer.code].append((pointer.slot, pointer.units))
        sites, callees = [], placement.callees.upon(stack, n + 1) if n > leaf else ()
        operation = base(unwinder.frames[stack[n - 1]].symbol) if n > leaf else ""
        for function, found in by_code.items():
            code = processes.code(function)
            if code is not None:
                told = placement.evidence.units(code, operation, callees)
                sites.append(Site(code, tuple(found), number, n == leaf, told, function))
        result.append(sites)
    return result


class Frames:
    """Stacks with Python frames put in."""

    def __init__(self, unwinder: Unwinder) -> None:
        self._unwinder = unwinder
        self._python: dict[int, int] = {}
        self._stacks: dict[tuple[int, ...], int] = {}

    def stack(self, number: int, codes: Sequence[int]) -> int:
        """The stack with the functions put in that its evaluator's frames ran (0: unknown)."""
        rest, frames = iter(codes), list[int]()
        for frame in self._unwinder.stacks[number]:
            frames.append(frame)
            if self._unwinder.frames[frame].symbol == EVALUATOR:
                frames.append(self.python(next(rest)))
        return self.add(tuple(frames))

    def add(self, frames: tuple[int, ...]) -> int:
        """The number of the stack with these frames, innermost first."""
        found = self._stacks.get(frames)
        if found is None:
            found = self._stacks[frames] = len(self._unwinder.stacks)
            self._unwinder.stacks.append(frames)
        return found

    def python(self, code: int) -> int:
        """The number of the frame that runs this code (0: unknown)."""
        number = self._python.get(code)
        if number is None:
            number = self._python[code] = len(self._unwinder.frames)
            self._unwinder.frames.append(Frame("", "", 0, -1, code or -1))
        return number
