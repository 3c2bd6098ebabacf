"""Whether a child that we let trace us may do so: what ptrace(2) and Yama ask for."""

from __future__ import annotations

from pathlib import Path

from .privileges import PROC, SYS_PTRACE, filtered, holds, setting


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
