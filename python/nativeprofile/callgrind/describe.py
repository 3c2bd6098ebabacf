"""Writes what is known of functions into the profile, and finds out whose those are that serve
whoever calls them."""

from __future__ import annotations

import numpy as np

from nativeprofile.formats.callgrind.data import Recording
from nativeprofile.tables.categories import Category, Kind
from nativeprofile.tables.profile import Profile

from .python import Known

_ROUNDS = 30
"""So many calls deep callers are looked for."""


def describe(profile: Profile, recording: Recording, known: list[Known]) -> None:
    """Replaces names, files and categories of the profile's functions, row by row."""
    table, strings = profile.functions, {text: row for row, text in enumerate(profile.strings)}

    def string(text: str | None) -> int:
        if text is None:
            return -1
        if text not in strings:
            strings[text] = len(profile.strings)
            profile.strings.append(text)
        return strings[text]

    table.name = [string(one.name) for one in known]
    table.entry = [string(one.entry) for one in known]
    table.file = [string(one.file) for one in known]
    table.module = [string(one.module) for one in known]
    table.kind = [int(one.kind) for one in known]
    table.flags = [one.flags for one in known]
    table.source = [string(one.source) for one in known]
    table.line = [
        one.line if one.kind is Kind.PYTHON else line
        for one, line in zip(known, table.line, strict=True)
    ]
    table.category = _owners(recording, known)


def _owners(recording: Recording, known: list[Known]) -> list[int]:
    """Categories; one that nothing says is that of the callers which a function costs most for."""
    size = len(Category)
    category = np.array([-1 if one.category is None else one.category for one in known])
    calls = recording.calls
    called = np.zeros(len(known), dtype=np.bool_)
    called[calls.callee[calls.callee != calls.caller]] = True
    # Where a program or a thread begins; what is called from there has a say, too.
    category[(category < 0) & ~called] = int(Category.SYSTEM)
    free = np.flatnonzero(category < 0)
    cost = recording.of(calls.costs, recording.events[0]) + 1
    for _ in range(_ROUNDS):
        sure = category[calls.caller] >= 0
        votes = np.bincount(
            calls.callee[sure] * size + category[calls.caller[sure]],
            weights=cost[sure],
            minlength=len(known) * size,
        ).reshape(-1, size)[free]
        before = category[free]
        category[free] = np.where(votes.any(axis=1), votes.argmax(axis=1), -1)
        if (before == category[free]).all():
            break
    category[category < 0] = int(Category.SYSTEM)
    return [int(one) for one in category.tolist()]
