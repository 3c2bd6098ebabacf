"""Reads other processes' Python frames, many times a second, without stopping them.

Run as a script, in a process of its own: `frame_sampler.py PID STATE RATE FILE LAYOUT FIFO`, where
LAYOUT is `frame_layout.Layout` as JSON. Writes a byte to its standard output when it has looked
once, or ends where it may not look. From then on it looks at the processes, too, that ask for it
through FIFO (`frame_calls`), until they end. Ends when PID does, or when its standard input does:
then it writes FILE, a line of JSON with the lengths of what follows, then columns of 64-bit
integers. `parent`, `executable`, `instruction`: frames as a prefix tree, outermost first; the root
of each tree (parent -1) has the process's id in the place of `executable`. `thread`, `first`,
`last`, `node`: how long (monotonic clock, ns) every look at a thread saw which innermost frame.

A process runs on while it is read, so that now and then frames are read that no longer belong
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
from collections.abc import Iterator
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
_TICK = 20_000_000
"""Nanoseconds, longer than between two ticks of the system's clock."""
_UNTOLD = b"0 0 0"
"""What a system says that does not count how long threads run."""
_USUAL, _DEEPEST = 100, 50_000
"""Frames of a thread."""
_LAST = 2
"""The column that says until when a run goes on."""
_MOST_RUNS = 4_000_000
_THREADS_EVERY = 50_000_000
"""Nanoseconds between two looks for new threads."""
_FIFO_BYTES = 1 << 16
"""What a FIFO holds: a read gets whole lines."""
_MOST_THREADS = 10_000
_PAUSE = 4
"""How much longer it rests than it computes, at least: many threads or deep stacks cost rate."""

_SOON, _SHARE, _LATE, _FIRST_FOR = 0.002, 0.05, 0.03, 10.0
"""Seconds: a look that comes within the first of them is not late (poll(2) counts milliseconds).
The share of all time that looks may be late. How late is too late, and for how long they go first
from then on."""


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


class _Thread:
    """Whether a thread runs, as the system counts it: its runs as they begin, the time that they
    take at least at each tick. Opening the file may raise OSError."""

    def __init__(self, pid: int, thread: int) -> None:
        self.id = thread
        self.file = os.open(f"/proc/{pid}/task/{thread}/schedstat", os.O_RDONLY)
        self._counts = b""
        self._since = 0

    def rests(self, now: int) -> bool:
        """Whether it has not run since this was last asked. Raises OSError if it has ended."""
        counts = os.pread(self.file, 128, 0)
        if counts != self._counts or counts.startswith(_UNTOLD):
            self._counts, self._since = counts, now
        return now - self._since > _TICK


class _Process:
    """A process whose threads are looked at."""

    def __init__(self, pid: int, state: int, layout: _Layout) -> None:
        self.pid = pid
        self._memory = _Memory(pid)
        self._state = state
        self._layout = layout
        self._looked = 0
        self._threads: dict[int, _Thread] = {}
        """By state, as far as they have been looked at."""
        self.states = [state]
        self.open: dict[int, int] = {}
        """The run of each thread that the last look saw: one that it did not see may have been
        elsewhere meanwhile."""

    def resting(self, state: int, now: int) -> int:
        """The id of a thread that has not run since it was last looked at; 0 if it may have."""
        thread = self._threads.get(state)
        if thread is None:
            return 0
        try:
            return thread.id if thread.rests(now) else 0
        except OSError:
            self._forget(state)
            return 0

    def close(self) -> None:
        """Looks no more."""
        for state in list(self._threads):
            self._forget(state)

    def _forget(self, state: int) -> None:
        thread = self._threads.pop(state, None)
        if thread is not None:
            os.close(thread.file)

    def find_threads(self, now: int) -> None:
        """Brings `states` up to date, now and then: all that are linked with the one that is
        known to stay. Raises _Gone if that one is not there, as when the process has ended."""
        if now - self._looked <= _THREADS_EVERY:
            return
        self._looked = now
        found = [self._state]
        self._memory.read(self._state, _LINKS.size)
        for link, state in enumerate(_LINKS.unpack_from(self._memory.small)):
            while state and state not in found and len(found) < _MOST_THREADS:
                found.append(state)
                try:
                    self._memory.read(state, _LINKS.size)
                except _Gone:
                    break
                state = _LINKS.unpack_from(self._memory.small)[link]
        self.states = found

    def look(self, state: int) -> tuple[int, list[tuple[int, int]]]:
        """A thread's id, and executable and instruction of each of its frames, the innermost
        first. Raises _Gone."""
        layout, memory = self._layout, self._memory
        try:
            memory.read(state, _THREAD_BYTES)
            thread = _WORD.unpack_from(memory.small, layout.native_id)[0]
            frame = _WORD.unpack_from(memory.small, layout.current)[0]
            if layout.indirect >= 0 and frame:
                memory.read(frame + layout.indirect, _WORD.size)
                frame = _WORD.unpack_from(memory.small)[0]
            chain = self._chain(frame) if frame else []
        except _Gone:
            self._looked = 0
            self._forget(state)
            raise
        known = self._threads.get(state)
        if known is None or known.id != thread:
            self._forget(state)
            # Without a file it is looked at each time.
            with contextlib.suppress(OSError):
                self._threads[state] = _Thread(self.pid, thread)
        return thread, chain

    def _chain(self, frame: int) -> list[tuple[int, int]]:
        """Executable and instruction of each frame. Raises _Gone."""
        layout, memory = self._layout, self._memory
        top = (frame & -_PAGE) + _PAGE
        there = memory.pages(frame)
        executable, previous, instruction = (
            layout.executable // 8, layout.previous // 8, layout.instruction // 8,
        )  # fmt: skip
        entry = layout.entry
        chain: list[tuple[int, int]] = []
        # What was read while the thread ran on may be a ring: a frame that comes back tells.
        met, length = 0, _USUAL
        while frame:
            if frame == met:
                raise _Gone
            if len(chain) > length:
                met, length = frame, 2 * length
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


class Sampler:
    """Samples until told to stop."""

    def __init__(self) -> None:
        self._processes: dict[int, _Process] = {}
        self._nodes: dict[tuple[int, int, int], int] = {}
        self.tree = [array("q") for _ in range(3)]
        self.runs = [array("q") for _ in range(4)]
        self.failed = 0

    def add(self, pid: int, state: int, layout: _Layout) -> None:
        """Looks at a process, and does so from now on until it ends or runs another program."""
        self._processes[pid] = process = _Process(pid, state, layout)
        self._look(process)

    def has(self, pid: int) -> bool:
        """Whether a process is still looked at."""
        return pid in self._processes

    def tick(self) -> None:
        """Looks at every thread once."""
        for process in list(self._processes.values()):
            self._look(process)

    def _look(self, process: _Process) -> None:
        try:
            process.find_threads(time.monotonic_ns())
        except _Gone:
            self._processes.pop(process.pid).close()
            return
        before, process.open = process.open, {}
        for state in process.states:
            now = time.monotonic_ns()
            resting = process.resting(state, now)
            if resting in before:
                process.open[resting] = before[resting]
                self.runs[_LAST][before[resting]] = now
                continue
            try:
                thread, chain = process.look(state)
            except _Gone:
                self.failed += 1
                continue
            if chain:
                run = self._run(before.get(thread), thread, now, self._intern(process.pid, chain))
                if run is not None:
                    process.open[thread] = run

    def _run(self, run: int | None, thread: int, time_ns: int, node: int) -> int | None:
        """The run, `run` or a new one, that has this look; None if there is no room for it."""
        _, first, last, nodes = self.runs
        if run is not None and nodes[run] == node:
            last[run] = time_ns
            return run
        if len(first) >= _MOST_RUNS:
            return None
        for column, value in zip(self.runs, (thread, time_ns, time_ns, node), strict=True):
            column.append(value)
        return len(first) - 1

    def _intern(self, pid: int, chain: list[tuple[int, int]]) -> int:
        nodes, tree, node = self._nodes, self.tree, -1
        for executable, instruction in ((pid, 0), *reversed(chain)):
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


class _Priority:
    """Looks are worth little when they come late, as they do where every processor is taken: then
    this process goes first for a while, if it may. Not always, since the system wakes a process
    that goes first on the processor where it slept (sched(7)), and what runs there has to wait,
    though another be idle; and not for a look or two that come late by chance."""

    def __init__(self) -> None:
        self._late = 0.0
        """Seconds by which looks were late, less what is forgiven."""
        self._before = time.monotonic()
        self._until = 0.0

    def note(self, due: float, now: float) -> None:
        """Takes the times when a look was due and when it comes (monotonic clock, s)."""
        late = max(0.0, now - due - _SOON)
        self._late = max(0.0, self._late + late - _SHARE * (now - self._before))
        self._before = now
        if self._until:
            if now > self._until:
                self._late = self._until = 0.0
                _schedule(os.SCHED_OTHER, 0)
        elif self._late > _LATE:
            self._until = now + _FIRST_FOR
            _schedule(os.SCHED_RR, os.sched_get_priority_min(os.SCHED_RR))


def _schedule(policy: int, priority: int) -> None:
    with contextlib.suppress(OSError):
        os.sched_setscheduler(0, policy, os.sched_param(priority))


def _callers(lines: bytes) -> Iterator[tuple[int, int, _Layout]]:
    """The processes that ask to be looked at."""
    for line in lines.splitlines():
        with contextlib.suppress(ValueError, TypeError):
            pid, state, layout = json.loads(line)
            yield int(pid), int(state), _Layout(*map(int, layout))


def main(arguments: list[str]) -> None:
    """See the module."""
    pid, state, rate, path, layout, fifo = arguments
    sampler, events, priority = Sampler(), select.poll(), _Priority()
    kernel = int(pid)
    sampler.add(kernel, int(state), _Layout(*json.loads(layout)))
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


if __name__ == "__main__":
    main(sys.argv[1:])
