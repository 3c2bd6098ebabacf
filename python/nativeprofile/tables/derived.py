"""Derived values: sums of stored ones, such as Callgrind's estimate of cycles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from .errors import FormatError
from .profile import Column, Value


def stored(values: Sequence[Value]) -> int:
    """How many of the values have columns; they stand before the derived ones."""
    return sum("terms" not in value for value in values)


def amounts(
    values: Sequence[Value], columns: Sequence[Column], value: int
) -> npt.NDArray[np.int64]:
    """The column of one of `values`, stored in `columns` or derived from them."""
    terms = values[value].get("terms", [(1, value)])
    length = len(columns[0]) if columns else 0
    total = np.zeros(length, dtype=np.int64)
    for factor, row in terms:
        total += factor * np.asarray(columns[row], dtype=np.int64)
    return total


def check_values(values: Sequence[Value]) -> None:
    """FormatError where a derived value stands before a stored one, or is no sum of these."""
    count = stored(values)
    for row, value in enumerate(values):
        terms = value.get("terms")
        if terms is None and row >= count:
            raise FormatError(f"The value {value['name']} stands behind derived ones.")
        for _, of in terms or ():
            if not 0 <= of < count:
                raise FormatError(f"The value {value['name']} is a sum of what was not measured.")
