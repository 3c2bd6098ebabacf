"""What the children of a profiled cell told: the files that `engines/perf_ledger.py` writes,
where their form is described."""

from __future__ import annotations

import binascii
import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .recording import Code

_ROW = struct.Struct("<QQi5I")
_LARGEST = 1 << 28


@dataclass(frozen=True)
class Ledger:
    """One process's table; `known` is how many of the parent's rows hold for it too, -1 for a
    process that began anew."""

    pid: int
    parent: int
    known: int
    template: bytes
    evaluator: int
    """Where it begins."""
    name: str
    """multiprocessing's name for the process, empty if it has none."""
    codes: list[Code]
    threads: dict[int, str]


def read_ledgers(directory: Path) -> dict[int, Ledger]:
    """By process. A file that is damaged is left out, a row that was cut off ends its table."""
    found = {}
    for path in sorted(directory.glob("child-*.codes")):
        try:
            ledger = _read(path.read_bytes())
        except (OSError, ValueError, KeyError, TypeError):
            continue
        found[ledger.pid] = ledger
    return found


def _read(data: bytes) -> Ledger:
    first, _, rest = data.partition(b"\n")
    head = json.loads(first)
    codes, name, threads = [], "", {}
    for row in _rows(rest):
        if isinstance(row, Code):
            codes.append(row)
        elif row[0]:
            threads[row[0]] = row[1]
        else:
            name = row[1]
    return Ledger(
        int(head["pid"]),
        int(head["parent"]),
        int(head["known"]),
        bytes.fromhex(head["trampoline"]),
        int(head["evaluator"]),
        name,
        codes,
        threads,
    )


def _rows(data: bytes) -> Iterator[Code | tuple[int, str]]:
    at = 0
    while at + _ROW.size <= len(data):
        trampoline, start, line, *lengths = _ROW.unpack_from(data, at)
        at += _ROW.size
        if max(lengths) > _LARGEST or at + sum(lengths) > len(data):
            return
        parts = []
        for length in lengths:
            parts.append(data[at : at + length])
            at += length
        name, qualname, file = (part.decode(errors="replace") for part in parts[:3])
        if start == 0:
            yield trampoline, name
            continue
        table, bytecode = (binascii.b2a_base64(p, newline=False).decode() for p in parts[3:])
        yield Code(trampoline, start, name, qualname, file, line, table, bytecode, [])
