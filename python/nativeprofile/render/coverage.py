"""Coverage as plain text: totals, and what never ran, in under 40 lines."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from typing import Any

from .words import clip, printable

_FILES, _DIRECTORIES, _FUNCTIONS, _RANGES = 14, 5, 8, 12
_KINDS = ("lines", "functions", "branches")


def text(summary: dict[str, Any]) -> str:
    """The report of a summary, as formats/coverage/totals makes it."""
    files, directories = summary["files"], summary["directories"]
    head = f"Coverage of {_count(len(files), 'file')}"
    if summary["test"]:
        head += f"  {clip(printable(summary['test']), 60)}"
    totals = summary["totals"]
    out = [head]
    for kind in _KINDS:
        if kind in totals:
            hit, found = totals[kind]["hit"], totals[kind]["found"]
            out.append(f"{kind:<9} {_share(totals[kind]):>7}  {hit:,} of {found:,}")
    common = posixpath.commonpath([d["path"] for d in directories]) if _mutual(directories) else ""
    if len(directories) > 1:
        out += _table("directory", directories, _DIRECTORIES, common)
    out += _table("file", files, _FILES, common)
    never = [row for row in summary["functions"] if row["calls"] == 0]
    if never:
        out += ["", f"{_count(len(never), 'function')} never called:"]
        for row in never[:_FUNCTIONS]:
            place = f"{posixpath.basename(row['file'])}:{row['line']}"
            out.append(f"  {clip(printable(row['name']), 60)}  ({clip(printable(place), 50)})")
        out += _more(len(never) - _FUNCTIONS)
    return "\n".join(out)


def _mutual(directories: list[dict[str, Any]]) -> bool:
    """Whether all paths are of one kind, so that they may have a folder in common."""
    return len({path["path"].startswith("/") for path in directories}) == 1


def _table(title: str, rows: list[dict[str, Any]], limit: int, common: str) -> list[str]:
    """The rows with most lines that never ran first."""
    missing = {id(row): _missing(row) for row in rows}
    order = sorted(rows, key=lambda row: (-missing[id(row)], row["path"]))
    out = ["", f"{'never run':>9} {'lines':>7} {'branches':>8}  {title}"]
    for row in order[:limit]:
        lines, branches = _share(row.get("lines")), _share(row.get("branches"))
        path = row["path"]
        if common and path != common:
            path = path.removeprefix(common.rstrip("/") + "/")
        where = f"  {_ranges(row['never'])}" if row.get("never") else ""
        name = clip(printable(path or "."), 60)
        out.append(f"{missing[id(row)]:>9,} {lines:>7} {branches:>8}  {name}{where}")
    return out + _more(len(rows) - limit)


def _missing(row: dict[str, Any]) -> int:
    lines = row.get("lines", {"found": 0, "hit": 0})
    return int(lines["found"] - lines["hit"])


def _ranges(ranges: Iterable[tuple[int, int]]) -> str:
    words = [str(first) if first == last else f"{first}-{last}" for first, last in ranges]
    return clip(", ".join(words[:_RANGES]) + (", …" if len(words) > _RANGES else ""), 50)


def _share(share: dict[str, int] | None) -> str:
    """Rounded down, so that 100 % is all of it; 0 % is nothing of it."""
    if share is None or not share["found"]:
        return "-"
    hit, found = share["hit"], share["found"]
    percent = 100 * hit // found
    return "<1 %" if hit and not percent else f"{percent} %"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def _more(number: int) -> list[str]:
    return [f"{'':>9} and {number:,} more"] if number > 0 else []
