"""The kernel's side of the worker process that turns a run's directory into an output.

The worker lives as long as its standard input is open, so it can never outlive the kernel.
The cell may close descriptors that are not its own; every use of ours first checks that it
still is the pipe that was opened.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nativeprofile.config import CONVERT_TIMEOUT
from nativeprofile.engines.base import EngineError

_LAUNCH = Path(__file__).with_name("launch.py")
_ROOT = Path(__file__).parents[2]


class Worker:
    """One `nativeprofile.convert --wait`, started beside the engine; `close` always."""

    def __init__(self, directory: str) -> None:
        """Starts the process; raises EngineError if there is none to be had."""
        self._directory = directory
        ends: list[PipeEnd] = []
        try:
            for _ in range(3):
                ends.extend(PipeEnd(end) for end in os.pipe())
            theirs_in, self._request, self._answer, theirs_out, self._log, theirs_err = ends
            self._process = subprocess.Popen(
                [sys.executable, "-I", str(_LAUNCH), str(_ROOT), directory],
                stdin=theirs_in.fd,
                stdout=theirs_out.fd,
                stderr=theirs_err.fd,
                cwd="/" if os.name == "posix" else None,
                start_new_session=True,
            )
        except OSError as error:
            for end in ends:
                end.close()
            raise EngineError(
                f"The process that reads the profile could not be started: {error.strerror}.",
                "Free memory or raise the limit on processes (ulimit -u), then run the cell again.",
            ) from error
        for end in (theirs_in, theirs_out, theirs_err):
            end.close()

    def convert(self, on_progress: Callable[[int | None], None]) -> dict[str, Any]:
        """The MIME bundle of the run in the directory; raises EngineError.

        `on_progress` gets the number of samples read so far, or None, a few times a second; what
        it raises ends the reading.
        """
        try:
            self._request.write(os.fsencode(self._directory) + b"\n")
            answer, log = self._read(on_progress)
        except OSError as error:
            raise EngineError(
                "The process that reads the profile is gone: it was ended, or the cell closed "
                f"its pipe ({error.strerror}).",
                "Run the cell again.",
            ) from error
        if answer.endswith(b"\n"):
            try:
                bundle: dict[str, Any] = json.loads(answer)
                return bundle
            except ValueError:
                pass
        raise self._failure(log)

    def close(self) -> None:
        """Ends the process, at once, and everything that it started."""
        for end in (self._request, self._answer, self._log):
            end.close()
        if self._process.returncode is None:
            with contextlib.suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL)
            with contextlib.suppress(OSError, subprocess.TimeoutExpired):
                self._process.wait(5)

    def forget(self) -> None:
        """In a forked child of the kernel: lets go of the pipes, leaves the process alone."""
        for end in (self._request, self._answer, self._log):
            end.close()
        self._process.returncode = 0

    def _read(self, on_progress: Callable[[int | None], None]) -> tuple[bytes, bytes]:
        """Everything up to the answer's end of line, or to the end of both pipes."""
        answer, log = bytearray(), bytearray()
        deadline = time.monotonic() + CONVERT_TIMEOUT
        with selectors.DefaultSelector() as selector:
            selector.register(self._answer.checked(), selectors.EVENT_READ, answer)
            selector.register(self._log.checked(), selectors.EVENT_READ, log)
            while selector.get_map() and not answer.endswith(b"\n"):
                ready = selector.select(0.2)
                for key, _ in ready:
                    data = os.read(key.fd, 1 << 16)
                    key.data.extend(data)
                    if not data:
                        selector.unregister(key.fd)
                if ready:
                    deadline = time.monotonic() + CONVERT_TIMEOUT
                elif time.monotonic() > deadline:
                    raise EngineError(
                        f"Reading the profile took no step for {CONVERT_TIMEOUT:.0f} s and was "
                        "ended.",
                        "Profile a shorter cell, or use a lower --rate.",
                    )
                on_progress(_last_progress(log))
        return bytes(answer), bytes(log)

    def _failure(self, log: bytes) -> EngineError:
        lines = log.decode(errors="replace").strip().splitlines()
        for line in reversed(lines):
            with contextlib.suppress(ValueError, KeyError, TypeError):
                said = json.loads(line)
                return EngineError(said["message"], said.get("remedy") or "")
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(1)
        status = self._process.returncode
        if status is not None and status < 0:
            how = f"was ended by signal {signal.Signals(-status).name}"
        else:
            how = f"ended without an answer ({lines[-1].strip() if lines else f'status {status}'})"
        return EngineError(
            f"The process that reads the profile {how}.",
            "Run the cell again; if memory is short, profile a shorter cell or use a lower --rate.",
        )


class PipeEnd:
    """One end of a pipe, told apart from whatever a stranger may open under its number."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self._identity = self._look()

    def checked(self) -> int:
        """The descriptor; raises OSError if it is not ours any more."""
        if self._identity is None or self._look() != self._identity:
            raise OSError(9, "Bad file descriptor")
        return self.fd

    def write(self, data: bytes) -> None:
        os.write(self.checked(), data)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            os.close(self.checked())
        self._identity = None

    def _look(self) -> tuple[int, int] | None:
        try:
            status = os.fstat(self.fd)
        except OSError:
            return None
        return status.st_dev, status.st_ino


def _last_progress(log: bytearray) -> int | None:
    start = log.rfind(b"progress ")
    if start < 0:
        return None
    number = bytes(log[start + 9 :]).split(b"\n")[0].strip()
    return int(number) if number.isdigit() else None
