"""CPython's location table: from an instruction to its line and columns.

The format is that of CPython 3.11 and later (InternalDocs/code_objects.md, "Location
table").
"""

from __future__ import annotations

Position = tuple[int, int, int]
"""Line, first column, column after the last; -1 where unknown (the last one also where the
expression ends on another line). Columns count UTF-8 bytes."""

NOWHERE: Position = (-1, -1, -1)

_ONE_LINE, _NO_COLUMNS, _LONG, _NONE = 10, 13, 14, 15


def positions(table: bytes, first_line: int) -> list[Position]:
    """One position for each code unit (two bytes). A damaged table ends early."""
    found: list[Position] = []
    line, at = first_line, 0
    try:
        while at < len(table):
            head = table[at]
            at += 1
            kind, units = head >> 3 & 15, (head & 7) + 1
            if kind == _NONE:
                place = (-1, -1, -1)
            elif kind == _LONG:
                step, at = _signed(table, at)
                line += step
                more, at = _unsigned(table, at)
                column, at = _unsigned(table, at)
                end, at = _unsigned(table, at)
                place = (line, column - 1, -1 if more else end - 1)
            elif kind == _NO_COLUMNS:
                step, at = _signed(table, at)
                line += step
                place = (line, -1, -1)
            elif kind >= _ONE_LINE:
                line += kind - _ONE_LINE
                place = (line, table[at], table[at + 1])
                at += 2
            else:
                column = kind << 3 | table[at] >> 4
                place = (line, column, column + (table[at] & 15))
                at += 1
            found.extend([place] * units)
    except IndexError:
        pass
    return found


def _unsigned(table: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = table[at]
        at += 1
        value |= (byte & 63) << shift
        shift += 6
        if not byte & 64:
            return value, at


def _signed(table: bytes, at: int) -> tuple[int, int]:
    value, at = _unsigned(table, at)
    return (-(value >> 1) if value & 1 else value >> 1), at
