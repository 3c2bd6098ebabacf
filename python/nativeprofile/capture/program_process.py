"""A program's process: its output as it comes, its end, and how it is stopped."""

from __future__ import annotations

import codecs
import contextlib
import os
import selectors
import signal
import subprocess
import sys
import time
from typing import TextIO

from nativeprofile.engines.base import EngineError
from nativeprofile.engines.lifeline import tied
from nativeprofile.engines.program import Ended, Program, Stopped

from .interrupts import Deferred

_STEP = 0.1
"""Seconds between two looks at whether the program has ended or shall end."""
_GRACE = 30.0
"""Seconds that a program has after each of the signals that ask it to end: an engine may have
much to write, and slows down what the program does."""
_LEFT = 32
"""Reads of 64 KiB that empty any pipe: the system gives one a megabyte at most."""
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)


class Process:
    """A running program in a session of its own; `close` always.

    The interrupt of a cell does not reach it by itself: `stream` passes it on. When the kernel
    ends, the system ends the program.
    """

    def __init__(self, program: Program) -> None:
        """Starts it, with nothing to read from standard input. Raises EngineError."""
        self._started = time.perf_counter_ns()
        try:
            self._process = subprocess.Popen(
                [*tied(), *program.argv],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=program.env,
                cwd=program.cwd,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            raise EngineError(
                f"{program.argv[0]} could not be started in {program.cwd}: {why}.",
                "Check that both exist and that you may run it.",
            ) from error
        self.pid = self._process.pid
        self._begins = program.begins
        self._cpu = 0

    def stream(self, interrupts: Deferred, limit: float | None = None) -> Ended:
        """Passes on what the program writes to this process's standard output and error until it
        ends, or is ended: by an interrupt, or `limit` seconds after it began.

        Further interrupts end it more firmly: SIGINT, SIGTERM, SIGKILL.
        """
        stopped: Stopped = ""
        deadline: float | None = None
        asked, seen = 0, 0
        with selectors.DefaultSelector() as selector:
            assert self._process.stdout is not None and self._process.stderr is not None
            for pipe, target in (
                (self._process.stdout, sys.stdout),
                (self._process.stderr, sys.stderr),
            ):
                selector.register(pipe, selectors.EVENT_READ, _Text(target))
            while not self._has_ended():
                _pass_on(selector, _STEP)
                if deadline is None and self._has_begun():
                    deadline = time.monotonic() + (float("inf") if limit is None else limit)
                interrupted = interrupts.count > seen
                late = deadline is not None and time.monotonic() >= deadline
                if (interrupted or late) and asked < len(_SIGNALS):
                    stopped = stopped or ("interrupt" if interrupted else "time limit")
                    self._send(_SIGNALS[asked])
                    asked, seen = asked + 1, interrupts.count
                    deadline = time.monotonic() + _GRACE
            # What is left in the pipes; processes that the program left behind may hold them open,
            # and go on writing.
            for _ in range(_LEFT):
                if not selector.get_map() or not _pass_on(selector, 0):
                    break
            for key in list(selector.get_map().values()):
                key.data.end()
        wall = time.perf_counter_ns() - self._started
        return Ended(self.pid, self._process.returncode, stopped, wall, self._cpu)

    def close(self) -> None:
        """Ends it, and what it left behind in its session, at once."""
        with contextlib.suppress(OSError):
            os.killpg(self.pid, signal.SIGKILL)
        if self._process.returncode is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(5)
        self.forget()

    def forget(self) -> None:
        """Lets go of its pipes alone."""
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _has_begun(self) -> bool:
        return self._begins is None or os.path.exists(self._begins)

    def _has_ended(self) -> bool:
        """Whether it has; takes note of its status and its CPU time."""
        if self._process.returncode is not None:
            return True
        pid, status, usage = os.wait4(self.pid, os.WNOHANG)
        if pid == 0:
            return False
        self._process.returncode = os.waitstatus_to_exitcode(status)
        self._cpu = round((usage.ru_utime + usage.ru_stime) * 1e9)
        return True

    def _send(self, number: signal.Signals) -> None:
        with contextlib.suppress(OSError):
            os.killpg(self.pid, number)


class _Text:
    """Bytes as text, written as they come."""

    def __init__(self, target: TextIO) -> None:
        self._target = target
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def put(self, data: bytes) -> None:
        self._target.write(self._decoder.decode(data))

    def end(self) -> None:
        self._target.write(self._decoder.decode(b"", final=True))
        self._target.flush()


def _pass_on(selector: selectors.BaseSelector, timeout: float) -> bool:
    """Passes on what is there, waiting for it at most `timeout` seconds; whether anything was."""
    if not selector.get_map():
        time.sleep(timeout)
        return False
    ready = selector.select(timeout)
    for key, _ in ready:
        data = os.read(key.fd, 1 << 16)
        if data:
            key.data.put(data)
        else:
            key.data.end()
            selector.unregister(key.fileobj)
    return bool(ready)
