"""gprof for programs that were built with `-pg`: glibc counts, and writes gmon.out at their end."""

from __future__ import annotations

from pathlib import Path

from .base import EngineError, Kind, Options, Probe, Raw
from .program import Ended, Program
from .programs import not_ended, on_glibc

_OUT, _BINARY = "gmon", "binary"
_LOCKS = "glibc counts without locks: where threads call at the same time, it misses calls."
_BUILD = "Build it with gcc -pg -g, or with: nativeprofile build SOURCE --for gprof"


class GprofProgram:
    """Runs a program so that its gmon.out goes to the run's directory (glibc, gmon/gmon.c)."""

    name = "gprof"
    title = "gprof"
    kind: Kind = "exact"

    def probe(self) -> Probe:
        return on_glibc("gprof's counters are")

    def note(self, options: Options) -> str:
        return ""

    def command(self, program: Program, options: Options, directory: str) -> Program:
        Path(directory, _BINARY).write_text(program.argv[0])
        env = {**program.env, "GMON_OUT_PREFIX": str(Path(directory, _OUT))}
        return Program(program.argv, env, program.cwd)

    def collect(self, ended: Ended, directory: str) -> Raw:
        file = f"{_OUT}.{ended.pid}"
        folder = Path(directory)
        binary = (folder / _BINARY).read_text()
        if not (folder / file).exists():
            none = EngineError(
                f"{Path(binary).name} wrote no gmon.out: it was not built with -pg.", _BUILD
            )
            raise not_ended(ended, binary) or none
        others = len(list(folder.glob(f"{_OUT}.*"))) - 1
        notes = [_LOCKS]
        if others:
            notes.append(
                f"{others} further {'process' if others == 1 else 'processes'} of the program "
                "counted for themselves and are not in this profile."
            )
        return Raw({"file": file, "binary": binary}, notes)


PROGRAM = GprofProgram()
"""The engine, for `registry.load_program`."""
