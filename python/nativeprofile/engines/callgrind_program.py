"""Callgrind for programs: every instruction and every call, counted exactly, in a fresh process."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

from . import valgrind_log
from .base import EngineError, Kind, Options, Probe, Raw
from .callgrind_command import slower, valgrind
from .program import Ended, Program
from .programs import ask

_OUT = "callgrind.out"
_LOG = "valgrind.log"
_INSTALL = "apt-get install valgrind"


class CallgrindProgram:
    """Runs a program under `valgrind --tool=callgrind`."""

    name = "callgrind"
    title = "Callgrind"
    kind: Kind = "exact"

    def probe(self) -> Probe:
        if shutil.which("valgrind") is None:
            return Probe(False, "Valgrind is not installed.", _INSTALL)
        try:
            done = ask("valgrind", "--version")
        except (OSError, subprocess.SubprocessError) as error:
            return Probe(False, f"Valgrind does not start: {error}.", _INSTALL)
        version = done.stdout.strip().removeprefix("valgrind-")
        if done.returncode != 0 or not version:
            return Probe(False, f"Valgrind does not start: {done.stderr.strip()}", _INSTALL)
        return Probe(True, version=version)

    def note(self, options: Options) -> str:
        return slower(options)

    def command(self, program: Program, options: Options, directory: str) -> Program:
        # A process that the program forks writes files of its own.
        words = valgrind(
            options,
            f"{directory}/{_OUT}.%p",
            at_start=True,
            log=f"{directory}/{_LOG}.%p",
        )
        return replace(program, argv=[*words, *program.argv])

    def collect(self, ended: Ended, directory: str) -> Raw:
        folder = Path(directory)
        log = folder / f"{_LOG}.{ended.pid}"
        own = f"{_OUT}.{ended.pid}"
        # With a dump for each thread the file of that name is empty.
        files = [one.name for one in folder.glob(f"{own}*") if one.stat().st_size]
        if not files:
            raise EngineError(*why_none(ended, log))
        notes = [*unknown_instruction(log), *forked(folder, _OUT, ended.pid)]
        return Raw({"file": own}, notes)


def unknown_instruction(log: Path) -> list[str]:
    """A sentence where Valgrind has met an instruction that it does not know."""
    address = valgrind_log.unknown_instruction(log)
    if address is None:
        return []
    met = f"Valgrind does not know the instruction at {address}, which ended the program."
    return [f"{met} {valgrind_log.OTHER_CODE}"]


def forked(folder: Path, out: str, pid: int) -> list[str]:
    """A sentence where processes that `pid` forked have left files `out.PID` of their own."""
    pids = {re.split(r"[.-]", one.name[len(out) + 1 :])[0] for one in folder.glob(f"{out}.*")}
    number = len(pids - {str(pid)})
    if not number:
        return []
    which = "forked process is" if number == 1 else "forked processes are"
    return [f"{number} {which} not in this profile, which is of the first one alone."]


def why_none(ended: Ended, log: Path) -> tuple[str, str]:
    """What happened, and what to do, where Callgrind wrote nothing."""
    if ended.stopped:
        return (
            "The program did not end when it was asked to, and was killed before Callgrind could "
            "write what it had counted.",
            "Interrupt it once and give it time: it ends as slowly as it runs.",
        )
    if valgrind_log.unknown_instruction(log) is not None:
        unknown = "Valgrind ended at an instruction that it does not know."
        return unknown, valgrind_log.OTHER_CODE
    said = valgrind_log.complaint(log)
    if valgrind_log.DEBUG_INFORMATION in said:
        unread = "Valgrind ended at debug information that it cannot read."
        return unread, "Build the program with -gdwarf-4, or use a newer Valgrind."
    how = f"status {ended.returncode}"
    if ended.returncode < 0:
        how = f"signal {-ended.returncode}"
    return (
        f"Callgrind wrote nothing; the program ended with {how}{f' ({said})' if said else ''}.",
        "Run it without the profiler to see whether it works.",
    )


PROGRAM = CallgrindProgram()
