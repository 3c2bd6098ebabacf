"""Rare stacks of a profile folded into one frame a category."""

from __future__ import annotations

import copy

import numpy as np

from .categories import Category, Kind
from .compact import named
from .costs import Floats, StackCosts
from .profile import Profile, Stacks


def fold(profile: Profile, costs: StackCosts, keep: int) -> tuple[Profile, str]:
    """Keeps the `keep` dearest stacks; what is below them becomes one frame a category.

    A stack is as dear as its largest share in any of the profile's values, so that those of a
    thread that waits are kept beside those of one that runs.
    Returns the new profile and a sentence that tells what was folded. Callers keep their
    inclusive cost, categories their totals, samples their time and value. Of equally dear
    stacks the shallow ones stay, so that a stack is never kept without its callers.
    """
    own = _shares(profile, len(costs.prefix))
    below = costs.with_callees(own.copy()).max(axis=1)
    kept = np.zeros(len(below), dtype=np.bool_)
    kept[np.lexsort((costs.depth, -below))[:keep]] = True
    rows = np.flatnonzero(kept)
    new_row = np.full(len(below) + 1, -1, dtype=np.int64)  # its last: what -1 refers to
    new_row[rows] = np.arange(len(rows))
    ends = np.flatnonzero(~kept & named(profile, len(below)))
    place = costs.prefix[ends]
    while len(folded := np.flatnonzero((place >= 0) & ~kept[place])):
        place[folded] = costs.prefix[place[folded]]
    out = copy.copy(profile)
    frames = _folded_frames(out)
    pairs, pair = np.unique(
        np.stack([new_row[place], costs.category[ends]], axis=1), axis=0, return_inverse=True
    )
    new_row[ends] = len(rows) + pair.reshape(-1)
    out.stacks = Stacks(
        prefix=[*new_row[costs.prefix[rows]].tolist(), *pairs[:, 0].tolist()],
        frame=[
            *np.asarray(profile.stacks.frame, dtype=np.int64)[rows].tolist(),
            *(frames[category] for category in pairs[:, 1].tolist()),
        ],
        category=[*costs.category[rows].tolist(), *pairs[:, 1].tolist()],
    )
    table = copy.copy(profile.samples)
    table.stack = new_row[np.asarray(table.stack, dtype=np.int64)].tolist()
    if table.own is not None:
        table.own = new_row[np.asarray(table.own, dtype=np.int64)].tolist()
    out.samples = table
    hidden = ", ".join(
        f"{_percent(share)} of {value['name']}"
        for value, share in zip(profile.values, own[~kept].sum(axis=0).tolist(), strict=True)
        if share
    )
    note = (
        f"To keep the output small, the rarest stacks ({hidden}) "
        "end in one folded frame below their last frequent caller."
    )
    return out, note


def _percent(share: float) -> str:
    percent = 100 * share
    if percent < 0.1:
        return "<0.1 %"
    return f"{percent:.1f} %" if percent < 9.95 else f"{percent:.0f} %"


def _shares(profile: Profile, length: int) -> Floats:
    """For each stack (of `length`) the share in each value of the samples that end there."""
    stack = np.asarray(profile.samples.stack, dtype=np.int64)
    columns = profile.samples.values
    shares = np.stack([np.bincount(stack, column, length) for column in columns], axis=1)
    return shares / np.maximum(1, shares.sum(axis=0))


def _folded_frames(profile: Profile) -> dict[int, int]:
    """Gives `profile` a function and a frame for folded stacks of each category."""
    kinds = {Category.PYTHON: Kind.PYTHON, Category.KERNEL: Kind.KERNEL}
    name = len(profile.strings)
    profile.strings = [*profile.strings, "(rare, folded)"]
    functions = profile.functions = copy.deepcopy(profile.functions)
    frames = profile.frames = copy.deepcopy(profile.frames)
    found = {}
    for category in Category:
        found[int(category)] = len(frames.function)
        frames.function.append(len(functions.name))
        functions.name.append(name)
        functions.kind.append(int(kinds.get(category, Kind.NATIVE)))
        functions.category.append(int(category))
        functions.flags.append(0)
        for column in (
            functions.entry,
            functions.file,
            functions.line,
            functions.module,
            functions.source,
        ):
            if column is not None:
                column.append(-1)
        for column in (frames.line, frames.column, frames.end_column):
            column.append(-1)
        if frames.inlined is not None:
            frames.inlined.append(0)
    return found
