"""gcov for programs that were built with `--coverage`: they write their counters as they end."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from .base import EngineError, Kind, Options, Probe, Raw
from .program import Ended, Program
from .programs import not_ended

_FOLDER, _FACTS = "part-0/after", "program.json"
_INSTALL = "apt-get install gcc (Debian, Ubuntu), dnf install gcc (Fedora)"
_BUILD = "Build it with gcc --coverage, or with: nativeprofile build SOURCE --for gcov"


class GcovProgram:
    """Runs a program so that its .gcda files go to the run's directory, each below its own whole
    path (GCC's manual, "Data File Relocation to Support Cross-Profiling")."""

    name = "gcov"
    title = "gcov"
    kind: Kind = "exact"

    def probe(self) -> Probe:
        if sys.platform == "win32" or shutil.which("gcov") is None:
            return Probe(False, "gcov, which comes with GCC, is not installed.", _INSTALL)
        return Probe(True)

    def note(self, options: Options) -> str:
        return ""

    def command(self, program: Program, options: Options, directory: str) -> Program:
        Path(directory, _FACTS).write_text(json.dumps([program.argv[0], options.name or ""]))
        env = {**program.env, "GCOV_PREFIX": str(Path(directory, _FOLDER))}
        env.pop("GCOV_PREFIX_STRIP", None)
        return Program(program.argv, env, program.cwd)

    def collect(self, ended: Ended, directory: str) -> Raw:
        binary, name = json.loads(Path(directory, _FACTS).read_text())
        if not any(Path(directory, _FOLDER).rglob("*.gcda")):
            none = EngineError(
                f"{Path(binary).name} wrote no counters: it was not built with --coverage.", _BUILD
            )
            raise not_ended(ended, binary) or none
        dump = {"image": binary, "before": None, "after": _FOLDER}
        return Raw({"parts": [{"name": name, "dumps": [dump]}]})


PROGRAM = GcovProgram()
"""The engine, for `registry.load_program`."""
