"""A segment of a file: lines between which only names and positions change, into rows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .columns import Columns
from .context import Given, State
from .data import Ints
from .lines import Kind, Lines
from .numbered import Numbered
from .numbers import Bytes, Counts


class Segment(NamedTuple):
    """Lines of a buffer, the rows of the names in them, and what a line of costs is made of."""

    buffer: Bytes
    lines: Lines
    names: Ints
    positions: tuple[str, ...]
    events: int


def read_segment(segment: Segment, state: State, columns: Columns) -> Counts:
    """Adds the rows to `columns` and brings `state` to the end; returns which lines are wrong."""
    lines = segment.lines
    found = Numbered(
        segment.buffer, lines, segment.positions, segment.events, (state.line, state.address)
    )
    before = np.append(np.uint8(Kind.COST), found.kind[:-1])
    is_cost = found.kind == Kind.COST
    # A call or jump is a line of its own kind, with a line of costs behind it.
    whole = is_cost & found.right & (np.append(True, found.right[:-1]) | (before == Kind.COST))
    lonely = ~is_cost & ~np.append(is_cost[1:], False)

    names = _Names(segment, state, columns)
    own = np.flatnonzero(whole & (before == Kind.COST))
    own = own[found.width(own) > 0]
    at = found.row[own]
    costs = found.costs(own)
    columns.rows.add(
        names.functions(at),
        names.file.at(at),
        found.line[own],
        found.addresses(own),
        costs.width,
        costs.flat,
    )
    _calls(found, np.flatnonzero(whole & (before == Kind.CALLS)), names, columns)
    _jumps(found, np.flatnonzero(whole & (before >= Kind.JUMP)), names, columns)
    names.keep(state)
    if len(found.row):
        state.line, state.address = found.last
    wrong = ~found.right | lonely
    return np.asarray(found.row[wrong])


class _Names:
    """The names that hold in a segment."""

    def __init__(self, segment: Segment, state: State, columns: Columns) -> None:
        lines, names = segment.lines, segment.names

        def given(kind: Kind, before: int) -> Given:
            return Given(lines, kind, names, before)

        self._columns = columns
        self.file = given(Kind.FILE, state.file)
        self.object = given(Kind.OBJECT, state.object)
        starts = np.flatnonzero(lines.kind == Kind.FUNCTION)
        functions = np.full(len(names), -1, dtype=np.int32)
        functions[starts] = columns.functions(
            names[starts], self.file.at(starts), self.object.at(starts)
        )
        self.function = Given(lines, Kind.FUNCTION, functions, state.function)
        self.called_file = given(Kind.CALLED_FILE, state.called_file)
        self.called_object = given(Kind.CALLED_OBJECT, state.called_object)
        self.called_function = given(Kind.CALLED_FUNCTION, state.called_function)
        self.jump_file = given(Kind.JUMP_FILE, state.jump_file)
        self.jump_function = given(Kind.JUMP_FUNCTION, state.jump_function)
        self.calls = np.flatnonzero(lines.kind == Kind.CALLS)
        self.jumps = np.flatnonzero((lines.kind == Kind.JUMP) | (lines.kind == Kind.CONDITIONAL))

    def functions(self, rows: Counts) -> Ints:
        """The functions in which some lines stand; before any is named, one without a name."""
        found = self.function.at(rows)
        nameless = np.flatnonzero(found < 0)
        if len(nameless):
            at = rows[nameless]
            found[nameless] = self._columns.functions(
                found[nameless], self.file.at(at), self.object.at(at)
            )
        return found

    def callees(self, rows: Counts) -> tuple[Ints, Ints]:
        """The called functions of some lines of calls, and their files."""
        which = np.searchsorted(self.calls, rows)
        file = self.called_file.once(self.calls)[which]
        object_ = self.called_object.once(self.calls)[which]
        file = np.where(file < 0, self.file.at(rows), file)
        object_ = np.where(object_ < 0, self.object.at(rows), object_)
        return self._columns.functions(self.called_function.at(rows), file, object_), file

    def targets(self, rows: Counts) -> tuple[Ints, Ints]:
        """The functions that some lines of jumps lead to, and their files."""
        which = np.searchsorted(self.jumps, rows)
        file = self.jump_file.once(self.jumps)[which]
        file = np.where(file < 0, self.file.at(rows), file)
        name = self.jump_function.once(self.jumps)[which]
        other = np.flatnonzero(name >= 0)
        found = self.functions(rows)
        found[other] = self._columns.functions(
            name[other], file[other], self.object.at(rows[other])
        )
        return found, file

    def keep(self, state: State) -> None:
        """Leaves for the next segment what still holds."""
        state.file, state.object = self.file.last(), self.object.last()
        state.function = self.function.last()
        state.called_function = self.called_function.last()
        state.called_file = self.called_file.last(self.calls)
        state.called_object = self.called_object.last(self.calls)
        state.jump_file = self.jump_file.last(self.jumps)
        state.jump_function = self.jump_function.last(self.jumps)


def _calls(found: Numbered, costs: Counts, names: _Names, columns: Columns) -> None:
    """Adds the calls whose lines of costs are given."""
    head, at = costs - 1, found.row[costs]
    callee, file = names.callees(found.row[head])
    paid = found.costs(costs)
    columns.calls.add(
        names.functions(at),
        callee,
        names.file.at(at),
        found.line[costs],
        found.addresses(costs),
        file,
        *found.target(head, 1),
        found.counts(head),
        paid.width,
        paid.flat,
    )


def _jumps(found: Numbered, costs: Counts, names: _Names, columns: Columns) -> None:
    """Adds the jumps whose lines of position are given."""
    for kind, lead in ((Kind.JUMP, 1), (Kind.CONDITIONAL, 2)):
        source = costs[found.kind[costs - 1] == kind]
        head, at = source - 1, found.row[source]
        to, file = names.targets(found.row[head])
        columns.jumps.add(
            names.functions(at),
            to,
            names.file.at(at),
            found.line[source],
            found.addresses(source),
            file,
            *found.target(head, lead),
            found.counts(head),
            found.counts(head, 1) if lead == 2 else np.full(len(head), -1, dtype=np.int64),
        )
