"""How long a recording of many samples takes to become a profile, and how much memory.

A program with varied stacks is recorded at a high rate until there are enough samples; then
the worker converts it, as after a cell.

    npm run bench -- load [--samples N] [--rate HZ]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from pathlib import Path

from harness import save, table

from nativeprofile.engines.base import Options
from nativeprofile.engines.perf import ENGINE

CELL = "/tmp/ipykernel_0/1.py"
SOURCE = """
def key(value):
    return -value

def work():
    numbers = sorted(range(20_000), key=key)
    text = json.dumps([{"a": n, "b": [n] * 3} for n in numbers[:3000]])
    json.loads(text)
    re.sub(r"(\\d+)", lambda match: match.group(1), text[:20_000])
    zlib.compress(text.encode())

end = thread_time() + seconds
while thread_time() < end:
    work()
"""


def record(directory: Path, seconds: float, rate: int) -> None:
    """Records SOURCE as a cell; leaves a run's directory."""
    names = {"json": json, "re": re, "zlib": zlib, "thread_time": time.thread_time}
    code = compile(SOURCE, CELL, "exec")
    running = ENGINE.start(Options(rate=rate), str(directory))
    start, cpu = time.perf_counter_ns(), time.process_time_ns()
    exec(code, {**names, "seconds": seconds})
    wall, cpu = time.perf_counter_ns() - start, time.process_time_ns() - cpu
    raw = running.stop()
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
        "python": platform.python_version(),
        "cells": [{"filename": CELL, "name": "In[1]", "prompt": 1, "id": None, "source": SOURCE}],
        "notes": raw.notes,
        "data": raw.data,
    }
    (directory / "run.json").write_text(json.dumps(run))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=100_000)
    parser.add_argument("--rate", type=int, default=4999)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nativeprofile-bench-") as folder:
        directory = Path(folder)
        record(directory, 1.02 * options.samples / options.rate, options.rate)
        size = (directory / "perf.data").stat().st_size
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-I", "-m", "nativeprofile.convert"],
            input=f"{directory}\n",
            capture_output=True,
            text=True,
            check=True,
        )
        seconds = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    bundle = json.loads(done.stdout)
    quality = next(v for k, v in bundle.items() if "nativeprofile" in k)["quality"]
    head = ["samples", "recording MB", "seconds", "MiB at most", "output kB", "stitched", "lost"]
    row: list[object] = [
        quality["samples"],
        size / 1e6,
        seconds,
        memory,
        len(done.stdout) / 1000,
        quality["stitched"],
        quality["lost"],
    ]
    print(table(head, [row]))
    print("bars: 100,000 samples in 10 s and 1024 MiB")
    save("load", dict(zip(head, row, strict=True)))


if __name__ == "__main__":
    main()
