"""`--engine callgrind` in an ordinary kernel: the cell is replayed in a process of its own."""

from __future__ import annotations

import platform
import shutil

from IPython.core.error import UsageError

from .config import RunOptions
from .engines.callgrind_kernel import under_valgrind
from .engines.registry import REPLAYED
from .jobs import Runner, Typed, nothing_ran
from .statement import ends_in_semicolon, parse


def replays(options: RunOptions) -> bool:
    """Whether a cell is replayed. Where Valgrind is missing, or on other processors than x86-64, it
    is not: then it runs here, under another engine, which says why."""
    return (
        options.engine in REPLAYED
        and not options.is_program
        and not under_valgrind()
        and platform.machine() == "x86_64"
        and shutil.which("valgrind") is not None
    )


def replay(
    runner: Runner, options: RunOptions, typed: Typed, code: str, line: int | None = None
) -> None:
    """Replays code that begins in `line` of the cell, or in the one that runs now.

    Shows what it displayed and raises what it raised. Raises UsageError if nothing ran.
    """
    __tracebackhide__ = True
    from .capture.program import ProgramSession
    from .capture.replay import Replay
    from .capture.replay_error import shown_as
    from .engines.base import EngineError
    from .engines.callgrind_replay import REPLAY

    shell = runner.shell
    try:
        tree, filename = parse(shell, code, line)
    except SyntaxError as error:
        # IPython would show our own frames above it.
        lines = shell.SyntaxTB.structured_traceback(SyntaxError, error, None)
        raise shown_as("SyntaxError", str(error), lines) from None
    try:
        job = Replay(shell, runner.cells, tree, filename, not ends_in_semicolon(code))
    except EngineError as error:
        raise nothing_ran(error) from None
    session = ProgramSession(shell, options, REPLAY, typed.prompt, typed.cell_id)
    try:
        runner.run_job(session, job)
    except KeyboardInterrupt:
        if job.ended is None:
            raise
    try:
        job.finish()
    except EngineError as error:
        raise UsageError(f"{error.message} {error.remedy}".rstrip()) from None
