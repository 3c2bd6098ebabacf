"""Python's frames beside perf's samples: a process of its own reads them from outside.

Without trampolines perf's stacks name the innermost Python function only. The chain of its callers
is in the interpreter's memory, where `frame_sampler` reads it, at a rate of its own; the worker
(`mixed/paired`) brings both together by time. Child processes ask for the same (`frame_calls`).
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
from pathlib import Path

from . import frame_sampler
from .frame_calls import FIFO
from .frame_sampler.layout import Layout
from .perf_process import Descriptor, high
from .ptrace import let_trace

FILE = "frames.bin"
RATE = 500
"""Looks a second: callers change slowly, and a look costs the sampler about 0.1 ms."""
_START_SECONDS = 2
_STOP_SECONDS = 5.0


class FrameSampler:
    """A running `frame_sampler`, which begins with the frames of the thread of this state."""

    def __init__(self, directory: str, layout: Layout, state: int) -> None:
        self.file = Path(directory) / FILE
        self._process = subprocess.Popen(
            [
                *frame_sampler.command(),
                *(str(os.getpid()), str(state), str(RATE), str(self.file), json.dumps(layout)),
                str(self.file.with_name(FIFO)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        assert self._process.stdin and self._process.stdout
        self._input = Descriptor(high(os.dup(self._process.stdin.fileno())))
        self._output = Descriptor(high(os.dup(self._process.stdout.fileno())))
        self._process.stdin.close()
        self._process.stdout.close()
        let_trace(self._process.pid)

    def wait(self) -> bool:
        """Whether it can read frames; returns when it has begun, or soon."""
        ready = select.poll()
        ready.register(self._output.number, select.POLLIN | select.POLLHUP)
        begun = ready.poll(1000 * _START_SECONDS) and os.read(self._output.number, 1)
        self._output.close()
        return bool(begun)

    def stop(self) -> bool:
        """Ends it; whether it left its file."""
        # A child that the cell forked may still hold this end: closing it would not be noticed.
        with contextlib.suppress(OSError):
            if self._input.ours():
                os.write(self._input.number, b"\n")
        self._input.close()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        let_trace(0)
        return self._process.returncode == 0 and self.file.exists()

    def kill(self) -> None:
        """Ends it at once; never raises, may be called in any state."""
        self._input.close()
        self._output.close()
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait(_STOP_SECONDS)
        let_trace(0)
