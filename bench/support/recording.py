"""Code recorded as a cell by the perf engine, without IPython: the standard library only."""

from __future__ import annotations

import json
import os
import platform
import threading
import time
from pathlib import Path
from typing import Any

CELL = "/tmp/ipykernel_1/1.py"
"""The compiled file name of the cell."""


def record(directory: Path, source: str, names: dict[str, Any], rate: int = 999) -> None:
    """Runs `source` as a cell with these names and leaves a run's directory, as a kernel does.

    Raises EngineError if the engine refuses.
    """
    from nativeprofile.engines.base import Options
    from nativeprofile.engines.perf import ENGINE

    cell = compile(source, CELL, "exec")
    running = ENGINE.start(Options(rate=rate), str(directory))
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
        "rate": rate,
        "name": "In[1]",
        "prompt": 1,
        "status": "ok",
        "wall_ns": wall,
        "cpu_ns": cpu,
        "pid": os.getpid(),
        "tid": threading.get_native_id(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "cells": [{"filename": CELL, "name": "In[1]", "prompt": 1, "id": None, "source": source}],
        "notes": raw.notes,
        "data": raw.data,
    }
    (directory / "run.json").write_text(json.dumps(run))
