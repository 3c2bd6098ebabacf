"""Programs under Valgrind, and what Valgrind's own tools say of the files."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import natives
import pytest

needs_valgrind = pytest.mark.skipif(
    shutil.which("valgrind") is None or shutil.which("callgrind_annotate") is None,
    reason="Valgrind is not installed",
)

CALLS_C = """\
#include <stdio.h>
#include <stdlib.h>
static inline __attribute__((always_inline)) int twice(int x)
{
    return x * 2 + 1;
}
static __attribute__((noinline)) int leaf(int x) { return twice(x) ^ 5; }
__attribute__((noinline)) int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
int odd(int n);
__attribute__((noinline)) int even(int n) { return n == 0 ? 1 : odd(n - 1) + 0 * leaf(n); }
__attribute__((noinline)) int odd(int n) { return n == 0 ? 0 : even(n - 1) + 0 * leaf(n); }
__attribute__((noinline)) int compare(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}
__attribute__((noinline)) int count10(int x) { return x + 10; }
__attribute__((noinline)) int count200(int x) { return x + 200; }
__attribute__((noinline)) int count510(int x) { return leaf(x) + leaf(x + 1); }
__attribute__((noinline)) int apply(int (*f)(int), int times)
{
    int sum = 0;
    for (int i = 0; i < times; i++) sum += f(i);
    return sum;
}
int main(int argc, char **argv)
{
    int numbers[64], sum = 0;
    for (int i = 0; i < 64; i++) numbers[i] = (i * 37) % 61;
    qsort(numbers, 64, sizeof(int), compare);
    sum += apply(count10, 10) + apply(count200, 200) + apply(count510, 510);
    sum += fib(9) + even(20) + twice(argc);
    printf("%d %d\\n", sum, numbers[3]);
    return 0;
}
"""

MANY_C = """\
volatile int sink;
__attribute__((noinline)) void tick(int x) { sink = x; }
int main(void)
{
    for (int i = 0; i < 1000000; i++) tick(i);
    return 0;
}
"""

THREADS_C = """\
#include <pthread.h>
static pthread_barrier_t both;
__attribute__((noinline)) int work(int n)
{
    int s = 0;
    for (int i = 0; i < n; i++) s += i * i;
    return s;
}
void *run(void *times)
{
    pthread_barrier_wait(&both);
    for (long i = 0; i < (long)times; i++) work(20);
    pthread_barrier_wait(&both);
    return 0;
}
int main(void)
{
    pthread_t first, second;
    pthread_barrier_init(&both, 0, 2);
    pthread_create(&first, 0, run, (void *)200);
    pthread_create(&second, 0, run, (void *)510);
    pthread_join(first, 0);
    pthread_join(second, 0);
    return work(10) < 0;
}
"""

SHAPES_CPP = """\
#include <memory>
#include <vector>
#include <algorithm>
#include <stdexcept>
struct Shape { virtual ~Shape() {} virtual long area(long n) const = 0; };
template <class T> struct Square : Shape {
    long area(long n) const override { T s = 0; for (T i = 0; i < n; i++) s += i; return s; }
};
namespace { long pick(long x) { if (x % 7 == 0) throw std::runtime_error("seven"); return x; } }
int main()
{
    std::vector<std::unique_ptr<Shape>> shapes;
    shapes.emplace_back(new Square<int>);
    shapes.emplace_back(new Square<long>);
    long sum = 0;
    for (auto &shape : shapes) sum += shape->area(30);
    std::vector<long> numbers;
    for (long i = 0; i < 40; i++) {
        try { numbers.push_back(pick(i)); }
        catch (const std::exception &) { numbers.push_back(-i); }
    }
    std::sort(numbers.begin(), numbers.end(), [](long a, long b) { return a % 11 < b % 11; });
    return (sum + numbers[0]) == 0;
}
"""

PYTHON = "import json\njson.loads(json.dumps(list(range(50))))\n"

Sums = dict[str, tuple[int, ...]]


@dataclass
class Run:
    """What Callgrind or Cachegrind left, and its own sums of each event.

    `out` is the file that was asked for, empty where each thread has its own.
    """

    out: Path
    files: list[Path]
    events: tuple[str, ...]
    collected: tuple[int, ...]


def build(folder: Path, name: str) -> list[str | Path]:
    """The command of a program: `calls`, `calls-O2`, `many`, `threads`, `shapes` or `python`."""
    if name == "python":
        return [sys.executable, "-S", "-c", PYTHON]
    stem, _, level = name.partition("-")
    source, suffix = {
        "calls": (CALLS_C, "c"),
        "many": (MANY_C, "c"),
        "threads": (THREADS_C, "c"),
        "shapes": (SHAPES_CPP, "cpp"),
    }[stem]
    program, file = folder / name, folder / f"{stem}.{suffix}"
    file.write_text(source)
    compiler = "g++" if suffix == "cpp" else "gcc"
    natives.run(compiler, "-g", f"-{level or 'O0'}", "-pthread", "-o", program, file)
    return [program]


def run(folder: Path, command: list[str | Path], *options: str, tool: str = "callgrind") -> Run:
    """Runs a command under Valgrind; its files lie in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    out = folder / f"{tool}.out.1"
    done = subprocess.run(
        ["valgrind", f"--tool={tool}", f"--{tool}-out-file={out}", *options, *map(str, command)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert out.exists(), done.stderr
    events = re.search(r"Events +: (.*)", done.stderr)
    collected = re.search(r"Collected : (.*)", done.stderr)
    return Run(
        out,
        [file for file in sorted(folder.glob(f"{out.name}*")) if file.stat().st_size],
        tuple(events[1].split()) if events else (),
        tuple(map(int, collected[1].split())) if collected else (),
    )


def annotate(file: Path, *options: str, tool: str = "callgrind_annotate") -> Sums:
    """What Valgrind's reader makes of a file: the events of each `file:function`, none if zero."""
    every = "100" if tool == "callgrind_annotate" else "0"
    done = subprocess.run(
        [tool, f"--threshold={every}", "--show-percs=no", "--auto=no", *options, str(file)],
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    )
    table = done.stdout.partition("file:function\n")[2]
    found: Sums = {}
    for line in table.splitlines():
        match = re.match(r" *((?:[\d,]+ +|\. +)+) (.*?)(?: \[(?:/[^\]]*|\?\?\?)\])?$", line)
        if match is not None:
            counts = (word.replace(",", "") for word in match[1].split())
            found[match[2]] = tuple(0 if word == "." else int(word) for word in counts)
    return found


@dataclass
class Annotated:
    """A line of a source: its events, and the calls from it with count and events."""

    events: tuple[int, ...]
    calls: dict[str, tuple[int, tuple[int, ...]]]


def annotate_lines(run: Run, source: str, *, tool: str = "callgrind_annotate") -> list[Annotated]:
    """What Valgrind's reader makes of each line of a source, the first line first."""
    every = "100" if tool == "callgrind_annotate" else "0"
    options = [f"--threshold={every}", "--show-percs=no", "--auto=yes", "--context=100000"]
    done = subprocess.run(
        [tool, *options, str(run.files[0])], cwd="/", capture_output=True, text=True, check=True
    )
    text = re.split(rf"-- Auto-annotated source: .*{re.escape(source)}\n", done.stdout)[1]
    head = re.search(r"\n((?:\w+ +)+)\n\n", text)
    assert head is not None
    width = len(head[1].split())
    found: list[Annotated] = []
    for line in text[head.end() :].splitlines():
        words = line.split(maxsplit=width)
        if len(words) < width or not all(re.fullmatch(r"[\d,]+|\.", w) for w in words[:width]):
            break
        events = tuple(0 if w == "." else int(w.replace(",", "")) for w in words[:width])
        called = re.match(r"=> .*?([^:]+) \(([\d,]+)x\)", words[width]) if words[width:] else None
        if called is not None:
            found[-1].calls[called[1]] = int(called[2].replace(",", "")), events
        else:
            found.append(Annotated(events, {}))
    return found
