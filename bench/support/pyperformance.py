"""Runs pyperformance's programs without pyperf: the functions they would time, as often as told.

Its scripts are those of the peers' environment; a stand-in for the module `pyperf` takes the
benchmarks that they announce.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import runpy
import sys
import time
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import clocks

Work = Callable[[int], object]
_found: list[Work] = []


class Runner:
    """As much of pyperf's Runner as the scripts use."""

    def __init__(self, **_: object) -> None:
        self.metadata: dict[str, object] = {}
        self.argparser = argparse.ArgumentParser()

    def parse_args(self) -> argparse.Namespace:
        return self.argparser.parse_args()

    def bench_func(self, _: str, function: Callable[..., object], *args: Any, **__: Any) -> None:
        def work(loops: int) -> None:
            for _ in range(loops):
                function(*args)

        _found.append(work)

    def bench_time_func(
        self, _: str, function: Callable[..., object], *args: Any, **__: Any
    ) -> None:
        _found.append(lambda loops: function(loops, *args))

    def bench_async_func(self, _: str, function: Callable[..., Any], *args: Any, **__: Any) -> None:
        async def several(loops: int) -> None:
            for _ in range(loops):
                await function(*args)

        _found.append(lambda loops: asyncio.run(several(loops)))


def load(name: str, *arguments: str) -> Work:
    """What pyperformance's program NAME times; `work(loops)` runs it that often. The first
    benchmark of a script that has several."""
    stand_in = types.ModuleType("pyperf")
    vars(stand_in).update(
        Runner=Runner,
        perf_counter=time.perf_counter,
        python_implementation=lambda: "cpython",
    )
    sys.modules["pyperf"] = stand_in
    script = _scripts() / f"bm_{name}" / "run_benchmark.py"
    kept = sys.argv
    sys.argv = [str(script), *arguments]
    sys.path.insert(0, str(script.parent))
    try:
        runpy.run_path(str(script), run_name="__main__")
    finally:
        sys.argv = kept
    return _collected(_found[0])


def _collected(work: Work) -> Work:
    """The work after a full garbage collection, not timed: a program that keeps much would pay for
    one more or less of them, by how much the shell and the profiler had imported before it."""

    def collected(loops: int) -> None:
        gc.collect()
        clocks.begin()
        work(loops)

    return collected


def _scripts() -> Path:
    from . import environment

    (site,) = environment.FOLDER.glob("lib/python*/site-packages")
    return site / "pyperformance" / "data-files" / "benchmarks"
