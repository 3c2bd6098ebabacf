"""Where threads waited, told by the Python frames that were read meanwhile.

The system gives an ordinary user no stacks of threads that leave their CPU. But a thread's Python
frames stay as they are while it is away, so that every look at them in that time (`frames`) tells
where it waits, and so do looks before and after an absence that show the same. What an absence is
for, the C function tells that the innermost instruction calls, as far as it is known (`reasons`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .frames import Chains
from .kinds import Kind, Kinds, Seen
from .leaf import Frames
from .processes import Processes
from .reasons import UNKNOWN, Reason, reason_of_call
from .recording import Recording
from .switches import Absences, Ints
from .unwind import Unwinder


class Told(NamedTuple):
    """What stands for samples of threads that leave their CPU."""

    left: list[Seen]
    """One for each absence whose place is known, at its start."""
    reasons: dict[int, Reason]
    """Of each kind among them."""


def tell(
    absences: Absences,
    chains: Chains,
    recording: Recording,
    processes: Processes,
    kinds: Kinds,
    unwinder: Unwinder,
) -> Told:
    """The places of absences by looks; their kinds are new ones, still to be placed."""
    left: list[Seen] = []
    maker = _Maker(chains, recording, processes, kinds, unwinder)
    for thread, runs in chains.threads.items():
        if thread in recording.serving:
            continue
        first, last = np.searchsorted(absences.thread, [thread, thread + 1])
        starts, ends = absences.start[first:last], absences.end[first:last]
        shown = nodes(starts, ends, *runs)
        for time, node in zip(starts.tolist(), shown.tolist(), strict=True):
            if node >= 0:
                number = maker.kind(thread, node)
                kinds.all[number].samples += 1
                left.append(Seen(thread, time, 0, number, truncated=False, place=-1, event=-1))
    return Told(left, maker.reasons)


def notes(total: int, unknown: int, told: Told | None) -> list[str]:
    """What to say of `total` nanoseconds off the CPU, `unknown` of them without a place, where
    the system gave no stacks of threads that wait."""
    if told is None:
        how = "Where threads waited is unknown (how long they did is exact)"
        return [f"{how}: --stacks paired tells it."] if unknown else []
    if not total:
        return []
    return [
        "Where threads waited was told by their Python frames, read beside the recording (--stacks "
        f"paired), for {1 - unknown / total:.1%} of their time off the CPU; the rest was too short "
        "or not in Python. What they waited for, the C function tells that the line called first."
    ]


def nodes(starts: Ints, ends: Ints, first: Ints, last: Ints, node: Ints) -> Ints:
    """What a thread's runs of equal looks show of each absence, -1 without an answer. The run
    that was still seen after the absence began has looks within it or on both sides, unless
    it began only after the end: then the looks around the absence disagree."""
    if not len(first):
        return np.full(len(starts), -1, dtype=np.int64)
    run = np.searchsorted(last, starts)
    known = run < len(first)
    run[~known] = 0
    known &= first[run] <= ends
    return np.where(known, node[run], -1)


class _Maker:
    """Makes kinds of looks, each once."""

    def __init__(
        self,
        chains: Chains,
        recording: Recording,
        processes: Processes,
        kinds: Kinds,
        unwinder: Unwinder,
    ) -> None:
        self._chains = chains
        self._processes = processes
        self._names = recording.entry_names
        self._opcodes = {number: name for name, number in recording.opcodes.items()}
        self._kinds = kinds
        self._frames = Frames(unwinder)
        self._made: dict[tuple[bool, int], int] = {}
        self.reasons: dict[int, Reason] = {}
        """Of each kind that was made."""

    def kind(self, thread: int, node: int) -> int:
        """The number of the kind whose stack is that of a node."""
        main = self._kinds.is_main(thread)
        number = self._made.get((main, node))
        if number is None:
            callers = [c for group in self._chains.groups(node) for c in group][::-1]
            number = self._made[main, node] = len(self._kinds.all)
            self.reasons[number] = self._reason(node)
            self._kinds.all.append(
                Kind(
                    self._frames.add(tuple(self._frames.python(c.code) for c in callers)),
                    tuple(((0, c.units),) if c.units else () for c in callers),
                    others=(),
                    pointers=(),
                    main=main,
                    pid=self._chains.process(node),
                    left=True,
                    read=True,
                )
            )
        return number

    def _reason(self, node: int) -> Reason:
        """What a thread with these frames waits for."""
        caller = self._chains.innermost(node)
        code = self._processes.code(caller.code) if caller is not None else None
        if caller is None or code is None or not caller.units:
            return UNKNOWN
        unit = code.instruction(caller.units)
        called = next((address for at, address in code.calls if at == unit), 0)
        name = self._names.get(called, "")
        return reason_of_call(self._opcodes.get(code.opcodes[unit], ""), name)
