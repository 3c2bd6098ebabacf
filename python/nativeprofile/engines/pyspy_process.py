"""The py-spy process that samples this one: its binary, its modes, its beginning and its end."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import sysconfig
import time
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

from . import ptrace
from .base import EngineError
from .lifeline import tied
from .programs import ask

Mode = Literal["native", "python", "nonblocking"]
"""With native stacks; without; without ptrace, which reads a process that goes on running."""

OPTIONS: dict[Mode, list[str]] = {
    "native": ["--native", "--idle"],
    # Without native frames nothing tells waiting from working but the system, which py-spy
    # asks unless --idle makes it show every thread.
    "python": [],
    "nonblocking": ["--nonblocking"],
}
START_SECONDS = 10.0
STOP_SECONDS = 30.0
_POLL = 0.005
_SAYS = "Sampling process"
"""py-spy prints this line when it has found the interpreter and has begun."""


def binary() -> str | None:
    """The py-spy of this environment: beside its Python, then where its wheel put it.

    Never one that merely is on the path: that may be another version for another Python.
    """
    name = "py-spy.exe" if sys.platform == "win32" else "py-spy"
    for folder in (Path(sys.executable).parent, Path(sysconfig.get_path("scripts"))):
        if os.access(folder / name, os.X_OK):
            return str(folder / name)
    return _of_wheel(name)


@lru_cache(maxsize=1)
def _of_wheel(name: str) -> str | None:
    from importlib import metadata

    try:
        files = metadata.files("py-spy") or []
    except metadata.PackageNotFoundError:
        return None
    found = [Path(str(file.locate())) for file in files if file.name == name]
    return str(found[0].resolve()) if found and found[0].exists() else None


def version(path: str) -> tuple[str, str]:
    """Its version, and why it does not run ('' if it does)."""
    try:
        return _version(path, Path(path).stat().st_mtime_ns)
    except (OSError, subprocess.SubprocessError) as error:
        return "", str(error)


@lru_cache(maxsize=1)
def _version(path: str, changed: int) -> tuple[str, str]:
    done = ask(path, "--version")
    said = re.search(r"py-spy (\S+)", done.stdout)
    return (said.group(1), "") if said else ("", " ".join(done.stderr.split())[:200])


class Ended(NamedTuple):
    """What py-spy said at its end."""

    samples: int
    """Stacks, of all threads."""
    errors: int
    """Ticks of its clock at which it could not read the stacks."""
    behind: float
    """Seconds by which it was late at the worst, as far as it told."""
    busy: float
    """Seconds of CPU that it took while it sampled."""


class SpyProcess:
    """A running `py-spy record` of this process; it samples when the constructor returns."""

    def __init__(self, path: str, mode: Mode, rate: int, directory: str) -> None:
        """Raises EngineError with what py-spy said if it does not begin."""
        self.file = Path(directory, "pyspy.json")
        self._said = Path(directory, "pyspy.out")
        command = [
            *tied(),
            path,
            "record",
            f"--pid={os.getpid()}",
            f"--rate={rate}",
            "--format=speedscope",
            f"--output={self.file}",
            *OPTIONS[mode],
        ]
        try:
            with self._said.open("wb") as said:
                self.process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=said,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    env={**os.environ, "NO_COLOR": "1", "RUST_BACKTRACE": "0"},
                )
        except OSError as error:
            raise EngineError(
                f"py-spy could not be started: {error}.",
                "Reinstall it: pip install --force-reinstall py-spy",
            ) from error
        ptrace.let_trace(self.process.pid)
        try:
            self._wait_for_the_first_sample()
        except BaseException:
            self.kill()
            raise
        self._began = self._cpu()

    def _wait_for_the_first_sample(self) -> None:
        end = time.monotonic() + START_SECONDS
        while _SAYS not in self.said():
            if self.process.poll() is not None:
                raise self.failure("py-spy ended before it began to record")
            if time.monotonic() > end:
                raise EngineError(
                    f"py-spy did not begin to record within {START_SECONDS:.0f} seconds.",
                    "Try again on a less busy machine, or use --engine cprofile.",
                )
            time.sleep(_POLL)

    def stop(self) -> Ended:
        """Ends the recording; raises EngineError if there is none."""
        if self.process.poll() is not None:
            raise self.failure("py-spy ended while the cell ran")
        busy = self._cpu() - self._began
        try:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(STOP_SECONDS)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise EngineError(
                f"py-spy did not write its recording within {STOP_SECONDS:.0f} seconds.",
                "Profile a shorter cell, or use a lower --rate.",
            ) from error
        finally:
            self.kill()
        said = self.said()
        wrote = re.search(r"Samples: (\d+) Errors: (\d+)", said)
        if self.process.returncode != 0 or wrote is None:
            raise self.failure("py-spy could not write its recording")
        late = [float(n) * _UNITS[unit] for n, unit in _LATE.findall(said)]
        return Ended(int(wrote[1]), int(wrote[2]), max(late, default=0.0), max(0.0, busy))

    def kill(self) -> None:
        """Ends py-spy at once; never raises, may be called in any state.

        A tracer that ends lets go of what it traces: the kernel runs on.
        """
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            if self.process.poll() is None:
                self.process.kill()
            self.process.wait(STOP_SECONDS)
        ptrace.let_trace(0)

    def said(self) -> str:
        """What py-spy printed so far."""
        try:
            return re.sub(r"\x1b\[[0-9;]*m", "", self._said.read_text(errors="replace"))
        except OSError:
            return ""

    def failure(self, what: str) -> EngineError:
        """What py-spy's own words mean, with what to do."""
        code = self.process.returncode
        if code is not None and code < 0:
            what = f"{what} (killed by signal {-code})"
        return explain(what, self.said())

    def _cpu(self) -> float:
        """Seconds of CPU that py-spy used so far (proc_pid_stat(5), fields 14 and 15)."""
        try:
            stat = Path(f"/proc/{self.process.pid}/stat").read_text()
            ticks = sum(map(int, stat.rpartition(")")[2].split()[11:13]))
            return ticks / os.sysconf("SC_CLK_TCK")
        except (OSError, ValueError, IndexError):
            return 0.0


_LATE = re.compile(r"([\d.]+)(ms|s) behind in sampling")
_UNITS = {"ms": 1e-3, "s": 1.0}


def explain(what: str, text: str) -> EngineError:
    """An error out of py-spy's message `text`."""
    low = text.lower()
    if "permission denied" in low or "operation not permitted" in low:
        reason, remedy = ptrace.obstacle() or (
            "the system does not let it read this process",
            "docker run --cap-add SYS_PTRACE …, or use --engine cprofile.",
        )
        return EngineError(f"{what}: {reason}.", remedy)
    if "no space left" in low or "storagefull" in low:
        return EngineError(
            f"{what}: no space is left in the temporary folder.",
            "Free space there, or point TMPDIR to a larger disk.",
        )
    if "no such file or directory" in low and "pyspy.json" not in low and not text.strip():
        return EngineError(f"{what}: its folder is gone.", "Run the cell again.")
    if "unsupported version" in low or "failed to find" in low:
        return EngineError(f"{what}: it does not know this Python.", "pip install -U py-spy")
    errors = re.findall(r"(?:Error|Reason): (.*)", text)
    last = " ".join((" ".join(errors) or text).split())[-300:]
    return EngineError(
        f"{what}{': ' + last.rstrip('.') if last else ''}.", "Use --engine cprofile."
    )
