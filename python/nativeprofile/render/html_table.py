"""Text and tables as HTML without style sheets."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from .words import clip, printable

_LEFT = ' style="text-align:left"'
_RIGHT = ' style="text-align:right;white-space:nowrap"'


def safe(words: str, width: int) -> str:
    """Words that came from outside, in at most `width` characters."""
    return escape(clip(printable(words), width))


def table(head: tuple[str, ...], numbers: int, rows: Sequence[tuple[str, ...]]) -> str:
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
