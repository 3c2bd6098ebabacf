"""Libraries built with `-pg`, and processes that measure what they do with the gprof engine."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from natives import c_library, run
from profiles import Named

from nativeprofile import gprof

SOURCE = """\
static volatile double sink;
static __attribute__((noinline)) void leaf(int n)
{
    double s = 0;
    for (int i = 0; i < n; i++) s += i * 0.5;
    sink = s;
}
__attribute__((noinline)) void mid(int n)
{
    for (int i = 0; i < 10; i++) leaf(n);
}
void burn(int times, int n)
{
    for (int i = 0; i < times; i++) { mid(n); leaf(n); }
}
__attribute__((noinline)) int fact(int n)
{
    leaf(1);
    return n < 2 ? 1 : fact(n - 1) + (int)sink;
}
void odd(int n);
__attribute__((noinline)) void even(int n) { leaf(20000); if (n > 0) odd(n - 1); leaf(1); }
__attribute__((noinline)) void odd(int n) { leaf(10000); if (n > 0) even(n - 1); leaf(1); }
void back(int (*f)(int), int times)
{
    for (int i = 0; i < times; i++) leaf(f(i));
}
"""
"""`burn(k, n)` calls `mid` k times and `leaf` 11 k times."""

PROGRAM = (
    SOURCE
    + """\
int main(void)
{
    burn(510, 30000);
    for (int i = 0; i < 200; i++) even(30);
    for (int i = 0; i < 10; i++) sink += fact(50);
    for (int i = 0; i < 1000000; i++) leaf(3);
    return 0;
}
"""
)


def any_program(seed: int, functions: int = 60, calls: int = 300_000) -> str:
    """Functions that call others at random, some of which lead back."""
    random = Random(seed)
    lines = ["static volatile double sink;\nstatic long left;"]
    lines += [f"void f{n}(int);" for n in range(functions)]
    for n in range(functions):
        steps = [random.choice((1, 2, 3, 5, 8, -3)) for _ in range(random.randint(2, 4))]
        called = (f"f{min(max(n + step, 0), functions - 1)}(d + 1);" for step in steps)
        lines.append(
            f"__attribute__((noinline)) void f{n}(int d) {{ double s = 0;"
            f" for (int i = 0; i < {random.choice((20, 200, 2000))}; i++) s += i * 0.5; sink = s;"
            f" if (d < 40 && left-- > 0) {{ {' '.join(called)} }} sink += 1; }}"
        )
    lines.append(
        f"int main(void) {{ for (int i = 0; i < 50; i++) {{ left = {calls // 50}; f0(0); }} }}"
    )
    return "\n".join(lines)


_SCRIPT = """\
import ctypes, json, os, signal, sys, threading
from pathlib import Path
from nativeprofile.engines import base, registry
def measured(folder, work, rate=999):
    folder = Path(folder)
    folder.mkdir()
    running = registry.load("gprof").start(base.Options(rate=rate), str(folder))
    try:
        work()
    finally:
        raw = running.stop()
    run = {"format": 1, "engine": "gprof", "kind": "exact", "name": "test", "status": "ok",
           "wall_ns": 1, "cells": [], "notes": raw.notes, "data": raw.data}
    (folder / "run.json").write_text(json.dumps(run))
"""


def library(folder: Path, *flags: str, source: str = SOURCE, name: str = "counted") -> Path:
    """`lib<name>.so` of C code, built with `-pg`."""
    return c_library(folder, "-pg", "-O2", *flags, source=source, name=name)


def program(folder: Path, text: str = PROGRAM) -> tuple[Path, Path]:
    """A program built with `-pg`, and the gmon.out that it wrote."""
    source, binary = folder / "program.c", folder / "program"
    source.write_text(text)
    run("cc", "-pg", "-g", "-O1", "-o", binary, source)
    subprocess.run([binary], cwd=folder, check=True)
    return binary, folder / "gmon.out"


def process(folder: Path, code: str, status: int = 0) -> str:
    """Runs code in a fresh Python, in an empty folder that must be empty afterwards; returns what
    it prints. There `measured(FOLDER, FUNCTION)` measures a function into a run's directory."""
    cwd = folder / "cwd"
    cwd.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT + textwrap.dedent(code)],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == status, done.stdout + done.stderr
    assert list(cwd.iterdir()) == []
    return done.stdout


class Read(Named):
    """A profile by the names of its functions."""

    @property
    def times(self) -> dict[str, tuple[float, float]]:
        """Self and inclusive seconds."""
        table = self.profile.functions
        assert table.self_value is not None and table.inclusive is not None
        rows = zip(self.names, table.self_value[0], table.inclusive[0], strict=True)
        return {name: (own / 1e9, inclusive / 1e9) for name, own, inclusive in rows}

    @property
    def edges(self) -> dict[tuple[str, str], tuple[int, float, float]]:
        """Calls, own and inclusive seconds by caller and function."""
        table, names = self.profile.edges, self.names
        assert table is not None and table.self_value is not None
        own, below = table.self_value[0], table.inclusive[0]
        rows = zip(table.caller, table.callee, table.calls, own, below, strict=True)
        return {
            (names[caller], names[callee]): (calls, own / 1e9, inclusive / 1e9)
            for caller, callee, calls, own, inclusive in rows
        }


def read(folder: Path) -> Read:
    """The profile of a run's directory."""
    facts: dict[str, Any] = json.loads((folder / "run.json").read_text())
    return Read(gprof.read(folder, facts))


_FLAT = re.compile(r" *[\d.]+ +[\d.]+ +([\d.]+)(?: +(\d+) +[\d.]+ +[\d.]+)? +(\w+) *$")
_PRIMARY = re.compile(r"\[\d+\] +[\d.]+ +([\d.]+) +([\d.]+)(?: +(\d+)(?:\+\d+)?)? +([a-z]\w*)")
_OTHER = re.compile(r" +([\d.]+) +([\d.]+) +(\d+)/\d+ +(\w+)")


@dataclass
class Text:
    """What gprof itself prints."""

    flat: dict[str, tuple[float, int]]
    """Own seconds, and calls but those by itself."""
    graph: dict[str, tuple[float, float]]
    """Own seconds, and those of what it called."""
    arcs: dict[tuple[str, str], tuple[float, float, int]]
    """The function's own seconds, those of what it called, calls."""


def text_of(binary: Path, file: Path) -> Text:
    """Reads gprof's flat profile and call graph."""
    flat, graph, arcs = {}, {}, {}
    for line in run("gprof", "-b", "-p", binary, file).splitlines():
        if match := _FLAT.match(line):
            flat[match[3]] = float(match[1]), int(match[2] or 0)
    blocks = run("gprof", "-b", "-q", binary, file).split("-" * 47)
    for block in blocks:
        above: list[re.Match[str]] = []
        for line in block.splitlines():
            if match := _PRIMARY.match(line):
                graph[match[4]] = float(match[1]), float(match[2])
                for row in above:
                    arcs[row[4], match[4]] = float(row[1]), float(row[2]), int(row[3])
                break
            if match := _OTHER.match(line):
                above.append(match)
    return Text(flat, graph, arcs)
