"""Stacks of real recordings: complete, with lines and columns, names and categories."""

from __future__ import annotations

import platform
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from natives import c_library, symbol
from perfrun import category_shares, needs_perf, profile_of, pythons, share, stacks

from nativeprofile.mixed.mend import describe
from nativeprofile.mixed.recording import Recording
from nativeprofile.mixed.unwind import Frame
from nativeprofile.symbols.machine import X86_64
from nativeprofile.tables.categories import Category

pytestmark = needs_perf

SPIN = """
def spin(n):
    x = 1
    for i in range(n):
        x = (x * 31 + i) & 0xFFFFFFF
    return x
"""


@pytest.mark.parametrize("python", pythons())
def test_lines_and_columns_of_callers(tmp_path: Path, python: str) -> None:
    source = (
        SPIN + "def outer(n):\n    return spin(n) + spin(3 * n)\n\nouter(1500000); spin(2000000)\n"
    )
    profile = profile_of(tmp_path, source, python=python)
    calls: dict[tuple[str, str], int] = {}
    lines = source.split("\n")
    for stack, _, value in stacks(profile):
        python_frames = [place for place in stack if place.file == "In[5]" and place.line > 0]
        for caller, callee in pairwise(python_frames):
            text = lines[caller.line - 1][caller.column : caller.end_column]
            calls[text, callee.name] = calls.get((text, callee.name), 0) + value
    total = sum(profile.samples.values[0])
    truth = {
        ("outer(1500000)", "outer"): 6 / 8,
        ("spin(n)", "spin"): 1.5 / 8,
        ("spin(3 * n)", "spin"): 4.5 / 8,
        ("spin(2000000)", "spin"): 2 / 8,
    }
    assert {call for call, value in calls.items() if value > total / 50} == set(truth)
    for call, expected in truth.items():
        assert calls[call] / total == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize("python", pythons())
def test_stacks_are_complete_and_rooted_in_the_cell(tmp_path: Path, python: str) -> None:
    profile = profile_of(tmp_path, SPIN + "for _ in range(6):\n    spin(500000)\n", python=python)
    assert profile.quality["stitched"] > 0.99
    assert profile.quality["lines"] > 0.95
    taken = [value for value in profile.samples.values[0] if value]
    assert profile.quality["samples"] == len(taken) > 50
    assert {stack[0].name for stack, _, _ in stacks(profile)} == {"In[5]"}
    assert profile.samples.time == sorted(profile.samples.time)


def test_recursion_is_complete_as_far_as_the_dump_reaches(tmp_path: Path) -> None:
    deep = SPIN + "def deep(n):\n    return deep(n - 1) if n else spin(5000000)\n"
    profile = profile_of(tmp_path, deep + "deep(60)\n")
    assert profile.quality["stitched"] > 0.99
    assert max(sum(place.name == "deep" for place in s) for s, _, _ in stacks(profile)) == 61


def test_what_is_deeper_than_the_dump_is_counted_and_stands_under_the_cell(tmp_path: Path) -> None:
    deep = SPIN + "def deep(n):\n    return deep(n - 1) if n else spin(5000000)\n"
    profile = profile_of(tmp_path, deep + "deep(500)\n")
    assert profile.quality["truncated"] > 0.9
    assert profile.quality["stitched"] < 0.1
    assert {stack[0].name for stack, _, _ in stacks(profile)} == {"In[5]"}


_ROOM = """
__asm__(
    ".p2align 12\\n"
    "kernel:\\n"
    "mov $300000000, %rax\\n"
    "1: dec %rax\\n"
    "jnz 1b\\n"
    "ret\\n"
    ".type kernel, @function\\n"
    ".size kernel, .-kernel\\n"
    ".p2align 12\\n"
    ".globl outer\\n"
    ".type outer, @function\\n"
    "outer:\\n"
    ".cfi_startproc\\n"
    "test %rdi, %rdi\\n"
    "je 2f\\n"
    "sub $90008, %rsp\\n"
    ".cfi_adjust_cfa_offset 90008\\n"
    "mov %rsp, (%rsp)\\n"
    "mov $90000000, %rax\\n"
    "1: dec %rax\\n"
    "jnz 1b\\n"
    "call kernel\\n"
    "add $90008, %rsp\\n"
    ".cfi_adjust_cfa_offset -90008\\n"
    "2: ret\\n"
    ".cfi_endproc\\n"
    ".size outer, .-outer\\n");
"""
"""`kernel` has no unwind information, `outer` has; it keeps more than a dump holds, and where its
prologue (read without that information) ends, an address of the stack itself."""


@pytest.mark.skipif(platform.machine() != "x86_64", reason="x86-64 assembly")
def test_only_functions_without_unwind_information_are_described(tmp_path: Path) -> None:
    library = c_library(tmp_path, source=_ROOM)
    kernel, outer = symbol(library, "kernel"), symbol(library, "outer")
    recording = SimpleNamespace(
        machine=X86_64, directory=tmp_path, maps=SimpleNamespace(address=lambda path, at: at)
    )
    frames = [
        Frame(name, str(library), at + 8, at, 0)
        for name, at in (("kernel", kernel), ("outer", outer))
    ]
    regions, meant = describe(cast(Recording, recording), frames)
    assert [frame.symbol for frame in meant.values()] == ["kernel"]
    assert kernel + 8 < regions[0].end <= outer


@pytest.mark.skipif(platform.machine() != "x86_64", reason="x86-64 assembly")
def test_a_dump_that_ends_in_c_code_is_not_unwound_into_data(tmp_path: Path) -> None:
    library = c_library(tmp_path, source=_ROOM)
    before = f"import ctypes\nouter = ctypes.CDLL({str(library)!r}).outer\n"
    before += "outer.argtypes = [ctypes.c_uint64]\n"
    profile = profile_of(tmp_path, SPIN + "outer(1)\nspin(500000)\n", before=before)
    assert share(profile, "outer", "kernel") > 0.3
    assert profile.quality["truncated"] == pytest.approx(share(profile, "outer"), abs=0.03)
    assert not any("left out" in note for note in profile.quality["notes"])


@pytest.mark.parametrize("python", pythons())
def test_callbacks_stand_under_the_c_function_that_called_them(tmp_path: Path, python: str) -> None:
    source = SPIN + "def by(v):\n    return spin(100)\nsorted(range(60000), key=by)\n"
    profile = profile_of(tmp_path, source, python=python)
    assert share(profile, "In[5]", "sorted", "list.sort", "by", "spin") > 0.8


def test_two_lambdas_on_one_line_are_two_functions(tmp_path: Path) -> None:
    source = SPIN + "a, b = (lambda: spin(2000000)), (lambda: spin(6000000))\na(); a(); b()\n"
    profile = profile_of(tmp_path, source)
    weights: dict[int, int] = {}
    for row, value in zip(profile.samples.stack, profile.samples.values[0], strict=True):
        at = row
        while at >= 0:
            function = profile.frames.function[profile.stacks.frame[at]]
            if profile.strings[profile.functions.name[function]] == "<lambda>":
                weights[function] = weights.get(function, 0) + value
            at = profile.stacks.prefix[at]
    assert len(weights) == 2
    small, large = sorted(weights.values())
    assert large / small == pytest.approx(1.5, abs=0.6)


def test_a_loop_is_python_and_a_sort_is_builtin(tmp_path: Path) -> None:
    loop = category_shares(profile_of(tmp_path, SPIN + "spin(4000000)\n"))
    assert loop[Category.PYTHON] > 0.9
    again = tmp_path / "sort"
    again.mkdir()
    source = "import random\nv = [random.random() for _ in range(300000)]\n"
    shares = category_shares(profile_of(again, "for _ in range(3): sorted(v)\n", before=source))
    assert shares[Category.BUILTIN] > 0.85


def test_zlib_is_builtin_and_named(tmp_path: Path) -> None:
    source = "import zlib, os\nzlib.compress(DATA, 9)\n"
    profile = profile_of(tmp_path, source, before="DATA = bytes(range(251)) * 100000")
    assert category_shares(profile)[Category.BUILTIN] > 0.8
    assert share(profile, "In[5]", "zlib.compress") > 0.8


def test_numpy_is_extension(tmp_path: Path) -> None:
    pytest.importorskip("numpy")
    source = "for _ in range(60):\n    np.sort(a)\n"
    profile = profile_of(tmp_path, source, before="import numpy as np\na = np.random.rand(1000000)")
    assert category_shares(profile)[Category.EXTENSION] > 0.8
    modules = {profile.strings[m] for m in profile.functions.module if m >= 0}
    assert {"numpy", "In[5]"} <= modules


def test_garbage_collection_and_import_have_their_own_category(tmp_path: Path) -> None:
    source = "import gc\nfor _ in range(20):\n    gc.collect()\n"
    shares = category_shares(
        profile_of(tmp_path, source, before="keep = [[] for _ in range(400000)]")
    )
    assert shares[Category.GC] > 0.8
    again = tmp_path / "import"
    again.mkdir()
    shares = category_shares(
        profile_of(again, "import decimal, asyncio, email.message, unittest\n")
    )
    assert shares[Category.IMPORT] > 0.4
    owners = (Category.PYTHON, Category.BUILTIN, Category.EXTENSION, Category.SYSTEM)
    assert sum(shares.get(owner, 0) for owner in owners) < 0.1


def test_threads_are_told_apart(tmp_path: Path) -> None:
    source = SPIN + (
        "import threading\n"
        "t = [threading.Thread(target=spin, args=(3000000,)) for _ in range(2)]\n"
        "[x.start() for x in t]\n[x.join() for x in t]\n"
    )
    profile = profile_of(tmp_path, source)
    busy = {profile.samples.thread[n] for n in range(len(profile.samples.thread))}
    mains = [n for n, main in enumerate(profile.threads.main) if main]
    assert len(busy - set(mains)) == 2
    assert share(profile, "Thread.run", "spin") > 0.9


def test_generators_coroutines_and_exec_have_their_lines(tmp_path: Path) -> None:
    # By turns: a machine may change its speed meanwhile.
    source = SPIN + (
        "def gen():\n    for _ in range(3):\n        spin(35000)\n        yield\n"
        "async def co():\n    spin(105000)\n"
        "for _ in range(20):\n"
        "    list(gen())\n"
        "    try:\n        co().send(None)\n    except StopIteration:\n        pass\n"
        "    exec('spin(105000)')\n"
    )
    profile = profile_of(tmp_path, source)
    assert share(profile, "In[5]", "gen", "spin") == pytest.approx(1 / 3, abs=0.12)
    assert share(profile, "In[5]", "co", "spin") == pytest.approx(1 / 3, abs=0.12)
    assert share(profile, "In[5]", "exec", "<module>", "spin") == pytest.approx(1 / 3, abs=0.12)


def test_columns_count_characters(tmp_path: Path) -> None:
    source = SPIN + "ä = 'öüß'; spin(3000000)\n"
    profile = profile_of(tmp_path, source)
    last = {(s[0].column, s[0].end_column) for s, _, _ in stacks(profile) if s[0].line == 7}
    assert (11, 24) in last


def test_a_cell_without_samples_says_so(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, "pass\n")
    assert profile.quality["samples"] == 0
    assert profile.quality["notes"]
