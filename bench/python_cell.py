"""One program of bench/programs as a cell under the perf engine, in whatever Python runs this.

    python bench/python_cell.py record PROGRAM DIRECTORY   standard library only
    python bench/python_cell.py read PROGRAM DIRECTORY     prints the profile's quality as JSON

For Pythons too bare for bench/cell.py, which needs IPython.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
MARK = "# %% cell\n"
CELL_FILE = "/tmp/ipykernel_1/1.py"


def record(program: str, directory: Path) -> None:
    """Raises EngineError if the engine refuses."""
    from nativeprofile.engines.base import Options
    from nativeprofile.engines.perf import ENGINE

    prepare, source = (HERE / "programs" / f"{program}.py").read_text().split(MARK)
    names: dict[str, object] = {"__name__": "__main__"}
    exec(compile(prepare, "prepare.py", "exec"), names)
    cell = compile(source, CELL_FILE, "exec")
    running = ENGINE.start(Options(), str(directory))
    try:
        start, cpu = time.perf_counter_ns(), time.process_time_ns()
        exec(cell, names)
        wall, cpu = time.perf_counter_ns() - start, time.process_time_ns() - cpu
        raw = running.stop()
    finally:
        running.abort()
    run = {
        "format": 1,
        "engine": "perf",
        "kind": "sampled",
        "rate": 999,
        "name": "In[1]",
        "prompt": 1,
        "status": "ok",
        "wall_ns": wall,
        "cpu_ns": cpu,
        "pid": os.getpid(),
        "tid": threading.get_native_id(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "notes": raw.notes,
        "data": raw.data,
        "truth": names.get("truth", {}),
        "cells": [{"filename": CELL_FILE, "name": "In[1]", "prompt": 1, "source": source}],
    }
    (directory / "run.json").write_text(json.dumps(run))


def read(directory: Path) -> None:
    """Raises FormatError."""
    from nativeprofile import mixed

    run = json.loads((directory / "run.json").read_text())
    print(json.dumps(mixed.read(directory, run, lambda samples: None).quality))


if __name__ == "__main__":
    sys.path[:0] = [str(HERE.parent / "python"), str(HERE / "programs")]
    from nativeprofile.engines.base import EngineError

    action, program, folder = sys.argv[1:]
    try:
        if action == "record":
            record(program, Path(folder))
        else:
            read(Path(folder))
    except EngineError as error:
        sys.exit(f"{error.message} {error.remedy}")
