"""Where CPython keeps in its objects what we read of them, checked on known objects.

Everything follows from the size of an object's header, which `object` itself tells: 16
bytes usually, 32 in free-threaded builds (Include/object.h, cpython/methodobject.h,
cpython/object.h). `failure` looks at objects whose content is known before anything relies
on it, and follows no pointer that does not lead into readable memory.
"""

from __future__ import annotations

import ctypes
import sys
from ctypes import c_uint64
from functools import lru_cache
from types import BuiltinFunctionType, CodeType

_WORD = 8
_VECTORCALL_OFFSET, _BASICSIZE, _FLAGS = 32, 8, 144
"""Fields of PyTypeObject, counted from its first own one, `tp_name`."""
_SLOTS = ((104, "__call__"), (272, "__init__"), (288, "__new__"), (200, "__next__"), (376, ""))
"""tp_call, tp_init, tp_new, tp_iternext and tp_vectorcall, counted likewise."""
_LONGEST_NAME = 16

Ranges = list[tuple[int, int]]


def word(address: int) -> int:
    """The eight bytes at an address, which must be readable."""
    return c_uint64.from_address(address).value


class Layout:
    """The offsets that follow from a header's size."""

    def __init__(self, header: int) -> None:
        self.function_method = header
        """PyCFunctionObject.m_ml."""
        self.descriptor_method = header + 3 * _WORD
        """PyMethodDescrObject.d_method."""
        self._wrapped = header + 4 * _WORD
        """PyWrapperDescrObject.d_wrapped."""
        self._name = header + _WORD
        self.vectorcall_offset = self._name + _VECTORCALL_OFFSET
        self.slots = tuple((self._name + offset, name) for offset, name in _SLOTS)

    def failure(self) -> str:
        """What is not where it should be, "" if everything is."""
        readable, executable = _ranges()
        memory = _Memory(readable)
        slots = {name: offset for offset, name in self.slots}
        methods = (
            (len, self.function_method, b"len"),
            (list.__dict__["append"], self.descriptor_method, b"append"),
        )
        for value, offset, name in methods:
            method = memory.word(id(value) + offset)
            if memory.text(memory.word(method)) != name:
                return "the names of C functions"
            if not _within(memory.word(method + _WORD), executable):
                return "the addresses of C functions"
        told = (self._name + _BASICSIZE, list.__basicsize__), (self._name + _FLAGS, list.__flags__)
        if memory.text(memory.word(id(list) + self._name)) != b"list" or any(
            memory.word(id(list) + offset) != value for offset, value in told
        ):
            return "the fields of types"
        known: tuple[tuple[type, str], ...] = (
            (list, "__init__"),
            (type, "__call__"),
            (type(iter([])), "__next__"),
        )
        for kind, slot in known:
            wrapped = memory.word(id(kind.__dict__[slot]) + self._wrapped)
            if not wrapped or memory.word(id(kind) + slots[slot]) != wrapped:
                return "the slots of types"
        direct = memory.word(id(list) + slots[""])
        offset = memory.word(id(BuiltinFunctionType) + self.vectorcall_offset)
        calls = memory.word(id(len) + offset) if offset < BuiltinFunctionType.__basicsize__ else 0
        if not _within(calls, executable) or (direct and not _within(direct, executable)):
            return "the addresses of vectorcalls"
        return "" if _bytecode_follows(memory) else "the bytecode of functions"


class _Memory:
    """Words at addresses; 0 where memory cannot be read."""

    def __init__(self, readable: Ranges) -> None:
        self._readable = readable

    def word(self, address: int) -> int:
        return word(address) if _within(address, self._readable) else 0

    def text(self, address: int) -> bytes:
        if not _within(address, self._readable):
            return b""
        return ctypes.string_at(address, _LONGEST_NAME).partition(b"\0")[0]


def _within(address: int, ranges: Ranges) -> bool:
    return any(start <= address < end - _LONGEST_NAME for start, end in ranges)


def _ranges() -> tuple[Ranges, Ranges]:
    """The memory that may be read, and that which may be run."""
    readable, executable = [], []
    with open("/proc/self/maps") as maps:
        for line in maps:
            span, rights = line.split(None, 2)[:2]
            start, _, end = span.partition("-")
            found = int(start, 16), int(end, 16)
            if rights[0] == "r" and "[v" not in line:
                readable.append(found)
            if rights[2] == "x":
                executable.append(found)
    return readable, executable


def _still(first: int, second: int) -> list[int]:
    """Never called, so that its bytecode stays as it is."""
    return [first + second, first * second]


def _bytecode_follows(memory: _Memory) -> bool:
    """Whether a code object ends in its bytecode (CPython 3.11 and later)."""
    if sys.version_info < (3, 11):
        return True
    code = _still.__code__
    content: bytes = code._co_code_adaptive  # type: ignore[attr-defined]
    return all(
        memory.word(id(code) + CodeType.__basicsize__ + at)
        == int.from_bytes(content[at : at + _WORD], sys.byteorder)
        for at in range(0, len(content) - _WORD + 1, _WORD)
    )


LAYOUT = Layout(object.__basicsize__)


@lru_cache(maxsize=1)
def failure() -> str:
    """Why the objects of this Python cannot be read, as a sentence; "" if they can."""
    try:
        found = LAYOUT.failure()
    except (OSError, ValueError, KeyError, AttributeError) as error:
        found = f"what is asked for ({error})"
    return f"This build of Python keeps {found} elsewhere." if found else ""
