"""Makes the stacks of all threads whole, so that they can be copied whole.

With each sample the kernel copies the stack upwards from the stack pointer, and stops at
the first page that was never touched. Functions with large buffers (BLAS) leave such
pages behind them; once they are populated, the copy reaches the callers.
"""

from __future__ import annotations

import ctypes
import resource
from pathlib import Path

_MADV_POPULATE_WRITE = 23
"""madvise(2), since Linux 5.14; older kernels refuse and nothing changes."""
_BELOW = 256 << 10
_WHOLE = 1 << 20
"""How large we let the main thread's stack become, however often a kernel profiles."""
_PAGE = 4096


def populate() -> None:
    """Populates what lies up to 256 kB below each thread's stack pointer; never raises."""
    try:
        mappings = _mappings()
        libc = ctypes.CDLL(None)
        for pointer in _stack_pointers():
            for start, end, _ in mappings:
                if start <= pointer < end:
                    low = max(start, (pointer - _BELOW) // _PAGE * _PAGE)
                    _populate(libc, low, pointer // _PAGE * _PAGE)
        for start, end, name in mappings:
            if name == "[stack]":
                # The main thread's stack grows by being touched, which moves no data here.
                for low in range(start - _PAGE, max(start - _BELOW, end - _limit()), -_PAGE):
                    ctypes.c_char.from_address(low).value = b"\0"
                _populate(libc, start, end)
    except (OSError, ValueError):
        return


def _limit() -> int:
    """Bytes of the main thread's stack that may be touched without harm."""
    soft, _ = resource.getrlimit(resource.RLIMIT_STACK)
    return _WHOLE if soft == resource.RLIM_INFINITY else min(_WHOLE, soft // 2)


def _populate(libc: ctypes.CDLL, start: int, end: int) -> None:
    if start < end:
        libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), _MADV_POPULATE_WRITE)


def _stack_pointers() -> list[int]:
    """Of the threads that wait in a system call (proc_pid_syscall(5))."""
    found = []
    for task in Path("/proc/self/task").iterdir():
        try:
            words = (task / "syscall").read_text().split()
        except OSError:
            continue
        if len(words) >= 3:
            found.append(int(words[-2], 16))
    return found


def _mappings() -> list[tuple[int, int, str]]:
    """Start, end and name of what can be written."""
    found = []
    for line in Path("/proc/self/maps").read_text().splitlines():
        parts = line.split(maxsplit=5)
        if parts[1].startswith("rw"):
            low, _, high = parts[0].partition("-")
            found.append((int(low, 16), int(high, 16), parts[5] if len(parts) > 5 else ""))
    return found
