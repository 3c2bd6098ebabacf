"""Lets a child trace us, and tells what ptrace(2) and Yama have against it."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

from .privileges import PROC, SYS_PTRACE, filtered, holds, setting

_PR_SET_PTRACER = 0x59616D61


def let_trace(pid: int) -> None:
    """Lets a process trace and read this one where Yama asks for that (prctl(2)); 0 takes it back.

    Without Yama the call fails, and is not needed.
    """
    if sys.platform == "linux":
        ctypes.pythonapi.prctl(_PR_SET_PTRACER, ctypes.c_ulong(pid), 0, 0, 0)


def yama(proc: Path = PROC) -> int:
    """Yama's level: 0 (or no Yama) any process of the user, 1 a parent or who was named by
    PR_SET_PTRACER, 2 who has CAP_SYS_PTRACE, 3 nobody."""
    return setting("yama/ptrace_scope", proc) or 0


def obstacle(proc: Path = PROC) -> tuple[str, str] | None:
    """What stands in the way, as (reason, remedy); None if nothing is known to."""
    level = yama(proc)
    if level == 3:
        return (
            "the system forbids tracing until it is started anew (kernel.yama.ptrace_scope is 3)",
            "echo kernel.yama.ptrace_scope=1 | sudo tee /etc/sysctl.d/60-ptrace.conf; sudo reboot",
        )
    if level == 2 and not holds(SYS_PTRACE, proc=proc):
        return (
            "the system lets only administrators trace processes (kernel.yama.ptrace_scope is 2)",
            "sudo sysctl kernel.yama.ptrace_scope=1",
        )
    if filtered(proc):
        return (
            "a container's seccomp filter forbids it",
            "docker run --cap-add SYS_PTRACE (or --security-opt seccomp=unconfined) …",
        )
    return None
