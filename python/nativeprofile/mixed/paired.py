"""Full Python stacks without trampolines: samples paired with frames that were read beside them.

A sample without trampolines names, for each call of the evaluator, the innermost Python function
(`leaf`). The frames that another process read meanwhile (`frames`) name all functions, at moments
of their own. Both are of one thread, by one clock. A sample takes its callers from the look nearest
in time. Where that look had entered or left a function in between, its chain is cut at the function
of the sample, or continued as another look at the same function tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from nativeprofile.tables.errors import FormatError

from .frames import Caller, Chains, Groups
from .kinds import Kind, Kinds, Seen
from .leaf import Frames
from .lines import Candidates
from .looks import Functions, Looks
from .processes import Processes
from .recording import Recording
from .unwind import UNKNOWN, Unwinder

NEAR_NS = 5_000_000
"""How far away in time a look may be to count as the same moment."""


def read(recording: Recording, processes: Processes) -> tuple[Chains | None, list[str]]:
    """The frames that were read beside a recording, None without any; and why they are missing
    where they should not be, which makes the recording partial."""
    if recording.frames is None:
        return None, []
    try:
        chains = Chains(recording.frames, recording.frames_header, processes.bytecode)
    except FormatError as error:
        recording.partial = True
        return None, [error.message]
    if not chains.threads:
        recording.partial = True
        return None, ["The system did not let the Python frames be read: see nativeprofile doctor."]
    return chains, []


def pair(
    seen: list[Seen], chains: Chains, kernel: int, kinds: Kinds, unwinder: Unwinder
) -> tuple[list[Seen], list[str]]:
    """The samples, each of a kind that names its callers as far as they are known, and sentences
    about how well. `kernel` is the kernel's process id."""
    pairing = Pairing(chains, kernel, kinds, unwinder)
    found = [pairing.pair(sample) for sample in seen]
    return found, [*pairing.kernel.notes(), *pairing.children.notes_of_children()]


@dataclass
class Tally:
    """How many samples found their callers: in a look near in time (`near`) or further away
    (`far`), some of them, none; `deep` ones had stacks that were cut off."""

    near: int = 0
    far: int = 0
    some: int = 0
    alone: int = 0
    deep: int = 0

    def count(self, every: bool, near: bool) -> None:
        """Notes a sample that found callers: of every call, and near in time."""
        if not every:
            self.some += 1
        elif near:
            self.near += 1
        else:
            self.far += 1

    @property
    def total(self) -> int:
        """All of them."""
        return self.near + self.far + self.some + self.alone + self.deep

    def notes_of_children(self) -> list[str]:
        """How well the callers of child processes are known, in a sentence."""
        partial = self.some + self.alone
        if not partial + self.far:
            return []
        return [
            f"Of {self.total:,} samples of Python in child processes {partial:,} have partial "
            f"callers, and {self.far:,} those of a look further than {NEAR_NS // 1_000_000} ms "
            "away: their frames could not be read as often, or not yet as they began."
        ]

    def notes(self) -> list[str]:
        """How the callers were found, in a sentence."""
        total = self.total
        if not total:
            return []
        text = (
            "Callers of Python functions were read beside the samples (--stacks paired): "
            f"{self.near / total:.0%} within {NEAR_NS // 1_000_000} ms of the sample"
        )
        for count, what in (
            (self.far, "further away"),
            (self.some, "in part"),
            (self.alone, "not at all"),
            (self.deep, "for stacks deeper than the dump"),
        ):
            text += f", {count / total:.1%} {what}" if count else ""
        return [f"{text}."]


class Pairing:
    """Gives samples their callers."""

    def __init__(self, chains: Chains, kernel: int, kinds: Kinds, unwinder: Unwinder) -> None:
        """`kernel` is the kernel's process id."""
        self._chains = chains
        self._pid = kernel
        self._kinds = kinds
        self._unwinder = unwinder
        self._looks = {tid: Looks(chains, tid) for tid in chains.threads}
        self._functions: dict[int, Functions] = {}
        self._known: dict[tuple[Functions, int, int], Groups] = {}
        self._paired: dict[tuple[int, Groups], int] = {}
        self._frames = Frames(unwinder)
        self.kernel, self.children = Tally(), Tally()

    def pair(self, sample: Seen) -> Seen:
        """The sample, with the callers that a look nearby tells."""
        looks = self._looks.get(sample.thread)
        calls = self._calls(sample.kind)
        own = self._kinds.of(sample).pid == self._pid
        tally = self.kernel if own else self.children
        if not (calls or sample.truncated) or (looks is None and own):
            return sample
        if looks is None:
            tally.alone += 1
            return sample
        if sample.truncated:
            found = looks.inner.nearest(calls, sample.time)
            if found is None or found[1] > NEAR_NS:
                tally.alone += 1
                return sample
            tally.deep += 1
            return self._with_callers(sample, self._cut_off(calls, found[0]), len(calls))
        near, same = looks.inner.nearest((), sample.time), looks.outer.nearest(calls, sample.time)
        if near is None:
            tally.alone += 1
            return sample
        callers = self._callers(calls, near[0], -1 if same is None else same[0])
        tally.count(len(callers) == len(calls), near[1] <= NEAR_NS)
        return self._with_callers(sample, callers, len(calls))

    def _callers(self, calls: Functions, near: int, same: int) -> Groups:
        """The callers of each call's innermost function: those of the look that is nearest in
        time, as far as it agrees; from where it parts, those of a look (-1: none) with the same
        innermost functions, put upon what both have in common."""
        key = (calls, near, same)
        found = self._known.get(key)
        if found is None:
            groups = self._chains.groups(near)
            others = self._chains.groups(same)[: len(calls)] if same >= 0 else ()
            callers: list[tuple[Caller, ...]] = []
            for n, function in enumerate(calls):
                group = groups[n] if n < len(groups) else ()
                if group and group[-1].code == function:
                    callers.append(group[:-1])
                    continue
                spliced = _spliced(function, group, others[n] if others else ())
                if spliced is not None:
                    callers.append(spliced)
                    callers += (other[:-1] for other in others[n + 1 :])
                break
            found = self._known[key] = tuple(callers)
        return found

    def _cut_off(self, calls: Functions, node: int) -> Groups:
        """The callers of a stack that shows its last calls only: of the others all functions."""
        groups = self._chains.groups(node)
        hidden = len(groups) - len(calls)
        return tuple(group if n < hidden else group[:-1] for n, group in enumerate(groups))

    def _calls(self, kind: int) -> Functions:
        """The innermost function of each call of the evaluator, the outermost call first."""
        found = self._functions.get(kind)
        if found is None:
            stack = self._unwinder.stacks[self._kinds.all[kind].stack]
            python = (self._unwinder.frames[frame].trampoline for frame in reversed(stack))
            found = self._functions[kind] = tuple(code for code in python if code)
        return found

    def _with_callers(self, sample: Seen, callers: Groups, shown: int) -> Seen:
        """The sample with a kind that has the callers, too. Its stack shows so many calls; if
        there are more groups, they are of calls further out."""
        key = (sample.kind, callers)
        found = self._paired.get(key)
        kinds = self._kinds.all
        if found is None:
            found = self._paired[key] = len(kinds)
            hidden = max(0, len(callers) - shown)
            kinds.append(self._joined(kinds[sample.kind], callers, hidden))
        kinds[sample.kind].samples -= 1
        kinds[found].samples += 1
        return sample._replace(kind=found)

    def _joined(self, kind: Kind, callers: Groups, hidden: int) -> Kind:
        stack: list[int] = []
        pointers: list[Candidates] = []

        def add(group: tuple[Caller, ...]) -> None:
            for caller in reversed(group):
                stack.append(self._frames.python(caller.code))
                pointers.append(((0, caller.units),) if caller.units else ())

        known, call = iter(kind.found), hidden + len(kind.found)
        own = self._unwinder.stacks[kind.stack]
        for frame in self._without_end(own) if hidden else own:
            stack.append(frame)
            if self._unwinder.frames[frame].trampoline:
                pointers.append(next(known))
                call -= 1
                add(callers[call] if call < len(callers) else ())
        for group in reversed(callers[:hidden]):
            add(group)
        return replace(kind, stack=self._frames.add(tuple(stack)), found=tuple(pointers), samples=0)

    def _without_end(self, stack: tuple[int, ...]) -> tuple[int, ...]:
        """A stack that was cut off without what stands where its dump ended: no frame."""
        end = len(stack)
        while end > 1 and self._unwinder.frames[stack[end - 1]].path == UNKNOWN:
            end -= 1
        return stack[:end]


def _spliced(
    function: int, group: Sequence[Caller], other: Sequence[Caller]
) -> tuple[Caller, ...] | None:
    """The callers of a function in one call of the evaluator, where the look nearest in time had
    another one innermost (`group`): those that it had, if the function is among them; otherwise
    those of a look at the function (`other`), put upon the innermost that both have in common."""
    at = _last(group, function)
    if at >= 0:
        return tuple(group[:at])
    for n in range(len(other) - 2, -1, -1):
        at = _last(group, other[n].code)
        if at >= 0:
            return (*group[:at], *other[n:-1])
    return tuple(other[:-1]) if other else None


def _last(group: Sequence[Caller], function: int) -> int:
    return next((n for n in range(len(group) - 1, -1, -1) if group[n].code == function), -1)
