"""Profiles without trampolines: nothing is disturbed, each function and line has its own time."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from perfrun import needs_perf, profile_of, pythons, run_child, stacks

from nativeprofile.engines import perf_gather, perf_rows, perf_trampoline
from nativeprofile.engines.perf_gather import CodeGatherer
from nativeprofile.symbols import linetable
from nativeprofile.tables.profile import Profile

SPIN = """
def spin(n):
    x = 1
    for i in range(n):
        x = (x * 31 + i) & 0xFFFFFFF
    return x
"""
TWO = (
    SPIN
    + """
def grow(n):
    found = {}
    for i in range(n):
        found[i] = str(i)
    return len(found)

def both(n):
    for _ in range(10):
        spin(2 * n)
        grow(n)

both(30000)
"""
)


def innermost(profile: Profile) -> dict[str, float]:
    """The share of each Python function at the inner end of the stacks."""
    shares, total = dict[str, float](), sum(profile.samples.values[0])
    for stack, _, value in stacks(profile):
        name = next(place.name for place in reversed(stack) if place.file.startswith("In["))
        shares[name] = shares.get(name, 0) + value / total
    return shares


@needs_perf
@pytest.mark.parametrize("python", pythons())
def test_functions_and_lines_have_the_time_that_they_have_with_full_stacks(
    tmp_path: Path, python: str
) -> None:
    found = []
    for mode in ("full", "leaf"):
        directory = tmp_path / mode
        directory.mkdir()
        profile = profile_of(directory, TWO, python=python, stacks=mode)
        assert profile.meta["stacks"] == mode
        assert profile.quality["lines"] > 0.95
        assert {stack[0].name for stack, _, _ in stacks(profile)} == {"In[5]"}
        found.append(innermost(profile))
    full, leaf = found
    # With full stacks `both` is the caller; without, clearing `grow`'s frame may count for it.
    assert leaf["spin"] == pytest.approx(full["spin"], abs=0.1)
    assert leaf["grow"] + leaf.get("both", 0) == pytest.approx(full["grow"], abs=0.1)


@needs_perf
def test_callers_are_known_where_c_lies_between(tmp_path: Path) -> None:
    source = SPIN + "def key(n):\n    return spin(n)\n\nsorted([60000] * 20, key=key)\n"
    profile = profile_of(tmp_path, source, stacks="leaf")
    total = sum(profile.samples.values[0])
    below = sum(
        value
        for stack, _, value in stacks(profile)
        if [p.name for p in stack if p.name in ("In[5]", "sorted", "key", "spin")][-2:]
        in (["sorted", "spin"], ["sorted", "key"])
    )
    assert below / total > 0.8
    lines = {p.line for stack, _, _ in stacks(profile) for p in stack if p.name == "In[5]"}
    assert 10 in lines


@needs_perf
def test_recursion_that_is_deeper_than_the_dump_is_no_matter(tmp_path: Path) -> None:
    deep = SPIN + (
        "import sys; sys.setrecursionlimit(20000)\n"
        "def deep(n):\n    return deep(n - 1) if n else spin(3000000)\n\ndeep(4000)\n"
    )
    profile = profile_of(tmp_path, deep, stacks="leaf")
    assert profile.quality["truncated"] < 0.01
    assert innermost(profile)["spin"] > 0.9


@needs_perf
def test_no_trampoline_is_there_and_a_hook_of_others_is_no_obstacle(tmp_path: Path) -> None:
    source = SPIN + "spin(3000000)\nimport sys\nassert not sys.is_stack_trampoline_active()\n"
    profile = profile_of(tmp_path, source, stacks="leaf")
    assert innermost(profile)["spin"] > 0.9
    again = tmp_path / "hook"
    again.mkdir()
    before = (
        "from nativeprofile.engines import perf_trampoline\n"
        "default = perf_trampoline.default_evaluator()\n"
        "perf_trampoline._hook = lambda: default + 1\n"
    )
    profile = profile_of(again, source, before=before, stacks="auto")
    assert profile.meta["stacks"] == "paired"
    refused = run_child(again, source, before=before, stacks="full")
    assert refused.returncode == 3 and "PEP 523" in refused.stdout


@needs_perf
@pytest.mark.skipif(sys.version_info < (3, 12), reason="no trampolines before 3.12")
def test_trampolines_rest_between_runs(tmp_path: Path) -> None:
    before = (
        "import sys, tempfile\n"
        "for _ in range(2):\n"
        "    with tempfile.TemporaryDirectory() as folder:\n"
        "        running = ENGINE.start(Options(stacks='full'), folder)\n"
        "        assert sys.is_stack_trampoline_active()\n"
        "        running.stop()\n"
        "    assert not sys.is_stack_trampoline_active()\n"
    )
    source = SPIN + "def outer(n):\n    return spin(n)\n\nouter(3000000)\n"
    profile = profile_of(tmp_path, source, before=before, stacks="full")
    names = {tuple(p.name for p in stack if p.file == "In[5]") for stack, _, _ in stacks(profile)}
    assert ("In[5]", "outer", "spin") in names
    assert profile.quality["stitched"] > 0.99


@needs_perf
@pytest.mark.skipif(sys.version_info < (3, 12), reason="no trampolines before 3.12")
def test_code_that_calls_small_functions_often_is_told_so(tmp_path: Path) -> None:
    fib = "def fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\n\nfib(27)\n"
    found = []
    for name, source, mode in (
        ("calls", fib, "full"),
        ("loop", SPIN + "spin(4000000)\n", "full"),
        ("leaf", fib, "leaf"),
    ):
        directory = tmp_path / name
        directory.mkdir()
        notes = profile_of(directory, source, stacks=mode).quality["notes"]
        found.append(any("trampolines" in note and "paired" in note for note in notes))
    assert found == [True, False, False]


def test_lines_of_older_pythons_are_written_in_the_newer_form() -> None:
    codes = [innermost.__code__, Profile.__init__.__code__, pytest.approx.__code__]
    for code in codes:
        table = perf_rows._location_table(code)
        lines = [line for line, _, _ in linetable.positions(table, code.co_firstlineno)]
        for start, end, line in code.co_lines():
            assert lines[start // 2 : end // 2] == [line or -1] * ((end - start) // 2)


def test_code_is_found_by_its_functions_or_handed_over() -> None:
    gatherer = CodeGatherer()
    names: dict[str, object] = {}
    gone = compile("def inner(): return 1\ninner()", "gone.py", "exec")
    gatherer.start()
    gatherer.keep(gone)
    exec(gone, names)
    del gone, names
    rows = {(row[2], row[4]): row for row in gatherer.table()}
    assert ("<module>", "gone.py") in rows and ("inner", "gone.py") in rows
    assert ("start", perf_gather.__file__) in rows  # it ran just now
    assert not gatherer.cut_short
    gatherer.close()


def test_the_evaluator_is_known() -> None:
    assert perf_trampoline.default_evaluator() > 0
