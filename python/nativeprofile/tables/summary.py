"""The summary of a profile: plain numbers that text, scripts and tests read."""

from __future__ import annotations

from typing import Any

import numpy as np

from .categories import PLUMBING, Category
from .costs import Floats, StackCosts, first_costs
from .coverage import has_coverage, summary_of
from .intervals import effective_samples
from .profile import Profile
from .waiting import absences, measured_waiting

TOP = 50
"""Rows of each list."""
_TEXT = 200
"""Characters of a line's text."""


def summarise(profile: Profile, costs: StackCosts | None = None) -> dict[str, Any]:
    """The `summary` of docs/wire-format.md, in the unit of the profile's first value; where that is
    wall time, of the cell's own thread.

    `costs` are those of the profile's stacks, where the caller has them already.
    """
    meta = profile.meta
    if profile.samples.stack:
        tree = costs or StackCosts(profile)
        categories = tree.categories()
        functions = _sampled_functions(profile, tree)
        lines = _lines(profile, tree)
    else:
        categories, functions = _exact(profile)
        lines = []
    total = int(sum(categories.values()))
    measured = measured_waiting(profile, categories)
    for label, value in measured.items():
        categories[label] = categories.get(label, 0) + value
    summary: dict[str, Any] = {
        "unit": profile.values[0]["unit"],
        "total": total,
        "wall_ns": meta.get("wall_ns", 0),
        "cpu_ns": meta.get("cpu_ns", 0),
        "categories": categories,
        "functions": functions,
        "lines": lines,
    }
    if measured:
        summary["measured"] = measured
    if profile.functions.self_value and not profile.samples.stack:
        summary["totals"] = [sum(column) for column in profile.functions.self_value]
    if has_coverage(profile):
        summary["coverage"] = summary_of(profile)
    if not profile.samples.stack and "samples" in profile.quality:
        # Its times were sampled, though its calls were counted.
        summary["effective"] = float(profile.quality["samples"])
    elif profile.samples.stack and not profile.values[0].get("exact"):
        # A value called `samples` counts them: there a row stands for so many.
        counted = profile.values[0]["name"] == "samples"
        column = first_costs(profile)
        effective = float(column.sum()) if counted else effective_samples(column)
        summary["effective"] = round(effective, 1)
    return summary


def _function_costs(tree: StackCosts, length: int) -> tuple[Floats, Floats]:
    own = np.bincount(tree.owner, weights=tree.own, minlength=length)
    first = tree.first_function
    inclusive = np.bincount(
        tree.owner[first], weights=tree.below[first].sum(axis=1), minlength=length
    )
    return own, inclusive


def _sampled_functions(profile: Profile, tree: StackCosts) -> list[dict[str, Any]]:
    own, inclusive = _function_costs(tree, len(profile.functions.name))
    return _function_rows(profile, own, inclusive, tree.usual_categories(profile))


def _function_rows(
    profile: Profile,
    own: Floats,
    inclusive: Floats,
    categories: list[int],
    counted: Floats | None = None,
) -> list[dict[str, Any]]:
    """The costliest functions; `counted` are their calls, 0 or -1 where they are not known."""
    functions, strings = profile.functions, profile.strings
    calls = np.zeros(len(own)) if counted is None else counted
    rows = []
    for index in np.lexsort((-calls, -inclusive, -own))[:TOP].tolist():
        if not inclusive[index] and not own[index] and calls[index] <= 0:
            break
        name = functions.entry[index] if functions.entry[index] >= 0 else functions.name[index]
        file = functions.file[index]
        row = {
            "name": strings[name],
            "file": strings[file] if file >= 0 else None,
            "line": functions.line[index],
            "category": Category(categories[index]).label,
            "self": int(own[index]),
            "inclusive": int(inclusive[index]),
        }
        source = functions.source[index] if functions.source is not None else -1
        if source >= 0:
            row["source"] = strings[source]
        if calls[index] > 0:
            row["calls"] = int(calls[index])
        rows.append(row)
    return rows


def _lines(profile: Profile, tree: StackCosts) -> list[dict[str, Any]]:
    """Lines of cells by what they cost with all they call, then the others by their own."""
    count = len(tree.places)
    owned = tree.line_owner >= 0
    own = np.bincount(tree.line_owner[owned], weights=tree.own[owned], minlength=count)
    split = np.zeros((count, len(Category)))
    first = tree.first_line
    np.add.at(split, tree.line[first], tree.below[first])
    inclusive = split.sum(axis=1)
    absent = tree.with_callees(absences(profile, len(tree.prefix)))
    waiting = np.bincount(tree.line[first], weights=absent[first], minlength=count)

    sources = {cell["name"]: cell["source"].split("\n") for cell in profile.meta.get("cells") or []}
    files = [profile.strings[file] for file, _ in tree.places]
    in_cell = np.array([file in sources for file in files], dtype=np.bool_)
    rank = np.where(in_cell, inclusive + waiting, own)
    rows = []
    for index in np.lexsort((-inclusive, -rank, ~in_cell))[:TOP].tolist():
        if not inclusive[index] and not (in_cell[index] and waiting[index]):
            continue
        file, line = files[index], tree.places[index][1]
        row: dict[str, Any] = {"file": file, "line": line}
        if file in sources:
            row["cell"] = file
            if line <= len(sources[file]):
                row["text"] = sources[file][line - 1].strip()[:_TEXT]
        row["self"] = int(own[index])
        row["inclusive"] = int(inclusive[index])
        if waiting[index]:
            row["waiting"] = int(waiting[index])
        row["categories"] = {c.label: int(split[index, c]) for c in Category if split[index, c] > 0}
        rows.append(row)
    return rows


def _exact(profile: Profile) -> tuple[dict[str, int], list[dict[str, Any]]]:
    functions = profile.functions
    zeros = [0] * len(functions.name)
    own = np.asarray((functions.self_value or [zeros])[0], dtype=np.float64)
    inclusive = np.asarray((functions.inclusive or [zeros])[0], dtype=np.float64)
    totals = np.bincount(np.asarray(profile.functions.category, dtype=np.int64), own, len(Category))
    categories = {c.label: int(totals[c]) for c in Category if totals[c] > 0}
    # Exact costs cannot be charged to callers without a guess: machinery is left out only.
    shown = np.asarray(functions.flags, dtype=np.int64) & PLUMBING == 0
    calls = np.asarray(functions.calls or zeros, dtype=np.float64)
    rows = _function_rows(
        profile, own * shown, inclusive * shown, functions.category, calls * shown
    )
    return categories, rows
