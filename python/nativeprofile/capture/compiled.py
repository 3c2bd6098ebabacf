"""A cell of C or C++, as a job: compiled in the run's directory with debug information, and run."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from nativeprofile.engines.base import EngineError
from nativeprofile.engines.lifeline import tied
from nativeprofile.engines.program import Ended, Program
from nativeprofile.engines.programs import ask

from .command import folder, how, status
from .interrupts import Deferred
from .program import Outcome

_FLAGS = ("-g", "-O2", "-fno-omit-frame-pointer", "-fdiagnostics-color=never")
_ALSO = {
    # What is put into its caller has no calls to count, and what is jumped to has another caller.
    "gprof": ("-pg", "-fno-inline", "-fno-optimize-sibling-calls"),
    # Not every Valgrind reads all of DWARF 5.
    "callgrind": ("-gdwarf-4",),
    "gcov": ("--coverage", "-O0", "-fprofile-update=atomic", "-fprofile-abs-path"),
}
"""What an engine needs besides."""
_LINK = ("-lm", "-pthread")
_SECONDS = 300
_STEP = 0.1
"""Seconds between two looks at whether it is to be stopped."""


class Compiled:
    """Runs what the compiler makes of a cell, in the kernel's working directory."""

    def __init__(
        self, language: str, text: str, engine: str, cflags: str, cell: dict[str, Any], reason: str
    ) -> None:
        """`text` has as many lines as the cell, so that numbers of lines are those of the cell;
        `cell`: its `name`, `prompt`, `id` and `source`. Raises EngineError."""
        self._text = text
        self._engine = engine
        self._cell = cell
        self._reason = reason
        self._suffix, self._compilers = ".c", (os.environ.get("CC", ""), "gcc", "cc", "clang")
        if language != "c":
            self._suffix = ".cpp"
            self._compilers = (os.environ.get("CXX", ""), "g++", "c++", "clang++")
        try:
            self._flags = [*_FLAGS, *_ALSO.get(engine, ()), *shlex.split(cflags)]
        except ValueError as error:
            raise EngineError(f"--cflags has an open quote ({error}).", "Close it.") from error

    def prepare(self, directory: str, interrupts: Deferred) -> Program:
        """Compiles the cell. Raises EngineError with the compiler's first error."""
        source, program = Path(directory, f"cell{self._suffix}"), Path(directory, "cell")
        self._files = str(source), str(program)
        source.write_text(self._text, encoding="utf-8")
        compiler = self._compiler()
        command = [*compiler, *self._flags, "-o", str(program), str(source), *_LINK]
        try:
            status, words = _run(command, directory, interrupts)
        except OSError as error:
            raise EngineError(
                f"{compiler[0]} could not be started: {error.strerror}.", "Run the cell again."
            ) from error
        said = words.replace(str(source), str(self._cell["name"]))
        if said:
            sys.stderr.write(said)
        if status:
            raise EngineError(f"The cell could not be compiled: {_reason(said)}.", _mend(said))
        return Program([str(program)], dict(os.environ), folder())

    def outcome(self, ended: Ended, directory: str) -> Outcome:
        said = how(ended)
        source, program = self._files
        cell = {**self._cell, "filename": source, "program": program}
        return Outcome(status(ended), self._reason, [said] if said else [], [cell])

    def _compiler(self) -> list[str]:
        """The user's own compiler, or the first of the usual ones."""
        for command in self._compilers:
            words = command.split()
            if words and shutil.which(words[0]):
                self._check(words)
                return words
        raise EngineError(
            f"There is no compiler here ({', '.join(self._compilers[1:])}).",
            "Install one: apt-get install gcc g++ (Debian, Ubuntu).",
        )

    def _check(self, compiler: list[str]) -> None:
        """Raises EngineError if the engine is one for GCC alone and this is another compiler."""
        if self._engine != "gcov":
            return
        try:
            said = ask(*compiler, "--version").stdout
        except (OSError, subprocess.SubprocessError):
            return  # compiling will tell
        if "clang" in said:
            raise EngineError(
                f"{compiler[0]} is Clang, whose counters gcov does not read.",
                "Use GCC: %env CC=gcc (for C++: %env CXX=g++).",
            )


def _run(command: list[str], directory: str, interrupts: Deferred) -> tuple[int, str]:
    """The compiler's exit status, and what it says. Raises OSError if it does not start,
    KeyboardInterrupt, and EngineError if it takes too long."""
    process = subprocess.Popen(
        [*tied(), *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        # For its temporary files, and for a gmon.out of the compiler's own.
        cwd=directory,
        env={**os.environ, "LC_ALL": "C.UTF-8", "TMPDIR": directory},
        start_new_session=True,
    )
    deadline = time.monotonic() + _SECONDS
    with process:
        try:
            while time.monotonic() < deadline:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    said, _ = process.communicate(timeout=_STEP)
                    return process.returncode, said
                interrupts.check()
        finally:
            if process.returncode is None:
                # With what it started: cc1, as, ld.
                os.killpg(process.pid, signal.SIGKILL)
    raise EngineError(
        f"{command[0]} has not compiled the cell within {_SECONDS} seconds.",
        "Compile it with less optimisation: --cflags=-O0",
    )


def _reason(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if " error: " in line or "undefined reference" in line]
    return (errors or lines or ["the compiler said nothing"])[0]


def _mend(said: str) -> str:
    if "undefined reference to `main'" in said:
        return "A program begins in int main(void): add it to the cell."
    return "Mend that line and run the cell again."
