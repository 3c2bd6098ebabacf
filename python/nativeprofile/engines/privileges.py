"""What the system grants this process: capabilities(7), seccomp(2), user_namespaces(7)."""

from __future__ import annotations

import re
from pathlib import Path

PROC = Path("/proc")
IPC_LOCK, SYS_PTRACE, SYS_ADMIN, PERFMON = 14, 19, 21, 38
"""Numbers of capabilities."""


def holds(*capabilities: int, proc: Path = PROC) -> bool:
    """Whether it has one of these capabilities, in the system itself: those that it has in a
    user namespace of its own do not count for performance events and locked memory."""
    if not _owns_all_users(proc):
        return False
    granted = int(_status("CapEff", proc) or "0", 16)
    return any(granted >> number & 1 for number in capabilities)


def filtered(proc: Path = PROC) -> bool:
    """Whether a seccomp filter decides which system calls it may make, as in containers."""
    return _status("Seccomp", proc) == "2"


def setting(name: str, proc: Path = PROC) -> int | None:
    """A number in /proc/sys/kernel, None where this system has none of that name."""
    try:
        return int((proc / "sys/kernel" / name).read_text())
    except (OSError, ValueError):
        return None


def _status(key: str, proc: Path) -> str:
    try:
        text = (proc / "self/status").read_text()
    except OSError:
        return ""
    found = re.search(rf"^{key}:\s*(\S+)", text, re.M)
    return found[1] if found else ""


def _owns_all_users(proc: Path) -> bool:
    try:
        return (proc / "self/uid_map").read_text().split() == ["0", "0", "4294967295"]
    except OSError:
        return True
