"""The file in which a child process tells which Python code runs in it.

A row is written the moment that a code object first starts: a child that is killed, or a
worker that lives on after the cell, owes no goodbye. The file lies in the run's directory;
once that is gone, the ledger is closed.

It begins with one line of JSON: `pid`, `parent`, `known` (how many rows of the parent's
table hold for this forked child too, -1 for a process that began anew), `trampoline`
(their machine code in hex), `evaluator` (where CPython's begins) and `frames` (where its
frames can be read, a `frame_calls.Place`, or null). Rows follow: `ROW`, then the texts and
bytes whose lengths it gives (name, qualified name, file, location table, bytecode). A row
without an address of bytecode gives, as its name, that of the process, or of the thread whose
number stands in the trampoline's place.
"""

from __future__ import annotations

import fcntl
import json
import os
import struct
import sys
from types import CodeType

from . import perf_trampoline
from .frame_calls import Place

ROW = struct.Struct("<QQi5I")
"""Addresses of the trampoline and of the bytecode, first line, and five lengths."""
SUFFIX = ".codes"
_BYTECODE = CodeType.__basicsize__


class Ledger:
    """One process's file. Opening may raise OSError; nothing else here raises."""

    def __init__(
        self, directory: str, parent: int, known: int, template: str, frames: Place | None
    ) -> None:
        """`template`: the trampolines' machine code in hex. `frames`: where they can be read."""
        path = os.path.join(directory, f"child-{os.getpid()}{SUFFIX}")
        low = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            self._file = fcntl.fcntl(low, fcntl.F_DUPFD_CLOEXEC, perf_trampoline.HIGH_DESCRIPTOR)
        finally:
            os.close(low)
        status = os.fstat(self._file)
        self._identity = status.st_dev, status.st_ino
        self._codes: dict[int, CodeType] = {}
        self._name = ""
        head = {
            "pid": os.getpid(),
            "parent": parent,
            "known": known,
            "trampoline": template,
            "evaluator": perf_trampoline.default_evaluator(),
            "frames": frames,
        }
        os.write(self._file, json.dumps(head).encode() + b"\n")

    @property
    def rows(self) -> int:
        """Code objects written so far."""
        return len(self._codes)

    def add(self, code: CodeType) -> bool:
        """Writes a code object's row, once; False when nobody reads any more."""
        if id(code) in self._codes:
            return True
        self._codes[id(code)] = code  # kept alive, so that its address stays its own
        parts = [
            code.co_name.encode(errors="replace"),
            code.co_qualname.encode(errors="replace"),
            code.co_filename.encode(errors="replace"),
            code.co_linetable,
            code.co_code,
        ]
        where = perf_trampoline.address(code), id(code) + _BYTECODE, code.co_firstlineno
        return self._write(self._named() + ROW.pack(*where, *map(len, parts)) + b"".join(parts))

    def thread(self, number: int, name: str) -> bool:
        """Writes the name of a thread; like `add`."""
        text = name.encode(errors="replace")
        return self._write(ROW.pack(number, 0, 0, len(text), 0, 0, 0, 0) + text)

    def _named(self) -> bytes:
        """A row with this process's name in multiprocessing, if it is new."""
        module = sys.modules.get("multiprocessing.process")
        name = getattr(getattr(module, "_current_process", None), "_name", "")
        if name == self._name or not isinstance(name, str):
            return b""
        self._name = name
        text = name.encode(errors="replace")
        return ROW.pack(0, 0, 0, len(text), 0, 0, 0, 0) + text

    def _write(self, row: bytes) -> bool:
        # The process may have closed the descriptor and opened a file of its own instead.
        try:
            status = os.fstat(self._file)
            if (status.st_dev, status.st_ino) != self._identity or status.st_nlink == 0:
                return False
            return os.write(self._file, row) == len(row)
        except OSError:
            return False

    def close(self) -> None:
        """Lets go of the file and of the code objects; may be called twice."""
        self._codes.clear()
        try:
            status = os.fstat(self._file)
            if (status.st_dev, status.st_ino) == self._identity:
                os.close(self._file)
        except OSError:
            pass
        self._identity = (-1, -1)
