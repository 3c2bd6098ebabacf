"""One program under an engine, from its start to the profile in the cell's output."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from nativeprofile.config import RunOptions
from nativeprofile.engines.base import EngineError, Raw
from nativeprofile.engines.program import Ended, Program, ProgramEngine

from .facts import Measured, Ran, write_facts
from .interrupts import Deferred
from .program_process import Process
from .run import Run

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


@dataclass(frozen=True)
class Outcome:
    """What became of a program, and what is to be said of it."""

    status: str
    """`ok`, `error` or `interrupted`."""
    reason: str
    """Why it ran in a process of its own under this engine: `engine_reason`, a sentence."""
    notes: list[str] = field(default_factory=list)
    cells: list[dict[str, Any]] = field(default_factory=list)
    """The `cells` of run.json."""
    clocks: tuple[int, int] | None = None
    """Nanoseconds of wall and CPU time of what was to be measured, if not of the whole program."""


class Job(Protocol):
    """A program to be run, and what its end means."""

    def prepare(self, directory: str, interrupts: Deferred) -> Program:
        """Makes what it needs in `directory` (private, exists) and says what to run. Raises
        EngineError, and nothing runs then; what takes long, KeyboardInterrupt."""

    def outcome(self, ended: Ended, directory: str) -> Outcome:
        """Looks at what it left in `directory`, which is removed soon."""


class ProgramSession(Run):
    """Runs one job: `run`, then `abort`."""

    def __init__(
        self,
        shell: InteractiveShell,
        options: RunOptions,
        engine: ProgramEngine,
        prompt: int,
        cell_id: str | None = None,
    ) -> None:
        super().__init__(shell, options, prompt, cell_id)
        self._engine = engine
        self._process: Process | None = None

    def run(self, job: Job, interrupts: Deferred) -> Ended:
        """Runs the job's program and shows its profile, or why there is none.

        Raises EngineError if nothing ran, KeyboardInterrupt if it was interrupted before.
        """
        engine, options = self._engine, self._options
        probe = engine.probe()
        if not probe.available:
            raise EngineError(probe.reason, probe.remedy)
        directory, worker = self._open()
        program = engine.command(job.prepare(directory, interrupts), options, directory)
        interrupts.check()
        self._start_ticker(engine.name, lambda: None, engine.note(options))
        started = time.time()
        self._process = Process(program)
        ended = self._process.stream(interrupts, options.time_limit)
        self._end()
        self._stop_ticker()

        def facts() -> str:
            outcome = job.outcome(ended, directory)
            raw = engine.collect(ended, directory)
            wall, cpu = outcome.clocks or (ended.wall, ended.cpu)
            write_facts(
                directory,
                self._named,
                Ran(outcome.status, started, wall, cpu, ended.pid, ended.pid),
                Measured(engine.name, probe.version, outcome.reason, engine.kind),
                options,
                outcome.cells,
                Raw(raw.data, [*outcome.notes, *raw.notes]),
            )
            return engine.name

        # The interrupt that ended the program does not mean its profile.
        with Deferred(1.0 if ended.stopped else 0.0) as later:
            self._result.show(worker, facts, later)
        return ended

    def forget(self) -> None:
        super().forget()
        if self._process is not None:
            self._process.forget()

    def _end(self) -> None:
        if self._process is not None:
            self._process.close()
            self._process = None
