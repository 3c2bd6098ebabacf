"""What a kernel under Callgrind costs: its start, cells that are not profiled, and those that are.

    npm run bench -- callgrind_kernel [--rounds N]

Kernels of three kinds (ordinary, under Callgrind, under Callgrind with caches) are started by
turns, beside Valgrind with `python -c 'import ipykernel'`; then each cell runs by turns in them.
Everything is CPU time of the process, since other programs may run. Writes docs/callgrind.md.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from jupyter_client.manager import KernelManager
from support import documents

from nativeprofile.config import MIME_TYPE
from nativeprofile.engines.callgrind_command import Counting, valgrind
from nativeprofile.kernelspec import specification

_ORDINARY, _UNDER, _CACHE = "ordinary", "under Callgrind", "with --cache"
_KINDS = {_ORDINARY: None, _UNDER: Counting(), _CACHE: Counting(cache=True)}

_CELLS = {
    "a loop of integers": "total = 0\nfor i in range(400_000): total += i & 255",
    "calls of Python functions": "for _ in range(6000): even(100)",
    "sorted with a key": "sorted(range(200_000), key=lambda x: -x)",
    "json there and back": (
        "json.loads(json.dumps([{'a': i, 'b': [i] * 3} for i in range(15_000)]))"
    ),
}
_SETUP = """\
%load_ext nativeprofile
import hashlib, json, re
def even(n): return n == 0 or odd(n - 1)
def odd(n): return n != 0 and even(n - 1)
"""
_TIMED = "import time as _t; _b = _t.process_time()\n{}\n_e = _t.process_time() - _b"

_INTRODUCTION = """# What the Callgrind kernel costs

Written by `npm run bench -- callgrind_kernel` on {date}: {machine}; Valgrind {valgrind}.

Medians of {rounds} rounds, by turns; CPU time, since the machine had other work.

## Its start

Until the kernel answers, beside Valgrind's own start of `python -c 'import ipykernel'`. Aimed at:
at most three times that.

"""
_UNPROFILED = """

## Cells

`not profiled`: the cell in the Callgrind kernel, as many times as slow as in an ordinary one. Aimed
at: at most 10. `profiled`: the same with `%%nativeprofile`, as far as the cell itself took the
time; and in a kernel with `--cache`. `repeats within`: how far the numbers of instructions of
{rounds} runs lie apart; aimed at: 0.1 %; why they do stands below.

"""
_WHY = """

## Why the same cell counts differently

Found by comparing the files of four to six runs of a cell in one kernel, function by function: the
loop of integers in four kernels, of which one showed no progress and one let no other thread run,
and the sorting in one. Each function is called as often in every run, but for those of the GIL
(some hundred instructions each time that a thread takes it). Three functions cost more or less for
each call, with CPython 3.13 built with `-O3`:

- `_PyObject_Malloc`, 30 to 37 instructions: 7 more where it takes the last free block of a pool.
- `_PyObject_Free`, 47 to 57: 6 more where the pool was full, and 4 by the side of a boundary
  between two arenas that the block lies on. A cell that keeps allocating and freeing the same few
  blocks has each of them in a full pool or not, so all of its rounds are dear or cheap. Which,
  depends on what ran before it, and changes in its middle where another thread frees something
  (progress, output, history). The loop of integers allocates and frees 800,000 times: 17
  instructions each are 2.2 % of it, and so far its runs lay apart where no other thread ran. The
  profile says this bound in a note.
- `unicodekeys_lookup_unicode`, which finds a name in a dictionary, 42 to 59: cells look up their
  variables in the notebook's namespace, where each cell that runs adds names (`_i7`), and when the
  dictionary grows, names collide that did not before. This changed the loop by 4.3 % once.
  Variables of functions are not looked up. Between kernels the loop differed by 2 to 4 %, each
  having a hash seed of its own; now the seed is 0, unless `PYTHONHASHSEED` says otherwise.

What was tried: no switch to another thread while the cell runs (all else is the same then to the
instruction, but not these steps of 7, 6 and 4); waiting until all others are idle, and showing no
progress (no effect); filling all pools before the cell, so that it begins in a new arena (its first
frees open full pools again; no effect); garbage collected before the cell (so since the beginning).
What helps is another allocator: `nativeprofile kernelspec install --malloc` has objects allocated
by the C library. A loop over integers in a function repeated within 0.016 % in 21 runs there, the
loop above within 0.003 % and the sorting within 0.002 % in five (a fifth as many rounds). Its
allocation costs more (sorting with a key 44 % in all), so compare its counts with each other only.
Cells that leave thousands of objects behind still differ there by 0.3 to 0.5 % (10,000 sums, 2,000
strings and 2,000 tuples, in 20 runs). A replayed cell has a process of its own and repeats.
"""
"""By hand: it explains, and does not change with the machine."""


class Running:
    """A kernel of one kind, started and asked by this benchmark."""

    def __init__(self, counting: Counting | None) -> None:
        self._manager = KernelManager()
        spec = self._manager.kernel_spec
        assert spec is not None
        if counting is not None:
            spec.argv = specification(counting)["argv"]
        self._manager.start_kernel(stderr=subprocess.DEVNULL)
        self._client = self._manager.blocking_client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=120)
        self.start = _cpu(self._manager.provisioner.pid)  # type: ignore[union-attr]

    def run(self, code: str) -> list[dict[str, Any]]:
        """What the code displays. Raises SystemExit where it fails."""
        shown: list[dict[str, Any]] = []

        def look(message: dict[str, Any]) -> None:
            if message["msg_type"] in ("display_data", "update_display_data"):
                shown.append(message["content"]["data"])

        reply = self._client.execute_interactive(code, output_hook=look, timeout=300)
        if reply["content"]["status"] != "ok":
            raise SystemExit(str(reply["content"]))
        return shown

    def value(self, name: str) -> float:
        reply = self._client.execute_interactive(
            "", silent=True, user_expressions={"v": name}, output_hook=lambda _: None, timeout=60
        )
        return float(reply["content"]["user_expressions"]["v"]["data"]["text/plain"])

    def close(self) -> None:
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)


def _cpu(pid: int) -> float:
    """CPU seconds of a process so far."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def _import() -> float:
    """CPU seconds of Valgrind's start of `import ipykernel`."""
    command = valgrind(Counting(), os.devnull, at_start=False, log=os.devnull)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([*command, sys.executable, "-c", "import ipykernel"], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _profiled(kernel: Running, code: str) -> tuple[float, int]:
    """CPU seconds of a cell, and its instructions."""
    message = kernel.run(f"%%nativeprofile --engine callgrind\n{code}")[-1][MIME_TYPE]
    return message["meta"]["cpu_ns"] / 1e9, int(message["summary"]["total"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    starts: dict[str, list[float]] = {name: [] for name in ("import", *_KINDS)}
    for _ in range(rounds):
        starts["import"].append(_import())
        for kind, counting in _KINDS.items():
            kernel = Running(counting)
            starts[kind].append(kernel.start)
            kernel.close()
        print({name: found[-1] for name, found in starts.items()}, flush=True)
    kernels = {kind: Running(counting) for kind, counting in _KINDS.items()}
    cells: dict[str, dict[str, list[float]]] = {}
    try:
        for kernel in kernels.values():
            kernel.run(_SETUP)
        for name, code in _CELLS.items():
            found: dict[str, list[float]] = {
                key: [] for key in (_ORDINARY, _UNDER, "profiled", "profiled, cache", "total")
            }
            for number in range(rounds + 1):
                for kind in (_ORDINARY, _UNDER):
                    kernels[kind].run(_TIMED.format(code))
                    found[kind].append(kernels[kind].value("_e"))
                if number == 0:
                    found["profiled, cache"].append(_profiled(kernels[_CACHE], code)[0])
                seconds, total = _profiled(kernels[_UNDER], code)
                found["profiled"].append(seconds)
                if number:
                    found["total"].append(total)
                cells[name] = found
            print(name, {key: statistics.median(one) for key, one in found.items()}, flush=True)
    finally:
        for kernel in kernels.values():
            kernel.close()
    _write(starts, cells, rounds)


def _write(
    starts: dict[str, list[float]], cells: dict[str, dict[str, list[float]]], rounds: int
) -> None:
    median = {name: statistics.median(found) for name, found in starts.items()}
    rows = [
        [name, f"{seconds:.2f}", f"{seconds / median['import']:.1f}"]
        for name, seconds in median.items()
    ]
    rows[0][0] = "Valgrind, `import ipykernel`"
    text = _INTRODUCTION.format(
        date=documents.today(),
        machine=documents.machine(),
        valgrind=_version(),
        rounds=rounds,
    )
    text += documents.markdown_table(["kernel", "CPU s", "× the import"], rows)
    text += _UNPROFILED.format(rounds=rounds)
    rows = []
    for name, found in cells.items():
        base = statistics.median(found[_ORDINARY])
        times = [
            statistics.median(found[key]) / base for key in (_UNDER, "profiled", "profiled, cache")
        ]
        apart = (max(found["total"]) - min(found["total"])) / statistics.median(found["total"])
        rows.append([name, f"{base * 1e3:.1f}", *(f"{x:.0f} ×" for x in times), f"{apart:.2%}"])
    head = ["cell", "ordinary, ms", "not profiled", "profiled", "with `--cache`", "repeats within"]
    text += documents.markdown_table(head, rows)
    text += f"\n\nThe machine had {os.getloadavg()[1]:.1f} programs running at a time on average."
    text += _WHY
    print(text)
    documents.write("callgrind", text, {"starts": starts, "cells": cells})


def _version() -> str:
    done = subprocess.run(["valgrind", "--version"], capture_output=True, text=True, check=True)
    return done.stdout.strip().removeprefix("valgrind-")


if __name__ == "__main__":
    began = time.monotonic()
    main()
    print(f"{time.monotonic() - began:.0f} s")
