"""CPython's perf trampolines: a small piece of machine code for each Python function.

With them every Python call leaves a frame of its own on the C stack (CPython's
Doc/howto/perf_profiling). They are switched on once and never off again: freed
trampolines crash frames that still run in them (cpython #112367, #146522). Between runs they
only rest: new calls go past them, so that they cost nothing.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

from .base import EngineError
from .perf_template import Form, form_of

_HOOK_REMEDY = "Leave the debugger or torch.compile, restart the kernel, or use --engine cprofile."
_TEMPLATE = 32
"""Bytes that hold a whole trampoline, on any machine."""
_EXTRA_LIMIT = 32
"""Code extras looked through: each user of PEP 523 in a process takes one."""

HIGH_DESCRIPTOR = 200
"""Descriptors from here on are out of the way of the user's."""

_map_file: int | None = None
_extra_index: int | None = None
_evaluator: int = 0
"""The evaluator hook that runs trampolines, once we have switched them on."""


def obstacle() -> tuple[str, str] | None:
    """Why trampolines cannot be used in this process (reason, remedy), None if they can."""
    if not hasattr(sys, "activate_stack_trampoline"):
        return "This Python was built without perf trampolines.", "Use CPython 3.12 or later."
    jit = getattr(sys, "_jit", None)
    if jit is not None and jit.is_enabled():
        return "CPython's JIT is on; it excludes perf trampolines.", "Set PYTHON_JIT=0 and restart."
    if _hook() not in (default_evaluator(), _evaluator) and not _on_by_the_user():
        return "Another tool holds the interpreter's evaluator hook (PEP 523).", _HOOK_REMEDY
    return None


def default_evaluator() -> int:
    """Where CPython's own evaluator begins, 0 if this build does not tell."""
    try:
        return ctypes.cast(ctypes.pythonapi._PyEval_EvalFrameDefault, ctypes.c_void_p).value or 0
    except AttributeError:
        return 0


def _hook() -> int:
    """The function that evaluates Python frames at present; the default one if unknown."""
    api = ctypes.pythonapi
    try:
        get, state = api._PyInterpreterState_GetEvalFrameFunc, api.PyInterpreterState_Get
    except AttributeError:
        return default_evaluator()
    state.restype = ctypes.c_void_p
    get.argtypes, get.restype = [ctypes.c_void_p], ctypes.c_void_p
    found: int | None = get(state())
    return found or 0


def _set_hook(function: int) -> None:
    api = ctypes.pythonapi
    put, state = api._PyInterpreterState_SetEvalFrameFunc, api.PyInterpreterState_Get
    state.restype = ctypes.c_void_p
    put.argtypes, put.restype = [ctypes.c_void_p, ctypes.c_void_p], None
    put(state(), function)


def _on_by_the_user() -> bool:
    """Whether somebody else has switched trampolines on."""
    active = getattr(sys, "is_stack_trampoline_active", lambda: False)
    return bool(active()) and not _evaluator


def running() -> bool:
    """Whether Python calls go through trampolines at this moment."""
    return _on_by_the_user() or (_evaluator != 0 and _hook() == _evaluator)


def activate() -> None:
    """Switches trampolines on, or lets them go on. Raises ValueError where it can't.

    CPython names each trampoline in /tmp/perf-PID.map. We open that file and unlink it at
    once: CPython keeps writing, we keep reading, and however the process ends nothing stays
    behind. If the user has switched trampolines on, the file is theirs and stays.
    """
    global _map_file, _evaluator, _extra_index
    _extra_index = None if _extra_index == -1 else _extra_index
    if _evaluator:
        _set_hook(_evaluator)
        return
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
    if hasattr(ctypes.pythonapi, "_PyInterpreterState_SetEvalFrameFunc"):
        _evaluator = _hook()
    os.register_at_fork(after_in_child=_after_fork)


def rests() -> bool:
    """Whether trampolines are on and can rest: not those that the user has switched on."""
    return _evaluator != 0


def evaluator() -> int:
    """The function that evaluates Python frames by way of trampolines, 0 unless they can rest."""
    return _evaluator


def rest() -> None:
    """Lets new Python calls go past the trampolines that we switched on, until `activate`."""
    if _evaluator and _hook() == _evaluator:
        _set_hook(default_evaluator())


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
    # CPython gives the child new trampolines, the next code extra for them, and a map file
    # of its own, which nobody would remove.
    global _evaluator, _extra_index
    if not sys.is_stack_trampoline_active():
        _evaluator, _extra_index = 0, None  # forked while they rested, it has none
    elif _extra_index is not None:
        _probe()
        _extra_index = _extra_index + 1 if _extra(_probe.__code__, _extra_index + 1) else None
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
    return ctypes.string_at(start, _TEMPLATE) if start else b""


def form() -> Form:
    """The form of the trampolines, which must be on. Raises EngineError if it is unknown."""
    code = template()
    found = form_of(code, platform.machine())
    if found is None:
        what = "have an unknown form" if code else "cannot be found in memory"
        raise EngineError(f"This Python's trampolines {what}.", "Use --engine cprofile.")
    return found


def _probe() -> None:
    """Called once, so that it has a trampoline."""


def _index() -> int:
    """Which code extra holds the trampoline's address, -1 if none does."""
    global _extra_index
    if _extra_index is None:
        _probe()
        ranges = _anonymous_code()
        # The latest one: those before it are of the processes that this one was forked from.
        for index in reversed(range(_EXTRA_LIMIT)):
            value = _extra(_probe.__code__, index)
            if any(low <= value < high for low, high in ranges):
                _extra_index = index
                break
        else:
            _extra_index = -1
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
