"""A program with known allocations under Massif and DHAT, and what Valgrind says of it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import natives

HEAP_C = """\
#include <stdlib.h>
#include <string.h>
__attribute__((noinline)) char *keep(int n) { char *p = malloc(n); memset(p, 1, n); return p; }
__attribute__((noinline)) void many(int times)
{
    for (int i = 0; i < times; i++) { char *p = malloc(64); p[0] = i; free(p); }
}
__attribute__((noinline)) char *grow(int n)
{
    char *p = 0;
    for (int i = 1; i <= n; i++) { p = realloc(p, i * 1000); p[i] = 1; }
    return p;
}
__attribute__((noinline)) char *deep(int n) { return n ? deep(n - 1) : keep(3000); }
int main(void)
{
    char *kept[10];
    for (int i = 0; i < 10; i++) kept[i] = keep(10000);
    many(500);
    char *grown = grow(40), *last = deep(3);
    free(grown);
    for (int i = 0; i < 5; i++) free(kept[i]);
    return kept[7][3] + last[0] == 3;
}
"""
ALLOCATED = {"keep": (103_000, 11), "many": (32_000, 500), "grow": (820_000, 40)}
"""Bytes and blocks by function."""


def build(folder: Path) -> Path:
    program, source = folder / "heap", folder / "heap.c"
    source.write_text(HEAP_C)
    natives.run("gcc", "-g", "-O0", "-fno-builtin", "-o", program, source)
    return program


def run(program: Path, tool: str, *options: str, number: int = 1) -> tuple[Path, str]:
    """What the tool left, and what it said."""
    out = program.parent / f"{tool}.out.{number}"
    done = subprocess.run(
        ["valgrind", f"--tool={tool}", f"--{tool}-out-file={out}", *options, str(program)],
        cwd=program.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert out.exists(), done.stderr
    return out, done.stderr


def ms_print(path: Path) -> str:
    done = subprocess.run(["ms_print", path], capture_output=True, text=True, check=True)
    return done.stdout


def rows(text: str) -> list[list[int]]:
    """ms_print's table: number, time, total, heap, extra and stacks of each snapshot."""
    found = re.findall(r"^ *(\d+) +([\d,]+) +([\d,]+) +([\d,]+) +([\d,]+) +([\d,]+)$", text, re.M)
    return [[int(cell.replace(",", "")) for cell in row] for row in found]


def places(text: str, number: int) -> dict[str, int]:
    """Bytes of each function that allocates, at one snapshot."""
    tree = re.split(r"^ *(\d+) +[\d,]+ +[\d,]+ .*$", text, flags=re.M)
    after = tree[len(tree) - 1 - tree[::-1].index(str(number)) + 1]
    sizes: dict[str, int] = {}
    for size, name in re.findall(r"^->[\d.]+% \(([\d,]+)B\) 0x\w+: (\S+) ", after, re.M):
        sizes[name] = sizes.get(name, 0) + int(size.replace(",", ""))
    return sizes
