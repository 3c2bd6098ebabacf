"""CPython's perf trampolines: a small piece of machine code for each Python function.

With them every Python call leaves a frame of its own on the C stack (CPython's
Doc/howto/perf_profiling). They are switched on once and never off again: freed
trampolines crash frames that still run in them (cpython #112367, #146522).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

_HOOK_REMEDY = "Leave the debugger or torch.compile, restart the kernel, or use --engine cprofile."
_EXTRA_LIMIT = 32
"""Code extras looked through: each user of PEP 523 in a process takes one."""

HIGH_DESCRIPTOR = 200
"""Descriptors from here on are out of the way of the user's."""

_map_file: int | None = None
_extra_index: int | None = None


def obstacle() -> tuple[str, str] | None:
    """Why trampolines cannot be used in this process (reason, remedy), None if they can."""
    if not hasattr(sys, "activate_stack_trampoline"):
        return "This Python was built without perf trampolines.", "Use CPython 3.12 or later."
    if "perf_jit" in sys._xoptions or os.environ.get("PYTHON_PERF_JIT_SUPPORT", "0") != "0":
        return "Python was started with -X perf_jit.", "Start the kernel without -X perf_jit."
    jit = getattr(sys, "_jit", None)
    if jit is not None and jit.is_enabled():
        return "CPython's JIT is on; it excludes perf trampolines.", "Set PYTHON_JIT=0 and restart."
    if not sys.is_stack_trampoline_active() and _eval_hook_taken():
        return "Another tool holds the interpreter's evaluator hook (PEP 523).", _HOOK_REMEDY
    return None


def _eval_hook_taken() -> bool:
    api = ctypes.pythonapi
    try:
        get, state = api._PyInterpreterState_GetEvalFrameFunc, api.PyInterpreterState_Get
        default = ctypes.cast(api._PyEval_EvalFrameDefault, ctypes.c_void_p).value
    except AttributeError:
        return False
    state.restype = ctypes.c_void_p
    get.argtypes, get.restype = [ctypes.c_void_p], ctypes.c_void_p
    return bool(get(state()) != default)


def activate() -> None:
    """Switches trampolines on, if nobody has yet. Raises ValueError where it can't.

    CPython names each trampoline in /tmp/perf-PID.map. We open that file and unlink it at
    once: CPython keeps writing, we keep reading, and however the process ends nothing stays
    behind. If the user has switched trampolines on, the file is theirs and stays.
    """
    global _map_file
    if sys.is_stack_trampoline_active():
        return
    with _low_descriptors_taken():
        sys.activate_stack_trampoline("perf")
        path = Path(f"/tmp/perf-{os.getpid()}.map")
        try:
            _map_file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            path.unlink()
        except OSError:
            _map_file = None
    os.register_at_fork(after_in_child=_after_fork)


@contextlib.contextmanager
def _low_descriptors_taken() -> Iterator[None]:
    """Makes files that are opened meanwhile get high numbers.

    A cell that closes all descriptors closes CPython's map file too, and CPython would then
    write into whatever file gets that number next: high numbers are not reused soon.
    """
    taken = [os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)]
    try:
        with contextlib.suppress(OSError):
            while taken[-1] < HIGH_DESCRIPTOR - 1:
                taken.append(os.dup(taken[0]))
        yield
    finally:
        for number in taken:
            os.close(number)


def _after_fork() -> None:
    # CPython gives the child a map file of its own, which nobody would remove.
    with contextlib.suppress(OSError):
        os.unlink(f"/tmp/perf-{os.getpid()}.map")


def read_map() -> bytes:
    """The map file so far: lines `address size name`; empty if it cannot be read."""
    try:
        if _map_file is not None:
            if not os.readlink(f"/proc/self/fd/{_map_file}").startswith("/tmp/perf-"):
                return b""
            return os.pread(_map_file, os.fstat(_map_file).st_size, 0)
        with open(f"/tmp/perf-{os.getpid()}.map", "rb") as file:
            return file.read()
    except OSError:
        return b""


def address(code: CodeType) -> int:
    """Where the code object's trampoline begins, 0 if it has none."""
    index = _index()
    return _extra(code, index) if index >= 0 else 0


def template() -> bytes:
    """The machine code of a trampoline (all are alike), empty if there is none to look at."""
    start = address(_probe.__code__)
    return ctypes.string_at(start, 16) if start else b""


def _probe() -> None:
    """Called once, so that it has a trampoline."""


def _index() -> int:
    """Which code extra holds the trampoline's address, -1 if none does."""
    global _extra_index
    if _extra_index is None:
        _probe()
        ranges = _anonymous_code()
        for index in range(_EXTRA_LIMIT):
            value = _extra(_probe.__code__, index)
            if any(low <= value < high for low, high in ranges):
                _extra_index = index
                break
        else:
            return -1
    return _extra_index


def _extra(code: CodeType, index: int) -> int:
    value = ctypes.c_void_p()
    try:
        if _get_extra(code, index, ctypes.byref(value)) != 0:
            return 0
    except SystemError:
        return 0
    return value.value or 0


def _anonymous_code() -> list[tuple[int, int]]:
    found = []
    with open("/proc/self/maps") as maps:
        for line in maps:
            parts = line.split()
            if len(parts) == 5 and parts[1] == "r-xp":
                low, _, high = parts[0].partition("-")
                found.append((int(low, 16), int(high, 16)))
    return found


if hasattr(ctypes.pythonapi, "PyUnstable_Code_GetExtra"):
    _get_extra = ctypes.pythonapi.PyUnstable_Code_GetExtra
    _get_extra.argtypes = [ctypes.py_object, ctypes.c_ssize_t, ctypes.POINTER(ctypes.c_void_p)]
