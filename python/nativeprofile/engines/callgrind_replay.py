"""Callgrind for a replayed cell: counts what the fresh process tells it to, and nothing else.

In that process the engine of Callgrind kernels (`callgrind`) does the counting, as it would in a
kernel: this class starts the process as one and takes over what the engine left.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from .base import EngineError, Options, Raw
from .callgrind_command import Counting, valgrind
from .callgrind_kernel import LOG, OUT, VARIABLE, CallgrindKernel
from .callgrind_program import (
    CallgrindProgram,
    forked,
    unknown_instruction,
    why_none,
)
from .callgrind_requests import CELL
from .program import Ended, Program

RAW = "raw.json"
"""Where the engine's `Raw` lies when the cell has ended."""
_OUT = OUT.removesuffix(".%p")


class CallgrindReplay(CallgrindProgram):
    """See `program.ProgramEngine`."""

    def command(self, program: Program, options: Options, directory: str) -> Program:
        around = CallgrindKernel(Path(directory), options, self.probe().version)
        words = valgrind(
            replace(options, threads=True),
            f"{directory}/{OUT}",
            at_start=False,
            log=f"{directory}/{LOG}",
        )
        env = {**program.env, VARIABLE: around.variable()}
        return replace(program, argv=[*words, *program.argv], env=env)

    def collect(self, ended: Ended, directory: str) -> Raw:
        folder = Path(directory)
        try:
            left = json.loads((folder / RAW).read_text(encoding="utf-8"))
            data = {**left["data"], "fresh": True}
            return Raw(data, [*left["notes"], *forked(folder, _OUT, ended.pid)])
        except OSError:
            pass
        # It was ended in the middle: Valgrind has written at its own end what was not yet dumped.
        dumps = CallgrindKernel(folder, Counting(), "").dumps(ended.pid)
        last = sorted(folder.glob(f"{_OUT}.{ended.pid}-*"))
        files = [dump.path.name for dump in dumps if dump.is_of(CELL)]
        files += [one.name for one in last if one.stat().st_size]
        if not files:
            raise EngineError(*why_none(ended, folder / LOG))
        note = "The process was ended before it could tell the names of Python functions."
        return Raw({"files": files}, [*unknown_instruction(folder / LOG), note])


REPLAY = CallgrindReplay()
