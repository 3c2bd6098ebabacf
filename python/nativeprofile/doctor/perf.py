"""perf: the program, and what the system permits it."""

from __future__ import annotations

import errno
import os
import platform
import sys
from pathlib import Path

from nativeprofile.engines import perf_probe, privileges
from nativeprofile.engines.base import Options
from nativeprofile.engines.perf_process import ring_pages

from .check import Check

_LEVELS = {
    -1: "everything is permitted",
    0: "your own processes and whole CPUs, the system's kernel included",
    1: "your own processes, the system's kernel included",
    2: "your own processes without the system's kernel",
}
_HARDWARE, _CYCLES = 0, 0
_CONTAINER = "docker run --cap-add PERFMON (or --security-opt seccomp=unconfined) …"


def checks() -> list[Check]:
    """Of the first that lacks something the others need, nothing more is said."""
    if sys.platform != "linux":
        return [Check("system", "lacks", f"perf exists on Linux only (this is {sys.platform})")]
    found = [_program(), _permission()]
    if found[1].state == "lacks":
        return found
    return [*found, _kernel(), _symbols(), _buffer(), _rate(), _counters()]


def _program() -> Check:
    path = perf_probe.perf_path()
    if path is None:
        return Check("program", "lacks", "perf is not installed", perf_probe.install_command())
    version, zstd, failure = perf_probe.perf_facts(path)
    if not version:
        words = f"{path} does not run: {failure or 'it says nothing'}"
        if "not found for kernel" in failure:
            words = f"no perf is installed for the running kernel ({platform.release()})"
        return Check("program", "lacks", words, perf_probe.install_command())
    if not zstd:
        return Check(
            "program",
            "less",
            f"perf {version} cannot compress (no zstd): 16 kB of each stack are copied, not 64 kB",
            perf_probe.install_command(),
        )
    return Check("program", "ok", f"perf {version}, compresses")


def _permission() -> Check:
    level = privileges.setting("perf_event_paranoid")
    code = perf_probe.open_event(perf_probe.USER_ONLY)
    if code == 0:
        own = privileges.holds(privileges.PERFMON, privileges.SYS_ADMIN)
        shown = _LEVELS.get(min(2, max(-1, -1 if level is None else level)), "")
        words = f"kernel.perf_event_paranoid is {level}: {shown}"
        return Check(
            "permission", "ok", words + ("; this process's capabilities permit all" if own else "")
        )
    if level is not None and level > 2:
        words = f"kernel.perf_event_paranoid is {level}: ordinary users may not measure"
        return Check("permission", "lacks", words, "sudo sysctl kernel.perf_event_paranoid=1")
    if privileges.filtered() and code in (errno.EPERM, errno.EACCES, errno.ENOSYS):
        words = "a seccomp filter (a container's) refuses perf_event_open"
        return Check("permission", "lacks", words, _CONTAINER)
    words = f"perf_event_open is refused: {os.strerror(code)}"
    return Check("permission", "lacks", words, "Run: perf record -e cpu-clock true")


def _kernel() -> Check:
    if perf_probe.sees_kernel():
        return Check("kernel frames", "ok", "time inside the system's kernel is seen")
    words = "time inside the system's kernel and native frames of waiting are not seen"
    return Check("kernel frames", "less", words, "sudo sysctl kernel.perf_event_paranoid=1")


def _symbols() -> Check:
    try:
        with Path("/proc/kallsyms").open() as file:
            address = file.readline().split()[0]
    except (OSError, IndexError):
        address = ""
    if address.strip("0"):
        return Check("kernel symbols", "ok", "functions of the system's kernel have names")
    words = "functions of the system's kernel have no names"
    if not perf_probe.sees_kernel():
        return Check("kernel symbols", "less", f"{words}: they follow kernel frames")
    restrict = privileges.setting("kptr_restrict")
    words = f"{words} (kernel.kptr_restrict is {restrict})"
    return Check("kernel symbols", "less", words, "sudo sysctl kernel.kptr_restrict=0")


def _buffer() -> Check:
    need = (ring_pages() + 1) * os.sysconf("SC_PAGE_SIZE") >> 10
    allowed = privileges.setting("perf_event_mlock_kb")
    unbounded = privileges.holds(privileges.IPC_LOCK) or _lowest_level()
    if unbounded or allowed is None or allowed >= need:
        return Check("buffer", "ok", f"{need} kB may be locked for each CPU")
    words = f"{need} kB are needed for each CPU, kernel.perf_event_mlock_kb is {allowed}"
    return Check("buffer", "lacks", words, f"sudo sysctl kernel.perf_event_mlock_kb={need}")


def _lowest_level() -> bool:
    return privileges.setting("perf_event_paranoid") == -1


def _rate() -> Check:
    most = privileges.setting("perf_event_max_sample_rate")
    if most is None or most >= Options.rate:
        return Check("rate", "ok", f"up to {most} samples a second")
    words = (
        f"the system allows {most} samples a second (it lowers kernel.perf_event_max_sample_rate "
        "by itself when samples take it long)"
    )
    return Check("rate", "lacks", words, "sudo sysctl kernel.perf_event_max_sample_rate=100000")


def _counters() -> Check:
    code = perf_probe.open_event(perf_probe.USER_ONLY, _HARDWARE, _CYCLES)
    if code == 0:
        return Check("hardware counters", "ok", "cycles, instructions and cache misses are counted")
    why = "a virtual machine without them" if _virtual() else os.strerror(code)
    words = f"no cycles, instructions or cache misses ({why}); time is measured without them"
    return Check("hardware counters", "less", words)


def _virtual() -> bool:
    try:
        return " hypervisor" in Path("/proc/cpuinfo").read_text()
    except OSError:
        return False
