"""`nativeprofile serve-kernel`: becomes a Python kernel under Callgrind.

Valgrind takes this process's place, so that signals reach the kernel and its process is the one
that Jupyter started. A second process, of nobody's family, waits until it has ended, whatever way,
and removes its folder.
"""

from __future__ import annotations

import os
import select
import shutil
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from .engines.callgrind_command import Counting, valgrind
from .engines.callgrind_kernel import LOG, OUT, VARIABLE, CallgrindKernel
from .engines.programs import ask
from .engines.valgrind_log import OTHER_CODE, unknown_instruction

_DESCRIPTORS = 1024
"""Jupyter starts kernels with none beyond the first three; none is above this."""
_POLL = 0.5
"""Seconds between two looks, where the system has no descriptors of processes."""


def serve(connection_file: str, counting: Counting) -> int:
    """Becomes the kernel; returns (an exit status) only if there is none to become."""
    kernel = [sys.executable, "-m", "ipykernel_launcher", "-f", connection_file]
    if shutil.which("valgrind") is None:
        print(
            "nativeprofile: Valgrind is not installed, so this kernel runs without it. "
            "Run: apt-get install valgrind",
            file=sys.stderr,
        )
        os.execv(kernel[0], kernel)
    version = ask("valgrind", "--version").stdout.strip().removeprefix("valgrind-")
    folder = tempfile.mkdtemp(prefix="nativeprofile-callgrind-")
    _remove_after(os.getpid(), folder)
    under = CallgrindKernel(Path(folder), counting, version)
    # Threads apart, so that those of the notebook can be told from the cell's.
    apart = replace(counting, threads=True)
    command = valgrind(apart, f"{folder}/{OUT}", at_start=False, log=f"{folder}/{LOG}")
    # Where names lie in dictionaries decides what it costs to find them: as in the next kernel.
    environment = {"PYTHONHASHSEED": "0", **os.environ, VARIABLE: under.variable()}
    os.execvpe(command[0], [*command, *kernel], environment)


def _remove_after(pid: int, folder: str) -> None:
    """Leaves a process behind that removes the folder when `pid` has ended."""
    if os.fork():
        os.wait()
        return
    # A grandchild in a session of its own: no signal to the kernel's group reaches it, and the
    # kernel has no child that it does not know.
    os.setsid()
    if os.fork():
        os._exit(0)
    os.chdir("/")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.closerange(3, _DESCRIPTORS)
    try:
        _wait(pid)
        _say_why(Path(folder, LOG))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(0)


def _say_why(log: Path) -> None:
    """Tells on standard error, which is the server's, of an instruction that ended the kernel."""
    address = unknown_instruction(log)
    if address is not None:
        print(
            f"nativeprofile: The kernel ended at an instruction that Valgrind does not know "
            f"(at {address}). {OTHER_CODE}",
            file=sys.stderr,
            flush=True,
        )


def _wait(pid: int) -> None:
    try:
        select.select([os.pidfd_open(pid)], [], [])
    except ProcessLookupError:
        return
    except (AttributeError, OSError):  # before Linux 5.3
        while Path(f"/proc/{pid}").exists():
            time.sleep(_POLL)
