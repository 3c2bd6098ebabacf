"""Coverage as static HTML: totals, the files where most is missing, what was never called."""

from __future__ import annotations

import posixpath
from typing import Any

from .coverage import KINDS, common_path, missing, name, percent, ranges_of
from .html_table import safe, table

_FILES, _FUNCTIONS = 12, 10


def parts(found: dict[str, Any]) -> list[str]:
    """The tables of `summary.coverage`."""
    totals = [
        (kind, percent(share), f"{share['hit']:,} of {share['found']:,}")
        for kind, share in found["totals"].items()
    ]
    common = common_path(found["directories"])
    files = [
        (
            f"{missing(row):,}",
            *(percent(row.get(kind)) for kind in KINDS),
            f"<code>{safe(name(row, common), 60)}</code>",
            safe(ranges_of(row["never"]), 60),
        )
        for row in found["files"][:_FILES]
    ]
    never = [
        (
            f"<code>{safe(row['name'], 60)}</code>",
            safe(f"{posixpath.basename(row['file'])}:{row['line']}", 60),
        )
        for row in found["never"][:_FUNCTIONS]
    ]
    head = ("never run", *KINDS, "file", "lines that never ran")
    return [
        table(("", "ran", ""), 0, totals),
        table(head, 4, files),
        _more(found["counts"]["files"] - len(files)),
        table(("never called", "where"), 0, never),
        _more(found["counts"]["never"] - len(never)),
    ]


def _more(number: int) -> str:
    return f"<p><small>and {number:,} more</small></p>" if number > 0 else ""
