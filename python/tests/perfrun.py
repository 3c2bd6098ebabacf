"""Runs code as a cell under the perf engine in a fresh Python, and reads what it left."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from nativeprofile import mixed
from nativeprofile.engines import privileges
from nativeprofile.engines.perf import ENGINE
from nativeprofile.tables.categories import Category
from nativeprofile.tables.profile import Profile

SOURCES = Path(mixed.__file__).parent.parent.parent
CELL_FILE = "/tmp/ipykernel_1/123.py"

_CHILD = f"""
import json, os, platform, sys, threading, time
sys.path.insert(0, sys.argv[1])
from nativeprofile.engines.base import EngineError, Options
from nativeprofile.engines.perf import ENGINE
directory, source, before, rate, stacks, events = sys.argv[2:8]
cell = compile(source, {CELL_FILE!r}, "exec")
names = {{"__name__": "__main__", "ENGINE": ENGINE, "Options": Options, "DIRECTORY": directory}}
exec(compile(before, "prepare.py", "exec"), names)
def fail(error):
    json.dump({{"message": error.message, "remedy": error.remedy}}, sys.stdout)
    sys.exit(3)
try:
    options = Options(rate=int(rate), stacks=stacks, events=tuple(events.split()))
    running = ENGINE.start(options, directory)
except EngineError as error:
    fail(error)
names["RUNNING"] = running
running.keep(cell)
start, cpu = time.perf_counter_ns(), time.process_time_ns()
exec(cell, names)
wall, cpu = time.perf_counter_ns() - start, time.process_time_ns() - cpu
try:
    raw = running.stop()
except EngineError as error:
    fail(error)
finally:
    running.abort()
run = {{
    "format": 1, "engine": "perf", "kind": "sampled", "rate": int(rate), "name": "In[5]",
    "prompt": 5, "status": "ok", "wall_ns": wall, "cpu_ns": cpu, "pid": os.getpid(),
    "tid": threading.get_native_id(), "notes": raw.notes, "data": raw.data,
    "python": platform.python_version(),
    "cells": [{{"filename": {CELL_FILE!r}, "name": "In[5]", "prompt": 5, "source": source}}],
}}
json.dump(run, open(os.path.join(directory, "run.json"), "w"))
"""


def pythons() -> list[str]:
    """This Python and those in NATIVEPROFILE_PYTHONS, as far as the engine works there."""
    others = os.environ.get("NATIVEPROFILE_PYTHONS", "").split(os.pathsep)
    return [sys.executable, *(python for python in others if python)]


needs_perf = pytest.mark.skipif(
    not ENGINE.probe().available, reason=f"perf: {ENGINE.probe().reason}"
)


WITHOUT_PRIVILEGES = ("setpriv", "--bounding-set=-all", "--inh-caps=-all")
"""Runs a program of root's as an ordinary user's, as far as perf is concerned."""
needs_ordinary_user = pytest.mark.skipif(
    os.geteuid() != 0
    or shutil.which(WITHOUT_PRIVILEGES[0]) is None
    or (privileges.setting("perf_event_paranoid") or 0) != 2,
    reason="dropping capabilities needs root, and matters where the system asks for them",
)


def run_child(
    directory: Path,
    source: str,
    *,
    before: str = "",
    python: str = sys.executable,
    rate: int = 999,
    stacks: str = "full",
    events: str = "",
    under: Sequence[str] = (),
    environment: dict[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Runs `source` as the cell, `under` another command; exit status 3 and a JSON failure if
    the engine refused."""
    return subprocess.run(
        [
            *(*under, python, "-c", _CHILD, str(SOURCES), str(directory), source, before),
            *(str(rate), stacks, events),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, **(environment or {})},
    )


def record(directory: Path, source: str, **options: Any) -> dict[str, Any]:
    """Like `run_child`, where nothing may fail: the content of run.json."""
    done = run_child(directory, source, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    run: dict[str, Any] = json.loads((directory / "run.json").read_text())
    return run


def profile_of(directory: Path, source: str, **options: Any) -> Profile:
    """The profile of `source`, run as a cell."""
    run = record(directory, source, **options)
    return mixed.read(directory, run, lambda samples: None)


class Place(NamedTuple):
    """A frame: the function's name (its name in Python, for C), file, line, columns."""

    name: str
    file: str
    line: int
    column: int
    end_column: int


def stack_of(profile: Profile, row: int) -> list[Place]:
    """A row of the stack table as places, root first."""
    strings, functions, frames = profile.strings, profile.functions, profile.frames
    found = []
    while row >= 0:
        frame = profile.stacks.frame[row]
        function = frames.function[frame]
        entry, name = functions.entry[function], functions.name[function]
        file = functions.file[function]
        found.append(
            Place(
                strings[entry if entry >= 0 else name],
                strings[file] if file >= 0 else "",
                frames.line[frame],
                frames.column[frame],
                frames.end_column[frame],
            )
        )
        row = profile.stacks.prefix[row]
    return found[::-1]


def stacks(profile: Profile) -> Iterator[tuple[list[Place], Category, int]]:
    """Each sample's stack, category and weight in nanoseconds of CPU time."""
    samples, table = profile.samples, profile.stacks
    for row, value in zip(samples.stack, samples.values[0], strict=True):
        if value:
            yield stack_of(profile, row), Category(table.category[row]), value


def share(profile: Profile, *names: str) -> float:
    """The share of the CPU time with these functions on the stack, in this order."""
    found = total = 0
    for stack, _, value in stacks(profile):
        rest = iter(place.name for place in stack)
        found += value if all(name in rest for name in names) else 0
        total += value
    return found / total


def category_shares(profile: Profile) -> dict[Category, float]:
    """The share of each category in the time sampled."""
    total, shares = sum(profile.samples.values[0]), dict[Category, float]()
    for _, category, value in stacks(profile):
        shares[category] = shares.get(category, 0) + value / total
    return shares


LIVES = """
import threading, time
def work(n):
    for _ in range(n):
        sum(range(200000)); time.sleep(0.01)
threads = [threading.Thread(target=work, args=(n,)) for n in (5, 10, 20)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


def assert_lives_add_up(profile: Profile) -> None:
    """The wall time of each thread of `LIVES` adds up to its life."""
    threads, samples = profile.threads, profile.samples
    assert threads.start is not None and threads.end is not None and len(threads.tid) == 4
    wall = np.bincount(samples.thread, samples.values[1])
    for row, name in enumerate(threads.tid):
        life = 1000 * (threads.end[row] - threads.start[row])
        assert life > 50_000_000
        assert wall[row] == pytest.approx(life, rel=0.02), name


BURN = """
import threading, time
def small(x):
    return x + 1
def burn(milliseconds):
    end = time.thread_time() + milliseconds / 1000
    while time.thread_time() < end:
        for i in range(200):
            small(i)
"""
"""A function that takes CPU time as exactly as told, in small calls."""


def on_joblib(function: str, argument: str = "") -> str:
    """A cell that runs a function in two of joblib's workers, and ends them."""
    return (
        f"joblib.Parallel(2)(joblib.delayed({function})({argument}) for _ in range(2))\n"
        "from joblib.externals.loky import get_reusable_executor\n"
        "get_reusable_executor().shutdown(wait=True)\n"
    )


def importable(folder: Path, source: str) -> str:
    """Makes `source` the module `work`, for children too: what runs before the cell."""
    (folder / "work.py").write_text(source)
    return f"import sys; sys.path.insert(0, {str(folder)!r}); import work\n"


Samples = dict[str, list[tuple[list[Place], int]]]


def by_process(profile: Profile) -> Samples:
    """Stacks and weights by the name of their process; the cell's own is ''."""
    threads, strings = profile.threads, profile.strings
    assert threads.process is not None
    main = threads.pid[threads.main.index(1)] if 1 in threads.main else -1
    found: Samples = {}
    for row, thread, value in zip(
        profile.samples.stack, profile.samples.thread, profile.samples.values[0], strict=True
    ):
        own = threads.pid[thread] == main
        name = "" if own else strings[threads.process[thread]]
        found.setdefault(name, []).append((stack_of(profile, row), value))
    return found
