"""What a coverage comes to: how much of each function, file and directory ran."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from .profile import Profile

EXECUTIONS = "executions"
"""The value that says how often source lines ran."""
KINDS = ("lines", "functions", "branches")
TOP = 50
"""Rows of each list in a summary."""
Share = dict[str, int]
"""`found` that have code, `hit` that ran."""


def has_coverage(profile: Profile) -> bool:
    """Whether a profile tells how often each line ran."""
    return profile.values[0]["name"] == EXECUTIONS and bool(profile.lines.line)


def totals(profile: Profile) -> dict[str, Any]:
    """Plain data of a profile with coverage: `{totals, directories, files, functions}`.

    Each of them has `lines`, `functions` and `branches` as `{found, hit}`, as far as there are
    any; a file also `never`, ranges of lines (first, last) of which none ran; a function its
    `calls`, and `lines` and `branches` where lines are known to be its own.
    """
    counted = _Counted(profile)
    return {**_paths(counted), "functions": [counted.function(row) for row in counted.functions]}


def summary_of(profile: Profile) -> dict[str, Any]:
    """`summary.coverage` of a profile with coverage: the first rows of `totals`, those with most
    lines that never ran, the functions that were never called, and how many there are of each."""
    counted = _Counted(profile)
    found = _paths(counted)
    never = [counted.function(row) for row in counted.functions if counted.calls[row] == 0]
    lists = {"directories": found["directories"], "files": found["files"], "never": never}
    return {
        "totals": found["totals"],
        "counts": {name: len(rows) for name, rows in lists.items()},
        **{name: sorted(rows, key=_rank)[:TOP] for name, rows in lists.items()},
    }


def _paths(counted: _Counted) -> dict[str, Any]:
    """`totals`, `directories` and `files`."""
    files = [counted.file(file) for file in counted.files]
    by_directory: dict[str, list[dict[str, Any]]] = {}
    for file in files:
        by_directory.setdefault(posixpath.dirname(file["path"]), []).append(file)
    return {
        "totals": _sum(files),
        "directories": [{"path": path, **_sum(those)} for path, those in by_directory.items()],
        "files": files,
    }


def _rank(row: dict[str, Any]) -> tuple[int, str]:
    lines = row.get("lines", {"found": 0, "hit": 0})
    return lines["hit"] - lines["found"], row.get("path", "")


class _Counted:
    """The tables by file and by function."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._lines = defaultdict[int, list[tuple[int, int]]](list)
        self._own = defaultdict[int, list[int]](list)
        self._branches = defaultdict[int, list[int]](list)
        self._ways = defaultdict[int, list[int]](list)
        self._called = defaultdict[int, list[int]](list)
        lines, branches, functions = profile.lines, profile.branches, profile.functions
        owner = {}
        for function, file, line, hits in zip(
            lines.function, lines.file, lines.line, lines.values[0], strict=True
        ):
            self._lines[file].append((line, hits))
            self._own[function].append(hits)
            owner[file, line] = function
        for file, line, taken in zip(branches.file, branches.line, branches.taken, strict=True):
            self._branches[file].append(taken)
            self._ways[owner.get((file, line), -1)].append(taken)
        self._sources = functions.source or functions.file
        self.calls = functions.calls or [-1] * len(functions.name)
        for source, count in zip(self._sources, self.calls, strict=True):
            if count >= 0:
                self._called[source].append(count)
        strings = profile.strings
        self.files = sorted(self._lines, key=lambda file: strings[file])
        order = zip(self._sources, functions.line, range(len(self._sources)), strict=True)
        known = [(strings[source], line, row) for source, line, row in order if source >= 0]
        self.functions = [row for _, _, row in sorted(known)]

    def file(self, file: int) -> dict[str, Any]:
        """What one file comes to."""
        lines = sorted(self._lines[file])
        shares = {
            "lines": _share(hits for _, hits in lines),
            "functions": _share(self._called[file]),
            "branches": _share(self._branches[file]),
        }
        present = {kind: share for kind, share in shares.items() if share["found"]}
        return {"path": self._profile.strings[file], **present, "never": _never(lines)}

    def function(self, row: int) -> dict[str, Any]:
        """What one function comes to."""
        functions, strings = self._profile.functions, self._profile.strings
        found: dict[str, Any] = {
            "name": strings[functions.name[row]],
            "file": strings[self._sources[row]],
            "line": functions.line[row],
            "calls": self.calls[row],
        }
        if row in self._own:
            found["lines"] = _share(self._own[row])
        if row in self._ways:
            found["branches"] = _share(self._ways[row])
        return found


def _sum(rows: Iterable[dict[str, Any]]) -> dict[str, Share]:
    total: dict[str, Share] = {}
    for row in rows:
        for kind in KINDS:
            if kind in row:
                share = total.setdefault(kind, {"found": 0, "hit": 0})
                share["found"] += row[kind]["found"]
                share["hit"] += row[kind]["hit"]
    return total


def _share(counts: Iterable[int]) -> Share:
    column = list(counts)
    return {"found": len(column), "hit": sum(count > 0 for count in column)}


def _never(lines: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Runs of lines with code that did not run; others between them count for neither."""
    ranges: list[tuple[int, int]] = []
    ran = True
    for number, hits in lines:
        if not hits:
            first = number if ran else ranges.pop()[0]
            ranges.append((first, number))
        ran = bool(hits)
    return ranges
