"""Programs built with `gcc --coverage`, and gcov's own text about them, taken apart."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from natives import run

from nativeprofile.formats.coverage import Coverage

C = """\
#include <stdlib.h>
static volatile long sink;
static int leaf(int n)
{
    if (n % 3 == 0 && n % 5 == 0)
        sink += n;
    return n > 100 ? n : -n;
}
static int one(void) { return 1; } static int two(void) { return sink > 0 ? 2 : 3; }
static inline __attribute__((always_inline)) int inlined(int n) { return n & 1; }
static void never(int n)
{
    for (int i = 0; i < n; i++)
        sink += i;
}
static int choose(int n)
{
    switch (n % 4) {
    case 0: return one();
    case 1: return two();
    case 2: return 7;
    default: return inlined(n);
    }
}
int main(int argc, char **argv)
{
    for (int i = 0; i < 10; i++) one();
    for (int i = 0; i < 200; i++) leaf(i);
    for (int i = 0; i < 510; i++) choose(4);
    for (int i = 0; i < 1000000; i++)
        two();
    if (argc > 5)
        never(atoi(argv[1]));
    return 0;
}
"""

CPP = """\
#include <stdexcept>
#include <vector>
template <class T> T twice(T x) { if (x > 5) return x * 2; return x + x; }
template <class T>
struct Stack {
    std::vector<T> items;
    void push(T x) { items.push_back(x); }
    ~Stack() { items.clear(); }
};
inline int one() { return 1; } inline int two() { return 2; }
static int thrower(int i)
{
    if (i % 3 == 0)
        throw std::runtime_error("x");
    return i;
}
static int never(int i) { return i; }
int main(int argc, char **)
{
    double s = 0;
    Stack<int> ints;
    Stack<double> doubles;
    for (int i = 0; i < 10; i++) {
        s += twice(i) + twice(double(i));
        ints.push(i);
        try {
            s += thrower(i);
        } catch (std::exception &) {
            s += one() + two();
        }
    }
    auto lambda = [&](int n) { return n > 3 ? s : 0; };
    for (int i = 0; i < 200; i++) s += lambda(i);
    if (argc > 5) { doubles.push(s); never(1); }
    return 0;
}
"""

THREADS = """\
#include <pthread.h>
static int counted(int n) { return n + 1; }
static void *work(void *unused)
{
    for (int i = 0; i < 1000000; i++) counted(i);
    return unused;
}
int main(void)
{
    pthread_t a, b;
    pthread_create(&a, 0, work, 0);
    pthread_create(&b, 0, work, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    return 0;
}
"""

_ROW = re.compile(r"\s*(-|#####|=====|\d+)\*?:\s*(\d+):")
_FUNCTION = re.compile(r"function (\S+) called (\d+)")
_BRANCH = re.compile(r"branch\s+\d+ (?:taken (\d+)|never executed)( \(throw\))?")


def build(folder: Path, source: str = C, *flags: str, name: str = "program.c") -> Path:
    """Compiles a program and runs it once; its .gcda."""
    file, binary = folder / name, folder / "run"
    file.write_text(source)
    compiler = "g++" if name.endswith("cpp") else "gcc"
    run(compiler, "--coverage", "-O0", *flags, "-c", file, "-o", "unit.o", cwd=folder)
    run(compiler, "--coverage", *flags, "unit.o", "-o", binary, cwd=folder)
    run(str(binary), cwd=folder)
    return folder / "unit.gcda"


@dataclass
class Text:
    """gcov's text: counts by line, calls by mangled name, branches by line in order."""

    lines: dict[int, int] = field(default_factory=dict)
    functions: dict[str, int] = field(default_factory=dict)
    branches: dict[int, list[tuple[int | None, bool]]] = field(
        default_factory=lambda: defaultdict(list)
    )


def text_of(gcda: Path, name: str) -> Text:
    """What gcov prints about the source file of this name."""
    printed = run("gcov", "-b", "-c", "--stdout", gcda.name, cwd=gcda.parent)
    _, _, mine = printed.partition(f"0:Source:{gcda.parent / name}\n")
    assert mine, printed[:400]
    mine = mine.partition("0:Source:")[0]
    found, line = Text(), 0
    for row in mine.splitlines():
        if match := _ROW.match(row):
            line = int(match[2])
            if match[1] != "-" and line not in found.lines:
                # The first of several is the sum, those of single functions follow.
                found.lines[line] = int(match[1]) if match[1].isdigit() else 0
        elif match := _FUNCTION.match(row):
            found.functions[match[1]] = int(match[2])
        elif match := _BRANCH.match(row):
            times = int(match[1]) if match[1] else None
            found.branches[line].append((times, match[2] is not None))
    return found


def mine_of(coverage: Coverage, path: Path) -> Text:
    """The same out of a coverage."""
    (source,) = (one for one in coverage.sources if one.path == str(path))
    found = Text(
        dict(zip(source.lines.number, source.lines.hits, strict=True)),
        dict(zip(source.functions.name, source.functions.calls, strict=True)),
    )
    branches = source.branches
    for line, taken, throw in zip(branches.line, branches.taken, branches.throw, strict=True):
        found.branches[line].append((taken or 0, throw))
    return found
