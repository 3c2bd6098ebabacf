"""Processes that a cell starts: each with its own name, Python functions and lines."""

from __future__ import annotations

import importlib.util
from collections import Counter
from pathlib import Path

import pytest
from perfrun import (
    Place,
    by_process,
    importable,
    needs_perf,
    on_joblib,
    profile_of,
    pythons,
    run_child,
    stack_of,
)

pytestmark = needs_perf

WORK = """
import multiprocessing, os
def spin(n):
    x = 1
    for i in range(n):
        x = (x * 31 + i) & 0xFFFFFFF
    return x
def named(n):
    spin(n)
    return multiprocessing.current_process().name
def state():
    import glob, sys, threading
    files = [f"/proc/self/fd/{n}" for n in os.listdir("/proc/self/fd")]
    return (
        len(glob.glob(f"/tmp/perf-{os.getpid()}*")),
        threading.active_count(),
        [sys.monitoring.get_tool(n) for n in range(6)].count("nativeprofile"),
        sum("child-" in os.readlink(file) for file in files if os.path.lexists(file)),
    )
"""
SPIN_LINES = {4, 5, 6}


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Makes the module `work` importable, in children too."""
    return importable(tmp_path_factory.mktemp("work"), WORK)


def spun(samples: list[tuple[list[Place], int]]) -> float:
    """The share of a process's time in `spin`, at one of its lines."""
    total = sum(value for _, value in samples)
    inside = (
        value
        for stack, value in samples
        if any(place.name == "spin" and place.line in SPIN_LINES for place in stack)
    )
    return sum(inside) / total


@pytest.mark.parametrize("python", pythons())
def test_each_way_to_start_a_process_gives_python_stacks(
    tmp_path: Path, before: str, python: str
) -> None:
    source = (
        "import multiprocessing\n"
        "from concurrent.futures import ProcessPoolExecutor\n"
        "for way in ('fork', 'spawn', 'forkserver'):\n"
        "    context = multiprocessing.get_context(way)\n"
        "    p = context.Process(target=work.spin, args=(4000000,), name=way)\n"
        "    p.start(); p.join()\n"
        "    assert p.exitcode == 0\n"
        "with ProcessPoolExecutor(1, multiprocessing.get_context('spawn')) as pool:\n"
        "    NAME = pool.submit(work.named, 4000000).result()\n"
        "assert NAME.startswith('SpawnProcess-')\n"
    )
    profile = profile_of(tmp_path, source, before=before, python=python)
    assert profile.quality["stitched"] > 0.97
    found = by_process(profile)
    pooled = next(name for name in found if name.startswith("SpawnProcess-"))
    # A process that begins anew also imports what it needs.
    for name, least in (("fork", 0.9), ("spawn", 0.4), ("forkserver", 0.4), (pooled, 0.4)):
        assert spun(found[name]) > least, name
        started = [s for s, _ in found[name] if any(place.name == "spin" for place in s)]
        assert {stack[0].name for stack in started} == {"BaseProcess._bootstrap"}, name


def test_joblib_workers_have_python_stacks(tmp_path: Path, before: str) -> None:
    if importlib.util.find_spec("joblib") is None:
        pytest.skip("joblib is not installed")
    source = on_joblib("work.spin", "4000000")
    profile = profile_of(tmp_path, source, before=before + "import joblib\n")
    found = by_process(profile)
    workers = [name for name in found if name.startswith("LokyProcess")]
    assert len(workers) == 2
    for name in workers:
        assert spun(found[name]) > 0.3


@pytest.mark.parametrize("python", pythons())
def test_a_forked_child_carries_on_with_the_cell_and_its_children_too(
    tmp_path: Path, before: str, python: str
) -> None:
    source = (
        "import os\n"
        "def later(n):\n"
        "    return work.spin(n)\n"
        "if os.fork() == 0:\n"
        "    if os.fork() == 0:\n"
        "        later(4000000)\n"
        "        os._exit(0)\n"
        "    os.wait()\n"
        "    work.spin(4000000)\n"
        "    os._exit(0)\n"
        "def only_here(n):\n"
        "    return work.spin(n)\n"
        "only_here(4000000)\n"
        "os.wait()\n"
    )
    profile = profile_of(tmp_path, source, before=before, python=python)
    lines: dict[int, Counter[tuple[str, int]]] = {}
    for row, thread in zip(profile.samples.stack, profile.samples.thread, strict=True):
        stack = stack_of(profile, row)
        if any(place.name == "spin" for place in stack):
            own = [place for place in stack if place.file == "In[5]"]
            lines.setdefault(profile.threads.pid[thread], Counter())[own[-1].name, own[0].line] += 1
    most = {counts.most_common(1)[0][0] for counts in lines.values()}
    assert most == {("later", 6), ("In[5]", 9), ("only_here", 13)}
    assert all(counts.most_common(1)[0][1] > 0.95 * counts.total() for counts in lines.values())


def test_another_program_has_its_native_stack(tmp_path: Path) -> None:
    source = "subprocess.run([sys.executable, '-c', 'sum(range(20000000))'])\n"
    profile = profile_of(tmp_path, source, before="import subprocess, sys\n")
    theirs = [s for name, samples in by_process(profile).items() if name for s in samples]
    assert len(theirs) > 50
    whole = [s for s, _ in theirs if s[0].name in ("_start", "_dl_start")]
    assert len(whole) > 0.95 * len(theirs)
    assert any(place.name == "sum" for stack in whole for place in stack)
    assert any("No Python functions are known of python" in n for n in profile.quality["notes"])
    assert any("1 child process;" in note for note in profile.quality["notes"])


def test_threads_have_their_names_also_in_children(tmp_path: Path, before: str) -> None:
    source = (
        "import os, threading\n"
        "def run(name):\n"
        "    thread = threading.Thread(target=work.spin, args=(1500000,), name=name)\n"
        "    thread.start(); thread.join()\n"
        "run('early')\n"
        "if os.fork() == 0:\n"
        "    run('theirs'); os._exit(0)\n"
        "os.wait()\n"
    )
    profile = profile_of(tmp_path, source, before=before)
    threads, names = profile.threads, {}
    for tid, pid, name in zip(threads.tid, threads.pid, threads.name, strict=True):
        names[profile.strings[name]] = tid, pid
    assert {"main", "early", "theirs"} <= set(names)
    assert names["early"][1] != names["theirs"][1]


def test_nothing_stays_in_a_worker_that_lives_on(tmp_path: Path, before: str) -> None:
    source = (
        "import atexit, multiprocessing, shutil\n"
        "POOL = multiprocessing.get_context('fork').Pool(1)\n"
        "POOL.apply(work.spin, (100000,))\n"
        "def after():\n"
        "    shutil.rmtree(DIRECTORY)\n"
        "    POOL.apply(work.state)\n"
        "    print('LEFT', *POOL.apply(work.state), flush=True)\n"
        "    POOL.terminate()\n"
        "atexit.register(after)\n"
    )
    directory = tmp_path / "run"
    directory.mkdir()
    done = run_child(directory, source, before=before)
    assert "LEFT 0 1 0 0\n" in done.stdout, done.stdout + done.stderr


def test_a_child_without_the_package_is_not_hindered(tmp_path: Path, before: str) -> None:
    source = (
        "import multiprocessing, os, sys\n"
        "context = multiprocessing.get_context('spawn')\n"
        "theirs = os.path.dirname(os.path.dirname(sys.modules['nativeprofile'].__file__))\n"
        "sys.path.remove(theirs)\n"
        "os.environ['PYTHONPATH'] = ''\n"
        "p = context.Process(target=work.spin, args=(1000,))\n"
        "p.start(); p.join()\n"
        "assert p.exitcode == 0\n"
    )
    done = run_child(tmp_path, source, before=before)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_two_hundred_short_children_are_all_shown(tmp_path: Path, before: str) -> None:
    source = (
        "import os\n"
        "for _ in range(200):\n"
        "    if os.fork() == 0:\n"
        "        work.spin(20000)\n"
        "        os._exit(0)\n"
        "for _ in range(200):\n"
        "    os.wait()\n"
    )
    profile = profile_of(tmp_path, source, before=before)
    assert profile.quality["stitched"] > 0.97
    assert len(set(profile.threads.pid)) > 150
    assert len(profile.functions.name) < 2000


@pytest.mark.parametrize("way", ["fork", "spawn"])
def test_workers_that_a_recorded_cell_left_have_lines_in_the_next(
    tmp_path: Path, before: str, way: str
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    prepare = before + (
        "import multiprocessing, shutil\n"
        f"EARLIER = ENGINE.start(Options(stacks='full'), {str(first)!r})\n"
        f"POOL = multiprocessing.get_context({way!r}).Pool(1)\n"
        "POOL.apply(work.spin, (100000,))\n"
        "EARLIER.stop()\n"
        f"shutil.rmtree({str(first)!r})\n"
    )
    source = "POOL.apply(work.spin, (5000000,))\nPOOL.terminate()\n"
    found = by_process(profile_of(second, source, before=prepare))
    (worker,) = (name for name in found if "PoolWorker" in name)
    assert spun(found[worker]) > 0.9


def test_a_worker_older_than_any_recording_has_its_native_stack(
    tmp_path: Path, before: str
) -> None:
    prepare = before + (
        "import multiprocessing\n"
        "POOL = multiprocessing.get_context('fork').Pool(1)\n"
        "POOL.apply(work.spin, (10,))\n"
    )
    source = "POOL.apply(work.spin, (5000000,))\nPOOL.terminate()\n"
    profile = profile_of(tmp_path, source, before=prepare)
    assert profile.quality["stitched"] > 0.97
    assert sum(len(samples) for name, samples in by_process(profile).items() if name) > 50
    assert any("before the cell" in note for note in profile.quality["notes"])
