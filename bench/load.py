"""How long recordings of many samples take to become a profile, and how much memory.

    npm run bench -- load [--samples 10000,100000,1000000] [--threads N] [--rate HZ] [--real N]

Threads with varied stacks are recorded at a high rate until there are enough samples; then the
worker converts the recording, as after a cell. A recording of more than `--real` samples
holds those of a real one of that size several times, each time later (`support/replicate.py`):
its stacks are as many as that one's.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from pathlib import Path

import psutil
from harness import save, table
from support import recording
from support.replicate import count_samples, replicate

SOURCE = """
def key(value):
    return -value

def work(size):
    numbers = sorted(range(100 * size), key=key)
    text = json.dumps([{"a": n, "b": [n] * 3} for n in numbers[: 10 * size]])
    json.loads(text)
    re.sub(r"(\\d+)", lambda match: match.group(1), text[: 60 * size])
    zlib.compress(text.encode())

def run(number):
    while process_time() < limit and perf_counter() < end:
        work(40 + number)

limit = process_time() + seconds
end = perf_counter() + 20 * seconds
threads = [Thread(target=run, args=(n,)) for n in range(count)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""
BARS = "bars: 1,000,000 samples of 64 threads in at most 2048 MiB, time in proportion"
_LOOK = 0.05
"""Seconds between two looks at the memory."""


def record(directory: Path, threads: int, seconds: float, rate: int) -> None:
    """Records SOURCE, `seconds` of CPU time, as a cell; leaves a run's directory."""
    names = {
        "json": json,
        "re": re,
        "zlib": zlib,
        "process_time": time.process_time,
        "perf_counter": time.perf_counter,
        "Thread": threading.Thread,
    }
    recording.record(directory, SOURCE, {**names, "seconds": seconds, "count": threads}, rate)


def _go_on(run: Path, nanoseconds: int) -> None:
    """Lets a run end later."""
    facts = json.loads(run.read_text())
    facts["data"]["ended_ns"] += nanoseconds
    run.write_text(json.dumps(facts))


def convert(directory: Path) -> tuple[float, float, str]:
    """Seconds, the most MiB that the worker and its perf script held together, the output."""
    start = time.perf_counter()
    worker = subprocess.Popen(
        [sys.executable, "-m", "nativeprofile.convert"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    most, done = [0], threading.Event()
    watch = threading.Thread(target=_watch, args=(worker.pid, most, done))
    watch.start()
    try:
        output, errors = worker.communicate(f"{directory}\n")
    finally:
        done.set()
        watch.join()
    if worker.returncode:
        raise SystemExit(errors.strip()[-2000:])
    return time.perf_counter() - start, most[0] / (1 << 20), output


def _watch(pid: int, most: list[int], done: threading.Event) -> None:
    while not done.wait(_LOOK):
        held = 0
        try:
            worker = psutil.Process(pid)
            for process in (worker, *worker.children(recursive=True)):
                held += process.memory_info().rss
        except psutil.Error:
            pass
        most[0] = max(most[0], held)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", default="10000,100000,1000000")
    parser.add_argument("--threads", type=int, default=64)
    parser.add_argument("--rate", type=int, default=4999)
    parser.add_argument("--real", type=int, default=100_000, help="the longest real recording")
    options = parser.parse_args()
    wanted = [int(text) for text in options.samples.split(",")]
    head = ["samples", "recorded", "recording MB", "seconds", "s a 100k", "MiB", "output kB"]
    head += ["stitched", "lost"]
    rows: list[list[object]] = []
    for samples in wanted:
        with tempfile.TemporaryDirectory(prefix="nativeprofile-bench-") as folder:
            directory = Path(folder)
            real = min(samples, options.real)
            record(directory, options.threads, 1.02 * real / options.rate, options.rate)
            whole = directory / "perf.data"
            real = count_samples(whole)
            copies = round(samples / real)
            if copies > 1:
                shutil.move(whole, directory / "real.data")
                later = replicate(directory / "real.data", whole, copies)
                _go_on(directory / "run.json", later)
            size = (directory / "perf.data").stat().st_size
            seconds, memory, output = convert(directory)
        profile = next(v for k, v in json.loads(output).items() if "nativeprofile" in k)
        quality = profile["quality"]
        count = quality["samples"]
        facts = [count, real, size / 1e6, seconds, seconds / count * 1e5, memory]
        rows.append([*facts, len(output) / 1e3, quality["stitched"], quality["lost"]])
        print(table(head, rows[-1:]), flush=True)
    print(table(head, rows))
    print(BARS)
    save("load", {"rows": [dict(zip(head, row, strict=True)) for row in rows]})


if __name__ == "__main__":
    main()
