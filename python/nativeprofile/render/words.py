"""Numbers and names as people read them, for text and static HTML."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from nativeprofile.tables.intervals import half_width
from nativeprofile.tables.profile import Value

LABELS = {
    "python": "Python",
    "builtin": "built-in C",
    "extension": "extensions",
    "system": "system",
    "kernel": "kernel",
    "gc": "garbage collection",
    "import": "import",
    "gil": "waiting for GIL",
    "waiting": "waiting",
    "profiler": "profiler",
    "io": "waiting for I/O",
    "sleep": "sleeping",
    "lock": "waiting for lock",
    "queued": "waiting for CPU",
}
"""Each category's name, in the wire format's order; the viewer's legend has the same."""

NATIVE = ("builtin", "extension", "system")
"""The categories that are native code in a two-way split."""

FEW_SAMPLES = 30
"""Below this, shares say next to nothing (a half is known to 18 points only)."""


def printable(text: str) -> str:
    """`text` with everything invisible escaped: control characters, bidi marks, surrogates."""
    if text.isprintable():
        return text
    return "".join(
        char
        if char.isprintable()
        else " "
        if char.isspace() and char.isascii()
        else char.encode("unicode_escape").decode("ascii")
        for char in text
    )


def clip(text: str, width: int) -> str:
    """`text` in at most `width` characters."""
    return text if len(text) <= width else text[: max(0, width - 1)] + "…"


def duration(nanoseconds: float) -> str:
    """Three significant digits and a unit: `2.31 s`, `412 ms`."""
    for limit, factor, unit in ((1e3, 1, "ns"), (1e6, 1e3, "µs"), (1e9, 1e6, "ms")):
        if nanoseconds < limit * 0.9995:
            return f"{_three(nanoseconds / factor)} {unit}"
    return f"{_three(nanoseconds / 1e9)} s"


def amount(value: float, unit: str) -> str:
    """A value in its unit, nanoseconds as a duration."""
    if unit == "ns":
        return duration(value)
    return f"{value:,.0f}" if unit == "count" else f"{value:,.0f} {unit}"


def is_simulated(meta: dict[str, Any]) -> bool:
    """Whether the code ran on Valgrind's processor, of which a clock tells nothing of the code."""
    return bool(meta["engine"] == "callgrind")


def size(meta: dict[str, Any], summary: dict[str, Any], values: Sequence[Value] = ()) -> str:
    """How much a profile is of: its wall time or, where no clock tells, the events counted."""
    if summary["wall_ns"] and not is_simulated(meta):
        return duration(summary["wall_ns"])
    name = printable(values[0]["name"]) if values else ""
    return f"{amount(summary['total'], summary['unit'])} {name}".rstrip()


def share(part: float, whole: float) -> str:
    """`44 %`, with one decimal below ten, so that small shares stay distinct."""
    if whole <= 0 or part <= 0:
        return "0 %"
    percent = 100 * part / whole
    if percent >= 9.95:
        return f"{percent:.0f} %"
    return f"{percent:.1f} %" if percent >= 0.05 else "<0.1 %"


def uncertainty(half: float) -> str:
    """`±2`, `±0.4`: half the width of an interval (0 to 1) in points; empty where there is none."""
    points = 100 * half
    if points <= 0:
        return ""
    return f"±{_rounded(points, 0)}" if points >= 0.95 else f"±{_rounded(max(0.1, points), 1)}"


def estimate(
    part: float, whole: float, samples: float | None, measured: float = 0, measured_whole: float = 0
) -> str:
    """A share with its interval, as seen in `samples` effective samples; None: it is exact.
    `measured` is what was not sampled of the part, `measured_whole` that of the whole."""
    sampled = whole - measured_whole
    if samples is None or part <= measured or sampled <= 0:
        return share(part, whole)
    half = sampled / whole * half_width(min(1.0, (part - measured) / sampled), samples)
    percent = 100 * part / whole
    fine = percent >= 9.95 and 100 * half < 0.95
    words = f"{_rounded(percent, 1)} %" if fine else share(part, whole)
    return f"{words} {uncertainty(half)}"


def _rounded(number: float, digits: int) -> str:
    """Half away from zero, as the viewer rounds."""
    return f"{math.floor(number * 10**digits + 0.5) / 10**digits:.{digits}f}"


def place(row: dict[str, Any]) -> str:
    """Where a line or function is: `In[5] line 3`, `encoder.py:199`, `listobject.c:2858`."""
    file, line = row.get("source") or row.get("file"), row.get("line", -1)
    if not file:
        return ""
    if file.startswith("In["):
        return f"{file} line {line}" if line > 0 else file
    if file.startswith("<frozen ") and file.endswith(">"):
        file = file[len("<frozen ") : -1]
    name = file.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return f"{name}:{line}" if line > 0 else name


def split(summary: dict[str, Any]) -> list[tuple[str, int]]:
    """The categories that were met, largest first."""
    return sorted(summary["categories"].items(), key=lambda item: -item[1])


def split_total(summary: dict[str, Any]) -> int:
    """What the shares of the split are of: all categories, unsampled waiting included."""
    return sum(value for _, value in split(summary))


def split_estimate(summary: dict[str, Any], *names: str) -> str:
    """The share that categories together have in the split, with its interval."""
    measured = summary.get("measured", {})
    return estimate(
        sum(summary["categories"].get(name, 0) for name in names),
        split_total(summary),
        summary.get("effective"),
        sum(measured.get(name, 0) for name in names),
        sum(measured.values()),
    )


def nothing_timed(summary: dict[str, Any]) -> str:
    """What to say where there is no time to divide."""
    if summary["unit"] != "ns" and "effective" not in summary:
        return "Nothing was counted here."
    if any("calls" in row for row in summary["functions"]):
        return "No time was measured: the cell was too short. Calls are counted all the same."
    return "Nothing was measured: the cell was too short. Repeat its work, or raise --rate."


def how_sure(profile_meta: dict[str, Any], quality: dict[str, Any]) -> str:
    """One line: the engine, its rate, the samples, how complete their stacks are."""
    parts = [profile_meta["engine"]]
    if profile_meta.get("rate"):
        parts[0] += f" {profile_meta['rate']} Hz"
    samples = quality.get("samples")
    if samples is not None:
        parts.append(f"{samples:,} samples")
        if samples < FEW_SAMPLES:
            parts.append("too few to say: raise --rate or repeat the work")
        else:
            parts.append(f"{uncertainty(half_width(0.5, samples))} points")
    if profile_meta.get("kind") == "exact":
        parts.append("counted exactly" if samples is None else "calls counted exactly")
    if is_simulated(profile_meta) and profile_meta["wall_ns"]:
        parts.append(f"{duration(profile_meta['wall_ns'])} under Valgrind")
    for key, word in (
        ("stitched", "stitched"),
        ("truncated", "cut off"),
        ("lost", "lost"),
        ("unresolved", "without symbol"),
        ("attributed", "attributed to the launching line"),
    ):
        value = quality.get(key)
        if value is not None and (value or key == "stitched"):
            parts.append(f"{_precise(value)} {word}")
    return " · ".join(parts)


def status(meta: dict[str, Any]) -> str:
    """Empty, or how the cell ended."""
    return {"error": "ended with an error", "interrupted": "interrupted"}.get(meta["status"], "")


def _precise(value: float) -> str:
    percent = 100 * value
    # 99.97 % is not 100 %: never round a shortfall away.
    text = f"{min(percent, 99.9):.1f}" if percent < 100 else "100"
    return f"{text} %" if percent >= 0.1 or not percent else "<0.1 %"


def _three(value: float) -> str:
    if value == round(value) and value < 1:
        return f"{value:.0f}"
    digits = 2 if value < 9.995 else 1 if value < 99.95 else 0
    return f"{value:.{digits}f}"
