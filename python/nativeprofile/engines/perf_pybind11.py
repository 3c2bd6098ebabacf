"""Which C++ functions stand behind the functions that pybind11 made.

All of them share one C function, which finds the one to call in a record of pybind11's
(`pybind11/attr.h`, `function_record`; laid out alike since 2.7). The record is read through
the system, so that what is not laid out as we think gives nothing instead of a crash.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

_POINTER, _NAME = 16, 24
"""In a capsule; pybind11's own object (since 3.0) has its record in the place of the first."""
_RECORD = "pybind11_detail_function_record"
_CAPSULE = b"pybind11_function_record_capsule\0"
_IMPL = 48
_DEF, _NEXT = (96, 104), 24
"""Where the record points to its PyMethodDef (it depends on the version), and how much
further to the next overload."""
_MOST_OVERLOADS = 200


class Records:
    """Reads records while it is open; use as a context manager."""

    def __enter__(self) -> Records:
        try:
            self._memory = os.open("/proc/self/mem", os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            self._memory = -1
        return self

    def __exit__(self, *exception: object) -> None:
        if self._memory >= 0:
            os.close(self._memory)

    def addresses(self, function: object) -> list[int] | None:
        """Where the C++ functions begin that a builtin function calls, one for each overload;
        None if pybind11 did not make it."""
        owner = getattr(function, "__self__", None)
        kind = type(owner).__name__
        if kind == "PyCapsule":
            if self._bytes(self._word(id(owner) + _NAME), len(_CAPSULE)) != _CAPSULE:
                return None
        elif not kind.startswith(_RECORD):
            return None
        return list(self._overloads(self._word(id(owner) + _POINTER)))

    def _overloads(self, record: int) -> Iterator[int]:
        for _ in range(_MOST_OVERLOADS):
            impl, name = self._word(record + _IMPL), self._word(record)
            if not impl:
                return
            yield impl
            # The definition begins with a pointer to the name, which the record has too.
            at = next((o for o in _DEF if name and self._word(self._word(record + o)) == name), 0)
            record = self._word(record + at + _NEXT) if at else 0

    def _word(self, address: int) -> int:
        return int.from_bytes(self._bytes(address, 8), "little")

    def _bytes(self, address: int, size: int) -> bytes:
        if self._memory < 0 or not 0 < address < 1 << 47:
            return b""
        try:
            return os.pread(self._memory, size, address)
        except OSError:
            return b""
