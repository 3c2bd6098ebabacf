"""py-spy as an engine: real recordings of real kernels, on older Pythons too."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Kernel, children
from perfrun import stacks

from nativeprofile import pyspy
from nativeprofile.engines import ptrace, pyspy_process
from nativeprofile.engines.base import EngineError, Options
from nativeprofile.engines.lifeline import tied
from nativeprofile.engines.pyspy import ENGINE
from nativeprofile.tables import decode
from nativeprofile.tables.categories import Category
from nativeprofile.tables.errors import FormatError
from nativeprofile.tables.profile import Profile

pytestmark = pytest.mark.skipif(
    not ENGINE.probe().available, reason=f"py-spy: {ENGINE.probe().reason}"
)

Fresh = Callable[..., Kernel]


def interpreters() -> list[str]:
    """This Python and those before 3.12, with nativeprofile and ipykernel."""
    older = os.environ.get("NATIVEPROFILE_OLDER_PYTHONS", "").split(os.pathsep)
    return [sys.executable, *(python for python in older if python)]


@pytest.fixture(scope="module", params=interpreters(), ids=lambda p: Path(p).parts[-3])
def spied(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Kernel]:
    """A kernel of each Python, with the extension loaded."""
    kernel = Kernel(str(request.param), tmp_path_factory.mktemp("spied"))
    kernel.run("%load_ext nativeprofile")
    yield kernel
    kernel.close()


def inclusive(summary: dict[str, Any], line: int) -> int:
    return sum(row["inclusive"] for row in summary["lines"] if row["line"] == line and row["cell"])


SECTIONS = """\
%%nativeprofile --engine pyspy
import threading, time, zlib
def burn(seconds):
    end = time.thread_time() + seconds
    while time.thread_time() < end: sum(range(500))
def block(seconds):
    lock = threading.Lock(); lock.acquire(); lock.acquire(timeout=seconds)
def squeeze(data):
    for _ in range(24): zlib.compress(data)
marks = [time.perf_counter()]
mark = lambda: marks.append(time.perf_counter())
data = bytes(range(256)) * 8000
burn(0.45); mark()
burn(1.05); mark()
time.sleep(0.8); mark()
block(0.6); mark()
squeeze(data); mark()
other = threading.Thread(target=burn, args=(0.3,), name="other")
other.start(); other.join(); mark()
walls = [b - a for a, b in zip(marks, marks[1:])]
"""


def test_shares_are_those_of_the_clock_by_line_and_by_kind(spied: Kernel) -> None:
    for _ in range(4):
        cell = spied.run(SECTIONS)
        assert cell.status == "ok" and not cell.failures, cell.outputs
        # Shares of a py-spy that could not keep its pace are not promised: it says so.
        if not any("too busy for py-spy" in note for note in cell.profile["quality"]["notes"]):
            break
    walls: list[float] = json.loads(spied.value("walls"))
    message = cell.profile
    meta, quality, summary = message["meta"], message["quality"], message["summary"]
    assert meta["engine"] == "pyspy" and 0 < meta["rate"] <= 100
    assert summary["unit"] == "ns" and quality["lines"] > 0.98
    profile = decode.decode(message)
    assert [value["name"] for value in profile.values] == ["wall"]

    # What the chance of drawing samples allows, and some for a machine that is busy.
    slack = 0.05 + 4 * (0.25 / quality["samples"]) ** 0.5
    total = sum(walls)
    for line, wall in zip((13, 14, 15, 16, 17), walls, strict=False):
        share = inclusive(summary, line) / meta["wall_ns"]
        assert abs(share - wall / total) < slack, (line, share, wall / total)
    categories = {name: value / meta["wall_ns"] for name, value in summary["categories"].items()}
    assert abs(categories["sleep"] - walls[2] / total) < slack
    # The cell waits for the other thread, too.
    assert abs(categories["lock"] - (walls[3] + walls[5]) / total) < slack
    assert abs(categories["builtin"] - walls[4] / total) < slack
    native = [str(file) for row in summary["functions"] if (file := row["file"])]
    assert any("libz" in file for file in native), summary["functions"]

    threads = {profile.strings[name] for name in profile.threads.name}
    # py-spy does not always come to read a thread's name.
    assert "main" in threads and threads & {"other", "thread"}
    # The notebook's own threads are not the cell's.
    assert not {"IOPub", "Heartbeat", "Control"} & threads
    roots = {stack[0].name for stack, _, _ in stacks(profile)}
    assert meta["name"] in roots
    assert spied.leftovers() == []


def test_what_a_cell_awaits_is_waiting(spied: Kernel) -> None:
    code = (
        "import asyncio, time\nwaits, start = 0, time.perf_counter()\n"
        "for _ in range(3):\n"
        "    before = time.perf_counter()\n    await asyncio.sleep(0.4)\n"
        "    waits += time.perf_counter() - before\n    sum(range(300_000))\n"
        "waits / (time.perf_counter() - start)"
    )
    cell = spied.run(f"%%nativeprofile --engine pyspy\n{code}")
    message = cell.profile
    waited = message["summary"]["categories"].get("waiting", 0) / message["meta"]["wall_ns"]
    slack = 0.15 + 4 * (0.25 / message["quality"]["samples"]) ** 0.5
    assert abs(waited - float(cell.result or 0)) < slack, message["summary"]["categories"]


# A seccomp filter of this process and its children that refuses two system calls.
REFUSE = """
import ctypes, struct
libc = ctypes.CDLL(None, use_errno=True)
steps = [(0x20, 0, 0, 0), (0x15, 2, 0, {first}), (0x15, 1, 0, {second}), (6, 0, 0, 0x7FFF0000),
    (6, 0, 0, 0x50001)]
program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
filter = struct.pack("H6xQ", len(steps), ctypes.addressof(program))
assert libc.prctl(38, 1, 0, 0, 0) == 0 and libc.prctl(22, 2, filter, 0, 0) == 0
"""
PTRACE, PERF_EVENT_OPEN = 101, 298
BURN = "import time\nend = time.thread_time() + 1.0\nwhile time.thread_time() < end: sum(range(99))"


def test_without_ptrace_pythons_own_stacks_are_shown(fresh: Fresh) -> None:
    kernel = fresh()
    kernel.run("%load_ext nativeprofile")
    kernel.run(REFUSE.format(first=PTRACE, second=PTRACE))
    cell = kernel.run(f"%%nativeprofile --engine pyspy\n{BURN}")
    message = cell.profile
    assert message["meta"]["engine"] == "pyspy"
    assert message["summary"]["lines"][0]["line"] == 4
    assert any("Only Python's own stacks" in note for note in message["quality"]["notes"])
    assert "seccomp" in " ".join(message["quality"]["notes"])


def test_a_refused_py_spy_hands_over_with_the_reason(fresh: Fresh) -> None:
    kernel = fresh()
    kernel.run("%load_ext nativeprofile")
    # The kernel keeps a capability that its children cannot have: they may not trace it.
    dropped = kernel.run("import ctypes\nctypes.CDLL(None).prctl(24, 19, 0, 0, 0)").result
    if dropped != "0":
        pytest.skip("dropping a capability needs root")
    cell = kernel.run("%%nativeprofile --engine pyspy\n17")
    assert cell.result == "17" and cell.profiles[0]["meta"]["engine"] == "perf"
    assert "pyspy is not available" in cell.failures[0]
    assert "does not let it read this process" in cell.failures[0]
    assert kernel.leftovers() == []


def test_auto_takes_py_spy_where_perf_is_forbidden(fresh: Fresh) -> None:
    kernel = fresh()
    kernel.run("%load_ext nativeprofile")
    kernel.run(REFUSE.format(first=PERF_EVENT_OPEN, second=PERF_EVENT_OPEN))
    cell = kernel.run("%%nativeprofile\nimport time\ntime.sleep(0.5)\n18")
    meta = cell.profile["meta"]
    assert cell.result == "18" and meta["engine"] == "pyspy"
    assert "perf is not available" in meta["engine_reason"] and "seccomp" in meta["engine_reason"]


def test_py_spy_killed_in_mid_cell_is_said_and_the_cell_lives(spied: Kernel) -> None:
    cell = spied.run(
        "%%nativeprofile --engine pyspy\n"
        "import os, signal, subprocess\n"
        "listing = subprocess.run(['ps', '-A', '-o', 'pid=,ppid=,args='], capture_output=True,\n"
        "    text=True).stdout\n"
        "rows = [line.split(None, 2) for line in listing.splitlines()]\n"
        "for pid, parent, command in rows:\n"
        "    if int(parent) == os.getpid() and 'py-spy' in command:\n"
        "        os.kill(int(pid), signal.SIGKILL)\n"
        "sum(range(1000))"
    )
    assert cell.result == "499500" and cell.profiles == []
    assert "killed by signal 9" in cell.failures[0]
    assert spied.leftovers() == []
    assert spied.run("%%nativeprofile --engine pyspy\nimport time; time.sleep(0.3)").profiles


def test_py_spy_ends_with_a_kernel_that_is_killed(fresh: Fresh) -> None:
    kernel = fresh()
    kernel.run("%load_ext nativeprofile")
    kernel.send("%%nativeprofile --engine pyspy\nimport time\ntime.sleep(30)")
    pid, end = kernel.pid, time.monotonic() + 30
    while not any("py-spy" in command for command in children(pid)):
        assert time.monotonic() < end
        time.sleep(0.1)
    spy = recorders(pid)
    os.kill(pid, 9)
    end = time.monotonic() + 10
    while recorders(pid) and time.monotonic() < end:
        time.sleep(0.1)
    assert spy and recorders(pid) == []


@pytest.mark.skipif(not tied(), reason="needs setpriv")
def test_what_is_tied_to_a_process_that_has_ended_does_not_run(tmp_path: Path) -> None:
    *guard, own = tied()
    for parent, runs in (own, True), ("1", False):
        file = tmp_path / parent
        subprocess.run([*guard, parent, "touch", str(file)], check=False)
        assert file.exists() == runs


def recorders(pid: int) -> list[int]:
    """The processes that record the process `pid`."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if f"--pid={pid}".encode() in words and b"speedscope" in b" ".join(words):
            found.append(int(entry.name))
    return found


def test_a_missing_binary_is_said_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyspy_process, "binary", lambda: None)
    probe = ENGINE.probe()
    assert not probe.available and "not installed" in probe.reason
    assert probe.remedy == "pip install py-spy"
    with pytest.raises(EngineError, match="not installed"):
        ENGINE.start(Options(), "/nonexistent")


@pytest.mark.parametrize(
    ("level", "caps", "seccomp", "word"),
    [
        (0, 0, 0, None),
        (1, 0, 0, None),
        (2, 0, 0, "ptrace_scope is 2"),
        (2, 1 << 19, 0, None),
        (3, 1 << 19, 0, "ptrace_scope is 3"),
        (0, 0, 2, "seccomp"),
    ],
)
def test_what_forbids_tracing(
    tmp_path: Path, level: int, caps: int, seccomp: int, word: str | None
) -> None:
    scope = tmp_path / "sys/kernel/yama/ptrace_scope"
    scope.parent.mkdir(parents=True)
    scope.write_text(f"{level}\n")
    (tmp_path / "self").mkdir()
    (tmp_path / "self/status").write_text(f"CapEff:\t{caps:016x}\nSeccomp:\t{seccomp}\n")
    found = ptrace.obstacle(tmp_path)
    assert (found is None) if word is None else (found is not None and word in found[0])


def recording(tmp_path: Path, main: list[list[str]], **changes: Any) -> Profile:
    """A profile of stacks written as `name@file:line`, root first, as py-spy writes them."""
    frames: list[dict[str, Any]] = []
    rows = []
    for stack in main:
        row = []
        for text in stack:
            name, _, place = text.partition("@")
            file, _, line = place.rpartition(":")
            frame = {"name": name, "file": file, "line": int(line), "col": None}
            if frame not in frames:
                frames.append(frame)
            row.append(frames.index(frame))
        rows.append(row)
    document = {
        "$schema": "https://www.speedscope.app/file-format-schema.json",
        "profiles": [
            {
                "type": "sampled",
                "name": 'Thread 7 "MainThread"',
                "unit": "seconds",
                "startValue": 0.0,
                "endValue": 1.0,
                "samples": rows,
                "weights": [0.01] * len(rows),
            }
        ],
        "shared": {"frames": frames},
    }
    (tmp_path / "pyspy.json").write_text(json.dumps(document, separators=(",", ":")))
    run = {
        "format": 1,
        "engine": "pyspy",
        "kind": "sampled",
        "name": "In[1]",
        "prompt": 1,
        "status": "ok",
        "wall_ns": 10**9,
        "pid": 7,
        "tid": 7,
        "cells": [{"filename": CELL, "name": "In[1]", "prompt": 1, "source": "pass"}],
        "data": {"file": "pyspy.json", "mode": "native", "rate": 100, "errors": 0, **changes},
    }
    return pyspy.read(tmp_path, run, lambda samples: None)


CELL = "/tmp/ipykernel_7/1.py"
ROOT = f"<module>@{CELL}:1"
LIBC, PYTHON = "@/usr/lib/libc.so.6:0", "@/usr/lib/libpython3.11.so.1.0:0"
BLAS = "@/venv/numpy.libs/libscipy_openblas64_.so:0"


@pytest.mark.parametrize(
    ("native", "category"),
    [
        ([], Category.PYTHON),
        ([f"time_sleep{PYTHON}", f"clock_nanosleep{LIBC}"], Category.SLEEP),
        ([f"time_sleep{PYTHON}", f"select{LIBC}"], Category.SLEEP),
        ([f"os_read{PYTHON}", f"__read_nocancel{LIBC}"], Category.IO),
        ([f"os_waitpid{PYTHON}", f"wait4{LIBC}"], Category.WAITING),
        ([f"pthread_cond_timedwait{LIBC}", f"0x7f0000000000{LIBC}"], Category.GIL),
        (
            [f"PyThread_acquire_lock_timed{PYTHON}", f"0x7f0000000000{LIBC}"],
            Category.LOCK,
        ),
        ([f"exec_blas{BLAS}", f"pthread_cond_wait{LIBC}"], Category.LOCK),
        ([f"exec_blas{BLAS}", f"memcpy{LIBC}"], Category.EXTENSION),
        ([f"clock_gettime{LIBC}", "0x7ffc0000@[vdso]:0"], Category.PYTHON),
        ([f"os_urandom{PYTHON}", f"getrandom{LIBC}"], Category.BUILTIN),
    ],
)
def test_waiting_is_told_by_where_a_stack_ends(
    tmp_path: Path, native: list[str], category: Category
) -> None:
    profile = recording(tmp_path, [[ROOT, *native]] * 3)
    assert [found for _, found, _ in stacks(profile)] == [category] * 3
    assert sum(profile.samples.values[0]) == pytest.approx(10**9, abs=10)


def test_a_cell_that_only_awaits_waits(tmp_path: Path) -> None:
    loop = ["run@/usr/lib/python3.11/asyncio/base_events.py:7", f"epoll_wait{LIBC}"]
    ours = ["stop@/x/nativeprofile/capture/session.py:1", f"epoll_wait{LIBC}"]
    profile = recording(tmp_path, [ours, *[loop] * 9, ours])
    assert [category for _, category, _ in stacks(profile)] == [Category.WAITING] * 9
    assert {stack[0].name for stack, _, _ in stacks(profile)} == {"In[1]"}


def test_what_py_spy_could_not_read_is_counted(tmp_path: Path) -> None:
    profile = recording(tmp_path, [[ROOT]] * 75, errors=25, busy=0.4, behind=3.0)
    notes = " ".join(profile.quality["notes"])
    assert profile.quality["lost"] == 0.25 and profile.quality["samples"] == 75
    assert "25%" in notes and "40%" in notes and "3 s behind" in notes


def test_without_a_sample_the_profile_says_so(tmp_path: Path) -> None:
    profile = recording(tmp_path, [["<module>@/x/nativeprofile/magic.py:1"]])
    assert profile.quality["samples"] == 0 and profile.quality["notes"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data.replace(b"[[0]", b"[[9]"),
        lambda data: data.replace(b'"frames"', b'"fram"'),
        lambda data: b"\0" * 100,
    ],
)
def test_a_damaged_recording_is_an_error(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    recording(tmp_path, [[ROOT]] * 3)
    data = (tmp_path / "pyspy.json").read_bytes()
    run = {"wall_ns": 1, "tid": 7, "data": {"mode": "native"}}
    (tmp_path / "pyspy.json").write_bytes(damage(data))
    with pytest.raises(FormatError):
        pyspy.read(tmp_path, run, lambda samples: None)
