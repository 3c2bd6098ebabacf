"""The evaluator's frames in a stack without trampolines, and what may be their pointers.

Words of the stack are counted from the place to which the function that the evaluator called
returns (from the end of the stack, where it called none): the compiler keeps the pointer at
the same distance in every frame of the evaluator.
"""

from __future__ import annotations

from collections.abc import Sequence

from .classify import Group
from .evaluator import EVALUATOR, Evaluator
from .lines import Pointer
from .names import group_of
from .stream import Sample
from .unwind import Frame, Unwinder

_BELOW = 64
"""How many words below a return address a callee may have saved the pointer."""
_SAVED = 1 << 16
"""Slots from here on are registers that the next frame of the evaluator inward has saved."""


def innermost(stack: Sequence[Frame]) -> int:
    """The number of the frame whose registers the sample holds: the first outside of the
    system's kernel."""
    frames = enumerate(stack)
    return next((n for n, f in frames if group_of(f.path) is not Group.KERNEL), len(stack))


class Evaluators:
    """Finds, in each stack, the frames of the evaluator and what may be their pointers."""

    def __init__(self, evaluator: Evaluator | None, unwinder: Unwinder) -> None:
        self._evaluator = evaluator
        self._unwinder = unwinder
        self._returns: list[tuple[int, ...]] = []

    def returns(self, stack: int) -> tuple[int, ...]:
        """Where the calls of each evaluator's frame return to (offsets in its file), innermost
        first; 0 at the leaf."""
        while len(self._returns) <= stack:
            known = self._unwinder.frames
            frames = [known[number] for number in self._unwinder.stacks[len(self._returns)]]
            leaf = innermost(frames)
            self._returns.append(
                tuple(
                    # perf shows a caller by the last byte of its call.
                    0 if n == leaf else frame.ip + 1
                    for n, frame in enumerate(frames)
                    if frame.symbol == EVALUATOR
                )
            )
        return self._returns[stack]

    def pointers(self, sample: Sample, stack: int) -> tuple[tuple[Pointer, ...], ...]:
        """For each evaluator's frame, innermost first, what may be its pointer."""
        if self._evaluator is None:
            return ()
        words, index = sample.words, sample.number
        hits, hit_of = words.hits, words.hit_trampolines
        places, codes, units = words.pointers, words.pointer_trampolines, words.pointer_units
        hit, last_hit = words.hits_from[index], words.hits_to[index]
        at, last = words.pointers_from[index], words.pointers_to[index]
        start = words.stack_starts[index]
        bounds: list[int] = []
        for address in self.returns(stack):
            place = start - 1
            if address:
                found = hit
                while found < last_hit and hit_of[found] != address:
                    found += 1
                if found < last_hit:
                    place, hit = hits[found], found + 1
                else:
                    place = -1
            bounds.append(place)
        local, size = self._evaluator.local, self._evaluator.words
        result: list[tuple[Pointer, ...]] = []
        before = -1  # where the next frame inward begins
        for place in bounds:
            mine = []
            while at < last and place >= 0 and places[at] <= place + local:
                word = places[at]
                if word < start:
                    slot = word - start
                elif before >= 0 and word < before + size:
                    slot = _SAVED + word - before
                else:
                    slot = word - place + _BELOW
                if slot > 0 or word < start:
                    mine.append(Pointer(slot, codes[at], units[at]))
                at += 1
            before = place
            result.append(tuple(mine))
        return tuple(result)
