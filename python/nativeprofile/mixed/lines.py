"""The line and columns that each Python frame was at.

A Python call leaves its trampoline's return address in the stack, and the evaluator that
runs it keeps, between that address and the next one inward (or in a register), a pointer
behind the instruction that it has fetched. Which of several pointers is the right one is
decided by vote: the compiler keeps it at the same distance in every evaluator frame.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from .recording import Code
from .stream import Sample

Candidates = tuple[tuple[int, int], ...]
"""(slot, units) pairs. Slot: words from the pointer to the return address; negative: a
register, counted back from the stack. Units: code units before the pointer."""

Place = tuple[int, int, int]
"""Line, column, end column; -1 where unknown."""

NOWHERE: Place = (-1, -1, -1)


def candidates(sample: Sample, trampolines: Sequence[int]) -> tuple[Candidates, ...]:
    """For each Python frame of the sample, innermost first, what may be its pointer.

    Return addresses left over from earlier calls are skipped: only those that come in the
    order of the unwound frames count.
    """
    words, index = sample.words, sample.number
    hits, hit_of = words.hits, words.hit_trampolines
    pointers, pointer_of, units = words.pointers, words.pointer_trampolines, words.pointer_units
    hit, last_hit = words.hits_from[index], words.hits_to[index]
    at, last = words.pointers_from[index], words.pointers_to[index]
    stack = words.stack_starts[index]
    result: list[Candidates] = []
    for trampoline in trampolines:
        found = hit
        while found < last_hit and hit_of[found] != trampoline:
            found += 1
        if found == last_hit:
            result.append(())
            continue
        place, hit = hits[found], found + 1
        mine = []
        while at < last and pointers[at] < place:
            if pointer_of[at] == trampoline:
                word = pointers[at]
                mine.append((place - word if word >= stack else word - stack, units[at]))
            at += 1
        result.append(tuple(mine))
    return tuple(result)


class Ballot:
    """Votes for slots; registers and stack apart."""

    def __init__(self) -> None:
        self._votes: Counter[int] = Counter()

    def add(self, found: Iterable[tuple[Candidates, bool]], weight: int) -> None:
        """Counts a stack's frames; with each, whether the evaluator itself is the leaf."""
        for frame, leaf in found:
            for slot in {slot for slot, _ in frame}:
                if (slot < 0) == leaf:
                    self._votes[slot] += weight

    def choose(self, found: Candidates, leaf: bool) -> int | None:
        """The units before the right pointer. At the leaf the registers hold what is true
        now; further out only the stack does."""
        if not found:
            return None
        votes = self._votes
        return max(found, key=lambda c: ((c[0] < 0) == leaf, votes[c[0]], -c[0]))[1]


def place(code: Code, units: int) -> Place:
    """Where in the source the instruction that ends `units` code units in stands."""
    positions = code.positions
    if not positions:
        return NOWHERE
    return positions[min(max(units - 1, 0), len(positions) - 1)]
