"""A profile as plain text: under 40 lines, for terminals and notebooks without the extension."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

from nativeprofile.tables.derived import amounts, stored
from nativeprofile.tables.profile import Value

from . import coverage
from .words import (
    LABELS,
    NATIVE,
    amount,
    clip,
    duration,
    estimate,
    how_sure,
    is_simulated,
    nothing_timed,
    place,
    printable,
    size,
    split,
    split_estimate,
    split_total,
    status,
)

_WIDTH = 60
_ROWS = 10
_NOTES = 4
_EVENTS = 4
_OF_PYTHON = {"python", "builtin"}
"""What only a program with Python in it has."""
_LETTERS = dict(zip(LABELS, "PBXSKCIGWRFZLQ", strict=True))


def text(
    meta: dict[str, Any],
    quality: dict[str, Any],
    summary: dict[str, Any],
    values: Sequence[Value] = (),
) -> str:
    """The report of the three plain parts of a profile; with its values also how much there was of
    each, where the summary tells."""
    found = summary.get("coverage")
    out = [_head(meta, summary, values), _line(how_sure(meta, quality))]
    out += coverage.lines(found) if found else _events(meta, summary, values) + _costs(summary)
    notes = quality.get("notes", [])
    tail = [f"Engine: {meta['engine']}: {meta['engine_reason']}"] if meta["engine_reason"] else []
    tail += [f"Note: {note}" for note in notes[:_NOTES]]
    if len(notes) > _NOTES:
        tail.append(f"Note: {len(notes) - _NOTES} more notes are kept in the profile.")
    if tail:
        out += ["", *(_line(item) for item in tail)]
    return "\n".join(out)


def _head(meta: dict[str, Any], summary: dict[str, Any], values: Sequence[Value]) -> str:
    """What ran, and how much that was."""
    found = summary.get("coverage")
    much = coverage.size(found) if found else size(meta, summary, values)
    head = [clip(printable(meta["name"]), 60), much]
    if summary["cpu_ns"] and not found and not is_simulated(meta):
        head.append(f"(CPU {duration(summary['cpu_ns'])})")
    if status(meta):
        head.append(f"[{status(meta)}]")
    return "  ".join(head)


def _costs(summary: dict[str, Any]) -> list[str]:
    """Where the time went: categories, lines, functions."""
    total, whole = summary["total"], split_total(summary)
    if set(summary["categories"]) in ({"system"}, {"extension"}):
        out = []  # a program without Python, all of it on CPUs: nothing is split
    elif whole:
        out = ["", f"[{_bar(summary, whole)}]", _shares(summary)]
    else:
        out = ["", nothing_timed(summary)]
    sure = summary.get("effective")
    if total or summary["lines"]:
        out += _lines(summary["lines"], total, sure)
    if summary["functions"]:
        out += _functions(summary["functions"], total, summary["unit"], sure)
    return out


def _events(meta: dict[str, Any], summary: dict[str, Any], values: Sequence[Value]) -> list[str]:
    """How much there was of each event, where the head does not say it."""
    totals = summary.get("totals", ())
    if not values or len(totals) != stored(values):
        return []
    is_headed = values[0]["unit"] == "ns" or not summary["wall_ns"] or is_simulated(meta)
    if len(values) == 1 and is_headed:
        return []
    columns = [[total] for total in totals]
    said = [
        f"{value['name']} {amount(int(amounts(values, columns, row)[0]), value['unit'])}"
        for row, value in enumerate(values)
    ]
    # A name stays with its amount.
    whole = " · ".join(printable(words).replace(" ", "\u00a0") for words in said)
    lines = textwrap.wrap(whole, 110, break_long_words=False)
    return ["", *(line.replace("\u00a0", " ") for line in lines[:_EVENTS])]


def _line(words: str) -> str:
    return clip(printable(words), 240)


def _bar(summary: dict[str, Any], whole: int) -> str:
    """Letters in proportion; rounding by running sums, so that the bar is always full."""
    bar, reached = "", 0
    for name, value in split(summary):
        reached += value
        bar += _LETTERS[name] * (round(_WIDTH * reached / whole) - len(bar))
    return bar


def _shares(summary: dict[str, Any]) -> str:
    parts = [f"{_LETTERS[n]} {LABELS[n]} {split_estimate(summary, n)}" for n, _ in split(summary)]
    if not _OF_PYTHON & set(summary["categories"]):
        return " · ".join(parts)
    python, native = split_estimate(summary, "python"), split_estimate(summary, *NATIVE)
    two_way = f"Python {python}, native {native}"
    return f"{two_way}   ({' · '.join(parts)})"


def _lines(rows: list[dict[str, Any]], total: int, sure: float | None) -> list[str]:
    if not rows:
        return []
    waits = any(row.get("waiting") for row in rows[:_ROWS])
    out = ["", f"{'total':>11} {'self':>11}  {'waited   ' if waits else ''}line"]
    for row in rows[:_ROWS]:
        where = printable(row.get("text") or "")
        waited = duration(row["waiting"]) if row.get("waiting") else ""
        out.append(
            f"{estimate(row['inclusive'], total, sure):>11} "
            f"{estimate(row['self'], total, sure):>11}  "
            f"{f'{waited:<9}' if waits else ''}"
            f"{clip(printable(place(row)), 30):<18} {clip(where, 70)}".rstrip()
        )
    return out


def _functions(rows: list[dict[str, Any]], total: int, unit: str, sure: float | None) -> list[str]:
    if not rows:
        return []
    out = ["", f"{'self':>11} {'total':>11}  function"]
    for row in rows[:_ROWS]:
        count = row.get("calls")
        calls = "" if count is None else "1 call" if count == 1 else f"{count:,} calls"
        facts = [LABELS[row["category"]], place(row), amount(row["self"], unit), calls]
        described = ", ".join(fact for fact in facts if fact)
        out.append(
            f"{estimate(row['self'], total, sure):>11} "
            f"{estimate(row['inclusive'], total, sure):>11}  "
            f"{clip(printable(row['name']), 60)}  ({clip(printable(described), 80)})"
        )
    return out
