"""How fast callgrind files are read and how much memory that takes, beside other programs.

    npm run bench -- callgrind [--megabytes N] [--rounds N]

One file is read by turns by each program in a process of its own. It is a real one, its functions
repeated under other names (`support/callgrind_file.py`). Writes docs/callgrind-reading.md.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypedDict

from support import callgrind_file, documents, environment

_PAGE = Path(__file__).parent / "support" / "callgrindPage.mjs"
_OURS = "ours"
_PROFILE = "ours, as a profile"
_INSTRUCTIONS = "ours, instructions"
_GPROF2DOT = "gprof2dot"
_SPEEDSCOPE = "speedscope"

_LONG = 30
"""CPU seconds; a program that takes longer reads the file once."""

_MEASURE = """
import json, re, sys, time
{prepare}
def peak():
    with open("/proc/self/status") as status:
        return int(re.search(r"VmHWM:\\s*([0-9]+)", status.read())[1]) * 1024
before, began = peak(), time.process_time()
{read}
print(json.dumps({{"cpu": time.process_time() - began, "peak": peak() - before}}))
"""
_READ_OURS = _MEASURE.format(
    prepare="from pathlib import Path; from nativeprofile.formats import callgrind",
    read="kept = callgrind.read_recording(Path(sys.argv[1]))",
)
_READ_PROFILE = _MEASURE.format(
    prepare="from pathlib import Path; from nativeprofile.formats import callgrind",
    read="kept = callgrind.read(Path(sys.argv[1]))",
)
_READ_GPROF2DOT = _MEASURE.format(
    prepare="import gprof2dot",
    read="kept = gprof2dot.CallgrindParser(open(sys.argv[1], encoding='utf-8')).parse()",
)

_INTRODUCTION = """# How callgrind files are read

Written by `npm run bench -- callgrind` on {date}: {machine}; {versions}.

One file of {size:.0f} MB, a real one of a Python program whose functions are repeated under other
names, read {rounds} times by each program in turn (once by one that takes more than {long} s): the
median of CPU time, and of the most memory beyond what the program takes with nothing open. Ours
keeps every event, line, call and jump; as a profile it then makes the call graph with its cycles,
as gprof2dot does, and adds up lines and places of calls. Speedscope (its published page in
Chromium) makes stacks of the calls and draws them. `instructions` is a file of the same size with
an address in each line, jumps and 13 events.
Aimed at: at least 20 MB a second, and less memory than ten times the file.

"""


class Figures(TypedDict):
    """One reading: CPU seconds, and bytes of memory."""

    cpu: float
    peak: float


def _python(program: Path | str, code: str, file: Path) -> Figures:
    return _figures([str(program), "-c", code, str(file)])


def _speedscope(folder: Path, file: Path) -> Figures:
    return _figures(["node", str(_PAGE), str(folder), str(file)])


def _figures(command: list[str]) -> Figures:
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr.decode().strip()[-1000:])
    found = json.loads(done.stdout.splitlines()[-1])
    return Figures(cpu=found["cpu"], peak=found["peak"])


def _version(folder: Path) -> str | None:
    """Speedscope's version once it is installed in the folder, None where it cannot be had."""
    done = subprocess.run(["node", str(_PAGE), str(folder)], capture_output=True, check=False)
    found = json.loads(done.stdout or "null")
    return found and str(found["version"])


def _row(name: str, found: list[Figures], size: int) -> list[str]:
    cpu = statistics.median(one["cpu"] for one in found)
    peak = statistics.median(one["peak"] for one in found)
    return [
        name,
        f"{cpu:.2f}",
        f"{size / 1e6 / cpu:.1f}",
        f"{peak / 1e6:.0f}",
        f"{peak / size:.1f}",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=52)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    size = options.megabytes * 1_000_000
    peers = environment.python()
    with tempfile.TemporaryDirectory(prefix="nativeprofile-bench-") as name:
        folder = Path(name)
        files = {kind: folder / f"callgrind.out.{kind}" for kind in ("lines", "instructions")}
        instructions = ["--dump-instr=yes", "--collect-jumps=yes", "--cache-sim=yes"]
        for kind, more in (("lines", []), ("instructions", [*instructions, "--branch-sim=yes"])):
            callgrind_file.record(folder / "real", *more)
            callgrind_file.replicate(folder / "real", files[kind], size)
        lines = files["lines"]
        version = _version(folder)
        readers: dict[str, Callable[[], Figures]] = {
            _OURS: lambda: _python(sys.executable, _READ_OURS, lines),
            _PROFILE: lambda: _python(sys.executable, _READ_PROFILE, lines),
            _INSTRUCTIONS: lambda: _python(sys.executable, _READ_OURS, files["instructions"]),
            _GPROF2DOT: lambda: _python(peers, _READ_GPROF2DOT, lines),
        }
        if version is not None:
            readers[_SPEEDSCOPE] = lambda: _speedscope(folder, lines)
        results: dict[str, list[Figures]] = {reader: [] for reader in readers}
        for _ in range(options.rounds):
            for reader, measure in readers.items():
                if results[reader] and results[reader][0]["cpu"] > _LONG:
                    continue
                results[reader].append(measure())
                print(reader, results[reader][-1], flush=True)
        sizes = {kind: file.stat().st_size for kind, file in files.items()}
        rows = [
            _row(reader, found, sizes["instructions" if reader == _INSTRUCTIONS else "lines"])
            for reader, found in results.items()
        ]
    text = _INTRODUCTION.format(
        date=documents.today(),
        machine=documents.machine(),
        versions=f"{documents.versions({'gprof2dot': 'gprof2dot'})}, speedscope {version}",
        size=size / 1e6,
        rounds=options.rounds,
        long=_LONG,
    )
    text += documents.markdown_table(["program", "CPU s", "MB/s", "MB", "× file"], rows)
    text += f"\n\nThe machine had {os.getloadavg()[1]:.1f} programs running at a time on average.\n"
    print(text)
    documents.write("callgrind-reading", text, {"size": size, "results": results})


if __name__ == "__main__":
    main()
