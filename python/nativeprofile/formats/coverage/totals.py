"""What a coverage comes to: how much of each function, file and directory ran."""

from __future__ import annotations

import posixpath
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Any

from nativeprofile.symbols.demangle import readable

from .model import Coverage, Source

Share = dict[str, int]
"""`found` that were instrumented, `hit` that ran."""
KINDS = ("lines", "functions", "branches")


def summarise(coverage: Coverage) -> dict[str, Any]:
    """Plain data: `{test, totals, directories, files, functions}`.

    Each of them has `lines`, `functions` and `branches` as `{found, hit}`, as far as there are
    any; a file also `never`, ranges of lines (first, last) of which none ran; a function its
    `calls`, and `lines` and `branches` only where its last line is known.
    """
    files = [_file(source) for source in coverage.sources]
    by_directory: dict[str, list[dict[str, Any]]] = {}
    for file in files:
        by_directory.setdefault(posixpath.dirname(file["path"]), []).append(file)
    return {
        "test": coverage.test,
        "totals": _sum(files),
        "directories": [{"path": path, **_sum(those)} for path, those in by_directory.items()],
        "files": files,
        "functions": [row for source in coverage.sources for row in _functions(source)],
    }


def _sum(rows: Iterable[dict[str, Any]]) -> dict[str, Share]:
    total: dict[str, Share] = {}
    for row in rows:
        for kind in KINDS:
            if kind in row:
                share = total.setdefault(kind, {"found": 0, "hit": 0})
                share["found"] += row[kind]["found"]
                share["hit"] += row[kind]["hit"]
    return total


def _share(counts: Sequence[int | None]) -> Share:
    return {"found": len(counts), "hit": sum(1 for count in counts if count)}


def _file(source: Source) -> dict[str, Any]:
    shares = {
        "lines": _share(source.lines.hits),
        "functions": _share(source.functions.calls),
        "branches": _share(source.branches.taken),
    }
    present = {kind: share for kind, share in shares.items() if share["found"]}
    return {"path": source.path, **present, "never": _never(source)}


def _never(source: Source) -> list[tuple[int, int]]:
    """Runs of instrumented lines that did not run; others between them count for neither."""
    ranges: list[tuple[int, int]] = []
    ran = True
    for number, count in zip(source.lines.number, source.lines.hits, strict=True):
        if not count:
            first = number if ran else ranges.pop()[0]
            ranges.append((first, number))
        ran = bool(count)
    return ranges


def _functions(source: Source) -> list[dict[str, Any]]:
    rows = []
    for name, line, end, calls in zip(*source.functions, strict=True):
        row: dict[str, Any] = {
            "name": readable(name), "file": source.path, "line": line, "calls": calls,
        }  # fmt: skip
        if end:
            row["end"] = end
            row["lines"] = _within(source.lines.number, source.lines.hits, line, end)
            if source.branches.line:
                row["branches"] = _within(source.branches.line, source.branches.taken, line, end)
        rows.append(row)
    return rows


def _within(numbers: list[int], counts: Sequence[int | None], first: int, last: int) -> Share:
    return _share(counts[bisect_left(numbers, first) : bisect_right(numbers, last)])
