"""A code object as a row of the table that the worker reads."""

from __future__ import annotations

import binascii
import sys
from collections.abc import Iterable
from types import CodeType
from typing import Any

Row = list[Any]

_BYTECODE = CodeType.__basicsize__
"""Offset of the bytecode in a code object, from CPython 3.11 on."""
_BYTES = bytes.__basicsize__ - 1
"""Offset of the content in a bytes object, which holds the bytecode in CPython 3.10."""
_NO_COLUMNS, _NONE, _UNITS = 13, 15, 8
"""Of the location table: two kinds of entry, and the code units that one entry can span."""


def bytecode(code: CodeType) -> int:
    """The address at which the code object's instructions begin."""
    if sys.version_info >= (3, 11):
        return id(code) + _BYTECODE
    return id(code.co_code) + _BYTES


def row(code: CodeType, trampoline: int, calls: Iterable[tuple[int, int]]) -> Row:
    """Addresses of the trampoline (0: none) and of the bytecode, name, qualified name, file,
    first line, location table and bytecode (both base64; CPython's InternalDocs/code_objects.md),
    and [code unit, address] of what it called first at each call."""
    return [
        trampoline,
        bytecode(code),
        code.co_name,
        getattr(code, "co_qualname", code.co_name),
        code.co_filename,
        code.co_firstlineno,
        _text(code.co_linetable if sys.version_info >= (3, 11) else _location_table(code)),
        _text(code.co_code),
        list(calls),
    ]


def _location_table(code: CodeType) -> bytes:
    """CPython 3.10's lines in the form that later ones have."""
    table, line = bytearray(), code.co_firstlineno
    for start, end, number in code.co_lines():
        units = (end - start) // 2
        while units > 0:
            span = min(units, _UNITS)
            units -= span
            if number is None:
                table.append(0x80 | _NONE << 3 | span - 1)
            else:
                table.append(0x80 | _NO_COLUMNS << 3 | span - 1)
                table += _signed(number - line)
                line = number
    return bytes(table)


def _signed(value: int) -> bytes:
    """Six bits a byte, the lowest first; the lowest bit of all is the sign."""
    rest = -value << 1 | 1 if value < 0 else value << 1
    found = bytearray()
    while rest > 63:
        found.append(rest & 63 | 64)
        rest >>= 6
    return bytes([*found, rest])


def _text(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).decode()
