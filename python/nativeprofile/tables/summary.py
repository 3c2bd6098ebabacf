"""The summary of a profile: plain numbers that text, scripts and tests read.

Machinery (functions flagged as plumbing) is folded into what called it, as in the views.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import numpy.typing as npt

from .categories import PLUMBING, Category, Kind
from .intervals import effective_samples
from .profile import Profile

TOP = 50
"""Rows of each list."""
_TEXT = 200
"""Characters of a line's text."""

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


def summarise(profile: Profile, costs: StackCosts | None = None) -> dict[str, Any]:
    """The `summary` of docs/wire-format.md, in the unit of the profile's first value.

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
    recorded = _recorded_waiting(profile)
    waiting = None if recorded is not None else _unsampled_waiting(profile)
    if waiting is not None and Category.WAITING.label not in categories:
        categories[Category.WAITING.label] = waiting
    for label, value in (recorded or {}).items():
        categories[label] = categories.get(label, 0) + value
    summary = {
        "unit": profile.values[0]["unit"],
        "total": total,
        "wall_ns": meta.get("wall_ns", 0),
        "cpu_ns": meta.get("cpu_ns", 0),
        "categories": categories,
        "functions": functions,
        "lines": lines,
    }
    if profile.samples.stack and not profile.values[0].get("exact"):
        # A value called `samples` counts them: there a row stands for so many.
        counted = profile.values[0]["name"] == "samples"
        column = profile.samples.values[0]
        effective = float(sum(column)) if counted else effective_samples(column)
        summary["effective"] = round(effective, 1)
    return summary


class StackCosts:
    """What each row of the stack table costs, and which of its functions and lines it is.

    `own[row]` is the cost of the samples that end there, `below[row, category]` of those that
    end there or deeper; `depth[row]` counts its callers. `function[row]` is the row's function
    and `line[row]` its source line (a row of `places`, -1: none). `owner` and `line_owner` are
    who is charged for `own`, once machinery is folded. `first_function` and `first_line` tell
    whether the row is the outermost of its function or line: summing those counts recursion
    once.
    """

    def __init__(self, profile: Profile) -> None:
        stacks, frames, functions = profile.stacks, profile.frames, profile.functions
        length = len(stacks.prefix)
        samples = np.asarray(profile.samples.stack, dtype=np.int64)
        costs = np.asarray(profile.samples.values[0], dtype=np.float64)
        self.prefix = np.asarray(stacks.prefix, dtype=np.int64)
        self.category = np.asarray(stacks.category, dtype=np.int64)
        self.own: Floats = np.bincount(samples, weights=costs, minlength=length)

        frame = np.asarray(stacks.frame, dtype=np.int64)
        functions_of_frames = np.asarray(frames.function, dtype=np.int64)
        self.function: Rows = functions_of_frames[frame]
        self.plumbing = (np.asarray(functions.flags, dtype=np.int64) & PLUMBING != 0)[self.function]
        python = (np.asarray(functions.kind, dtype=np.int64) == Kind.PYTHON)[self.function]
        self.places: list[tuple[int, int]] = []
        self.line: Rows = self._intern_lines(profile)[frame]
        self._fold(python)
        self.below = self._accumulate()
        self.first_function, self.first_line = self._outermost()

    def categories(self) -> dict[str, int]:
        """The cost of each category that was met."""
        totals = np.bincount(self.category, weights=self.own, minlength=len(Category))
        return {c.label: int(totals[c]) for c in Category if totals[c] > 0}

    def usual_categories(self, profile: Profile) -> list[int]:
        """For each function the category of the largest part of its own cost.

        One that has no cost of its own keeps the category that its table gives.
        """
        table = np.asarray(profile.functions.category, dtype=np.int64)
        split = np.zeros((len(table), len(Category)))
        np.add.at(split, (self.owner, self.category), self.own)
        usual = np.where(split.any(axis=1), split.argmax(axis=1), table)
        return [int(category) for category in usual]

    def _intern_lines(self, profile: Profile) -> Rows:
        frames, functions = profile.frames, profile.functions
        known: dict[tuple[int, int], int] = {}
        line_of_frame = np.full(len(frames.function), -1, dtype=np.int64)
        for row, (function, line) in enumerate(zip(frames.function, frames.line, strict=True)):
            file = functions.file[function]
            plumbing = functions.flags[function] & PLUMBING
            if functions.kind[function] == Kind.PYTHON and line > 0 and file >= 0 and not plumbing:
                line_of_frame[row] = known.setdefault((file, line), len(known))
        self.places = list(known)
        return line_of_frame

    def _fold(self, python: npt.NDArray[np.bool_]) -> None:
        """Finds who owns each row's own cost: itself, or its nearest caller that is shown.

        The owner of a line is the innermost Python line; a Python frame whose line is unknown
        owns its cost itself, so that no other line is charged for it.
        """
        owner, line_owner = self.function.tolist(), self.line.tolist()
        plumbing, is_python = self.plumbing.tolist(), python.tolist()
        for row, prefix in enumerate(self.prefix.tolist()):
            if prefix < 0:
                continue
            if plumbing[row]:
                owner[row] = owner[prefix]
            if line_owner[row] < 0 and (plumbing[row] or not is_python[row]):
                line_owner[row] = line_owner[prefix]
        self.owner: Rows = np.array(owner, dtype=np.int64)
        self.line_owner: Rows = np.array(line_owner, dtype=np.int64)

    def _accumulate(self) -> Floats:
        length = len(self.prefix)
        depth = [0] * length
        for row, prefix in enumerate(self.prefix.tolist()):
            if prefix >= 0:
                depth[row] = depth[prefix] + 1
        below = np.zeros((length, len(Category)))
        below[np.arange(length), self.category] = self.own
        self.depth: Rows = np.array(depth, dtype=np.int64)
        return self.with_callees(below)

    def with_callees(self, below: Floats) -> Floats:
        """Adds what each row of the stack table has to its callers, in place."""
        order = np.argsort(self.depth, kind="stable")
        deepest = int(self.depth.max(initial=0))
        starts = np.searchsorted(self.depth[order], np.arange(deepest + 2))
        for level in range(len(starts) - 2, 0, -1):
            level_rows = order[starts[level] : starts[level + 1]]
            np.add.at(below, self.prefix[level_rows], below[level_rows])
        return below

    def _outermost(self) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        length = len(self.prefix)
        first_function = np.zeros(length, dtype=np.bool_)
        first_line = np.zeros(length, dtype=np.bool_)
        children: dict[int, list[int]] = defaultdict(list)
        for row, prefix in enumerate(self.prefix.tolist()):
            children[prefix].append(row)
        functions, lines = self.owner.tolist(), self.line.tolist()
        folded = (self.plumbing & (self.owner != self.function)).tolist()
        on_path: dict[int, int] = defaultdict(int)
        lines_on_path: dict[int, int] = defaultdict(int)
        agenda = list(reversed(children[-1]))
        while agenda:
            row = agenda.pop()
            if row < 0:  # back from the subtree of ~row
                on_path[functions[~row]] -= 1
                lines_on_path[lines[~row]] -= 1
                continue
            function, line = functions[row], lines[row]
            if not folded[row] and not on_path[function]:
                first_function[row] = True
            if line >= 0 and not lines_on_path[line]:
                first_line[row] = True
            on_path[function] += 1
            lines_on_path[line] += 1
            if row in children:
                agenda.append(~row)
                agenda.extend(reversed(children[row]))
            else:
                on_path[function] -= 1
                lines_on_path[line] -= 1
        return first_function, first_line


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
    profile: Profile, own: Floats, inclusive: Floats, categories: list[int]
) -> list[dict[str, Any]]:
    functions, strings = profile.functions, profile.strings
    order = np.lexsort((-inclusive, -own))
    rows = []
    for index in order[:TOP].tolist():
        if not inclusive[index] and not own[index]:
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
        if functions.calls is not None:
            row["calls"] = functions.calls[index]
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
    absent = tree.with_callees(_absences(profile, len(tree.prefix)))
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
    own = np.asarray(functions.self_value or zeros, dtype=np.float64)
    inclusive = np.asarray(functions.inclusive or zeros, dtype=np.float64)
    totals = np.bincount(np.asarray(profile.functions.category, dtype=np.int64), own, len(Category))
    categories = {c.label: int(totals[c]) for c in Category if totals[c] > 0}
    # Exact costs cannot be charged to callers without a guess: machinery is left out only.
    shown = np.asarray(functions.flags, dtype=np.int64) & PLUMBING == 0
    rows = _function_rows(profile, own * shown, inclusive * shown, functions.category)
    return categories, rows


def _recorded_waiting(profile: Profile) -> dict[str, int] | None:
    """Nanoseconds that the cell's own thread was off the CPU, by category; None where the engine
    did not record that."""
    names = [value["name"] for value in profile.values]
    if names[0] != "cpu" or "wall" not in names:
        return None
    absent = _absences(profile, len(profile.stacks.prefix))
    categories = np.asarray(profile.stacks.category, dtype=np.int64)
    found = np.bincount(categories, weights=absent, minlength=len(Category))
    return {c.label: int(found[c]) for c in Category if found[c]}


def _absences(profile: Profile, length: int) -> Floats:
    """Nanoseconds that the cell's own thread was off the CPU at each row of the stack table."""
    names = [value["name"] for value in profile.values]
    if names[0] != "cpu" or "wall" not in names:
        return np.zeros(length)
    samples = profile.samples
    rows = np.asarray(samples.stack, dtype=np.int64)
    main = np.asarray(profile.threads.main, dtype=np.int64)[
        np.asarray(samples.thread, dtype=np.int64)
    ]
    away = (main != 0) & (np.asarray(samples.values[0]) == 0)
    wall = np.asarray(samples.values[names.index("wall")], dtype=np.float64)
    return np.bincount(rows[away], weights=wall[away], minlength=length)


def _unsampled_waiting(profile: Profile) -> int | None:
    """Nanoseconds in which the cell's own thread was not ready to run, if only CPU is sampled."""
    value, meta = profile.values[0], profile.meta
    thread_cpu = meta.get("thread_cpu_ns")
    if value["name"] != "cpu" or value["unit"] != "ns" or thread_cpu is None:
        return None
    running = int(thread_cpu) + int(meta.get("thread_queued_ns") or 0)
    return max(0, int(meta.get("wall_ns", 0)) - running)
