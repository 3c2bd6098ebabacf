"""The threads of a process and their frames."""

from __future__ import annotations

import contextlib
import os
import struct

from .layout import Layout
from .memory import PAGE, Gone, Memory

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
_THREADS_EVERY = 50_000_000
"""Nanoseconds between two looks for new threads."""
_MOST_THREADS = 10_000


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


class Process:
    """A process whose threads are looked at."""

    def __init__(self, pid: int, state: int, layout: Layout) -> None:
        self.pid = pid
        self._memory = Memory(pid)
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
        known to stay. Raises Gone if that one is not there, as when the process has ended."""
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
                except Gone:
                    break
                state = _LINKS.unpack_from(self._memory.small)[link]
        self.states = found

    def look(self, state: int) -> tuple[int, list[tuple[int, int]]]:
        """A thread's id, and executable and instruction of each of its frames, the innermost
        first. Raises Gone."""
        layout, memory = self._layout, self._memory
        try:
            memory.read(state, _THREAD_BYTES)
            thread = _WORD.unpack_from(memory.small, layout.native_id)[0]
            frame = _WORD.unpack_from(memory.small, layout.current)[0]
            if layout.indirect >= 0 and frame:
                memory.read(frame + layout.indirect, _WORD.size)
                frame = _WORD.unpack_from(memory.small)[0]
            chain = self._chain(frame) if frame else []
        except Gone:
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
        """Executable and instruction of each frame. Raises Gone."""
        layout, memory = self._layout, self._memory
        top = (frame & -PAGE) + PAGE
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
                raise Gone
            if len(chain) > length:
                met, length = frame, 2 * length
            below = (top - 1 - frame) // PAGE
            within = frame % PAGE
            if 0 <= below < there and within <= PAGE - _FRAME_BYTES:
                words = _FRAME.unpack_from(memory.large, below * PAGE + within)
            else:
                memory.read(frame, _FRAME_BYTES)
                words = _FRAME.unpack_from(memory.small)
            chain.append((words[executable] & ~7, words[instruction]))
            if entry >= 0 and words[entry >> 3] >> 8 * (entry & 7) & 1:
                chain.append(_C_CALL)
            frame = words[previous]
            if len(chain) > _DEEPEST:
                raise Gone
        return chain
