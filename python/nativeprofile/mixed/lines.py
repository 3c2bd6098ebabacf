"""The line and columns that each Python frame was at.

A Python call leaves its trampoline's return address in the stack, and the evaluator that
runs it keeps, between that address and the next one inward (or in a register), a pointer
behind the instruction that it has fetched. Which of several pointers is the right one is
decided by vote: the compiler keeps it at the same distance in every evaluator frame.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from nativeprofile.symbols.linetable import NOWHERE
from nativeprofile.symbols.linetable import Position as Place

from .recording import Code
from .stream import Sample

Candidates = tuple[tuple[int, int], ...]
"""(slot, units) pairs. Slot: words from the pointer to the return address; negative: a
register, counted back from the stack. Units: code units before the pointer."""


class Pointer(NamedTuple):
    """What may be the pointer of a frame of the evaluator, whatever function it runs."""

    slot: int
    code: int
    """The number of the function's frames."""
    units: int


_CLEAR = 0.8
"""The share of votes from which an opcode counts as known."""
_ENOUGH = 3
"""Samples from which a return address has a say."""
_SURE = 10
_ALWAYS = 0.95
_RARE = 0.05
"""Of the votes for the best register: fewer are chance."""
_RETURNS = 4
"""How many return addresses the handler of one opcode may have, on the average."""


def candidates(
    sample: Sample, trampolines: Sequence[int]
) -> tuple[tuple[Candidates, ...], tuple[Pointer, ...]]:
    """For each Python frame of the sample, innermost first, what may be its pointer.

    Return addresses left over from earlier calls are skipped: only those that come in the
    order of the unwound frames count. And where the innermost one has no pointer of its own,
    those to other functions in the registers, its caller left out: the evaluator may have
    entered one of them without a trampoline (CPython 3.13 does so for `__init__`).
    """
    words, index = sample.words, sample.number
    hits, hit_of = words.hits, words.hit_trampolines
    pointers, pointer_of, units = words.pointers, words.pointer_trampolines, words.pointer_units
    hit, last_hit = words.hits_from[index], words.hits_to[index]
    at, last = words.pointers_from[index], words.pointers_to[index]
    stack = words.stack_starts[index]
    result: list[Candidates] = []
    others: list[Pointer] = []
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
            word = pointers[at]
            if pointer_of[at] == trampoline:
                mine.append((place - word if word >= stack else word - stack, units[at]))
            elif word < stack and not result and pointer_of[at] not in trampolines[1:2]:
                others.append(Pointer(word - stack, pointer_of[at], units[at]))
            at += 1
        result.append(tuple(mine))
    return tuple(result), () if result and result[0] else tuple(others)


class Site(NamedTuple):
    """A Python frame of a sample: its code, its candidates, and the return address inside
    the evaluator (any number that stands for it, -1 without one). `leaf`: the evaluator
    itself was running, not something that it called."""

    code: Code
    found: Candidates
    evaluator: int
    leaf: bool
    evidence: frozenset[int] = frozenset()
    """The instructions that can have called what stands upon the frame; empty if none is known
    (`evidence`)."""
    number: int = 0
    """Of the Python frame, where it still has to be put in."""


class Ballot:
    """Learns from all samples of a recording, then decides each frame.

    First the slots: which ones have pointers to instructions that can have called what stands
    upon the frame (what an earlier call left there does not), and where most evaluator frames
    have a pointer. Then the opcodes: a return address inside the evaluator belongs to the
    handler of one instruction, so frames whose pointer is clear tell which, and that settles
    the others: a pointer behind another instruction is stale, and where a function has such
    instructions on one line only, the line is known without a pointer.
    """

    def __init__(self) -> None:
        self._slots: Counter[int] = Counter()
        self._tested: Counter[tuple[int, int]] = Counter()
        self._right: Counter[tuple[int, int, int]] = Counter()
        """Samples by return address (-1: all) and slot for which there is evidence, and those
        whose pointer agreed with it, read as behind the instruction (0) or at it (1)."""
        self._seen: Counter[tuple[int, int]] = Counter()
        """Samples by bytecode and the instruction they were at."""
        self._readings: dict[tuple[int, int], tuple[int, int]] = {}
        self._handled: dict[int, dict[int, Counter[int]]] = {}
        """By slot and return address: before which opcodes the pointers stand."""
        self._follows: dict[int, int] = {}
        self._opcodes: dict[int, Counter[int]] = {}
        self.inferred = 0
        """Frames whose place was told by what they called."""

    def vote(self, site: Site, weight: int) -> None:
        """Counts the slots of a frame that `weight` samples share."""
        for slot in {slot for slot, _ in site.found}:
            if (slot < 0) == site.leaf:
                self._slots[slot] += weight
        if site.evaluator < 0 or site.leaf:
            return
        for slot, units in site.found:
            unit = site.code.instruction(units)
            by_return = self._handled.setdefault(slot, {})
            by_return.setdefault(site.evaluator, Counter())[site.code.opcodes[unit]] += weight
            if site.evidence:
                for where in (site.evaluator, -1):
                    self._tested[where, slot] += weight
                    for ahead in (0, 1):
                        if site.code.instruction(units + ahead) in site.evidence:
                            self._right[where, slot, ahead] += weight

    def learn(self, site: Site, weight: int) -> None:
        """Counts the opcode of a frame, when all slots are known."""
        if site.evaluator >= 0 and not site.leaf and site.found:
            best = max(site.found, key=self._rank(site))
            unit = self._unit(site, best)
            if not site.evidence or unit in site.evidence:
                opcode = site.code.opcodes[unit]
                self._opcodes.setdefault(site.evaluator, Counter())[opcode] += weight
                self._seen[site.code.start, unit] += weight

    def likely(self, sites: Sequence[Site]) -> Site:
        """Of the functions that a frame of the evaluator may run the one that it does."""

        def rank(site: Site) -> tuple[bool, bool, tuple[int, int, int, int]]:
            opcode = -1 if site.leaf else self._opcode(site.evaluator)
            units = {self._unit(site, found) for found in site.found}
            called = not site.evidence.isdisjoint(units)
            fits = opcode < 0 or any(site.code.opcodes[unit] == opcode for unit in units)
            return called, fits, max(map(self._rank(site), site.found))

        return max(sites, key=rank)

    def usual(self, pointers: Sequence[Pointer]) -> list[Pointer]:
        """Those in registers that the evaluator keeps its pointer in, the most usual first."""
        slots = self._slots
        most = max((n for slot, n in slots.items() if slot < 0), default=0)
        if not most:  # no other frame was seen at its leaf
            return [pointer for pointer in pointers if pointer.slot < 0]
        least = _RARE * most
        kept = [pointer for pointer in pointers if slots[pointer.slot] > least]
        return sorted(kept, key=lambda pointer: -slots[pointer.slot])

    def place(self, site: Site) -> Place:
        """The line and columns, as far as they are known."""
        code, ranked = site.code, sorted(site.found, key=self._rank(site), reverse=True)
        if not ranked and (site.leaf or site.evaluator < 0):
            return code.first_line, -1, -1  # about to begin, or just ended
        units = [self._unit(site, found) for found in ranked]
        if site.leaf or (ranked and self._reading(site.evaluator, ranked[0][0])[0] == _SURE):
            return code.place(units[0])
        told = site.evidence
        if told:
            both = [unit for unit in units if unit in told]
            if both:
                return code.place(both[0])
            found = _common({code.place(unit) for unit in self._most_seen(code, told)})
            if found:
                self.inferred += 1
                return found
        opcode = self._opcode(site.evaluator)
        if opcode < 0:
            return code.place(units[0]) if units else NOWHERE
        for unit in units:
            if code.opcodes[unit] == opcode:
                return code.place(unit)
        places = {code.place(n) for n, found in enumerate(code.opcodes) if found == opcode}
        return _common(places) or NOWHERE

    def _most_seen(self, code: Code, told: frozenset[int]) -> frozenset[int]:
        """Of the instructions that can have called something the one where nearly all frames
        with a pointer were, if there is one."""
        seen = {unit: self._seen[code.start, unit] for unit in told}
        best = max(seen, key=lambda unit: seen[unit])
        return frozenset({best}) if seen[best] > _ALWAYS * sum(seen.values()) else told

    def _unit(self, site: Site, found: tuple[int, int]) -> int:
        """The instruction that a pointer tells."""
        slot, units = found
        ahead = 0 if site.leaf else self._reading(site.evaluator, slot)[1]
        return site.code.instruction(units + ahead)

    def _reading(self, evaluator: int, slot: int) -> tuple[int, int]:
        """How often a slot's pointer agreed with the evidence, in tenths, and whether it stands
        behind its instruction (0) or at it (1); that of all return addresses together where this
        one has not told enough. All votes must have been given."""
        reading = self._readings.get((evaluator, slot))
        if reading is None:
            reading = _SURE // 2, 0
            for where in (evaluator, -1):
                tested = self._tested[where, slot]
                if tested >= _ENOUGH:
                    behind, at = (self._right[where, slot, ahead] for ahead in (0, 1))
                    reading = round(_SURE * max(behind, at) / tested), int(at > behind)
                    break
            self._readings[evaluator, slot] = reading
        return reading

    def _rank(self, site: Site) -> Callable[[tuple[int, int]], tuple[int, int, int, int]]:
        # At the leaf the registers hold what is true now; further out only the stack does.
        slots, leaf, current = self._slots, site.leaf, self._current
        if leaf:
            return lambda found: (found[0] < 0, 0, slots[found[0]], -found[0])
        evaluator, reading = site.evaluator, self._reading
        return lambda found: (
            reading(evaluator, found[0])[0],
            current(found[0]),
            slots[found[0]],
            -found[0],
        )

    def _current(self, slot: int) -> int:
        """How well a slot follows the instructions: each return address tells the opcode (1), and
        different ones tell different opcodes (2). What an earlier call left there tells the same
        one at all of them, which only a few return addresses do of themselves."""
        found = self._follows.get(slot)
        if found is None:
            counts = [c for c in self._handled.get(slot, {}).values() if c.total() >= _ENOUGH]
            usual = [opcodes.most_common(1)[0] for opcodes in counts]
            told = sum(count for _, count in usual)
            total = sum(opcodes.total() for opcodes in counts)
            kinds = Counter[int]()
            for opcode, count in usual:
                kinds[opcode] += count
            follows = told >= _CLEAR * total and _RETURNS * len(kinds) >= len(counts)
            varied = max(kinds.values(), default=0) < _ALWAYS * told
            found = self._follows[slot] = 1 + varied if follows else 0
        return found

    def _opcode(self, evaluator: int) -> int:
        """The instruction whose handler a return address lies in, -1 if that is not clear."""
        votes = self._opcodes.get(evaluator)
        if not votes:
            return -1
        opcode, count = votes.most_common(1)[0]
        return opcode if count >= _CLEAR * votes.total() else -1


def _common(places: set[Place]) -> Place | None:
    """What places have in common: all, the line, or nothing (None)."""
    if len(places) == 1:
        return next(iter(places))
    found = {line for line, _, _ in places}
    return (found.pop(), -1, -1) if len(found) == 1 else None
