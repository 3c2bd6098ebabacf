"""Where this interpreter keeps its Python frames, found by looking at known ones.

No table of versions: a function looks for its own frame, code object and thread in memory. What
is looked at is read through the kernel (`process_vm_readv`), so that a wrong guess is an error and
never a crash. The structures are those of CPython's Include/internal/pycore_frame.h and
Include/cpython/pystate.h.
"""

from __future__ import annotations

import ctypes
import functools
import os
import struct
import sys
import threading
from collections.abc import Iterable
from types import CodeType
from typing import TypeVar

from .frame_sampler.layout import Layout

_T = TypeVar("_T")

_WORD = 8
_FRAME_BYTES = 96
"""Of a frame: more than its fixed fields."""
_THREAD_BYTES = 512
"""Of a thread state: what is wanted lies in these, in all versions so far."""
_FRAME_OF_OBJECT = object.__basicsize__ + _WORD
"""Where a frame object points to its frame: after the header and `f_back`."""
_NEAR = 1 << 12
_TAGS = ~7
"""The low bits of a pointer may say how it is counted (3.14)."""


class Unreadable(Exception):
    """The frames cannot be read; the message says why."""


class Part(ctypes.Structure):
    """`struct iovec`."""

    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


class _Memory:
    """This process's memory, read through the kernel."""

    def __init__(self) -> None:
        self._pid = os.getpid()
        self._library = ctypes.CDLL(None, use_errno=True)
        self._buffer = ctypes.create_string_buffer(_THREAD_BYTES)
        self.local, self.remote = Part(ctypes.addressof(self._buffer), 0), Part(0, 0)
        self.call = self._library.process_vm_readv
        self.arguments = (
            self._pid, ctypes.byref(self.local), 1, ctypes.byref(self.remote), 1, 0,
        )  # fmt: skip

    def aim(self, address: int, size: int) -> None:
        """Says what `call(*arguments)` reads."""
        self.remote.base, self.remote.length, self.local.length = address, size, size

    def words(self, count: int) -> tuple[int, ...]:
        """What was read, given what `call` returned. Raises Unreadable."""
        if count != self.local.length:
            error = os.strerror(ctypes.get_errno())
            raise Unreadable(f"the system does not let memory be read ({error})")
        return struct.unpack(f"<{count // _WORD}Q", self._buffer.raw[:count])

    def read(self, address: int, size: int) -> tuple[int, ...]:
        """The words at an address. Raises Unreadable."""
        self.aim(address, size)
        return self.words(self.call(*self.arguments))


def find() -> tuple[Layout, int]:
    """The layout, and the address of the calling thread's state. Raises Unreadable with the reason
    where something is not as expected."""
    if struct.calcsize("P") != _WORD or sys.byteorder != "little":
        raise Unreadable("only 64-bit little-endian processes are known")
    try:
        return _look(_Memory())
    except AttributeError as error:
        raise Unreadable(f"the system lacks a call ({error})") from error


def thread_state() -> int:
    """The address of the calling thread's state."""
    get_state = ctypes.pythonapi.PyThreadState_Get
    get_state.restype = ctypes.c_void_p
    state: int = get_state()
    return state


def _look(memory: _Memory) -> tuple[Layout, int]:
    here = sys._getframe()
    back = here.f_back
    assert back is not None
    frame_address = memory.read(id(here) + _FRAME_OF_OBJECT, _WORD)[0]
    back_address = memory.read(id(back) + _FRAME_OF_OBJECT, _WORD)[0]
    state = thread_state()
    # The calls stand here: in a function of their own, its frame would be the current one.
    memory.aim(state, _THREAD_BYTES)
    thread = memory.words(memory.call(*memory.arguments))
    pointers = {}
    for number, word in enumerate(thread):
        # Just above the frame lies what the last call left: it points to us, too.
        above = frame_address < word < frame_address + _NEAR
        if word & 7 == 0 and word > 1 << 16 and not above and frame_address not in thread:
            memory.aim(word, 2 * _WORD)
            if memory.call(*memory.arguments) == 2 * _WORD:
                pointers[number] = memory.words(2 * _WORD)
    memory.aim(frame_address, _FRAME_BYTES)
    frame = memory.words(memory.call(*memory.arguments))
    caller = memory.read(back_address, _FRAME_BYTES)
    code, back_code = here.f_code, back.f_code
    fields = range(len(frame))
    executable = _only(
        "code object",
        (n for n in fields if frame[n] & _TAGS == id(code) and caller[n] & _TAGS == id(back_code)),
    )
    previous = _only("caller", (n for n in fields if frame[n] == back_address))
    instruction = _only(
        "instruction",
        (n for n in fields if _inside(frame[n], code) and _inside(caller[n], back_code)),
    )
    native_id = _only(
        "thread id", (n for n, word in enumerate(thread) if word == threading.get_native_id())
    )
    current, indirect = _only(
        "current frame",
        {
            (_WORD * n, _WORD * at)
            for n, words in pointers.items()
            for at in (0, 1)
            if words[at] == frame_address
        }
        or {(_WORD * n, -1) for n, word in enumerate(thread) if word == frame_address},
    )
    executable, previous, instruction = (_WORD * n for n in (executable, previous, instruction))
    native_id, entry = _WORD * native_id, _entry(memory, previous // _WORD)
    return Layout(executable, previous, instruction, current, indirect, native_id, entry), state


def _entry(memory: _Memory, previous: int) -> int:
    by_python, by_c = _own_frame(memory), functools.partial(_own_frame, memory)()
    if by_c[previous] != by_python[previous]:
        return -1
    pairs = zip(
        struct.pack(f"<{len(by_python)}Q", *by_python),
        struct.pack(f"<{len(by_c)}Q", *by_c),
        strict=True,
    )
    return _only("kind of call", (n for n, pair in enumerate(pairs) if pair == (0, 1)))


def _own_frame(memory: _Memory) -> tuple[int, ...]:
    """The words of this function's own frame."""
    address = memory.read(id(sys._getframe()) + _FRAME_OF_OBJECT, _WORD)[0]
    return memory.read(address, _FRAME_BYTES)


def _inside(word: int, code: CodeType) -> bool:
    """Whether a word points into the code's instructions."""
    start = id(code) + CodeType.__basicsize__
    return start <= word <= start + len(code.co_code)


def _only(what: str, found: Iterable[_T]) -> _T:
    several = list(found)
    if len(several) != 1:
        raise Unreadable(f"this build of Python keeps a frame's {what} where it is not known")
    return several[0]
