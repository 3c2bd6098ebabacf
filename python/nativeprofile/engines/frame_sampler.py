"""Reads another process's Python frames, many times a second, without stopping it.

Run as a script, in a process of its own: `frame_sampler.py PID STATE RATE FILE LAYOUT`, where
LAYOUT is `frame_layout.Layout` as JSON. Writes a byte to its standard output when it has looked
once, or ends where it may not look. Ends when its standard input does, and then writes FILE: a
line of JSON with the lengths of what follows, then columns of 64-bit integers. `parent`,
`executable`, `instruction`: frames as a prefix tree, outermost first. `thread`, `first`, `last`,
`node`: how long (monotonic clock, ns) every look at a thread saw which innermost frame.

The process runs on while it is read, so that now and then frames are read that no longer belong
together. Who uses them must compare (`mixed/paired.py` does).
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import struct
import sys
import time
from array import array
from typing import NamedTuple

_PAGE = 4096
_PAGES = 4
"""Read at once below the innermost frame: most callers lie there."""
_THREAD_BYTES = 512
_FRAME_BYTES = 96
_FRAME = struct.Struct("<12Q")
_LINKS = struct.Struct("<2Q")
"""The previous and the next thread, at the begin of a thread's state."""
_WORD = struct.Struct("<Q")
_C_CALL = (0, 0)
"""Stands where C code called the evaluator, as a frame of its own does from CPython 3.12 on."""
_DEEPEST = 50_000
_MOST_RUNS = 4_000_000
_THREADS_EVERY = 0.05
"""Seconds between two looks for new threads."""
_PAUSE = 4
"""How much longer it rests than it looks, at least: many threads or deep stacks cost rate."""


class _Part(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


class _Gone(Exception):
    """Memory that is not there (any more)."""


class _Memory:
    """Another process's memory."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._call = ctypes.CDLL(None).process_vm_readv
        self.small = ctypes.create_string_buffer(_THREAD_BYTES)
        self.large = ctypes.create_string_buffer(_PAGE * _PAGES)
        self._to, self._from = _Part(), _Part()
        self._pages_to = _Part()
        self._pages_from = (_Part * _PAGES)()
        self._small = ctypes.addressof(self.small)
        self._large = ctypes.addressof(self.large)

    def read(self, address: int, size: int) -> None:
        """Into `small`. Raises _Gone."""
        self._to.base, self._to.length = self._small, size
        self._from.base, self._from.length = address, size
        if self._call(self._pid, ctypes.byref(self._to), 1, ctypes.byref(self._from), 1, 0) != size:
            raise _Gone

    def pages(self, address: int) -> int:
        """The page of an address and those below it into `large`, the highest one first: how
        many were there."""
        page = address & -_PAGE
        self._pages_to.base, self._pages_to.length = self._large, _PAGE * _PAGES
        for number, part in enumerate(self._pages_from):
            part.base, part.length = page - number * _PAGE, _PAGE
        count: int = self._call(
            self._pid, ctypes.byref(self._pages_to), 1, self._pages_from, _PAGES, 0
        )
        return max(0, count) // _PAGE


class _Layout(NamedTuple):
    executable: int
    previous: int
    instruction: int
    current: int
    indirect: int
    native_id: int
    entry: int


class Sampler:
    """Samples until told to stop."""

    def __init__(self, pid: int, state: int, layout: _Layout) -> None:
        self._memory = _Memory(pid)
        self._state = state
        self._layout = layout
        self._states = [state]
        self._nodes: dict[tuple[int, int, int], int] = {}
        self.tree = [array("q") for _ in range(3)]
        self.runs = [array("q") for _ in range(4)]
        self._open: dict[int, int] = {}
        """The run of each thread that the last tick saw."""
        self._met: dict[int, int] = {}
        """The same of this tick: a thread that it does not see may be elsewhere meanwhile."""
        self._looked = 0.0
        self.failed = 0

    def tick(self) -> None:
        """Looks at every thread once."""
        now = time.monotonic()
        if now - self._looked > _THREADS_EVERY:
            self._looked = now
            self._find_threads()
        self._open, self._met = self._met, {}
        for state in self._states:
            try:
                self._look(state)
            except _Gone:
                self.failed += 1
                self._looked = 0.0

    def _find_threads(self) -> None:
        """All threads that are linked with the one that is known to stay."""
        found = [self._state]
        for link in (0, 1):
            state = self._state
            while len(found) < 10_000:
                try:
                    self._memory.read(state, _LINKS.size)
                except _Gone:
                    break
                state = _LINKS.unpack_from(self._memory.small)[link]
                if not state or state in found:
                    break
                found.append(state)
        self._states = found

    def _look(self, state: int) -> None:
        layout, memory = self._layout, self._memory
        time_ns = time.monotonic_ns()
        memory.read(state, _THREAD_BYTES)
        thread = _WORD.unpack_from(memory.small, layout.native_id)[0]
        frame = _WORD.unpack_from(memory.small, layout.current)[0]
        if layout.indirect >= 0 and frame:
            memory.read(frame + layout.indirect, _WORD.size)
            frame = _WORD.unpack_from(memory.small)[0]
        if not frame:
            return
        node = self._intern(self._chain(frame))
        run = self._open.get(thread)
        _, first, last, nodes = self.runs
        if run is not None and nodes[run] == node:
            self._met[thread] = run
            last[run] = time_ns
        elif len(first) < _MOST_RUNS:
            self._met[thread] = len(first)
            for column, value in zip(self.runs, (thread, time_ns, time_ns, node), strict=True):
                column.append(value)

    def _chain(self, frame: int) -> list[tuple[int, int]]:
        """Executable and instruction of each frame, the innermost first. Raises _Gone."""
        layout, memory = self._layout, self._memory
        top = (frame & -_PAGE) + _PAGE
        there = memory.pages(frame)
        executable, previous, instruction = (
            layout.executable // 8, layout.previous // 8, layout.instruction // 8,
        )  # fmt: skip
        entry = layout.entry
        chain: list[tuple[int, int]] = []
        while frame:
            below = (top - 1 - frame) // _PAGE
            within = frame % _PAGE
            if 0 <= below < there and within <= _PAGE - _FRAME_BYTES:
                words = _FRAME.unpack_from(memory.large, below * _PAGE + within)
            else:
                memory.read(frame, _FRAME_BYTES)
                words = _FRAME.unpack_from(memory.small)
            chain.append((words[executable] & ~7, words[instruction]))
            if entry >= 0 and words[entry >> 3] >> 8 * (entry & 7) & 1:
                chain.append(_C_CALL)
            frame = words[previous]
            if len(chain) > _DEEPEST:
                raise _Gone
        return chain

    def _intern(self, chain: list[tuple[int, int]]) -> int:
        nodes, tree, node = self._nodes, self.tree, -1
        for executable, instruction in reversed(chain):
            key = (node, executable, instruction)
            found = nodes.get(key)
            if found is None:
                found = nodes[key] = len(nodes)
                for column, value in zip(tree, key, strict=True):
                    column.append(_signed(value))
            node = found
        return node

    @property
    def seen(self) -> bool:
        """Whether any frame was read."""
        return bool(self.tree[0])

    def write(self, path: str, ticks: int) -> None:
        """Writes what was seen."""
        head = {
            "nodes": len(self.tree[0]),
            "runs": len(self.runs[0]),
            "ticks": ticks,
            "failed": self.failed,
        }
        with open(path, "wb") as file:
            file.write(json.dumps(head).encode() + b"\n")
            for column in (*self.tree, *self.runs):
                column.tofile(file)


def _signed(word: int) -> int:
    return word - (1 << 64) if word >= 1 << 63 else word


def _hurry() -> None:
    """Looks are worth little when they come late, as they do where every processor is taken. So
    this process goes first where it may; it rests most of the time."""
    with contextlib.suppress(OSError, AttributeError):
        os.sched_setscheduler(
            0, os.SCHED_RR, os.sched_param(os.sched_get_priority_min(os.SCHED_RR))
        )


def main(arguments: list[str]) -> None:
    """See the module."""
    pid, state, rate, path, layout = arguments
    sampler = Sampler(int(pid), int(state), _Layout(*json.loads(layout)))
    ended = select.poll()
    ended.register(sys.stdin.fileno(), select.POLLIN | select.POLLHUP)
    _hurry()
    period, due, ticks = 1 / int(rate), time.monotonic(), 0
    while not ended.poll(max(0.0, 1000 * (due - time.monotonic()))):
        begun = time.monotonic()
        sampler.tick()
        now = time.monotonic()
        due = max(due + period, now + _PAUSE * (now - begun))
        ticks += 1
        if ticks == 1:
            if not sampler.seen:
                return
            os.write(sys.stdout.fileno(), b"+")
    sampler.write(path, ticks)


if __name__ == "__main__":
    main(sys.argv[1:])
