"""Keeps a profile's wire JSON small: first what costs nothing, then rare detail, openly.

What goes is named in `meta.truncated` and in a note. The summary is taken before, so its
numbers are those of the whole profile; folding keeps every total and every category.
"""

from __future__ import annotations

import copy
import json
from typing import Any

import numpy as np

from .compact import compact
from .costs import StackCosts
from .coverage import has_coverage
from .detail import fit
from .encode import encode
from .fold import fold
from .layout import check
from .profile import Profile, Quality
from .summary import summarise

HARD_CAP = 900_000
"""Bytes of profile in a saved notebook, so that the whole output stays below a megabyte."""
_FIRST_SECOND = 75_000
_LATER_SECOND = 38_000
_TRIES = 12
"""How often fewer stacks or coarser times are tried; what is left over then stays."""
_MOST_BINS, _FEWEST_BINS = 8192, 128
"""Slices of time into which samples are gathered: more than a timeline has pixels, or few."""


def limit_of(profile: Profile) -> int:
    """Bytes that a profile may take in a saved notebook: by the length of the cell, but of
    coverage, which does not grow with that, and of which a part would be wrong, the hard cap."""
    return HARD_CAP if has_coverage(profile) else budget(profile.meta["wall_ns"])


def budget(wall_ns: int) -> int:
    """Bytes that a profile of this length may take in a saved notebook.

    75 kB for a second, 420 kB for ten, never more than the hard cap: with the static
    picture and the text beside it, outputs stay under 100 kB, 500 kB and 1 MB.
    """
    return min(HARD_CAP, round(_FIRST_SECOND + _LATER_SECOND * max(0, wall_ns - 1e9) / 1e9))


def saved_size(message: dict[str, Any]) -> int:
    """Bytes of `message` in a saved notebook, which indents by one space a level."""
    text = json.dumps(message, ensure_ascii=False, indent=1)
    # Inside a notebook it stands six levels deeper.
    return len(text.encode()) + 6 * text.count("\n")


def encode_within(profile: Profile, limit: int, costs: StackCosts | None = None) -> dict[str, Any]:
    """The wire form of `profile` in at most `limit` bytes (see `saved_size`), if it can be.

    `costs` are those of the profile's stacks, where the caller has them already.
    """
    check(profile)
    if costs is None and profile.samples.stack:
        costs = StackCosts(profile)
    summary = summarise(profile, costs)
    if costs is None:
        return fit(
            profile,
            limit,
            lambda smaller, notes: encode(_marked(smaller, notes) if notes else smaller, summary),
            saved_size,
        )
    message = encode(compact(profile), summary)
    size = saved_size(message)
    if size <= limit:
        return message
    keep, bins = len(profile.stacks.prefix), len(profile.samples.time)
    for _ in range(_TRIES):
        excess = size - limit
        stacks, samples = (saved_size(message["tables"][name]) for name in ("stacks", "samples"))
        if samples > stacks and bins > _FEWEST_BINS:
            bins = min(_MOST_BINS, bins // 4)
        else:
            keep = max(1, int(keep * max(0.05, min(0.9, 0.95 * (1 - excess / stacks)))))
        smaller, notes = profile, []
        if keep < len(profile.stacks.prefix):
            smaller, note = fold(profile, costs, keep)
            notes.append(note)
        if bins < len(profile.samples.time):
            smaller = gather(smaller, bins)
            notes.append(f"To keep the output small, samples are given in {bins:,} time slices.")
        message = encode(_marked(compact(smaller), notes), summary)
        size = saved_size(message)
        if size <= limit:
            break
    return message


def gather(profile: Profile, bins: int) -> Profile:
    """Samples of one thread and stack within one of `bins` slices of time become one.

    How long a slice is, in microseconds, stands in `meta.time_slice`.
    """
    samples = profile.samples
    time = np.asarray(samples.time, dtype=np.int64)
    width = max(1, (int(time[-1]) + bins) // bins)
    optional = [name for name in ("own", "task") if getattr(samples, name) is not None]
    keys = [time // width, np.asarray(samples.thread), np.asarray(samples.stack)]
    keys += [np.asarray(getattr(samples, name)) for name in optional]
    _, first, inverse = np.unique(
        np.stack(keys, axis=1), axis=0, return_index=True, return_inverse=True
    )
    inverse = inverse.reshape(-1)
    order = np.argsort(time[first], kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    picked = first[order]
    out, table = copy.copy(profile), copy.copy(samples)
    out.meta = {**profile.meta, "time_slice": width}
    table.time = time[picked].tolist()
    table.thread = keys[1][picked].tolist()
    table.stack = keys[2][picked].tolist()
    for name, key in zip(optional, keys[3:], strict=True):
        setattr(table, name, key[picked].tolist())
    table.values = []
    for column in samples.values:
        sums = np.zeros(len(order), dtype=np.int64)
        np.add.at(sums, place[inverse], np.asarray(column, dtype=np.int64))
        table.values.append(sums.tolist())
    out.samples = table
    return out


def _marked(profile: Profile, notes: list[str]) -> Profile:
    marked = copy.copy(profile)
    marked.meta = {**profile.meta, "truncated": True}
    quality: Quality = copy.copy(profile.quality)
    quality["notes"] = [*quality.get("notes", []), *notes]
    marked.quality = quality
    return marked
