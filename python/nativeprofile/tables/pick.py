"""Some rows of a table, with all that names the others."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from .layout import TABLES, rows
from .profile import Profile


def take(name: str, table: Any, order: Any) -> Any:
    """The rows `order` of the table `name`, in that order; what they name stays as it is."""
    picked = copy.copy(table)
    for spec in TABLES[name]:
        column = getattr(table, spec.attribute)
        if column is None:
            continue
        made = [_at(one, order) for one in column] if spec.each else _at(column, order)
        setattr(picked, spec.attribute, made)
    return picked


def keep_rows(profile: Profile, name: str, keep: Any) -> Profile:
    """The profile with these rows of one table; rows of others that cannot do without one of those
    that go, go with it."""
    count = rows(getattr(profile, name))
    out = copy.copy(profile)
    setattr(out, name, take(name, getattr(profile, name), keep))
    new_row = np.full(count + 1, -1, dtype=np.int64)  # its last: what -1 refers to
    new_row[keep] = np.arange(len(keep))
    for other, specs in TABLES.items():
        referring = [spec for spec in specs if spec.refers == name]
        if not referring or getattr(out, other) is None:
            continue
        table = copy.copy(getattr(out, other))
        setattr(out, other, table)
        left = np.ones(rows(table), dtype=np.bool_)
        for spec in referring:
            column = getattr(table, spec.attribute)
            if column is not None:
                moved = new_row[np.asarray(column, dtype=np.int64)]
                setattr(table, spec.attribute, moved.tolist())
                left &= spec.none | (moved >= 0)
        if not left.all():
            out = keep_rows(out, other, np.flatnonzero(left))
    return out


def _at(column: list[int], order: Any) -> list[int]:
    found: list[int] = np.asarray(column, dtype=np.int64)[order].tolist()
    return found
