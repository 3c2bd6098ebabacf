"""A table of counts, and the machine code that counts into it: calls with their callers, and
where SIGPROF finds the process.

glibc's own `mcount` will not do for a library: it drops calls that come from outside the one
range of addresses that it watches (so all that Python makes), and whichever call meets that of
another thread. Its `profil` has one range, too, and `sprofil` works once in a process. Here a
row is (function, caller, count), or (place, 0, count) of a sample, found by hashing; it is
claimed, and counted in, by one atomic instruction each, so that neither threads nor signals
lose a count or wait.
"""

from __future__ import annotations

import ctypes
import mmap
import struct
from collections.abc import Iterator

from .base import EngineError

_BITS, _ROW, _PROBES = 17, 32, 64
_LOST = ((1 << _BITS) + _PROBES) * _ROW
"""Where is counted what the table has no room for."""
_SIZE = _LOST + _ROW
ON_STACK, IN_REGISTERS, SAMPLE = 0x00, 0x10, 0xA0
"""Where the code begins for `mcount`, which is called within a frame, for `__fentry__`, which is
called before there is one, and as a handler of signals."""
CODE = """
    f30f1efa                endbr64
    50                      push rax
    488b4508                mov rax, [rbp+8]
    eb0f                    jmp count
    6690                    xchg ax, ax
    0f1f00                  nop dword ptr [rax]
    f30f1efa                endbr64
    50                      push rax
    488b442410              mov rax, [rsp+16]
    53               count: push rbx
    51                      push rcx
    52                      push rdx
    56                      push rsi
    57                      push rdi
    4889c1                  mov rcx, rax
    488b5c2430              mov rbx, [rsp+48]
    48be157c4a7fb979379e hash: movabs rsi, 0x9e3779b97f4a7c15
    4889df                  mov rdi, rbx
    480faffe                imul rdi, rsi
    4801cf                  add rdi, rcx
    480faffe                imul rdi, rsi
    48c1ef2f                shr rdi, 47
    48c1e705                shl rdi, 5
    48be1111111111111111    movabs rsi, 0x1111111111111111
    4801f7                  add rdi, rsi
    be40000000              mov esi, 64
    488b07           probe: mov rax, [rdi]
    4885c0                  test rax, rax
    740d                    jz claim
    4839d8                  cmp rax, rbx
    751b                    jne next
    48394f08                cmp [rdi+8], rcx
    7427                    je hit
    eb13                    jmp next
    31d2             claim: xor edx, edx
    f0480fc70f              lock cmpxchg16b [rdi]
    741c                    je hit
    4839d8                  cmp rax, rbx
    7505                    jne next
    4839ca                  cmp rdx, rcx
    7412                    je hit
    4883c720          next: add rdi, 32
    ffce                    dec esi
    75d0                    jnz probe
    48bf2222222222222222    movabs rdi, 0x2222222222222222
    f048ff4710         hit: lock inc qword ptr [rdi+16]
    5f                      pop rdi
    5e                      pop rsi
    5a                      pop rdx
    59                      pop rcx
    5b                      pop rbx
    58                      pop rax
    c3                      ret
    90                      nop
    f30f1efa                endbr64
    50                      push rax
    53                      push rbx
    51                      push rcx
    52                      push rdx
    56                      push rsi
    57                      push rdi
    488b9aa8000000          mov rbx, [rdx+168]
    31c9                    xor ecx, ecx
    e96fffffff              jmp hash
"""
"""For x86-64, beside each instruction its code; the two constants of equal digits are the table
and the row of what is lost. Like glibc's counters it changes no register but the flags. The
handler finds the instruction pointer where <sys/ucontext.h> has REG_RIP."""


class Table:
    """The one table of this process; made once, since a thread may be in the code at any time."""

    def __init__(self) -> None:
        """Raises EngineError where the system refuses memory, or code in it."""
        self._libc = ctypes.CDLL(None)
        self._libc.mmap.restype = ctypes.c_void_p
        self._libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3,
                                    ctypes.c_long]  # fmt: skip
        for function in (self._libc.mprotect, self._libc.madvise):
            function.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
        self._rows = self._map(_SIZE)
        self.code = self._map(mmap.PAGESIZE)
        code = bytes.fromhex("".join(line.split()[0] for line in CODE.strip().splitlines()))
        for digits, address in ((b"\x11", self._rows), (b"\x22", self._rows + _LOST)):
            code = code.replace(digits * 8, struct.pack("<Q", address))
        ctypes.memmove(self.code, code, len(code))
        self.protect(self.code, mmap.PROT_READ | mmap.PROT_EXEC)

    def clear(self) -> None:
        """Forgets all counts and gives the memory back."""
        if self._libc.madvise(self._rows, _SIZE, mmap.MADV_DONTNEED):
            ctypes.memset(self._rows, 0, _SIZE)  # the process has locked its memory

    def calls(self) -> list[tuple[int, int, int]]:
        """Function (an address within it), where its caller goes on, calls."""
        return [(place, caller, count) for place, caller, count in self._counts() if caller]

    def samples(self) -> dict[int, int]:
        """How often each address was found running."""
        return {place: count for place, caller, count in self._counts() if not caller}

    def lost(self) -> int:
        """How many calls and samples found no room."""
        return ctypes.c_uint64.from_address(self._rows + _LOST + 16).value

    def protect(self, page: int, access: int) -> None:
        """Sets what a page of memory allows. Raises EngineError."""
        if self._libc.mprotect(page, mmap.PAGESIZE, access):
            raise EngineError(
                "The system lets no program change its own code (SELinux or another safeguard), "
                "as counting calls must.",
                "Use --engine perf or cprofile.",
            )

    def _counts(self) -> Iterator[tuple[int, int, int]]:
        rows = struct.iter_unpack("<QQQ8x", ctypes.string_at(self._rows, _LOST))
        return ((place, caller, count) for place, caller, count in rows if count)

    def _map(self, size: int) -> int:
        access = mmap.PROT_READ | mmap.PROT_WRITE
        address = self._libc.mmap(None, size, access, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, -1, 0)
        if address in (None, ctypes.c_void_p(-1).value):
            raise EngineError(
                "There is no memory left for the table of calls.", "Restart the kernel."
            )
        return int(address)
