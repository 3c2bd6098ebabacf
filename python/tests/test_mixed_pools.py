"""Native worker threads under the Python line that launched them."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from natives import c_library
from perfrun import needs_perf, profile_of, pythons, stack_of

from nativeprofile.mixed.pools import WINDOW_NS, Charge, Launchers
from nativeprofile.tables.profile import Profile

MS = 1_000_000
BLAS, NOWHERE = frozenset({"blas"}), frozenset[str]()


def launchers(*samples: tuple[int, int, int, frozenset[str]]) -> Launchers:
    """Thread, time in milliseconds, row, and the libraries that it was inside."""
    made = Launchers()
    for thread, time, row, inside in samples:
        made.add(thread, time * MS, row, inside)
    return made


class TestLaunchers:
    def test_the_line_that_is_inside_the_library_launched(self) -> None:
        made = launchers((1, 10, 1, BLAS), (1, 11, 1, BLAS), (1, 20, 2, NOWHERE))
        assert made.charge(10 * MS + 1, BLAS) == Charge(1, True)

    def test_a_worker_that_spins_on_after_the_call_serves_nobody(self) -> None:
        made = launchers((1, 10, 1, BLAS), *((1, n, 2, NOWHERE) for n in range(11, 40)))
        assert made.charge(10 * MS + MS // 3, BLAS) == Charge(1, True)
        assert made.charge(12 * MS, BLAS) is None

    def test_a_worker_is_launched_by_the_call_that_comes_next(self) -> None:
        # The thread's last sample was of Python, nearer in time; then it had no CPU for a while.
        made = launchers((1, 10, 2, NOWHERE), (1, 15, 1, BLAS), (1, 16, 1, BLAS))
        assert made.charge(11 * MS, BLAS) == Charge(1, True)

    def test_a_sample_that_is_too_far_away_tells_nothing(self) -> None:
        made = launchers((1, 10, 1, BLAS))
        assert made.charge(10 * MS + WINDOW_NS, BLAS) == Charge(1, True)
        assert made.charge(11 * MS + WINDOW_NS, BLAS) is None

    def test_a_thread_that_waits_at_its_line_is_there_all_the_time(self) -> None:
        made = launchers((1, 10, 1, BLAS), (1, 1000, 1, NOWHERE))
        assert made.charge(500 * MS, BLAS) == Charge(1, True)
        made = launchers((1, 10, 1, BLAS), (1, 1000, 2, BLAS))
        assert made.charge(500 * MS, BLAS) is None

    def test_a_thread_that_left_the_cpu_in_the_library_waits_there(self) -> None:
        made = Launchers()
        made.add(1, 10 * MS, 1, BLAS, left=True)
        made.add(1, 1000 * MS, 2, NOWHERE)
        assert made.charge(900 * MS, BLAS) == Charge(1, True)

    def test_two_threads_in_the_library_share_and_neither_is_sure(self) -> None:
        made = launchers((1, 10, 1, BLAS), (2, 10, 2, BLAS), (1, 12, 1, BLAS), (2, 12, 2, BLAS))
        found = [made.charge(11 * MS, BLAS) for _ in range(10)]
        assert sorted(found) == [Charge(1, False)] * 5 + [Charge(2, False)] * 5

    def test_more_libraries_in_common_tell_more(self) -> None:
        mine, both = frozenset({"gomp", "mine"}), frozenset({"gomp", "other"})
        made = launchers((1, 10, 1, mine), (2, 10, 2, both))
        assert made.charge(10 * MS, mine) == Charge(1, True)

    def test_another_library_launched_nothing(self) -> None:
        assert launchers((1, 10, 1, BLAS)).charge(10 * MS, frozenset({"gomp"})) is None


_POOL = """
#include <pthread.h>
#include <stdint.h>
static volatile uint64_t sink;
static void burn(uint64_t n) { for (uint64_t i = 0; i < n; i++) sink += i * i; }
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static uint64_t job, waiting, stopped;
static void *serve(void *unused) {
    pthread_mutex_lock(&lock);
    for (;;) {
        while (!job) pthread_cond_wait(&changed, &lock);
        uint64_t n = job;
        pthread_mutex_unlock(&lock);
        burn(n);
        pthread_mutex_lock(&lock);
        job = 0;
        pthread_cond_broadcast(&changed);
    }
    return 0;
}
void start(void) { pthread_t t; pthread_create(&t, 0, serve, 0); pthread_detach(t); }
/* The caller waits while the worker works. */
void ask(uint64_t n) {
    pthread_mutex_lock(&lock);
    job = n;
    pthread_cond_broadcast(&changed);
    while (job) pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
}
static volatile int burning;
static void *background(void *unused) { while (burning) burn(100000); return 0; }
void begin(void) {
    pthread_t t;
    burning = 1;
    pthread_create(&t, 0, background, 0);
    pthread_detach(t);
}
void end(void) { burning = 0; }
"""

_OPENMP = """
#include <stdint.h>
double sums(uint64_t n) {
    double total = 0;
    #pragma omp parallel for num_threads(2) reduction(+:total)
    for (uint64_t i = 0; i < n; i++) total += 1.0 / (i + 1.0);
    return total;
}
"""

_SPIN = """
def spin(n):
    x = 1
    for i in range(n):
        x = (x * 31 + i) & 0xFFFFFFF
    return x
"""


def of_workers(profile: Profile, function: str) -> dict[int, int]:
    """CPU samples of threads that are not Python's, by the cell's line (-1: charged to none)."""
    samples, main = profile.samples, profile.threads.main
    found: dict[int, int] = {}
    for row, thread, cpu in zip(samples.stack, samples.thread, samples.values[0], strict=True):
        stack = stack_of(profile, row)
        if cpu and not main[thread] and any(place.name.startswith(function) for place in stack):
            line = stack[0].line if stack[0].name == "In[5]" else -1
            found[line] = found.get(line, 0) + 1
    return found


@needs_perf
def test_a_thread_that_serves_nobody_is_charged_to_nobody(tmp_path: Path) -> None:
    library = c_library(tmp_path, "-pthread", source=_POOL)
    source = _SPIN + "pool.begin()\nspin(3000000)\npool.end()\n"
    before = f"import ctypes\npool = ctypes.CDLL({str(library)!r})\n"
    profile = profile_of(tmp_path, source, before=before)
    found = of_workers(profile, "background")
    assert found[-1] > 0.9 * sum(found.values())
    names = [profile.strings[name] for name in profile.threads.name]
    assert "libnative: background" in names


@needs_perf
def test_openmp_workers_are_charged_to_the_line_that_called(tmp_path: Path) -> None:
    library = c_library(tmp_path, "-fopenmp", "-O2", source=_OPENMP)
    source = "for _ in range(10):\n    team.sums(30000000)\n"
    before = (
        f"import ctypes\nteam = ctypes.CDLL({str(library)!r})\n"
        "team.sums.argtypes = [ctypes.c_uint64]\nteam.sums(10)\n"
    )
    profile = profile_of(tmp_path, source, before=before)
    found = of_workers(profile, "sums")
    assert sum(found.values()) > 50
    # What is left: a busy machine may keep the caller waiting as the loop begins or ends.
    assert found[2] > 0.9 * sum(found.values())


@needs_perf
def test_blas_workers_are_charged_to_the_line_of_the_product(tmp_path: Path) -> None:
    if importlib.util.find_spec("numpy") is None:
        pytest.skip("numpy is not installed")
    # Into the same matrix: while Python made a new one, the workers would spin for nobody.
    source = "for _ in range(80):\n    numpy.matmul(a, a, out=b)\n"
    before = (
        "import os\nos.environ['OPENBLAS_NUM_THREADS'] = '2'\n"
        "import numpy\na = numpy.random.rand(700, 700)\nb = a @ a\n"
    )
    profile = profile_of(tmp_path, source, before=before)
    found = of_workers(profile, "")
    assert sum(found.values()) > 100
    # What is left: the workers spin on when the cell has ended, and see above.
    assert found[2] > 0.9 * sum(found.values())
    assert profile.quality["attributed_confidence"] > 0.99


@needs_perf
@pytest.mark.parametrize("python", pythons())
def test_a_pool_is_charged_to_the_line_that_waits_for_it(tmp_path: Path, python: str) -> None:
    library = c_library(tmp_path, "-pthread", source=_POOL)
    source = _SPIN + (
        "for _ in range(20):\n    pool.ask(6000000)\n    spin(100000)\n    pool.ask(3000000)\n"
    )
    before = f"import ctypes\npool = ctypes.CDLL({str(library)!r})\npool.start()\n" + (
        "pool.ask.argtypes = [ctypes.c_uint64]\n"
    )
    profile = profile_of(tmp_path, source, before=before, python=python)
    found = of_workers(profile, "serve")
    total = sum(found.values())
    assert found.get(8, 0) / total == pytest.approx(2 / 3, abs=0.08)
    assert found.get(10, 0) / total == pytest.approx(1 / 3, abs=0.08)
    assert profile.quality["attributed_confidence"] > 0.5
