"""Valgrind's client requests, made from Python: the way a program under Valgrind talks to it.

A request is a sequence of instructions that does nothing on a processor and that Valgrind
recognises (valgrind.h, callgrind.h). There is none in CPython, so a page of code is made for it,
with a function that evaluates code so that Callgrind counts that code and nothing around it.
"""

from __future__ import annotations

import ctypes
import mmap
import platform
import struct
from functools import lru_cache
from typing import Any

from .base import EngineError
from .callgrind_kernel import under_valgrind
from .perf_trampoline import default_evaluator

_RUNNING, _MONITOR = 0x1001, 0x1202
_CALLGRIND = ord("C") << 24 | ord("T") << 16
_DUMP_AT, _START, _STOP = (_CALLGRIND + number for number in (3, 4, 5))
"""Numbers of requests; a dump is of the thread that asks for it, and begins its counts anew.

There is one that only does the latter, but it forgets what functions of `--fn-skip` have cost.
"""
AROUND, CELL = b"around", b"cell"
"""The triggers of dumps, which stand in the files: what was counted around the cell, and in it."""

_WORDS = 6
"""A request's number and up to five arguments."""
_REQUEST_CODE, _EVALUATE_CODE, _COUNTED_CODE = 0x00, 0x20, 0x90
"""Where the three functions begin."""
_BUSY, _HOOK, _DEFAULT, _STATE, _SET, _EVALUATE, _BEFORE, _AFTER, _FAILED = range(0, 72, 8)
"""Where the second one finds what it needs, in the data behind the code."""
_CODE = """
    4889f8                  mov rax, rdi
    31d2                    xor edx, edx
    48c1c703                rol rdi, 3
    48c1c70d                rol rdi, 13
    48c1c73d                rol rdi, 61
    48c1c733                rol rdi, 51
    4887db                  xchg rbx, rbx
    4889d0                  mov rax, rdx
    c3                      ret
    0f1f4000                nop dword ptr [rax]
    53                      push rbx
    4154                    push r12
    4155                    push r13
    4156                    push r14
    4883ec08                sub rsp, 8
    48bb1111111111111111    movabs rbx, 0x1111111111111111
    4989fc                  mov r12, rdi
    4989f5                  mov r13, rsi
    4989d6                  mov r14, rdx
    48833b00                cmp qword ptr [rbx], 0
    7531                    jne plain
    48c70301000000          mov qword ptr [rbx], 1
    488b7b18                mov rdi, [rbx+24]
    488b7308                mov rsi, [rbx+8]
    ff5320                  call [rbx+32]
    e835000000              call counted
    4989c4                  mov r12, rax
    488b7b18                mov rdi, [rbx+24]
    488b7310                mov rsi, [rbx+16]
    ff5320                  call [rbx+32]
    48c70300000000          mov qword ptr [rbx], 0
    4c89e0                  mov rax, r12
    eb0c                    jmp end
    4c89e7           plain: mov rdi, r12
    4c89ee                  mov rsi, r13
    4c89f2                  mov rdx, r14
    ff5328                  call [rbx+40]
    4883c408           end: add rsp, 8
    415e                    pop r14
    415d                    pop r13
    415c                    pop r12
    5b                      pop rbx
    c3                      ret
    0f1f00                  nop dword ptr [rax]
    4883ec08       counted: sub rsp, 8
    488b4330                mov rax, [rbx+48]
    31d2                    xor edx, edx
    48c1c703                rol rdi, 3
    48c1c70d                rol rdi, 13
    48c1c73d                rol rdi, 61
    48c1c733                rol rdi, 51
    4887db                  xchg rbx, rbx
    4c89e7                  mov rdi, r12
    4c89ee                  mov rsi, r13
    4c89f2                  mov rdx, r14
    ff5328                  call [rbx+40]
    4989c5                  mov r13, rax
    488b4338                mov rax, [rbx+56]
    31d2                    xor edx, edx
    48c1c703                rol rdi, 3
    48c1c70d                rol rdi, 13
    48c1c73d                rol rdi, 61
    48c1c733                rol rdi, 51
    4887db                  xchg rbx, rbx
    4d85ed                  test r13, r13
    7519                    jnz done
    488b4340                mov rax, [rbx+64]
    31d2                    xor edx, edx
    48c1c703                rol rdi, 3
    48c1c70d                rol rdi, 13
    48c1c73d                rol rdi, 61
    48c1c733                rol rdi, 51
    4887db                  xchg rbx, rbx
    4c89e8            done: mov rax, r13
    4883c408                add rsp, 8
    c3                      ret
"""
"""For x86-64, beside each instruction its code; the constant of equal digits is the data.

The first function takes the address of a request's words. The second takes a code object and two
namespaces: it sets the evaluator of Python frames, calls the third, and puts the evaluator back; if
it is at work already, it just evaluates. The third dumps what was counted before, evaluates, and
dumps what that cost; where there was an exception it also ends the counting, as showing that takes
long. It is a function of its own because Callgrind takes what libffi calls for a part of libffi."""


class Requests:
    """The page of code of this process."""

    def __init__(self) -> None:
        """Raises EngineError where the system refuses code made at run time."""
        libc = ctypes.CDLL(None)
        libc.mmap.restype = ctypes.c_void_p
        libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
        libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
        access, kind = mmap.PROT_READ | mmap.PROT_WRITE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
        page = libc.mmap(None, 2 * mmap.PAGESIZE, access, kind, -1, 0)
        if page in (None, ctypes.c_void_p(-1).value):
            raise EngineError("There is no memory left.", "Restart the kernel.")
        self._data = page + mmap.PAGESIZE
        code = bytes.fromhex("".join(line.split()[0] for line in _CODE.strip().splitlines()))
        code = code.replace(b"\x11" * 8, struct.pack("<Q", self._data))
        ctypes.memmove(page, code, len(code))
        if libc.mprotect(page, mmap.PAGESIZE, mmap.PROT_READ | mmap.PROT_EXEC):
            raise EngineError(
                "The system lets no program make code of its own (SELinux or another safeguard).",
                "Use --engine cprofile.",
            )
        self.root: int = page + _COUNTED_CODE
        """Where the function begins under which all that is counted is called."""
        self._request = ctypes.PYFUNCTYPE(ctypes.c_uint64, ctypes.c_void_p)(page + _REQUEST_CODE)
        self._keep: list[Any] = []
        self.evaluate = ctypes.PYFUNCTYPE(*[ctypes.py_object] * 4)(page + _EVALUATE_CODE)
        """`exec(code, globals, locals)` or `eval`, counted."""
        self._fill()

    def running(self) -> bool:
        """Whether this process runs under Valgrind."""
        return self._ask(_RUNNING) > 0

    def start(self) -> None:
        """Counts from here on, in all threads."""
        self._ask(_START)

    def stop(self) -> None:
        """Counts no more. What was counted and not dumped stays."""
        self._ask(_STOP)

    def dump(self, trigger: bytes) -> None:
        """Writes what this thread has counted since its last dump to a file."""
        self._ask(_DUMP_AT, self._text(trigger))

    def dump_all(self) -> None:
        """The same for each thread, to files of their own."""
        self._monitor(b"dump")

    def log_threads(self) -> None:
        """Makes Valgrind write its numbers of all threads to its log."""
        self._monitor(b"v.info scheduler")

    def evaluate_by(self, evaluator: int) -> None:
        """Sets what evaluates Python frames while `evaluate` counts."""
        self._store(_HOOK, evaluator)

    def _fill(self) -> None:
        api = ctypes.pythonapi
        api.PyInterpreterState_Get.restype = ctypes.c_void_p
        for offset, value in (
            (_HOOK, default_evaluator()),
            (_DEFAULT, default_evaluator()),
            (_STATE, api.PyInterpreterState_Get()),
            (_SET, _address(api._PyInterpreterState_SetEvalFrameFunc)),
            (_EVALUATE, _address(api.PyEval_EvalCode)),
            (_BEFORE, self._words(_DUMP_AT, self._text(AROUND))),
            (_AFTER, self._words(_DUMP_AT, self._text(CELL))),
            (_FAILED, self._words(_STOP)),
        ):
            self._store(offset, value)

    def _store(self, offset: int, value: int) -> None:
        ctypes.c_uint64.from_address(self._data + offset).value = value

    def _words(self, *words: int) -> int:
        """The address of a request's words, which live as long as this."""
        self._keep.append((ctypes.c_uint64 * _WORDS)(*words))
        return ctypes.addressof(self._keep[-1])

    def _text(self, text: bytes) -> int:
        self._keep.append(ctypes.create_string_buffer(text))
        return ctypes.addressof(self._keep[-1])

    def _ask(self, *words: int) -> int:
        asked = (ctypes.c_uint64 * _WORDS)(*words)
        return int(self._request(ctypes.addressof(asked)))

    def _monitor(self, command: bytes) -> None:
        text = ctypes.create_string_buffer(command)
        self._ask(_MONITOR, ctypes.addressof(text))


def _address(function: Any) -> int:
    return ctypes.cast(function, ctypes.c_void_p).value or 0


@lru_cache(maxsize=1)
def requests() -> Requests | None:
    """The page of this process, made when it is first asked for; None where there is no Valgrind
    around it. Raises EngineError where it runs under Valgrind and cannot tell it anything."""
    if not under_valgrind():
        return None
    if platform.machine() != "x86_64":
        raise EngineError(
            f"Callgrind in a kernel needs x86-64; this is {platform.machine()}.",
            "Use --engine cprofile.",
        )
    found = Requests()
    return found if found.running() else None
