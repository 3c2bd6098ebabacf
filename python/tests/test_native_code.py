"""At which machine instructions native functions spent their time, in real recordings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from natives import c_library, run, symbol
from perfrun import needs_perf, profile_of, record

from nativeprofile import mixed
from nativeprofile.symbols import elf
from nativeprofile.tables import layout
from nativeprofile.tables.profile import Profile

pytestmark = needs_perf

SOURCE = """\
#include <stdint.h>
uint64_t divide(uint64_t n)
{
    uint64_t x = ~0ull;
    for (uint64_t i = 1; i <= n; i++) x ^= UINT64_MAX / (x | i);
    return x;
}
uint64_t twice(uint64_t n) { return divide(n) + divide(n); }
"""
"""One loop around a division, which takes nearly all of its time."""

CALL = """
import ctypes
twice = ctypes.CDLL({library!r}).twice
twice.argtypes, twice.restype = [ctypes.c_uint64], ctypes.c_uint64
twice({times})
"""


def code_of(profile: Profile, name: str) -> list[int]:
    """The rows of a function's machine code."""
    functions, strings = profile.functions, profile.strings
    return [
        row
        for row, function in enumerate(profile.code.function)
        if strings[functions.name[function]] == name
    ]


def costs(profile: Profile, row: int) -> dict[int, int]:
    """The CPU time of each sampled offset in a stretch of code."""
    sampled = profile.instructions
    return {
        offset: value
        for code, offset, value in zip(sampled.code, sampled.offset, sampled.values[0], strict=True)
        if code == row
    }


def loop_of(library: Path, name: str) -> tuple[int, range]:
    """Where a function begins, and the offsets of its loop: what its backward jump spans."""
    text = run("objdump", "-d", "--no-show-raw-insn", f"--disassemble={name}", library)
    start = symbol(library, name)
    for at, target in re.findall(r"^\s*([0-9a-f]+):\s+j\w+\s+([0-9a-f]+)", text, re.MULTILINE):
        if int(target, 16) < int(at, 16):
            return start, range(int(target, 16) - start, int(at, 16) - start + 2)
    raise AssertionError(f"{name} has no loop:\n{text}")


@pytest.mark.parametrize("stacks", ["full", "paired"])
def test_the_time_of_a_loop_is_at_its_instructions(tmp_path: Path, stacks: str) -> None:
    library = c_library(tmp_path, source=SOURCE)
    call = CALL.format(library=str(library), times=15_000_000)
    profile = profile_of(tmp_path, call, stacks=stacks)
    layout.check(profile)
    [row] = code_of(profile, "divide")
    start, loop = loop_of(library, "divide")
    code, strings = profile.code, profile.strings
    facts = elf.read(library)
    assert facts is not None
    assert strings[code.symbol[row]] == "divide"
    assert strings[code.build[row]] == facts.build_id != ""
    assert facts.address(code.start[row]) == start
    spent = costs(profile, row)
    assert sum(cost for at, cost in spent.items() if at in loop) > 0.95 * sum(spent.values())
    assert sum(spent.values()) > 0.8 * sum(profile.samples.values[0])


def test_a_stripped_library_has_its_code_as_well(tmp_path: Path) -> None:
    library = c_library(
        tmp_path,
        source=SOURCE.replace(
            "uint64_t divide", "static __attribute__((noinline)) uint64_t divide"
        ),
    )
    start = symbol(library, "divide")
    run("strip", "--strip-all", library)
    profile = profile_of(tmp_path, CALL.format(library=str(library), times=10_000_000))
    [row] = code_of(profile, f"libnative+0x{start:x}")
    assert profile.code.symbol[row] == -1
    assert sum(costs(profile, row).values()) > 0.8 * sum(profile.samples.values[0])


def test_a_library_without_a_build_id_has_none(tmp_path: Path) -> None:
    library = c_library(tmp_path, "-Wl,--build-id=none", source=SOURCE)
    profile = profile_of(tmp_path, CALL.format(library=str(library), times=5_000_000))
    assert "divide" in profile.strings
    assert code_of(profile, "divide") == []


def test_events_are_counted_at_instructions(tmp_path: Path) -> None:
    source = """\
#include <stdlib.h>
#include <stdint.h>
uint64_t twice(uint64_t n)
{
    volatile char *memory = malloc(n);
    for (uint64_t i = 0; i < n; i += 4096) memory[i] = 1;
    free((void *)memory);
    return n;
}
"""
    library = c_library(tmp_path, source=source)
    call = CALL.format(library=str(library), times=300_000_000)
    made = record(tmp_path, call, events="page-faults")
    profile = mixed.read(tmp_path, made, lambda samples: None)
    names = [value["name"] for value in profile.values]
    faults = profile.instructions.values[names.index("page-faults")]
    assert sum(faults) > 0.9 * sum(profile.samples.values[names.index("page-faults")])
