"""Starts and stops a peer around the cell, inside the profiled process.

BENCH_TOOL says which, with its flags, BENCH_RATE how often it samples (0: as it does by
itself), BENCH_PYTHON what runs it, BENCH_ANSWER where the answer goes. Reports: `stacks`
(frames from the root on, as (function, file, line), with a weight), `functions` (rows of
cProfile) or, read later from Scalene's file, `lines`.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from . import clocks

TOOL = os.environ["BENCH_TOOL"]
RATE = int(os.environ["BENCH_RATE"])
_SPY_FRAME = re.compile(r"(.*) \((.*?)(?::(\d+))?\)$")
_running: Any = None


def start() -> None:
    """Returns when the profiler samples."""
    global _running
    # A job of a shell in the background has interrupts off, and what it starts would, too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if TOOL == "cprofile":
        import cProfile

        _running = cProfile.Profile()
        clocks.begin()
        _running.enable()
        return
    if TOOL == "pyinstrument":
        from pyinstrument import Profiler

        _running = Profiler(interval=1 / (RATE or 1000), async_mode="disabled")
        clocks.begin()
        _running.start()
        return
    if TOOL.startswith("py-spy"):
        _running = _spy(TOOL.split()[1:])
    elif TOOL.startswith("sampling"):
        _running = _sampling(TOOL.split()[1:])
    elif TOOL == "scalene":
        from scalene import scalene_profiler

        scalene_profiler.start()
    clocks.begin()


def stop(truth: dict[str, float]) -> None:
    """Writes the answer."""
    if TOOL == "cprofile":
        _running.disable()
    elif TOOL == "pyinstrument":
        _running.stop()
    clocks.end()
    report: dict[str, object] = {}
    if TOOL == "cprofile":
        report = _functions(_running)
    elif TOOL == "pyinstrument":
        report = {"kind": "stacks", "rows": _records(_running.last_session.frame_records)}
    elif TOOL.startswith("py-spy"):
        report = {"kind": "stacks", "rows": _spied(*_running)}
    elif TOOL.startswith("sampling"):
        report = {"kind": "stacks", "rows": _collapsed(*_running)}
    elif TOOL == "scalene":
        from scalene import scalene_profiler

        scalene_profiler.stop()
    answer = {"truth": truth, **clocks.took(), "report": report}
    Path(os.environ["BENCH_ANSWER"]).write_text(json.dumps(answer))


def _functions(profiler: Any) -> dict[str, object]:
    profiler.create_stats()
    rows = [
        [name, file, line, own, whole]
        for (file, line, name), (_, _, own, whole, _) in profiler.stats.items()
    ]
    return {"kind": "functions", "rows": rows}


def _records(records: list[tuple[list[str], float]]) -> list[object]:
    """pyinstrument's frames are `function NUL file NUL line SOH attribute...`, with the line
    that ran in the attribute `l`."""
    stacks: list[object] = []
    for frames, seconds in records:
        stack = []
        for frame in frames:
            identifier, *attributes = frame.split("\x01")
            function, file, _ = (*identifier.split("\x00"), "", "")[:3]
            lines = [a[1:] for a in attributes if a.startswith("l")]
            stack.append([function, file, int(lines[0]) if lines else -1])
        stacks.append([stack, seconds])
    return stacks


def _folder() -> Path:
    return Path(tempfile.mkdtemp(dir=Path(os.environ["BENCH_ANSWER"]).parent))


def _sampling(flags: list[str]) -> tuple[Any, Path]:
    """Python 3.15's own profiler; it samples at 1 kHz by itself, and does not say when."""
    file = _folder() / "collapsed.txt"
    command = [os.environ["BENCH_PYTHON"], "-m", "profiling.sampling", "attach", "--collapsed"]
    command += [*flags, "-o", str(file), str(os.getpid())]
    sampler = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    time.sleep(1)
    return sampler, file


def _collapsed(sampler: Any, file: Path) -> list[object]:
    """Stacks as `tid:N;file:function:line;... count`."""
    sampler.send_signal(signal.SIGINT)
    said = sampler.communicate()[0].decode()
    if not file.exists():
        raise SystemExit(f"profiling.sampling left nothing: {said.strip()[-300:]}")
    stacks: list[object] = []
    for line in file.read_text().splitlines():
        text, _, count = line.rpartition(" ")
        frames = [frame.rsplit(":", 2) for frame in text.split(";")[1:]]
        if not any(frame[0].endswith("hooks.py") for frame in frames):
            stack = [[function, where, int(number)] for where, function, number in frames]
            stacks.append([stack, int(count)])
    return stacks


def _spy(flags: list[str]) -> tuple[Any, Path]:
    file = _folder() / "spy.txt"
    program = Path(os.environ["BENCH_PYTHON"]).with_name("py-spy")
    command = [str(program), "record", "--pid", str(os.getpid()), "--format", "raw"]
    command += ["--full-filenames", "--output", str(file), *flags]
    if RATE:
        command += ["--rate", str(RATE)]
    spy = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert spy.stdout is not None
    said = []
    for line in spy.stdout:
        said.append(line)
        if "Sampling process" in line:
            return spy, file
    raise SystemExit("py-spy did not start: " + "".join(said))


def _spied(spy: Any, file: Path) -> list[object]:
    """Stacks as `function (file:line);...`, native frames without a line."""
    spy.send_signal(signal.SIGINT)
    spy.communicate()
    stacks: list[object] = []
    for line in file.read_text().splitlines():
        text, _, count = line.rpartition(" ")
        stack: list[list[object]] = []
        for frame in text.split(";"):
            match = _SPY_FRAME.match(frame)
            if match:
                function, where, number = match.groups()
                stack.append([function, where, int(number or -1)])
        if not any(frame[1] == __file__ for frame in stack):
            stacks.append([stack, int(count)])
    return stacks
