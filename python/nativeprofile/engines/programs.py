"""Programs that answer and end, and those that do not: what is said of them."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

from .base import EngineError, Probe
from .program import Ended

_SECONDS = 10


def ask(*command: str) -> subprocess.CompletedProcess[str]:
    """What a program says, whatever its status. Raises OSError or subprocess.SubprocessError if
    it does not start, or does not end soon."""
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=_SECONDS,
        check=False,
    )


def on_glibc(what: str) -> Probe:
    """Whether programs run on glibc; `what` is (or are) its own, as a sentence begins."""
    libc, version = platform.libc_ver()
    if sys.platform != "linux" or libc != "glibc":
        return Probe(False, f"{what} glibc's, on Linux.", "Use another engine.")
    return Probe(True, version=f"{libc} {version}")


def not_ended(ended: Ended, binary: str) -> EngineError | None:
    """What is said of a program that would have written its counts at its end; None: it came to
    it."""
    if not ended.stopped and ended.returncode >= 0:
        return None
    return EngineError(
        f"{Path(binary).name} did not come to its end, where it writes what it counted.",
        "Let it return from main or call exit; or use --engine perf, which keeps what it had.",
    )
