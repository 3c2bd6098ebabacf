"""Which samples are the cell's, and under which line those of native workers stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence
from typing import NamedTuple

from nativeprofile.tables.categories import Kind as FunctionKind
from nativeprofile.tables.profile import Profile

from .kinds import Kind, Kinds, Seen
from .placement import Placement
from .pools import Launchers
from .roots import Verdict


def certain(seen: Sequence[Seen], kinds: Kinds) -> tuple[int, int]:
    """The times of the first and the last sample that surely is the cell's."""
    times = [
        sample.time
        for sample in seen
        if kinds.of(sample).main and kinds.of(sample).verdict is Verdict.CELL
    ]
    return (min(times), max(times)) if times else (0, 0)


def inside(seen: Sequence[Seen], kinds: Kinds, serving: Container[int]) -> list[Seen]:
    """The samples that belong to the cell; none of the threads `serving` the notebook does."""
    first, last = certain(seen, kinds)
    return [
        sample
        for sample in seen
        if sample.thread not in serving
        and (
            kinds.of(sample).verdict is Verdict.CELL
            or (kinds.of(sample).verdict is Verdict.MAYBE and first <= sample.time <= last)
        )
    ]


def left(seen: Sequence[Seen], kept: Sequence[Seen], event: int) -> list[Seen]:
    """Of an event all samples, as `kept` has them where it does."""
    mine = {(sample.thread, sample.time): sample for sample in kept if sample.event == event}
    return [
        mine.get((sample.thread, sample.time), sample) for sample in seen if sample.event == event
    ]


def borrowed(kept: Sequence[Seen], kinds: Kinds, placement: Placement) -> list[Seen]:
    """The same samples; those whose stacks were cut off inside a library stand under the line
    that their own thread called that library from just before or after."""
    launchers: dict[int, Launchers] = {}
    for sample in kept:
        kind = kinds.of(sample)
        if kind.launch >= 0:
            _note(launchers.setdefault(sample.thread, Launchers()), sample, kind)
    made: dict[tuple[int, int], int] = {}
    result = []
    for sample in kept:
        kind = kinds.of(sample)
        own = launchers.get(sample.thread)
        if own is not None and kind.launch < 0 and not kind.complete:
            charge = own.charge(sample.time, kind.libraries)
            if charge is not None:
                key = (sample.kind, charge.row)
                if key not in made:
                    made[key] = len(kinds.all)
                    kinds.all.append(placement.completed(kind, charge.row))
                sample = sample._replace(kind=made[key])
        result.append(sample)
    return result


class Attributed(NamedTuple):
    """What samples of native workers were charged to."""

    rows: dict[int, int]
    """By the number of the sample: the row under the line that launched it."""
    confidence: float
    """The share of them that only one line can have launched."""


def attributed(
    kept: Sequence[Seen], kinds: Kinds, placement: Placement, left: Sequence[Seen] = ()
) -> Attributed:
    """Charges samples of native workers to the lines of Python threads of their process.
    `left` are samples of threads that were about to leave the CPU: there they stayed until
    their next sample."""
    launchers: dict[int, Launchers] = {}
    python = set()
    known = [(sample, False) for sample in kept]
    known += [(sample, True) for sample in left]
    for sample, leaves in sorted(known, key=lambda one: one[0].time) if left else known:
        kind = kinds.of(sample)
        if kind.launch >= 0:
            python.add(sample.thread)
            _note(launchers.setdefault(kind.pid, Launchers()), sample, kind, leaves)
    charged: dict[int, int] = {}
    grafted: dict[tuple[int, int], int] = {}
    sure = 0
    for number, sample in enumerate(kept):
        kind = kinds.of(sample)
        if sample.thread in python or kind.pid not in launchers:
            continue
        charge = launchers[kind.pid].charge(sample.time, kind.libraries)
        if charge is not None:
            key = (sample.kind, charge.row)
            if key not in grafted:
                grafted[key] = placement.graft(kind, charge.row)
            charged[number] = grafted[key]
            sure += charge.sure
    return Attributed(charged, sure / len(charged) if charged else 1.0)


def _note(launchers: Launchers, sample: Seen, kind: Kind, leaves: bool = False) -> None:
    launchers.add(sample.thread, sample.time, kind.launch, kind.libraries, leaves)


def usual_categories(profile: Profile) -> None:
    """Gives native functions the category that most of their own time has."""
    spent: dict[int, Counter[int]] = {}
    for row, value in zip(profile.samples.stack, profile.samples.values[0], strict=True):
        function = profile.frames.function[profile.stacks.frame[row]]
        category = profile.stacks.category[row]
        spent.setdefault(function, Counter())[category] += value
    for function, categories in spent.items():
        if profile.functions.kind[function] == FunctionKind.NATIVE:
            profile.functions.category[function] = categories.most_common(1)[0][0]
