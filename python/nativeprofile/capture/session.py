"""One run, from the start of its engine to the profile in the cell's output."""

from __future__ import annotations

import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from nativeprofile.config import RunOptions
from nativeprofile.engines.base import EngineError, Raw, Running

from .cell_calls import CellCalls, Evaluating
from .cell_codes import CellCodes
from .cells import Cells
from .choose import Choice, Chooser
from .display import Output
from .facts import Measured, Ran, write_facts
from .interrupts import Deferred
from .run import Run

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_BUSY, _BUSY_NS = 0.05, 10_000_000
"""The share of a cell's time without a CPU, and the time, from which its profile says so."""
_TIMELESS = frozenset(("callgrind", "gcov"))
"""Engines that measure no time: what they count is the same on a busy machine."""


class Session(Run):
    """Measures one cell or statement: `start`, then `stop`, which shows the profile; then `abort`.

    `start` raises EngineError, which says why there is no profile.
    """

    def __init__(
        self,
        shell: InteractiveShell,
        cells: Cells,
        options: RunOptions,
        prompt: int,
        cell_id: str | None = None,
    ) -> None:
        super().__init__(shell, options, prompt, cell_id)
        self._shell = shell
        self._cells = cells
        self._running: Running | None = None
        self._codes: CellCodes | CellCalls | None = None

    def start(self) -> None:
        directory, _ = self._open()
        self._choice, self._running = self._start_engine(directory)
        keep = getattr(self._running, "keep", None)
        if hasattr(self._running, "evaluator"):
            self._codes = CellCalls(self._shell, cast(Evaluating, self._running))
        elif keep is not None and sys.version_info < (3, 12):
            self._codes = CellCodes(self._shell, keep)
        self._started = time.time()
        self._clocks = _clocks()

    def stop(self, status: str, interrupts: Deferred) -> None:
        """Ends the engine and shows its profile; `status` is `ok`, `error` or `interrupted`."""
        clocks = [now - then for now, then in zip(_clocks(), self._clocks, strict=True)]
        assert self._worker is not None
        self._result.show(self._worker, lambda: self._stop(status, clocks), interrupts)

    def _end(self) -> None:
        if self._codes is not None:
            self._codes.close()
            self._codes = None
        if self._running is not None:
            self._running.abort()
            self._running = None

    def _start_engine(self, directory: str) -> tuple[Choice, Running]:
        asked = self._options
        chooser = Chooser(asked.engine)
        for choice in chooser.candidates():
            instead = chooser.refusal if asked.engine not in ("auto", choice.engine.name) else ""
            note = getattr(choice.engine, "note", None)
            said = note(asked) if note is not None else ""
            self._start_ticker(choice.engine.name, self._samples, said)
            try:
                running = choice.engine.start(replace(asked, name=self.name), directory)
            except EngineError as error:
                chooser.refuse(choice.engine.name, error.message, error.remedy)
                self._stop_ticker()
                continue
            if instead:
                Output(self._shell).failure(f"{choice.engine.name} was used because {instead}")
            return choice, running
        raise EngineError(f"No profiler works here. {chooser.refusal}")

    def _samples(self) -> int | None:
        running = self._running
        return running.samples() if running is not None else None

    def _stop(self, status: str, clocks: list[int]) -> str:
        """Ends the engine and writes the run's facts; returns the engine's name."""
        assert self._running is not None and self._directory is not None
        try:
            raw = self._running.stop()
        finally:
            self._stop_ticker()
        wall, cpu, thread_cpu, queued = clocks
        engine = self._choice.engine
        notes = [*raw.notes, *_uncounted(self._options, raw)]
        if engine.name not in _TIMELESS:
            notes += _busy_machine(wall, queued)
        write_facts(
            self._directory,
            self._named,
            Ran(
                status=status,
                started=self._started,
                wall=wall,
                cpu=cpu,
                pid=self.pid,
                tid=threading.get_native_id(),
                thread=(thread_cpu, queued),
            ),
            Measured(engine.name, self._choice.version, self._choice.reason, engine.kind),
            self._options,
            self._cells.rows(),
            Raw(raw.data, notes),
        )
        return engine.name


def _clocks() -> tuple[int, int, int, int]:
    """Wall, process CPU and thread CPU time, and how long the thread was ready to run while
    every CPU was taken; in nanoseconds."""
    return time.perf_counter_ns(), time.process_time_ns(), time.thread_time_ns(), _queued()


def _queued() -> int:
    """The second figure of `schedstat` (proc(5)); 0 where the system does not tell."""
    try:
        return int(Path("/proc/thread-self/schedstat").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return 0


def _uncounted(options: RunOptions, raw: Raw) -> list[str]:
    """A sentence where events were asked for of an engine that counts none."""
    if not options.events or "events" in raw.data:
        return []
    return [f"{', '.join(options.events)} could not be counted: only the engine perf does that."]


def _busy_machine(wall: int, queued: int) -> list[str]:
    if queued < max(wall * _BUSY, _BUSY_NS):
        return []
    return [
        f"The machine was busy: for {queued / 1e9:.2g} s of {wall / 1e9:.2g} s the cell's thread "
        "was ready but waited for a CPU; that is not counted as waiting."
    ]
