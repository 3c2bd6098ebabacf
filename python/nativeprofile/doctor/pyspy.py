"""py-spy: its binary, and whether the system lets it read a kernel."""

from __future__ import annotations

import sys

from nativeprofile.engines import privileges, ptrace, pyspy_process

from .check import Check

_YAMA = {
    1: "1: the kernel names py-spy as the one that may trace it",
    2: "2: CAP_SYS_PTRACE permits it",
}


def checks() -> list[Check]:
    """The binary, then tracing."""
    return [_program(), *([_tracing()] if sys.platform == "linux" else [])]


def _program() -> Check:
    path = pyspy_process.binary()
    if path is None:
        return Check("program", "lacks", "py-spy is not installed", "pip install py-spy")
    version, failure = pyspy_process.version(path)
    if not version:
        again = "pip install --force-reinstall py-spy"
        return Check("program", "lacks", f"{path} does not run: {failure}", again)
    return Check("program", "ok", f"py-spy {version}")


def _tracing() -> Check:
    found = ptrace.obstacle()
    if found is None:
        level = ptrace.yama()
        named = f"kernel.yama.ptrace_scope is {_YAMA[level]}" if level in _YAMA else ""
        return Check("tracing", "ok", named or "a process may trace another of the same user")
    if privileges.filtered():  # some filters do let it: the engine tries
        return Check("tracing", "less", "a seccomp filter may forbid native stacks", found[1])
    return Check("tracing", "lacks", found[0], found[1])
