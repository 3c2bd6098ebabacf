"""A profile as static HTML: a picture and two tables; no script, no style sheet, no request."""

from __future__ import annotations

import base64
from typing import Any

from nativeprofile.tables.costs import StackCosts
from nativeprofile.tables.profile import Profile

from . import coverage, coverage_html
from .flame import WIDTH, picture
from .html_table import safe, table
from .words import (
    LABELS,
    amount,
    estimate,
    how_sure,
    nothing_timed,
    place,
    size,
    split,
    split_estimate,
    split_total,
    status,
)

_ROWS = 10
_NOTES = 6


def static_html(profile: Profile, summary: dict[str, Any], costs: StackCosts | None = None) -> str:
    """The fragment for `text/html`; everything from the profile is escaped.

    `costs` are those of the profile's stacks, where the caller has them already.
    """
    if costs is None and profile.samples.stack:
        costs = StackCosts(profile)
    meta, quality = profile.meta, profile.quality
    found = summary.get("coverage")
    head = f"<strong>{safe(meta['name'], 60)}</strong> "
    head += coverage.size(found) if found else safe(size(meta, summary, profile.values), 80)
    if status(meta):
        head += f" <em>{status(meta)}</em>"
    parts = [f"<p>{head}<br><small>{safe(how_sure(meta, dict(quality)), 300)}</small></p>"]
    parts += coverage_html.parts(found) if found else _costs(profile, summary, costs)
    notes = list(quality.get("notes", []))[:_NOTES]
    if meta["engine_reason"]:
        notes.insert(0, f"{meta['engine']}: {meta['engine_reason']}")
    parts += [f"<p><small>{safe(note, 400)}</small></p>" for note in notes]
    return f"<div>{''.join(part for part in parts if part)}</div>"


def _costs(profile: Profile, summary: dict[str, Any], costs: StackCosts | None) -> list[str]:
    """Where the time went: a picture, lines, functions."""
    parts = []
    if split_total(summary):
        shares = ", ".join(f"{LABELS[n]} {split_estimate(summary, n)}" for n, _ in split(summary))
        parts.append(_image(profile, summary, costs, shares))
        parts.append(f"<p>{safe(shares, 600)}</p>")
    else:
        parts.append(f"<p>{nothing_timed(summary)}</p>")
    if summary["total"]:
        parts.append(_lines(summary))
    if summary["functions"]:
        parts.append(_functions(summary))
    return parts


def _image(profile: Profile, summary: dict[str, Any], costs: StackCosts | None, shares: str) -> str:
    svg, hidden = picture(profile, summary, costs)
    data = base64.b64encode(svg.encode()).decode("ascii")
    alt = safe(f"Where the time of {profile.meta['name']} went: {shares}", 600)
    size = f'width="{WIDTH}" style="max-width:100%"'
    image = f'<img alt="{alt}" {size} src="data:image/svg+xml;base64,{data}">'
    if hidden:
        image += "<p><small>The narrowest and deepest frames are not drawn.</small></p>"
    return image


def _lines(summary: dict[str, Any]) -> str:
    total, sure = summary["total"], summary.get("effective")
    rows: list[tuple[str, ...]] = []
    for row in summary["lines"][:_ROWS]:
        parts = sorted(row["categories"].items(), key=lambda item: -item[1])[:3]
        mix = ", ".join(f"{LABELS[name]} {estimate(value, total, sure)}" for name, value in parts)
        rows.append(
            (
                estimate(row["inclusive"], total, sure),
                estimate(row["self"], total, sure),
                safe(place(row), 40),
                f"<code>{safe(row['text'], 90)}</code>" if row.get("text") else "",
                safe(mix, 120),
            )
        )
    return table(("total", "self", "line", "source", "split"), 2, rows)


def _functions(summary: dict[str, Any]) -> str:
    total, sure = summary["total"], summary.get("effective")
    rows: list[tuple[str, ...]] = []
    for row in summary["functions"][:_ROWS]:
        calls = f"{row['calls']:,}" if "calls" in row else ""
        rows.append(
            (
                estimate(row["self"], total, sure),
                estimate(row["inclusive"], total, sure),
                amount(row["self"], summary["unit"]),
                calls,
                f"<code>{safe(row['name'], 90)}</code>",
                safe(place(row), 40),
                safe(LABELS[row["category"]], 40),
            )
        )
    head = ("self", "total", "self time", "calls", "function", "where", "category")
    if not any(row[3] for row in rows):
        rows = [row[:3] + row[4:] for row in rows]
        return table(head[:3] + head[4:], 3, rows)
    return table(head, 4, rows)
