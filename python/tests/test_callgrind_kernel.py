"""Cells of a real kernel that runs under Callgrind."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from callgrind_kernels import CallgrindKernel, Counts, extension
from conftest import Execution, settled
from natives import c_library
from valgrinds import needs_valgrind

from nativeprofile import cli
from nativeprofile.tables.categories import Category

pytestmark = [
    needs_valgrind,
    pytest.mark.skipif(sys.version_info < (3, 12), reason="CPython names no functions before 3.12"),
]

FUNCTIONS = """\
import counted, threading
def back(): return 1
def key(x): return -x
def down(n): return 0 if n == 0 else down(n - 1)
def even(n): return n == 0 or odd(n - 1)
def odd(n): return n != 0 and even(n - 1)
def work(n):
    for i in range(n): step(i)
def step(i): return i * i
"""

C_CALLS = """\
static volatile int sink;
__attribute__((noinline)) void tock(int x) { sink += x; }
void tick(int x) { tock(x); tock(x + 1); }
void again(int (*function)(void), int times)
{
    for (int i = 0; i < times; i++) sink += function();
}
"""


@pytest.fixture(scope="module")
def specs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the kernel is installed, as the command line does it."""
    prefix = tmp_path_factory.mktemp("prefix")
    assert cli.main(["kernelspec", "install", "--prefix", str(prefix)]) == 0
    return prefix


@pytest.fixture(scope="module")
def kernel(specs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CallgrindKernel]:
    kernel = CallgrindKernel(specs, "callgrind", tmp_path_factory.mktemp("callgrind"))
    extension(kernel.cwd)
    kernel.keep_files()
    kernel.run(FUNCTIONS)
    yield kernel
    kernel.close()
    assert settled(kernel.remains) == []


def test_calls_of_c_and_python_functions_are_counted_exactly(kernel: CallgrindKernel) -> None:
    ran = kernel.profiled(
        "counted.many(10)\ncounted.many(200); counted.many(510)\n"
        "for _ in range(10): counted.many(100_000)\n"
        "counted.deep(50)\ncounted.apply(back, 510)\n"
        "sorted(range(200), key=key)\ndown(50)\neven(20);"
    )
    counts = Counts(ran.profile)
    calls = counts.calls
    assert calls["leaf"] == 10 + 200 + 510 + 1_000_000 + 50
    assert (calls["many"], calls["fact"]) == (13, 50)
    assert (calls["back"], counts.edge("apply", "back")) == (510, 510)
    assert (calls["key"], calls["down"]) == (200, 51)
    assert (calls["even"], calls["odd"], counts.edge("even", "odd")) == (11, 10, 10)
    assert counts.total == kernel.collected() == ran.profile["summary"]["total"]


def test_functions_are_named_placed_and_owned(kernel: CallgrindKernel) -> None:
    ran = kernel.profiled("sorted(range(20), key=key)\ncounted.apply(back, 3)\nwork(3)")
    counts, cell = Counts(ran.profile), f"In[{ran.reply['execution_count']}]"
    assert (counts.of("key", "module"), counts.of("key", "line")) == ("In[3]", 3)
    assert counts.of("apply", "entry") == "counted.apply"
    assert str(counts.of("apply", "file")).endswith("counted.so")
    assert counts.of("apply", "category") == Category.EXTENSION
    assert counts.of("key", "category") == Category.PYTHON
    assert counts.edge(cell, "work") == 1
    # What runs cells is not in it, and neither is what only passes calls on.
    modules = {counts.profile.strings[m] for m in counts.profile.functions.module if m >= 0}
    assert not [m for m in modules if m.split(".")[0] in ("IPython", "ipykernel", "zmq")]
    assert not [name for name in counts.names if name.startswith(("_PyEval", "ffi_", "0x"))]


def test_functions_called_through_ctypes_are_counted(kernel: CallgrindKernel) -> None:
    c_library(kernel.cwd, source=C_CALLS, name="calls")
    ran = kernel.profiled(
        "import ctypes\nlibrary = ctypes.CDLL('./libcalls.so')\n"
        "for i in range(200): library.tick(i)\n"
        "library.again(ctypes.CFUNCTYPE(ctypes.c_int)(back), 510)"
    )
    counts = Counts(ran.profile)
    assert (counts.calls["tick"], counts.calls["tock"]) == (200, 400)
    assert (counts.edge("tick", "tock"), counts.calls["back"]) == (400, 510)
    assert counts.of("tick", "category") == Category.EXTENSION
    assert counts.total == kernel.collected()


def test_two_threads_are_counted_and_the_notebooks_own_are_not(kernel: CallgrindKernel) -> None:
    ran = kernel.profiled(
        "threads = [threading.Thread(target=work, args=(n,)) for n in (200, 510)]\n"
        "for one in threads: one.start()\nfor one in threads: one.join()"
    )
    counts = Counts(ran.profile)
    assert (counts.calls["work"], counts.calls["step"]) == (2, 710)
    assert counts.total == kernel.collected()


def test_forked_children_are_left_out_which_is_said(kernel: CallgrindKernel) -> None:
    ran = kernel.profiled(
        "import os\npid = os.fork()\nif pid == 0:\n    work(100)\n    os._exit(0)\n"
        "os.waitpid(pid, 0)\nwork(5)"
    )
    assert Counts(ran.profile).calls["step"] == 5
    assert (
        "Forked processes are not in this profile (1 of them)." in (ran.profile["quality"]["notes"])
    )
    assert len(ran.profile["meta"]["parts"]) == 1
    assert not list(kernel.tmp.glob("nativeprofile-callgrind-*/out.*.*"))


def test_the_cell_keeps_its_meaning(kernel: CallgrindKernel) -> None:
    before = kernel.profiled("kept = [1]\nprint('first')\nkept + [2]", options="")
    ran = kernel.profiled("kept.append(3)\nprint('second')\nkept")
    assert (before.result, ran.result, ran.text()) == ("[1, 2]", "[1, 3]", "second\n")
    assert kernel.value(f"Out[{ran.reply['execution_count']}] is kept") == "True"
    failed = kernel.profiled("kept.append(4)\n1 / 0")
    assert failed.status == "error" and "line 3" in failed.traceback
    assert "nativeprofile/" not in failed.traceback
    assert failed.profile["meta"]["status"] == "error"
    awaited = kernel.profiled(
        "import asyncio\nx = await asyncio.sleep(0.01, result=42)\nwork(10)\nx"
    )
    assert awaited.result == "42" and Counts(awaited.profile).calls["step"] == 10
    assert kernel.value("kept") == "[1, 3, 4]"


def test_the_same_cell_twice_costs_the_same(kernel: CallgrindKernel) -> None:
    code = "for _ in range(100): even(100)\ncounted.many(500_000); counted.apply(back, 5000)"
    kernel.profiled(code)
    totals = [Counts(kernel.profiled(code).profile).total for _ in range(2)]
    assert abs(totals[0] - totals[1]) < 0.001 * totals[0]


def test_what_allocates_says_how_far_it_repeats(kernel: CallgrindKernel) -> None:
    said = "pools of CPython's allocator"
    assert not noted(kernel.profiled("counted.many(10_000)"), said)
    allocating = kernel.profiled("for number in range(10_000): number * number")
    (note,) = noted(allocating, said)
    assert "kernelspec install --malloc" in note
    # Of each round two objects: 17 instructions each at most, of some hundred.
    assert 1 < float(note.split(" %")[0].rpartition(" ")[2]) < 5


def test_a_kernel_with_malloc_counts_what_allocates_the_same(tmp_path: Path) -> None:
    assert cli.main(["kernelspec", "install", "--malloc", "--prefix", str(tmp_path)]) == 0
    kernel = CallgrindKernel(tmp_path, "callgrind", tmp_path / "kernel")
    try:
        kernel.run("def squares(n):\n    total = 0\n    for i in range(n): total += i * i")
        code = "squares(20_000)"
        kernel.profiled(code)
        runs = [kernel.profiled(code) for _ in range(2)]
        totals = [Counts(ran.profile).total for ran in runs]
        assert abs(totals[0] - totals[1]) < 0.001 * totals[0]
        assert not any(noted(ran, "pools of CPython's allocator") for ran in runs)
        # Names lie alike in the dictionaries of every kernel.
        assert kernel.value("__import__('sys').flags.hash_randomization") == "0"
    finally:
        kernel.close()


def noted(ran: Execution, words: str) -> list[str]:
    """The notes of a profile that say this."""
    return [note for note in ran.profile["quality"]["notes"] if words in note]


def test_auto_takes_callgrind_there_and_no_sampler(kernel: CallgrindKernel) -> None:
    ran = kernel.profiled("work(5)", options="")
    assert ran.profile["meta"]["engine"] == "callgrind"
    asked = kernel.profiled("work(5)", options="--engine perf")
    assert asked.profiles[0]["meta"]["engine"] == "callgrind"
    assert "all that perf would see" in asked.failures[0]
    lacking = kernel.profiled("work(5)", options="--engine callgrind --cache")
    assert "started without --cache" in lacking.failures[0]
    assert "nativeprofile kernelspec install --cache" in lacking.failures[0]


def test_an_interrupt_keeps_what_was_counted(kernel: CallgrindKernel) -> None:
    ran = kernel.profiled(
        "counted.many(1000)\nprint('on')\nwhile True: work(10)",
        interrupt_when=lambda so_far: "on" in so_far.text(),
    )
    assert ran.errors[0]["ename"] == "KeyboardInterrupt"
    assert ran.profile["meta"]["status"] == "interrupted"
    assert Counts(ran.profile).calls["leaf"] == 1000
    assert "times slower" in ran.progress[0]["note"]


def test_an_unknown_instruction_and_a_kill_leave_nothing(specs: Path, tmp_path: Path) -> None:
    kernel = CallgrindKernel(specs, "callgrind", tmp_path)
    extension(kernel.cwd)
    with pytest.raises(AssertionError, match="died"):
        kernel.profiled("import counted\ncounted.unknown()")
    assert settled(kernel.remains) == []
    assert "instruction that Valgrind does not know" in kernel.said
    kernel.close()


def test_a_killed_kernel_leaves_nothing(specs: Path, tmp_path: Path) -> None:
    kernel = CallgrindKernel(specs, "callgrind", tmp_path)
    begun = kernel.cwd / "begun"
    kernel.send(
        f"%%nativeprofile --engine callgrind\nopen({str(begun)!r}, 'w').close()\nwhile 1: 0"
    )
    # Only once the cell runs is everything there that removes what is left.
    assert settled(lambda: [] if begun.exists() else ["not begun"]) == []
    os.kill(kernel.pid, signal.SIGKILL)
    kernel.manager.is_alive()
    assert settled(kernel.remains) == []
    kernel.close()
