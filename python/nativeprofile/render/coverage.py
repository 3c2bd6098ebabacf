"""Coverage in words: totals, and what never ran, in under 40 lines."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from typing import Any

from .words import clip, printable

_FILES, _DIRECTORIES, _FUNCTIONS, _RANGES = 8, 4, 5, 12
KINDS = ("lines", "functions", "branches")


def size(found: dict[str, Any]) -> str:
    """How much it is of."""
    return f"coverage of {count(found['counts']['files'], 'file')}"


def lines(found: dict[str, Any]) -> list[str]:
    """The lines of text for `summary.coverage`."""
    out = [""]
    for kind in KINDS:
        if kind in found["totals"]:
            share = found["totals"][kind]
            out.append(f"{kind:<9} {percent(share):>7}  {share['hit']:,} of {share['found']:,}")
    files, directories, counts = found["files"], found["directories"], found["counts"]
    common = common_path(directories)
    if counts["directories"] > 1:
        out += _table("directory", directories, _DIRECTORIES, common, counts["directories"])
    out += _table("file", files, _FILES, common, counts["files"])
    never = found["never"]
    if never:
        out += ["", f"{count(counts['never'], 'function')} never called:"]
        for row in never[:_FUNCTIONS]:
            place = f"{posixpath.basename(row['file'])}:{row['line']}"
            out.append(f"  {clip(printable(row['name']), 60)}  ({clip(printable(place), 50)})")
        out += _more(counts["never"] - _FUNCTIONS)
    return out


def common_path(directories: list[dict[str, Any]]) -> str:
    """The folder that all are in; empty where there is none."""
    # Absolute paths and others have none in common.
    if len({row["path"].startswith("/") for row in directories}) != 1:
        return ""
    common: str = posixpath.commonpath([row["path"] for row in directories])
    return "" if common == "/" else common


def _table(
    title: str, rows: list[dict[str, Any]], limit: int, common: str, number: int
) -> list[str]:
    """The first rows, which are those with most lines that never ran."""
    out = ["", f"{'never run':>9} {'lines':>7} {'branches':>8}  {title}"]
    for row in rows[:limit]:
        shares = f"{percent(row.get('lines')):>7} {percent(row.get('branches')):>8}"
        ranges = ranges_of(row.get("never") or ())
        where = f"  {ranges}" if ranges else ""
        out.append(f"{missing(row):>9,} {shares}  {name(row, common)}{where}")
    return out + _more(number - limit)


def name(row: dict[str, Any], common: str) -> str:
    """The path of a file or directory, below the folder that all have in common."""
    path = str(row["path"])
    if common and path != common:
        path = path.removeprefix(common.rstrip("/") + "/")
    return clip(printable(path or "."), 60)


def missing(row: dict[str, Any]) -> int:
    """How many lines with code never ran."""
    lines = row.get("lines", {"found": 0, "hit": 0})
    return int(lines["found"] - lines["hit"])


def ranges_of(ranges: Iterable[tuple[int, int]]) -> str:
    """Ranges of lines in words."""
    words = [str(first) if first == last else f"{first}-{last}" for first, last in ranges]
    return clip(", ".join(words[:_RANGES]) + (", …" if len(words) > _RANGES else ""), 50)


def percent(share: dict[str, int] | None) -> str:
    """Rounded down, so that 100 % is all of it; 0 % is nothing of it."""
    if share is None or not share["found"]:
        return "-"
    hit, found = share["hit"], share["found"]
    whole = 100 * hit // found
    return "<1 %" if hit and not whole else f"{whole} %"


def count(number: int, noun: str) -> str:
    """A number of things in words."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def _more(number: int) -> list[str]:
    return [f"{'':>9} and {number:,} more"] if number > 0 else []
