"""The line and columns that each Python frame was at.

A Python call leaves its trampoline's return address in the stack, and the evaluator that
runs it keeps, between that address and the next one inward (or in a register), a pointer
behind the instruction that it has fetched. Which of several pointers is the right one is
decided by vote: the compiler keeps it at the same distance in every evaluator frame.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from nativeprofile.symbols.linetable import NOWHERE
from nativeprofile.symbols.linetable import Position as Place

from .recording import Code
from .stream import Sample

Candidates = tuple[tuple[int, int], ...]
"""(slot, units) pairs. Slot: words from the pointer to the return address; negative: a
register, counted back from the stack. Units: code units before the pointer."""

_CLEAR = 0.8
"""The share of votes from which an opcode counts as known."""


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


_BINARY = [
    "Add",
    "And",
    "FloorDivide",
    "Lshift",
    "MatrixMultiply",
    "Multiply",
    "Remainder",
    "Or",
    "Power",
    "Rshift",
    "Subtract",
    "TrueDivide",
    "Xor",
]
"""The operators by BINARY_OP's argument (NB_ADD and so on in CPython's opcode.h)."""

_OPERATIONS: dict[str, tuple[str, int | None]] = {
    **{f"PyNumber_{name}": ("BINARY_OP", n) for n, name in enumerate(_BINARY)},
    **{f"PyNumber_InPlace{name}": ("BINARY_OP", n + 13) for n, name in enumerate(_BINARY)},
    "PyObject_RichCompare": ("COMPARE_OP", None),
    "PyObject_GetItem": ("BINARY_SUBSCR", None),
    "PyObject_SetItem": ("STORE_SUBSCR", None),
    "PyNumber_Negative": ("UNARY_NEGATIVE", None),
    "PyNumber_Invert": ("UNARY_INVERT", None),
}
"""C functions by which the evaluator does one kind of instruction."""


class Site(NamedTuple):
    """A Python frame of a sample: its code, its candidates, and the return address inside
    the evaluator (any number that stands for it, -1 without one). `leaf`: the evaluator
    itself was running, not something that it called."""

    code: Code
    found: Candidates
    evaluator: int
    leaf: bool
    operation: str = ""
    """The C function that the evaluator itself had called."""
    callees: Sequence[int] = ()
    """Where the functions begin that stand between this frame and the next Python one, that
    one's bytecode first; only where it matters."""


class Ballot:
    """Learns from all samples of a recording, then decides each frame.

    First the slots: where most evaluator frames have a pointer. Then the opcodes: a return
    address inside the evaluator belongs to the handler of one instruction, so frames whose
    pointer is clear tell which, and that settles the others: a pointer behind another
    instruction is stale, and where a function has such instructions on one line only, the
    line is known without a pointer.
    """

    def __init__(self, jumps: Callable[[int], frozenset[int]], opcodes: Mapping[str, int]) -> None:
        """`jumps` tells where a function may jump to: one that leaves so has no frame."""
        self._operations = {
            symbol: (opcodes.get(name, -1), argument)
            for symbol, (name, argument) in _OPERATIONS.items()
        }
        self._jumps = jumps
        self._slots: Counter[int] = Counter()
        self._opcodes: dict[int, Counter[int]] = {}
        self.inferred = 0
        """Frames whose place was told by what they called."""

    def vote(self, site: Site, weight: int) -> None:
        """Counts the slots of a frame that `weight` samples share."""
        for slot in {slot for slot, _ in site.found}:
            if (slot < 0) == site.leaf:
                self._slots[slot] += weight

    def learn(self, site: Site, weight: int) -> None:
        """Counts the opcode of a frame, when all slots are known."""
        if site.evaluator >= 0 and not site.leaf and site.found:
            best = max(site.found, key=self._rank(site))
            opcode = site.code.opcodes[site.code.instruction(best[1])]
            self._opcodes.setdefault(site.evaluator, Counter())[opcode] += weight

    def place(self, site: Site) -> Place:
        """The line and columns, as far as they are known."""
        code, ranked = site.code, sorted(site.found, key=self._rank(site), reverse=True)
        units = [code.instruction(units) for _, units in ranked]
        opcode = -1 if site.leaf else self._opcode(site.evaluator)
        if site.evaluator < 0 and not units:
            return code.first_line, -1, -1  # about to begin, or just ended
        if not units and site.operation in self._operations:
            return self._by_operation(site)
        if opcode < 0:
            return code.place(units[0]) if units else NOWHERE
        for unit in units:
            if code.opcodes[unit] == opcode:
                return code.place(unit)
        places = {code.place(n) for n, found in enumerate(code.opcodes) if found == opcode}
        return _common(places) or self._by_callee(site, opcode)

    def _by_operation(self, site: Site) -> Place:
        """The place of the instructions that do what the evaluator was doing."""
        code = site.code
        opcode, argument = self._operations[site.operation]
        units = [
            unit
            for unit, found in enumerate(code.opcodes)
            if found == opcode and argument in (None, code.arguments[unit])
        ]
        found = _common({code.place(unit) for unit in units})
        self.inferred += found is not None
        return found or NOWHERE

    def _by_callee(self, site: Site, opcode: int) -> Place:
        """The place of the calls that called what stands on the stack."""
        code = site.code
        calls = [(unit, address) for unit, address in code.calls if code.opcodes[unit] == opcode]
        for callee in site.callees:
            units = [u for u, a in calls if a == callee or callee in self._jumps(a)]
            found = _common({code.place(unit) for unit in units})
            if found is not None:
                self.inferred += 1
                return found
        return NOWHERE

    def _rank(self, site: Site) -> Callable[[tuple[int, int]], tuple[bool, int, int]]:
        # At the leaf the registers hold what is true now; further out only the stack does.
        slots, leaf = self._slots, site.leaf
        return lambda found: ((found[0] < 0) == leaf, slots[found[0]], -found[0])

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
