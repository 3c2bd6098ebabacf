"""Rows of a recording that are equal in some columns, added up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .data import Costs, Counts, Ints


class Groups:
    """Rows that are equal in some columns, which are not negative but for -1.

    `first` has the first row of each group; groups ascend by the columns.
    """

    def __init__(self, *columns: Ints | Counts) -> None:
        group = np.zeros(len(columns[0]), dtype=np.int64)
        kinds = 1
        for column in columns:
            more = int(column.max(initial=-1)) + 2
            if kinds * more >> 63:
                _, group = np.unique(group, return_inverse=True)
                kinds = len(group)
            if kinds * more >> 63:
                _, column = np.unique(column, return_inverse=True)
                more = len(column) + 1
            group *= more
            group += column
            group += 1
            kinds *= more
        self._order = np.argsort(group, kind="stable")
        group = group[self._order]
        self._begins = np.flatnonzero(np.append(True, group[1:] != group[:-1])[: len(group)])
        self.first = self._order[self._begins]

    def sum(self, column: Counts) -> Counts:
        """The sums of a column."""
        if not len(column):
            return column
        return np.asarray(np.add.reduceat(column[self._order], self._begins))

    def costs(self, costs: Costs, units: Sequence[int]) -> list[Counts]:
        """The sums of each event."""
        return [self.sum(costs.of(event)) * unit for event, unit in enumerate(units)]
