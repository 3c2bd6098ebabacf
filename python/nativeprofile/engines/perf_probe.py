"""Whether perf can record this kernel: each obstacle with the command that mends it."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import re
import shutil
import struct
import subprocess
import sys
import tempfile
from functools import lru_cache
from pathlib import Path

from . import perf_layout, perf_trampoline
from .base import Probe
from .perf_mode import OLDEST
from .programs import ask

_PERF_EVENT_OPEN = {"x86_64": 298, "aarch64": 241}
"""The system call's number by architecture."""
_DISABLED, _EXCLUDE_KERNEL, _EXCLUDE_HYPERVISOR = 1, 1 << 5, 1 << 6
USER_ONLY = _DISABLED | _EXCLUDE_KERNEL | _EXCLUDE_HYPERVISOR
"""Flags of an event that level 2 of perf_event_paranoid still permits."""
_SELFTEST_SECONDS = 10


@lru_cache(maxsize=1)
def _perf_facts(path: str, changed: int) -> tuple[str, bool, str]:
    """Version, whether it compresses, and what it said if it does not run."""
    done = ask(path, "version", "--build-options")
    version = re.search(r"perf version (\S+)", done.stdout)
    if done.returncode != 0 or version is None:
        return "", False, " ".join((done.stderr or done.stdout).split())[:200]
    return version.group(1), bool(re.search(r"zstd: \[ on", done.stdout)), ""


def perf_path() -> str | None:
    """The perf program."""
    return shutil.which("perf")


def perf_facts(path: str) -> tuple[str, bool, str]:
    """Version, whether it compresses (zstd), and why it does not run ('' if it does)."""
    try:
        return _perf_facts(path, Path(path).stat().st_mtime_ns)
    except (OSError, subprocess.SubprocessError) as error:
        return "", False, str(error)


def install_command() -> str:
    """What installs perf here."""
    try:
        release = Path("/etc/os-release").read_text()
    except OSError:
        release = ""
    names = set(re.findall(r'^ID(?:_LIKE)?="?([^"\n]*)', release, re.M))
    words = {word for name in names for word in name.split()}
    if "ubuntu" in words:
        return "sudo apt-get install linux-tools-common linux-tools-$(uname -r)"
    if "debian" in words:
        return "sudo apt-get install linux-perf"
    return "Install perf (package `perf` or `linux-tools`)."


def obstacle() -> tuple[str, str] | None:
    """The first thing that stands in the way, as (reason, remedy); None if nothing does."""
    if sys.platform != "linux":
        return f"perf exists on Linux only (this is {sys.platform}).", "Use --engine cprofile."
    if platform.machine() not in _PERF_EVENT_OPEN or sys.maxsize < 2**32:
        return (
            "Unwinding of trampolines is known on 64-bit x86 and Arm only "
            f"(this is {platform.machine()}).",
            "Use --engine cprofile.",
        )
    if sys.implementation.name != "cpython" or sys.version_info < OLDEST:
        have = f"{platform.python_implementation()} {platform.python_version()}"
        return f"It needs CPython 3.10 or later (this is {have}).", "Use a newer Python's kernel."
    if found := perf_layout.failure():
        return found, "Use --engine cprofile, or another build of Python."
    return program_obstacle() or _no_evaluator() or _no_tool_id()


def program_obstacle() -> tuple[str, str] | None:
    """The same for programs of any kind."""
    if sys.platform != "linux" or platform.machine() not in _PERF_EVENT_OPEN:
        here = f"{sys.platform} on {platform.machine()}"
        return (
            f"perf is used on Linux, on 64-bit x86 and Arm (this is {here}).",
            "Use another engine.",
        )
    path = perf_path()
    if path is None:
        return "perf is not installed.", install_command()
    version, _, failure = perf_facts(path)
    if not version:
        return f"perf does not run: {failure}", install_command()
    return _forbidden()


def _no_evaluator() -> tuple[str, str] | None:
    if perf_trampoline.obstacle() and not perf_trampoline.default_evaluator():
        return "This build of Python does not tell where its evaluator is.", "Use another build."
    return None


def _no_tool_id() -> tuple[str, str] | None:
    from .perf_codes import free_tool_id

    if sys.version_info >= (3, 12) and free_tool_id() is None:
        return (
            "All of sys.monitoring's profiler ids are taken by other tools.",
            "Stop the other profiler or coverage tool, or restart the kernel.",
        )
    return None


def sees_kernel() -> bool:
    """Whether samples may be taken inside the system's kernel too (asked by opening one)."""
    return open_event(_DISABLED | _EXCLUDE_HYPERVISOR) == 0


def open_event(flags: int, kind: int = 1, event: int = 0) -> int:
    """Opens and closes an event on this thread; the error's number, 0 if it may be opened."""
    descriptor = begin_event(flags, kind, event)
    if descriptor >= 0:
        os.close(descriptor)
    return max(0, -descriptor)


def begin_event(flags: int, kind: int = 1, event: int = 0, period: int = 0, sample: int = 0) -> int:
    """Opens an event on this thread: its descriptor, or the error's number, negative.

    `kind` and `event` are perf_event_open(2)'s type and config; together the CPU clock, whose
    `period` is in nanoseconds. `sample` is the sample_type.
    """
    attribute = bytearray(112)
    struct.pack_into("<IIQQQ", attribute, 0, kind, len(attribute), event, period, sample)
    struct.pack_into("<Q", attribute, 40, flags)
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = (ctypes.c_char * len(attribute)).from_buffer(attribute)
    descriptor: int = libc.syscall(
        _PERF_EVENT_OPEN[platform.machine()], buffer, 0, -1, -1, ctypes.c_ulong(8)
    )
    return descriptor if descriptor >= 0 else -ctypes.get_errno()


def _forbidden() -> tuple[str, str] | None:
    code = open_event(USER_ONLY)
    if code == 0:
        return None
    level = _paranoid()
    if code in (errno.EACCES, errno.EPERM) and level > 2:
        return (
            f"The system forbids performance events (kernel.perf_event_paranoid is {level}).",
            "sudo sysctl kernel.perf_event_paranoid=1",
        )
    if code in (errno.EPERM, errno.EACCES, errno.ENOSYS):
        return (
            "A container's seccomp filter or the kernel blocks perf_event_open.",
            "docker run --cap-add PERFMON (or --security-opt seccomp=unconfined) …",
        )
    return f"perf_event_open failed: {os.strerror(code)}.", "Run: perf record -e cpu-clock true"


def _paranoid() -> int:
    try:
        return int(Path("/proc/sys/kernel/perf_event_paranoid").read_text())
    except (OSError, ValueError):
        return -1


_passed: Probe | None = None


def selftest() -> Probe:
    """Records a short-lived Python for real and looks whether samples with stacks came.

    Once passed it is not repeated; a failure may have been mended since (a full disk).
    """
    global _passed
    if _passed is None:
        result = _record_and_look()
        if not result.available:
            return result
        _passed = result
    return _passed


def _record_and_look() -> Probe:
    path = perf_path()
    if path is None:
        return Probe(False, "perf is not installed.", install_command())
    version = perf_facts(path)[0]
    remedy = "Run: perf record -e cpu-clock --call-graph dwarf true"
    with tempfile.TemporaryDirectory(prefix="nativeprofile-") as folder:
        output = Path(folder, "perf.data")
        try:
            done = subprocess.run(
                [
                    path,
                    "record",
                    "-q",
                    "-F",
                    "999",
                    "-e",
                    "cpu-clock",
                    "--call-graph",
                    "dwarf,4096",
                    "-B",
                    "-N",
                    "--no-bpf-event",
                    "-o",
                    str(output),
                    "--",
                    sys.executable,
                    "-I",
                    "-S",
                    "-c",
                    "sum(range(400000))",
                ],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_SELFTEST_SECONDS,
                check=False,
            )
            found = _stack_samples(output.read_bytes())
        except (OSError, subprocess.SubprocessError) as error:
            return Probe(False, f"perf's self-test failed: {error}.", remedy, version)
    if found:
        return Probe(True, version=version)
    said = " ".join(done.stderr.split())[:200]
    return Probe(
        False, f"perf recorded no sample in its self-test. {said}".strip(), remedy, version
    )


def _stack_samples(data: bytes) -> int:
    """Samples in an uncompressed perf.data that carry a copied stack."""
    if len(data) < 56:
        return 0
    position, size = struct.unpack_from("<QQ", data, 40)
    end, found = position + size, 0
    while position + 8 <= end:
        kind, _, length = struct.unpack_from("<IHH", data, position)
        if length < 8:
            break
        found += kind == 9 and length > 4096
        position += length
    return found
