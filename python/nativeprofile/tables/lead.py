"""A profile that is about another of its values: that stands first, which decides summaries."""

from __future__ import annotations

import copy

from .derived import amounts, stored
from .errors import FormatError
from .layout import TABLES, rows
from .profile import Profile, Value


def led_by(profile: Profile, name: str) -> Profile:
    """The profile with the value called `name` before the others; a derived one becomes stored.

    Raises FormatError where there is none of that name.
    """
    values = profile.values
    names = [value["name"] for value in values]
    if name not in names:
        raise FormatError(
            f"{profile.meta['name']} has no event {name}.", f"It has: {', '.join(names)}."
        )
    chosen = names.index(name)
    rest = [row for row in range(stored(values)) if row != chosen]
    place = {row: at for at, row in enumerate([chosen, *rest])}
    first: Value = copy.copy(values[chosen])
    first.pop("terms", None)
    out = copy.copy(profile)
    out.values = [first, *(values[row] for row in rest)]
    for row, value in enumerate(values):
        terms = value.get("terms")
        if terms is not None and row != chosen:
            moved: Value = copy.copy(value)
            moved["terms"] = [(factor, place[of]) for factor, of in terms]
            out.values.append(moved)
    for table, specs in TABLES.items():
        columns = getattr(profile, table)
        if columns is None or not rows(columns):
            continue
        changed = copy.copy(columns)
        setattr(out, table, changed)
        for spec in specs:
            found = getattr(columns, spec.attribute)
            if spec.each and found:
                lead = amounts(values, found, chosen).tolist()
                setattr(changed, spec.attribute, [lead, *(found[row] for row in rest)])
    return out
