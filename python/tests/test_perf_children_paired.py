"""Child processes without trampolines: their Python callers are read from outside, too."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from pathlib import Path

import pytest
from perfrun import (
    BURN,
    Samples,
    by_process,
    importable,
    needs_perf,
    on_joblib,
    profile_of,
    pythons,
    run_child,
)

from nativeprofile.tables.profile import Profile

pytestmark = [
    needs_perf,
    pytest.mark.skipif(sys.version_info < (3, 12), reason="children tell their code from 3.12 on"),
]

WORK = (
    BURN
    + """def first(scale):
    burn(250 * scale)
def second(scale):
    burn(750 * scale)
    return scale
def outer(scale=1):
    first(scale)
    sorted([scale], key=second)
def in_thread():
    thread = threading.Thread(target=outer)
    thread.start(); thread.join()
"""
)
FIRST, SECOND = ["outer", "first", "burn"], ["outer", "sorted", "second", "burn"]


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Makes the module `work` importable, in children too."""
    return importable(tmp_path_factory.mktemp("work"), WORK)


def older() -> list[str]:
    """CPython 3.11, where `npm test` has one."""
    found = os.environ.get("NATIVEPROFILE_OLDER_PYTHONS", "").split(os.pathsep)
    return [python for python in found if "3.11" in python]


def chains(samples: list[tuple[list[str], int]]) -> tuple[float, float]:
    """Of the time in `burn`, the shares under `first` and `second` with all their callers."""
    total = sum(value for names, value in samples if "burn" in names)
    shares = []
    for chain in FIRST, SECOND:
        found = 0
        for names, value in samples:
            at = names.index(chain[0]) if chain[0] in names else len(names)
            found += value if names[at : at + len(chain)] == chain else 0
        shares.append(found / total)
    return shares[0], shares[1]


def shares_of(found: Samples, process: str) -> tuple[float, float]:
    """`chains` of a process; C functions of the interpreter's own are left out of its stacks."""
    known = {"outer", "first", "second", "sorted", "burn", "small"}
    return chains([([p.name for p in s if p.name in known], value) for s, value in found[process]])


def runs(pid: int) -> bool:
    """Whether a process has not ended."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def partial(profile: Profile) -> int:
    """How many samples of children have partial callers, as the profile says."""
    notes = (re.search(r"child processes ([\d,]+) have part", n) for n in profile.quality["notes"])
    return sum(int(note[1].replace(",", "")) for note in notes if note)


@pytest.mark.parametrize("python", pythons())
def test_callers_are_known_however_a_process_was_started(
    tmp_path: Path, before: str, python: str
) -> None:
    source = (
        "import multiprocessing\n"
        "from concurrent.futures import ProcessPoolExecutor\n"
        "for way in ('fork', 'spawn', 'forkserver'):\n"
        "    context = multiprocessing.get_context(way)\n"
        "    p = context.Process(target=work.outer, name=way)\n"
        "    p.start(); p.join()\n"
        "    assert p.exitcode == 0\n"
        "p = multiprocessing.get_context('fork').Process(target=work.in_thread, name='thread')\n"
        "p.start(); p.join()\n"
        "with ProcessPoolExecutor(1, multiprocessing.get_context('spawn')) as pool:\n"
        "    pool.submit(work.outer).result()\n"
    )
    profile = profile_of(tmp_path, source, before=before, python=python, stacks="paired")
    found = by_process(profile)
    pooled = next(name for name in found if name.startswith("SpawnProcess-"))
    for name in ("fork", "spawn", "forkserver", "thread", pooled):
        one, two = shares_of(found, name)
        assert one == pytest.approx(0.25, abs=0.06), name
        assert two == pytest.approx(0.75, abs=0.06), name
        started = [s for s, _ in found[name] if any(place.name == "outer" for place in s)]
        roots = {stack[0].name for stack in started}
        assert roots <= {"BaseProcess._bootstrap", "Thread._bootstrap"}, name
    # What a process does before it asks, as it begins, is partial, and the profile says so.
    assert partial(profile) < 0.5 * profile.quality["samples"]


def test_joblib_workers_have_their_callers(tmp_path: Path, before: str) -> None:
    pytest.importorskip("joblib")
    source = on_joblib("work.outer")
    profile = profile_of(tmp_path, source, before=before + "import joblib\n", stacks="paired")
    found = by_process(profile)
    workers = [name for name in found if name.startswith("LokyProcess")]
    assert len(workers) == 2
    for name in workers:
        assert shares_of(found, name) == pytest.approx((0.25, 0.75), abs=0.06), name


@pytest.mark.parametrize("python", older())
def test_a_forked_child_has_its_callers_without_monitoring(
    tmp_path: Path, before: str, python: str
) -> None:
    source = (
        "import os\n"
        "if os.fork() == 0:\n"
        "    if os.fork() == 0:\n"
        "        work.outer()\n"
        "        os._exit(0)\n"
        "    os.wait()\n"
        "    work.outer()\n"
        "    os._exit(0)\n"
        "os.wait()\n"
        "work.outer()\n"
    )
    profile = profile_of(tmp_path, source, before=before, python=python, stacks="paired")
    found = by_process(profile)
    assert sum(len(samples) for name, samples in found.items() if name) > 1000
    for name in found:
        assert shares_of(found, name) == pytest.approx((0.25, 0.75), abs=0.06), name


def test_a_worker_that_lives_on_is_read_in_the_next_cell(tmp_path: Path, before: str) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    prepare = before + (
        "import multiprocessing, shutil\n"
        f"EARLIER = ENGINE.start(Options(stacks='paired'), {str(first)!r})\n"
        "POOL = multiprocessing.get_context('spawn').Pool(1)\n"
        "POOL.apply(work.outer, (0.01,))\n"
        "EARLIER.stop()\n"
        f"shutil.rmtree({str(first)!r})\n"
    )
    source = "POOL.apply(work.outer)\nPOOL.terminate()\n"
    found = by_process(profile_of(second, source, before=prepare, stacks="paired"))
    (worker,) = (name for name in found if "PoolWorker" in name)
    assert shares_of(found, worker) == pytest.approx((0.25, 0.75), abs=0.06)


def test_children_that_cannot_be_read_are_counted(tmp_path: Path, before: str) -> None:
    source = (
        "import os\nos.unlink(DIRECTORY + '/frames.fifo')\n"
        "if os.fork() == 0:\n    work.outer(); os._exit(0)\n"
        "os.wait()\n"
    )
    profile = profile_of(tmp_path, source, before=before, stacks="paired")
    assert partial(profile) > 0.9 * profile.quality["samples"]


def test_the_sampler_ends_with_the_kernel_though_a_child_lives_on(
    tmp_path: Path, before: str
) -> None:
    # The child has all that the kernel had open, so that the sampler's input does not end.
    source = (
        "import os, signal, time\n"
        "child = os.fork()\n"
        "if not child:\n"
        "    for number in 0, 1, 2: os.close(number)\n"
        "    time.sleep(3600)\n"
        "    os._exit(0)\n"
        "print(child, RUNNING._sampler._process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = run_child(tmp_path, source, before=before, stacks="paired")
    child, sampler = map(int, done.stdout.split())
    try:
        assert runs(child)
        end = time.monotonic() + 30
        while runs(sampler) and time.monotonic() < end:
            time.sleep(0.05)
        assert not runs(sampler)
    finally:
        os.kill(child, signal.SIGKILL)
