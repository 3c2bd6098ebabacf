"""The process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import select
import sys
import time
from collections.abc import Iterator

from .layout import Layout
from .priority import Priority
from .sampler import Sampler

_FIFO_BYTES = 1 << 16
"""What a FIFO holds: a read gets whole lines."""
_PAUSE = 4
"""How much longer it rests than it computes, at least: many threads or deep stacks cost rate."""


def _callers(lines: bytes) -> Iterator[tuple[int, int, Layout]]:
    """The processes that ask to be looked at."""
    for line in lines.splitlines():
        with contextlib.suppress(ValueError, TypeError):
            pid, state, layout = json.loads(line)
            yield int(pid), int(state), Layout(*map(int, layout))


def main(arguments: list[str]) -> None:
    """See the package."""
    pid, state, rate, path, layout, fifo = arguments
    sampler, events, priority = Sampler(), select.poll(), Priority()
    kernel = int(pid)
    sampler.add(kernel, int(state), Layout(*json.loads(layout)))
    if not sampler.seen:
        return
    ended, calls = sys.stdin.fileno(), -1
    events.register(ended, select.POLLIN | select.POLLHUP)
    # A file system may have no FIFOs: then nobody can ask.
    with contextlib.suppress(OSError):
        os.mkfifo(fifo, 0o600)
        calls = os.open(fifo, os.O_RDWR | os.O_NONBLOCK)
        events.register(calls, select.POLLIN)
    os.write(sys.stdout.fileno(), b"+")
    period, due, ticks = 1 / int(rate), time.monotonic(), 1
    while True:
        ready = dict(events.poll(max(0.0, 1000 * (due - time.monotonic()))))
        if ended in ready:
            break
        if calls in ready:
            # A child may be short: it is looked at before anything else.
            for caller in _callers(os.read(calls, _FIFO_BYTES)):
                sampler.add(*caller)
        begun, used = time.monotonic(), time.thread_time()
        if begun < due:
            continue
        priority.note(due, begun)
        sampler.tick()
        if not sampler.has(kernel):
            return  # a child that it left may hold our standard input open
        now = time.monotonic()
        due = max(due + period, begun, now + _PAUSE * (time.thread_time() - used))
        ticks += 1
    sampler.write(path, ticks)
