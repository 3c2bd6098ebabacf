"""A program that the user names, as a job: what is run, and what its end means."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
from pathlib import Path

from nativeprofile.engines.base import EngineError
from nativeprofile.engines.program import Ended, Program

from .interrupts import Deferred
from .program import Outcome


class Command:
    """Runs a command, without a shell, in the kernel's working directory."""

    def __init__(self, command: str, reason: str) -> None:
        """`reason`: why it is this engine. Raises EngineError for a command without words."""
        try:
            self.argv = shlex.split(command)
        except ValueError as error:
            raise EngineError(
                f"The command {command} has an open quote ({error}).", "Close it."
            ) from error
        if not self.argv:
            raise EngineError("The command is empty.", "Name a program: --command './prog 10'.")
        self._reason = reason

    def prepare(self, directory: str, interrupts: Deferred) -> Program:
        """The program with the kernel's own environment. Raises EngineError if it is not there."""
        return Program([_found(self.argv[0]), *self.argv[1:]], dict(os.environ), folder())

    def outcome(self, ended: Ended, directory: str) -> Outcome:
        said = how(ended)
        return Outcome(status(ended), self._reason, [said] if said else [])


def folder() -> str:
    """The kernel's working directory. Raises EngineError if it is gone."""
    try:
        return os.getcwd()
    except OSError as error:
        raise EngineError(
            f"The kernel's working directory is gone ({error.strerror}).",
            "Change to one that exists: %cd DIR",
        ) from error


def status(ended: Ended) -> str:
    """A run's status: `ok`, `error` or `interrupted`."""
    if ended.stopped:
        return "interrupted"
    return "error" if ended.returncode else "ok"


def how(ended: Ended) -> str:
    """A sentence on how a program ended; empty if it ended well."""
    if ended.stopped == "time limit":
        return "The program was ended at its time limit: this is the profile until then."
    if ended.stopped:
        return "The program was interrupted: this is the profile until then."
    if ended.returncode > 128 and ended.returncode - 128 in signal.Signals._value2member_map_:
        return _killed(ended.returncode - 128)
    if ended.returncode < 0:
        return _killed(-ended.returncode)
    if ended.returncode:
        return f"The program ended with exit status {ended.returncode}."
    return ""


def _killed(number: int) -> str:
    name = signal.Signals(number).name
    return f"The program was ended by {name}; what it had printed but not flushed yet is lost."


def _found(name: str) -> str:
    """The path of a program, found as a shell finds it."""
    here = folder()
    path = shutil.which(name)
    if path is not None:
        return str(Path(path).absolute())
    if os.sep in name and Path(name).is_file():
        raise EngineError(f"{name} is no program that you may run.", f"chmod +x {name}")
    if "=" in name or name in ("cd", "export", "source"):
        raise EngineError(
            f"{name} is a word of shells, and no shell is used here.",
            "Name one program with its arguments; set variables in a cell with os.environ.",
        )
    where = f" in {here}" if os.sep in name else " on the PATH"
    raise EngineError(f"There is no program {name}{where}.", "Name one that is there.")
