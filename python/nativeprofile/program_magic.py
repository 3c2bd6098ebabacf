"""What runs in a process of its own, from a cell or a line: `--command`, `--language`, and cells
that are replayed."""

from __future__ import annotations

import signal
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError

from .config import MAGIC, RunOptions
from .jobs import Runner, Typed, nothing_ran
from .replay_magic import replay, replays

if TYPE_CHECKING:
    from .capture.program import Job

_CRASHES = (signal.SIGFPE, signal.SIGILL, signal.SIGSEGV)


def runs_elsewhere(options: RunOptions) -> bool:
    """Whether a run takes a process of its own."""
    return options.is_program or replays(options)


class Programs:
    """Runs what the options name."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self.typed = Typed(0, None, "")
        self.asked: RunOptions | None = None
        """How the running cell was asked to run elsewhere, on its first line or by the Lab."""

    def run(self, options: RunOptions, cell: str) -> None:
        """Runs a cell elsewhere. Raises UsageError if nothing ran or a program failed, as a cell
        does that fails, and what a replayed cell raised."""
        __tracebackhide__ = True
        if options.is_program:
            self._run_program(options, cell)
        elif self.asked is None:
            raise UsageError(f"%%{MAGIC} must be the first line of the cell. Nothing was run.")
        else:
            replay(self._runner, self.asked, self.typed, cell, self.typed.above + 1)

    def run_line(self, options: RunOptions, statement: str) -> None:
        """The same for a line: `--command`, or a statement."""
        __tracebackhide__ = True
        if options.is_program:
            self._run_program(options, "")
        else:
            replay(self._runner, options, self.typed, statement)

    def _run_program(self, options: RunOptions, cell: str) -> None:
        from .capture.command import how
        from .capture.program import ProgramSession
        from .engines.base import EngineError

        __tracebackhide__ = True
        if options.command is not None and cell.strip():
            raise UsageError(
                f"%%{MAGIC} --command runs the program alone: put the code below it into a cell "
                "of its own. Nothing was run."
            )
        try:
            name, reason = _choose(options.engine)
            job = self._job(replace(options, engine=name), cell, reason)
        except EngineError as error:
            raise nothing_ran(error) from None
        from .engines.registry import load_program

        typed = self.typed
        session = ProgramSession(
            self._runner.shell, options, load_program(name), typed.prompt, typed.cell_id
        )
        ended = self._runner.run_job(session, job)
        if ended.returncode and not ended.stopped:
            raise UsageError(f"{how(ended)} {_where(options, ended.returncode)}".rstrip())

    def _job(self, options: RunOptions, cell: str, reason: str) -> Job:
        """Raises EngineError."""
        from .capture.command import Command
        from .capture.compiled import Compiled

        if options.command is not None:
            return Command(options.command, reason)
        typed = self.typed
        row: dict[str, Any] = {
            "name": f"In[{typed.prompt}]",
            "prompt": typed.prompt,
            "id": typed.cell_id,
            "source": typed.text,
        }
        text = "\n" * (typed.above or 1) + cell
        assert options.language is not None
        return Compiled(options.language, text, options.engine, options.cflags, row, reason)


def _where(options: RunOptions, status: int) -> str:
    """What tells the line in which a cell crashed; perf gives a signal as a shell does."""
    crashed = -status in _CRASHES or status - 128 in _CRASHES
    if options.language is None or not crashed:
        return ""
    return "To see in which line, add --cflags=-fsanitize=address (not under Callgrind)."


def _choose(asked: str) -> tuple[str, str]:
    """The engine for a program, and why it is this one. Raises EngineError if there is none."""
    from .capture.choose import sentence
    from .engines.base import EngineError
    from .engines.registry import PROGRAMS, load_program

    refused: list[str] = []
    for name in PROGRAMS if asked == "auto" else (asked,):
        probe = load_program(name).probe()
        if probe.available:
            because = f" {' '.join(refused)}" if refused else ""
            chosen = f"{name} was asked for." if asked != "auto" else f"auto chose {name}."
            return name, f"{chosen} It ran in a process of its own.{because}"
        refused.append(f"{name} is not available: {sentence(probe.reason, probe.remedy)}")
    raise EngineError(" ".join(refused))
