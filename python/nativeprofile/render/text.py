"""A profile as plain text: under 40 lines, for terminals and notebooks without the extension."""

from __future__ import annotations

from typing import Any

from .words import (
    LABELS,
    NATIVE,
    amount,
    clip,
    duration,
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

_WIDTH = 60
_ROWS = 10
_NOTES = 4
_LETTERS = dict(zip(LABELS, "PBXSKCIGWRFZLQ", strict=True))


def text(meta: dict[str, Any], quality: dict[str, Any], summary: dict[str, Any]) -> str:
    """The report of the three plain parts of a profile."""
    total, whole = summary["total"], split_total(summary)
    unit = summary["unit"]
    head = [clip(printable(meta["name"]), 60), size(summary)]
    if summary["cpu_ns"]:
        head.append(f"(CPU {duration(summary['cpu_ns'])})")
    if status(meta):
        head.append(f"[{status(meta)}]")
    lines = ["  ".join(head), _line(how_sure(meta, quality))]
    if whole:
        lines += ["", f"[{_bar(summary, whole)}]", _shares(summary)]
    else:
        lines += ["", nothing_timed(summary)]
    sure = summary.get("effective")
    if total or summary["lines"]:
        lines += _lines(summary["lines"], total, sure)
    if summary["functions"]:
        lines += _functions(summary["functions"], total, unit, sure)
    notes = quality.get("notes", [])
    tail = [f"Engine: {meta['engine']}: {meta['engine_reason']}"] if meta["engine_reason"] else []
    tail += [f"Note: {note}" for note in notes[:_NOTES]]
    if len(notes) > _NOTES:
        tail.append(f"Note: {len(notes) - _NOTES} more notes are kept in the profile.")
    if tail:
        lines += ["", *(_line(item) for item in tail)]
    return "\n".join(lines)


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
