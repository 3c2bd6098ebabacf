"""What a sample costs the program: the parts of a recording switched on and off in one process.

    npm run bench -- sample_cost [--rounds N]

A machine that changes its speed cannot tell 2 % between two runs. Here a program runs on in one
process, in stretches of about a tenth of a second, and before each one parts of the recording are
switched: none, perf's samples without stacks, with stacks, the looks at Python's frames, and all
that a profile has. A stretch is compared with the unprofiled one of its own round. Writes
docs/sample-cost.md.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import signal
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import numpy as np
from support import documents
from support.statistics import median_interval

from nativeprofile.engines import frame_layout, perf_probe, perf_stack
from nativeprofile.engines.base import Options
from nativeprofile.engines.perf_frames import FrameSampler
from nativeprofile.engines.perf_process import PerfProcess, command

_SECONDS = 0.1
"""Of a stretch, about."""
_DEEP = 40
"""Calls through C code below the program, as in a notebook's kernel."""
_SETTLE = 0.005
_VARIANTS = {
    "samples alone": ("bare",),
    "samples with stacks": ("stacks",),
    "looks": ("looks",),
    "all": ("stacks", "looks"),
}
_INTRODUCTION = """# What a sample costs

Written by `npm run bench -- sample_cost` on {date}: {machine}.

How much longer a program takes while parts of a recording are switched on, in one process by
turns in stretches of {seconds} s, {rounds} rounds: the median, with its 95 % interval, of wall time
against the unprofiled stretch of the same round. `samples alone` is `perf record` at {rate} samples
a second without stacks: what an interrupt costs on this machine (under a hypervisor several times
what it costs without). `samples with stacks` copies stacks and tells of threads that leave their
CPU, `looks` reads Python's frames from outside, `all` is what a profile does.

"""


def _loop(times: int) -> None:
    total = 0
    for number in range(100_000 * times):
        total += number * number


def _fibonacci(number: int) -> int:
    return number if number < 2 else _fibonacci(number - 1) + _fibonacci(number - 2)


def _calls(times: int) -> None:
    for _ in range(times):
        _fibonacci(18)


_TEXT = json.dumps([{"a": n, "b": [n, "x" * 10], "c": {"d": 1.5}} for n in range(300)])


def _json(times: int) -> None:
    for _ in range(10 * times):
        json.loads(_TEXT)


def _objects(times: int) -> None:
    for _ in range(times):
        [object() for _ in range(50_000)]


_ARRAY = np.random.default_rng(0).random(100_000)


def _numpy(times: int) -> None:
    for _ in range(20 * times):
        np.sqrt(_ARRAY) + _ARRAY


PROGRAMS: dict[str, Callable[[int], None]] = {
    "loop": _loop,
    "calls": _calls,
    "json": _json,
    "objects": _objects,
    "numpy": _numpy,
}


class Perf:
    """A recording of this process that goes on and off."""

    def __init__(self, process: PerfProcess) -> None:
        self._process = process
        process.enable()
        self.switch(False)

    def switch(self, on: bool) -> None:
        os.write(self._process._control.number, b"enable\n" if on else b"disable\n")
        os.read(self._process._ack.number, 64)


class Looks:
    """The process that reads Python's frames, stopped and continued."""

    def __init__(self, sampler: FrameSampler) -> None:
        self._process = sampler._process
        if not sampler.wait():
            raise SystemExit("Python's frames cannot be read here.")
        self.switch(False)

    def switch(self, on: bool) -> None:
        self._process.send_signal(signal.SIGCONT if on else signal.SIGSTOP)


@contextmanager
def parts(options: Options) -> Iterator[dict[str, Perf | Looks]]:
    """The parts of a recording, all switched off."""
    path = perf_probe.perf_path()
    if path is None:
        raise SystemExit("perf is not installed.")
    compress = perf_probe.perf_facts(path)[1]
    with ExitStack() as ends:
        found: dict[str, Perf | Looks] = {}
        perf_stack.populate()
        for name in ("bare", "stacks"):
            folder = ends.enter_context(tempfile.TemporaryDirectory())
            arguments = command(
                path, options, f"{folder}/perf.data", compress, [os.getpid()], name == "stacks"
            )
            if name == "bare":
                arguments = [word for word in arguments if not word.startswith("--call-graph")]
            process = PerfProcess(arguments, folder)
            ends.callback(process.kill)
            found[name] = Perf(process)
        folder = ends.enter_context(tempfile.TemporaryDirectory())
        sampler = FrameSampler(folder, *frame_layout.find())
        ends.callback(sampler.kill)
        found["looks"] = Looks(sampler)
        yield found


def measure(
    program: Callable[[int], None], switches: dict[str, Perf | Looks], rounds: int
) -> dict[str, list[float]]:
    """Of each variant its ratio to the unprofiled stretch, by rounds."""
    times = _times(program)
    found: dict[str, list[float]] = {name: [] for name in _VARIANTS}
    for _ in range(rounds):
        took = {}
        variants = ["", *_VARIANTS]
        random.shuffle(variants)
        for variant in variants:
            for name, part in switches.items():
                part.switch(name in _VARIANTS.get(variant, ()))
            time.sleep(_SETTLE)
            begun = time.perf_counter()
            program(times)
            took[variant] = time.perf_counter() - begun
        for name, ratios in found.items():
            ratios.append(took[name] / took[""])
    return found


def _times(program: Callable[[int], None]) -> int:
    """How often a program must run to take a stretch's time."""
    times, took = 1, 0.0
    while took < _SECONDS:
        times = max(times + 1, math.ceil(times * _SECONDS / took)) if took else 1
        begun = time.perf_counter()
        program(times)
        took = time.perf_counter() - begun
    return times


def _deeper(run: Callable[[], None], calls: int) -> int:
    """Runs `run` below that many calls through C code; 0."""
    if calls:
        max([None], key=lambda _: _deeper(run, calls - 1))
    else:
        run()
    return 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    rounds = parser.parse_args().rounds
    options = Options()
    rows: list[list[str]] = []
    figures: dict[str, dict[str, tuple[float, float, float]]] = {}

    def run() -> None:
        with parts(options) as switches:
            for name, program in PROGRAMS.items():
                ratios = measure(program, switches, rounds)
                found = {variant: median_interval(values) for variant, values in ratios.items()}
                figures[name] = found
                rows.append([name, *(f"{m:.3f} ({a:.3f}–{b:.3f})" for m, a, b in found.values())])
                print(rows[-1], flush=True)

    _deeper(run, _DEEP)
    medians = [
        f"**{statistics.median(figures[name][variant][0] for name in figures):.3f}**"
        for variant in _VARIANTS
    ]
    rows.append(["**median**", *medians])
    text = _INTRODUCTION.format(
        date=documents.today(),
        machine=documents.machine(),
        seconds=_SECONDS,
        rounds=rounds,
        rate=options.rate,
    )
    text += documents.markdown_table(["program", *_VARIANTS], rows) + "\n"
    print(text)
    documents.write("sample-cost", text, {"rounds": rounds, "ratios": figures})


if __name__ == "__main__":
    main()
