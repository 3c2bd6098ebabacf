"""How complete the perf engine's stacks are on each CPython that can be had.

The programs of `PROGRAMS` run as cells under each Python, and what came out is written to
docs/pythons.md: `stitched`, the share of samples whose stack reached the thread's start, and
`lines`, the share of Python frames whose line is known. Pythons: this one, those of
NATIVEPROFILE_PYTHONS, and Debian's own in .pythons (npm run pythons), whose perf reads there.

    npm run bench -- pythons [--programs NAME,...] [--rounds N] [--write]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness import HERE, save, table

ROOT = HERE.parent
DEBIAN = ROOT / ".pythons"
PAGE = ROOT / "docs" / "pythons.md"
PROGRAMS = "calls,json_text,objects,recursion,regex,sort_key,text,zlib_threads"
SECONDS = 300
# Mounts of a name space of its own: they go with the last process in it.
ENTER = (
    'root=$1; tree=$2; work=$3; shift 3; mkdir -p "$root$tree" "$root$work"; '
    'for d in /proc /sys /dev "$tree" "$work"; do mount --rbind "$d" "$root$d"; done; '
    'exec chroot "$root" "$@"'
)
INTRODUCTION = """# Pythons

How complete the perf engine's stacks are on each CPython that could be had, per cent. Stitched:
samples whose stack reached the thread's start. Lines: Python frames whose line is known; of a
function's entry and exit this is its first. Written by `npm run bench -- pythons --write`.

"""


@dataclass(frozen=True)
class Build:
    """A Python: how to run it, and the one that reads what it recorded."""

    title: str
    python: list[str]
    reader: list[str]


def inside(root: Path, work: Path) -> list[str]:
    """The beginning of a command that runs in a Debian folder."""
    return ["unshare", "--mount", "sh", "-ec", ENTER, "sh", str(root), str(ROOT), str(work)]


def builds(work: Path) -> list[Build]:
    """Those at hand."""
    others = os.environ.get("NATIVEPROFILE_PYTHONS", "").split(os.pathsep)
    found = []
    for path in [sys.executable, *(path for path in others if path)]:
        found.append(Build(f"{version([path])}, {perf([])}", [path], [sys.executable]))
    for root in sorted(path for path in DEBIAN.glob("*") if (path / "usr/bin").is_dir()):
        enter = inside(root, work)
        for python in sorted((root / "usr/bin").glob("python3.[0-9]*")):
            if python.name.replace(".", "").removeprefix("python").rstrip("t").isdigit():
                command = [*enter, python.name]
                title = f"{version(command)} (Debian {root.name}), {perf(enter)}"
                found.append(Build(title, command, [*enter, "python3"]))
    return found


def say(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout or done.stderr).strip()


def version(command: list[str]) -> str:
    code = "import sysconfig, platform as p; print(p.python_implementation(), p.python_version())"
    return say([*command, "-c", code])


def perf(enter: list[str]) -> str:
    return " ".join(say([*enter, "perf", "--version"]).split()[::2])


def measure(build: Build, program: str, work: Path) -> dict[str, Any]:
    """The quality of one program's profile, or why there is none."""
    cell = str(HERE / "python_cell.py")
    with tempfile.TemporaryDirectory(dir=work) as folder:
        for command in (
            [*build.python, cell, "record", program, folder],
            [*build.reader, cell, "read", program, folder],
        ):
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=SECONDS, check=False
            )
            if done.returncode != 0:
                return {"failure": done.stderr.strip().splitlines()[-1:]}
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def page(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return INTRODUCTION + "".join(f"| {' | '.join(line)} |\n" for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", default=PROGRAMS)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="write docs/pythons.md")
    options = parser.parse_args()
    programs = options.programs.split(",")
    rows: list[list[str]] = []
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="nativeprofile-") as folder:
        work = Path(folder)
        for build in builds(work):
            row, complete = [build.title], []
            for program in programs:
                found = [measure(build, program, work) for _ in range(options.rounds)]
                results.setdefault(build.title, {})[program] = found
                known = [quality for quality in found if "lines" in quality]
                if known:
                    row.append(f"{100 * statistics.mean(q['lines'] for q in known):.1f}")
                    complete += [quality["stitched"] for quality in known]
                else:
                    row.append("–")
                    print(build.title, program, found, file=sys.stderr)
            row.insert(1, f"{100 * statistics.mean(complete):.1f}" if complete else "–")
            rows.append(row)
            print(*row, flush=True)
        for root in DEBIAN.glob(f"*/{folder.lstrip('/')}"):
            root.rmdir()  # the mount point
    head = ["CPython, perf", "stitched", *(f"lines: {program}" for program in programs)]
    print(table(head, [list(row) for row in rows]))
    save("pythons", {"rounds": options.rounds, "builds": results})
    if options.write:
        PAGE.write_text(page(head, rows))


if __name__ == "__main__":
    main()
