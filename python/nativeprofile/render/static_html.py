"""A profile as static HTML: a picture and two tables; no script, no style sheet, no request."""

from __future__ import annotations

import base64
from html import escape
from typing import Any

from nativeprofile.tables.costs import StackCosts
from nativeprofile.tables.profile import Profile

from .flame import WIDTH, picture
from .words import (
    LABELS,
    amount,
    clip,
    estimate,
    how_sure,
    nothing_timed,
    place,
    printable,
    size,
    split,
    split_estimate,
    split_total,
    status,
)

_ROWS = 10
_NOTES = 6
_LEFT = ' style="text-align:left"'
_RIGHT = ' style="text-align:right;white-space:nowrap"'


def static_html(profile: Profile, summary: dict[str, Any], costs: StackCosts | None = None) -> str:
    """The fragment for `text/html`; everything from the profile is escaped.

    `costs` are those of the profile's stacks, where the caller has them already.
    """
    if costs is None and profile.samples.stack:
        costs = StackCosts(profile)
    meta, quality = profile.meta, profile.quality
    head = f"<strong>{_text(meta['name'], 60)}</strong> {size(summary)}"
    if status(meta):
        head += f" <em>{status(meta)}</em>"
    parts = [f"<p>{head}<br><small>{_text(how_sure(meta, dict(quality)), 300)}</small></p>"]
    if split_total(summary):
        shares = ", ".join(f"{LABELS[n]} {split_estimate(summary, n)}" for n, _ in split(summary))
        parts.append(_image(profile, summary, costs, shares))
        parts.append(f"<p>{_text(shares, 600)}</p>")
    else:
        parts.append(f"<p>{nothing_timed(summary)}</p>")
    if summary["total"]:
        parts.append(_lines(summary))
    if summary["functions"]:
        parts.append(_functions(summary))
    notes = list(quality.get("notes", []))[:_NOTES]
    if meta["engine_reason"]:
        notes.insert(0, f"{meta['engine']}: {meta['engine_reason']}")
    parts += [f"<p><small>{_text(note, 400)}</small></p>" for note in notes]
    return f"<div>{''.join(part for part in parts if part)}</div>"


def _text(words: str, width: int) -> str:
    return escape(clip(printable(words), width))


def _image(profile: Profile, summary: dict[str, Any], costs: StackCosts | None, shares: str) -> str:
    svg, hidden = picture(profile, summary, costs)
    data = base64.b64encode(svg.encode()).decode("ascii")
    alt = _text(f"Where the time of {profile.meta['name']} went: {shares}", 600)
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
                _text(place(row), 40),
                f"<code>{_text(row['text'], 90)}</code>" if row.get("text") else "",
                _text(mix, 120),
            )
        )
    return _table(("total", "self", "line", "source", "split"), 2, rows)


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
                f"<code>{_text(row['name'], 90)}</code>",
                _text(place(row), 40),
                _text(LABELS[row["category"]], 40),
            )
        )
    head = ("self", "total", "self time", "calls", "function", "where", "category")
    if not any(row[3] for row in rows):
        rows = [row[:3] + row[4:] for row in rows]
        return _table(head[:3] + head[4:], 3, rows)
    return _table(head, 4, rows)


def _table(head: tuple[str, ...], numbers: int, rows: list[tuple[str, ...]]) -> str:
    """A table whose first `numbers` columns are numbers; cells are HTML already."""
    if not rows:
        return ""
    style = [_RIGHT] * numbers + [_LEFT] * (len(head) - numbers)
    cells = "".join(f"<th{s}>{word}</th>" for s, word in zip(style, head, strict=True))
    body = "".join(
        "<tr>" + "".join(f"<td{s}>{c}</td>" for s, c in zip(style, row, strict=True)) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>"
