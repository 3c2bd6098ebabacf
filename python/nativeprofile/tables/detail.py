"""What is left out of a profile without stacks that is too large: the cheapest rows of tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from .compact import compact_strings
from .layout import TABLES, rows
from .pick import keep_rows
from .profile import Profile

Encode = Callable[[Profile, list[str]], dict[str, Any]]
Size = Callable[[dict[str, Any]], int]

_ROWS = {
    "lines": "source lines",
    "call_sites": "places of calls",
    "instructions": "instructions",
    "jumps": "jumps",
    "branches": "branches",
    "edges": "calls",
    "functions": "functions",
}
"""The tables that may become smaller, and what their rows are called; with a function goes all that
it has, so that it comes last."""
_COUNTED = ("taken", "calls")
"""Columns that say how much a row matters, beside its costs."""
_TRIES = 8
_MARGIN = 0.97


def fit(profile: Profile, limit: int, encode: Encode, size: Size) -> dict[str, Any]:
    """The message of a profile with as many rows, the dearest of all tables together, as there is
    room for in `limit` bytes; one function stays in any case.

    `encode` makes it, with sentences about what is missing; `size` measures it.
    """
    message = encode(profile, [])
    takes = size(message)
    if takes <= limit:
        return message
    names = [name for name in _ROWS if _rows(profile, name)]
    order = np.argsort(-np.concatenate([_dearness(profile, name) for name in names]), kind="stable")
    borders = np.cumsum([_rows(profile, name) for name in names])[:-1]
    keep = len(order)
    for _ in range(_TRIES):
        keep = int(keep * min(0.9, _MARGIN * limit / takes))
        kept = np.zeros(len(order), dtype=np.bool_)
        kept[order[:keep]] = True
        smaller = profile
        for name, mask in zip(names, np.split(kept, borders), strict=True):
            if name == "functions" and not mask.any():
                mask[np.argmax(_dearness(profile, name))] = True
            smaller = keep_rows(smaller, name, np.flatnonzero(mask))
        compact_strings(smaller)
        message = encode(smaller, [_note(profile, smaller, names)])
        takes = size(message)
        if takes <= limit or not keep:
            break
    return message


def _note(whole: Profile, smaller: Profile, names: list[str]) -> str:
    counts = [(_ROWS[name], _rows(smaller, name), _rows(whole, name)) for name in reversed(names)]
    fewer = [f"{few:,} of {many:,} {what}" for what, few, many in counts if few < many]
    return f"To keep the output small, the dearest are given: {', '.join(fewer)}."


def _rows(profile: Profile, name: str) -> int:
    table = getattr(profile, name)
    return rows(table) if table is not None else 0


def _dearness(profile: Profile, name: str) -> npt.NDArray[np.float64]:
    """The largest share that each row of a table has in any of its columns of costs or counts."""
    table = getattr(profile, name)
    found = np.zeros(rows(table))
    for spec in TABLES[name]:
        column = getattr(table, spec.attribute)
        if column is not None and (spec.each or spec.attribute in _COUNTED):
            for one in column if spec.each else [column]:
                amounts = np.maximum(np.asarray(one, dtype=np.float64), 0)
                found = np.maximum(found, amounts / max(amounts.sum(), 1))
    return found
