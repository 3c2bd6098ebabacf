"""perf for programs: samples of a process from its first instruction to its end."""

from __future__ import annotations

import json
import platform
from pathlib import Path

from . import perf_counters, perf_probe, perf_process
from .base import EngineError, Kind, Options, Probe, Raw
from .program import Ended, Program

_FILE, _TABLE = "perf.data", "table.json"
_REMEDY = "Run it without the profiler to see whether it works."


class PerfProgram:
    """Runs a program under `perf record`."""

    name = "perf"
    title = "perf"
    kind: Kind = "sampled"

    def probe(self) -> Probe:
        obstacle = perf_probe.program_obstacle()
        if obstacle is not None:
            return Probe(False, *obstacle)
        path = perf_probe.perf_path()
        return Probe(True, version=perf_probe.perf_facts(path or "")[0])

    def note(self, options: Options) -> str:
        return ""

    def command(self, program: Program, options: Options, directory: str) -> Program:
        perf = perf_probe.perf_path() or "perf"
        kernel = perf_probe.sees_kernel()
        events, notes = perf_counters.choose(options.events, kernel)
        compress = perf_probe.perf_facts(perf)[1]
        output = str(Path(directory, _FILE))
        words = perf_process.recorded(perf, options, output, compress, kernel, events)
        # What the engine knows of a kernel's Python, here of none; perf.data tells the rest.
        table = {
            "pid": 0,
            "machine": platform.machine(),
            "trampoline": "",
            "form": None,
            "opcodes": {},
            "codes": [],
            "entries": [],
        }
        Path(directory, _TABLE).write_text(json.dumps(table))
        Path(directory, "maps").touch()
        data = {
            "file": _FILE,
            "table": _TABLE,
            "program": True,
            "inlined": options.inlined,
            "debuginfod": options.debuginfod,
            "events": events,
        }
        Path(directory, "data.json").write_text(json.dumps([data, notes]))
        return Program([*words, "--", *program.argv], program.env, program.cwd)

    def collect(self, ended: Ended, directory: str) -> Raw:
        file = Path(directory, _FILE)
        if not file.exists() or not file.stat().st_size:
            raise EngineError("perf left no recording; what it said stands above.", _REMEDY)
        data, notes = json.loads(Path(directory, "data.json").read_text())
        return Raw(data, notes)


PROGRAM = PerfProgram()
"""The engine, for `registry.load_program`."""
