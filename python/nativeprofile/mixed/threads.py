"""Threads and processes by their names, and what the reader must know of child processes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from nativeprofile.tables.builder import Builder

from .evaluator import EVALUATOR
from .kinds import Kind, Kinds, Seen
from .names import library_module
from .processes import Processes
from .stream import Stream
from .unwind import Unwinder

_STARTS = ("clone", "__clone", "start_thread", "thread_start", "[unknown]")
_FEW = 3


class Threads:
    """Makes the rows of the table of threads."""

    def __init__(
        self,
        builder: Builder,
        processes: Processes,
        unwinder: Unwinder,
        stream: Stream,
        main: int,
    ) -> None:
        """`stream`, once read, has the system's names; `main` runs the cell."""
        self._builder = builder
        self._processes = processes
        self._unwinder = unwinder
        self._stream = stream
        self._main = main
        self._samples: dict[int, Kind] = {}

    def know(self, kept: Sequence[Seen], kinds: Kinds) -> None:
        """Looks at what threads do: it may name them."""
        for sample in kept:
            self._samples.setdefault(sample.thread, kinds.of(sample))

    def row(self, tid: int, pid: int) -> int:
        """A new row for a thread."""
        process = self.process(pid)
        return self._builder.thread(
            pid, tid, self._name(tid, pid), tid == self._main, process=process
        )

    def process(self, pid: int) -> str:
        """The name of a process."""
        return self._processes.name(pid) or self._stream.name(pid) or "process"

    def _name(self, tid: int, pid: int) -> str:
        if tid in (self._main, pid):
            return "main"
        told = self._processes.thread(tid)
        if told:
            return told
        name = self._stream.name(tid)
        if name and name != self._stream.name(pid):
            return name
        return self._begins(tid) or name or "thread"

    def _begins(self, tid: int) -> str:
        """A native thread that nobody named, by the function that it runs."""
        kind = self._samples.get(tid)
        if kind is None or kind.launch >= 0 or not kind.complete:
            return ""
        for number in reversed(self._unwinder.stacks[kind.stack]):
            frame = self._unwinder.frames[number]
            if frame.symbol and not frame.symbol.startswith(_STARTS):
                return f"{library_module(frame.path)}: {frame.symbol}"
        return ""

    def notes(self, kept: Sequence[Seen], kinds: Kinds) -> list[str]:
        """What must be said of the processes that the cell started."""
        times: Counter[int] = Counter()
        native, no_lines = dict[int, None](), dict[int, None]()
        for sample in kept:
            kind = kinds.of(sample)
            times[kind.pid] += sample.period
            if not self._processes.told(kind.pid):
                if self._processes.has_names(kind.pid):
                    no_lines[kind.pid] = None
                elif any(f.facts.symbol == EVALUATOR for f in kinds.stack(kind.stack)):
                    native[kind.pid] = None
        found = []
        children = [pid for pid in times if not self._processes.own(pid)]
        if children:
            share = sum(times[pid] for pid in children) / times.total()
            found.append(
                f"{share:.0%} of the CPU time was spent in {len(children)} child "
                f"{'processes' if len(children) > 1 else 'process'}; `cpu_ns` does not count them."
            )
        if no_lines:
            found.append(
                f"Lines are not known of {self._named(list(no_lines))}, which ran before the cell."
            )
        native = {pid: None for pid in native if pid not in no_lines}
        if native:
            found.append(
                f"No Python functions are known of {self._named(list(native))}: Python that was "
                "started as a program of its own, or before the cell, shows its native stack."
            )
        return found

    def _named(self, pids: Sequence[int]) -> str:
        named = ", ".join(f"{self.process(pid)} ({pid})" for pid in pids[:_FEW])
        return f"{named} and {len(pids) - _FEW} more" if len(pids) > _FEW else named
