"""The magics, and the hooks that start and stop a run around a cell.

A cell keeps its meaning: a pure input transformer turns the line of `%%nativeprofile` into
a comment of the same height, IPython runs the rest as it always does, and `pre_run_cell`
and `post_run_cell` start and stop the engine. A line with an option that does not exist, or
with `--help`, is left alone: then IPython calls the cell magic, which says so and runs nothing.
So is one that asks for a process of its own (`program_magic`), where the cell magic runs the code.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import output_can_be_silenced

from .build_magic import build
from .capture.limits import lifted
from .config import MAGIC, HelpRequested, OptionError, RunOptions
from .input_lines import PREFIX, arguments, comment_out, has_code, magic_line
from .jobs import Typed, nothing_ran
from .options import parse_cell_options, parse_line_options
from .program_magic import Programs, runs_elsewhere

if TYPE_CHECKING:
    from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult, InteractiveShell

    from .capture.program import Job, ProgramSession
    from .capture.session import Session
    from .engines.program import Ended

_REPEATED = 1.0
"""Seconds in which another interrupt still means the cell, not the reading of its profile."""
_extension: Extension | None = None


def _forget_in_child() -> None:
    """A child that the cell forks must not end, show or remove its parent's run."""
    if _extension is not None:
        _extension.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_in_child)


def load(shell: InteractiveShell) -> Extension:
    """Puts the hooks into `shell`, once."""
    global _extension
    if _extension is None or _extension.shell is not shell:
        _extension = Extension(shell)
        _extension.install()
    return _extension


def unload(shell: InteractiveShell) -> None:
    """Takes every hook out of `shell`."""
    global _extension
    if _extension is not None and _extension.shell is shell:
        _extension.remove()
        _extension = None


class Extension:
    """Everything of ours inside one IPython shell."""

    def __init__(self, shell: InteractiveShell) -> None:
        from .capture.cells import Cells

        self.shell = shell
        self.cells = Cells(shell)
        self._armed: tuple[RunOptions, str | None] | None = None
        self._lock = threading.Lock()
        self._session: Session | None = None
        self._session_info: ExecutionInfo | None = None
        self._program: ProgramSession | None = None
        self._programs = Programs(self)
        self._inner = 0
        """How many cells the profiled one is running at this moment."""

    def install(self) -> None:
        shell = self.shell
        shell.input_transformers_cleanup.insert(0, self.transform)
        shell.events.register("pre_run_cell", self.pre_run_cell)
        shell.events.register("post_run_cell", self.post_run_cell)
        # Not `register_magic_function`: its annotations do not know bound methods.
        shell.magics_manager.register_function(self.cell_magic, "cell", MAGIC)
        shell.magics_manager.register_function(self.line_magic, "line", MAGIC)
        shell.magics_manager.register_function(build, "line", f"{MAGIC}_build")

    def remove(self) -> None:
        shell = self.shell
        shell.input_transformers_cleanup.remove(self.transform)
        shell.events.unregister("pre_run_cell", self.pre_run_cell)
        shell.events.unregister("post_run_cell", self.post_run_cell)
        for kind in ("cell", "line"):
            shell.magics_manager.magics[kind].pop(MAGIC, None)
        shell.magics_manager.magics["line"].pop(f"{MAGIC}_build", None)

    def arm(self, options: RunOptions, cell_id: str | None) -> None:
        """Profiles the next execution, if it is that of `cell_id` (None: whichever it is)."""
        self._armed = options, cell_id

    def transform(self, lines: list[str]) -> list[str]:
        """The input transformer; a cell that the Lab armed for another process gets the magic."""
        if self._armed is not None and magic_line(lines) is None and has_code("".join(lines)):
            options, cell_id = self._armed
            if runs_elsewhere(options) and cell_id in (None, _requested(self.shell)):
                return [f"{PREFIX} --engine {options.engine}\n", *lines]
        return comment_out(lines)

    # Hooks. Whatever goes wrong in here must not reach the user's cell.

    def pre_run_cell(self, info: ExecutionInfo) -> None:
        self._inner += self._is_measuring()
        cell_id: str | None = getattr(info, "cell_id", None)
        prompt = self.cells.next_prompt() - (0 if info.store_history else 1)
        if info.store_history:
            self.cells.ran(prompt, cell_id)
        self._programs.typed = Typed(prompt, cell_id, info.raw_cell or "")
        self._programs.asked = None
        options = self._asked_for(info, cell_id)
        if options is None:
            return
        if runs_elsewhere(options):
            self._programs.asked = options
            return
        if not has_code(info.raw_cell or ""):
            self._say("The cell is empty: there is nothing to profile.", "")
            return
        self._begin(options, prompt, cell_id, info)

    def post_run_cell(self, result: ExecutionResult | None) -> None:
        info = self._session_info
        if info is None or not self._is_measuring():
            return
        # An interrupt beside the cell's code makes IPython end it with an `info` of another cell.
        own = result is None or result.info is info
        if self._inner and not own:
            self._inner -= 1
            return
        self._end(*_outcome(result))
        typed = info.raw_cell or ""
        prompt = getattr(result, "execution_count", None)
        if info.store_history and prompt and magic_line(typed.splitlines()) is not None:
            self.cells.keep_typed(prompt, typed)

    def _is_measuring(self) -> bool:
        """Whether a run belongs to this process and thread."""
        session = self._session
        return (
            session is not None
            and session.pid == os.getpid()
            and session.thread == threading.get_ident()
        )

    def _asked_for(self, info: ExecutionInfo, cell_id: str | None) -> RunOptions | None:
        """The options if this execution is to be profiled; disarms unless it is a hidden one."""
        armed = None
        if self._armed is not None and (info.store_history or cell_id is not None):
            options, armed_id = self._armed
            self._armed = None
            if armed_id is None or cell_id is None or armed_id == cell_id:
                armed = options
        lines = (info.raw_cell or "").splitlines()
        index = magic_line(lines)
        if index is None:
            return armed
        try:
            return parse_cell_options(arguments(lines[index]))
        except (OptionError, HelpRequested):
            return None

    @lifted()
    def _begin(
        self,
        options: RunOptions,
        prompt: int,
        cell_id: str | None = None,
        info: ExecutionInfo | None = None,
    ) -> None:
        """Starts a run; says why if there is none, and the code then runs without a profile."""
        from .capture.interrupts import Deferred
        from .capture.session import Session
        from .engines.base import EngineError

        with Deferred() as interrupts:
            with self._lock:
                busy = self._session or self._program
                if busy is None:
                    session = Session(self.shell, self.cells, options, prompt, cell_id)
                    self._session, self._session_info, self._inner = session, info, 0
            if busy is not None:
                self._say(
                    f"{busy.name} is being profiled at this moment, so this ran without a profile.",
                    f"Run it again when {busy.name} has ended.",
                )
                return
            try:
                session.start()
                interrupts.check()
                return
            except EngineError as error:
                said = f"{error.message} The cell ran without a profile.", error.remedy
            except KeyboardInterrupt:
                said = (
                    "The kernel was interrupted while the profiler was starting; the cell runs "
                    "without a profile.",
                    "Interrupt again to stop the cell.",
                )
            except Exception as error:
                said = _unexpected(error), "The cell ran without a profile."
            session.abort()
            self._say(*said)
            self._session = self._session_info = None

    @lifted()
    def _end(self, status: str, show: bool) -> None:
        from .capture.interrupts import Deferred

        # A second interrupt right after the first means the cell, not its profile.
        with Deferred(_REPEATED if status == "interrupted" else 0.0) as interrupts:
            session = self._session
            if session is None:
                return
            try:
                if show:
                    session.stop(status, interrupts)
            except Exception as error:
                self._say(_unexpected(error), "The cell's own result is complete.")
            finally:
                session.abort()
                self._session = self._session_info = None

    @lifted()
    def run_job(self, session: ProgramSession, job: Job) -> Ended:
        """Runs a job and shows its profile; see `jobs.Runner`."""
        from .capture.interrupts import Deferred
        from .engines.base import EngineError

        __tracebackhide__ = True
        with Deferred() as interrupts:
            with self._lock:
                busy = self._session or self._program
                if busy is None:
                    self._program = session
            if busy is not None:
                raise UsageError(
                    f"{busy.name} is being profiled at this moment, so nothing was run. "
                    f"Run it again when {busy.name} has ended."
                )
            try:
                ended = session.run(job, interrupts)
            except EngineError as error:
                raise nothing_ran(error) from None
            finally:
                session.abort()
                self._program = None
        if ended.stopped == "interrupt":
            raise KeyboardInterrupt
        return ended

    def _say(self, message: str, remedy: str) -> None:
        from .capture.display import show_failure

        show_failure(self.shell, message, remedy)

    def forget(self) -> None:
        """In a forked child: the run is the parent's."""
        runs = self._session, self._program
        self._session = self._session_info = self._program = self._armed = None
        for run in runs:
            if run is not None:
                run.forget()

    # Magics.

    def cell_magic(self, line: str, cell: str) -> None:
        """Profile this cell; `%%nativeprofile --help` lists the options."""
        __tracebackhide__ = True
        try:
            options = parse_cell_options(line)
        except HelpRequested as text:
            print(f"{text}\n\nThe cell was not run.")
            return
        except OptionError as error:
            raise UsageError(f"{error} The cell was not run.") from None
        if runs_elsewhere(options):
            self._programs.run(options, cell)
            return
        raise UsageError(f"{PREFIX} must be the first line of the cell. The cell was not run.")

    @output_can_be_silenced
    def line_magic(self, line: str) -> Any:
        """Profile one statement; its value is the magic's value.

        `%nativeprofile --help` lists the options.
        """
        __tracebackhide__ = True
        from .statement import compile_statement

        try:
            options, statement = parse_line_options(line)
        except HelpRequested as text:
            print(text)
            return None
        except OptionError as error:
            raise UsageError(str(error)) from None
        if runs_elsewhere(options):
            self._programs.run_line(options, statement)
            return None
        run = compile_statement(self.shell, statement)
        prompt = self.cells.next_prompt() - 1
        outer, status = self._session, "error"
        try:
            self._begin(options, prompt)
            value = run()
            status = "ok"
            return value
        except KeyboardInterrupt:
            status = "interrupted"
            raise
        finally:
            if self._session is not outer:
                self._end(status, True)


def _requested(shell: InteractiveShell) -> str | None:
    """The notebook's id of the cell that a frontend has asked to run."""
    parent: dict[str, Any] = getattr(shell, "get_parent", dict)()
    cell_id: str | None = parent.get("metadata", {}).get("cellId")
    return cell_id


def _outcome(result: ExecutionResult | None) -> tuple[str, bool]:
    """The run's status, and whether there is anything to show (not if nothing could run)."""
    if result is None:
        return "interrupted", True
    if result.error_before_exec is not None:
        return "error", False
    error = result.error_in_exec
    if error is None:
        return "ok", True
    interrupted = isinstance(error, KeyboardInterrupt) or type(error).__name__ == "CancelledError"
    return ("interrupted" if interrupted else "error"), True


def _unexpected(error: Exception) -> str:
    return f"The profiler failed: {type(error).__name__}: {error}."
