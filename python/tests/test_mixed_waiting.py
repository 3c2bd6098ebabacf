"""Time off the CPU: how long, where and why, of real threads that wait."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from perfrun import LIVES, assert_lives_add_up, needs_perf, profile_of, stack_of

from nativeprofile.engines import perf_probe
from nativeprofile.formats import perfdata
from nativeprofile.mixed.classify import Facts, Group
from nativeprofile.mixed.reasons import Timeout, reason, settle
from nativeprofile.mixed.switches import Switches, matched
from nativeprofile.tables.categories import Category
from nativeprofile.tables.profile import Profile

needs_stacks = pytest.mark.skipif(
    not perf_probe.sees_kernel(), reason="the system gives no stacks of threads that wait"
)

WAITS = """
import asyncio, os, queue, select, socket, threading, time

def later(act):
    def wait():
        time.sleep(0.2)
        act()
    thread = threading.Thread(target=wait)
    thread.start()
    return thread

def sleeps():
    time.sleep(0.2)

def locks():
    lock = threading.Lock()
    lock.acquire()
    thread = later(lock.release)
    lock.acquire()
    thread.join()

def queues():
    box = queue.Queue()
    thread = later(lambda: box.put(1))
    box.get()
    thread.join()

def receives():
    near, far = socket.socketpair()
    thread = later(lambda: far.send(b"x"))
    near.recv(1)
    thread.join()

def polls():
    r, w = os.pipe()
    thread = later(lambda: os.write(w, b"x"))
    waiting = select.poll()
    waiting.register(r, select.POLLIN)
    waiting.poll(5000)
    thread.join()

def awaits():
    async def nap():
        await asyncio.sleep(0.2)
    asyncio.run(nap())

def child():
    pid = os.posix_spawn("/bin/sleep", ["sleep", "0.2"], {})
    os.waitpid(pid, 0)

for wait in (sleeps, locks, queues, receives, polls, awaits, child):
    wait()
"""

EXPECTED = {
    "sleeps": Category.SLEEP,
    "locks": Category.LOCK,
    "queues": Category.LOCK,
    "receives": Category.IO,
    "polls": Category.IO,
    "awaits": Category.SLEEP,
    "child": Category.WAITING,
}


def walls(profile: Profile, wanted: Callable[[int], bool]) -> dict[tuple[str, Category], int]:
    """Nanoseconds off the CPU, of threads for which `wanted`, by the outermost function of the
    cell and the category."""
    samples, found = profile.samples, dict[tuple[str, Category], int]()
    for thread, row, cpu, wall in zip(samples.thread, samples.stack, *samples.values, strict=True):
        if wanted(thread) and not cpu:
            names = [place.name for place in stack_of(profile, row) if place.file == "In[5]"]
            key = (names[1] if len(names) > 1 else "", Category(profile.stacks.category[row]))
            found[key] = found.get(key, 0) + wall
    return found


@needs_perf
@needs_stacks
def test_each_wait_has_its_length_its_place_and_its_reason(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, WAITS)
    assert [value["name"] for value in profile.values] == ["cpu", "wall"]
    found = walls(profile, lambda thread: bool(profile.threads.main[thread]))
    for name, category in EXPECTED.items():
        waited = {c: ns for (function, c), ns in found.items() if function == name}
        # A busy machine makes waits longer, and puts some ready time between them.
        assert waited[category] >= 190_000_000, (name, waited)
        others = sum(ns for c, ns in waited.items() if c not in (category, Category.QUEUED))
        assert others < 0.3 * waited[category], (name, waited)


@needs_perf
@needs_stacks
def test_two_threads_wait_for_the_gil_by_turns(tmp_path: Path) -> None:
    source = (
        "import threading\n"
        "def spin():\n    x = 0\n    for i in range(6000000):\n        x += i\n"
        "threads = [threading.Thread(target=spin) for _ in range(2)]\n"
        "for thread in threads: thread.start()\n"
        "for thread in threads: thread.join()\n"
    )
    profile = profile_of(tmp_path, source)
    samples = profile.samples
    total: dict[Category, int] = {}
    for thread, row, wall in zip(samples.thread, samples.stack, samples.values[1], strict=True):
        if not profile.threads.main[thread]:
            category = Category(profile.stacks.category[row])
            total[category] = total.get(category, 0) + wall
    # One runs while the other waits: half of their time, but for what other programs take.
    running = total[Category.PYTHON] + total.get(Category.KERNEL, 0)
    ready = total.get(Category.QUEUED, 0)
    assert total[Category.GIL] > 0.5 * running
    assert total[Category.GIL] < 1.5 * (running + ready)
    assert sum(total.values()) - running - ready - total[Category.GIL] < 0.1 * running


@needs_perf
def test_the_wall_time_of_each_thread_adds_up_to_its_life(tmp_path: Path) -> None:
    assert_lives_add_up(profile_of(tmp_path, LIVES))


@needs_perf
def test_a_cell_that_only_waits_has_its_waiting(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, "import time\ntime.sleep(0.3)\n")
    assert sum(profile.samples.values[1]) > 290_000_000


@needs_perf
def test_threads_shorter_than_a_sample_do_no_harm(tmp_path: Path) -> None:
    source = (
        "import threading\n"
        "for _ in range(200):\n"
        "    thread = threading.Thread(target=int); thread.start(); thread.join()\n"
    )
    profile = profile_of(tmp_path, source)
    # One that a busy machine kept for a whole millisecond has a sample, the others no lane.
    lanes = {row for row, python in enumerate(profile.threads.main) if python}
    assert lanes and lanes <= set(profile.samples.thread)


class TestSwitches:
    """Records by hand: thread 7 runs from 0 to 100, but for two absences."""

    OUT = perfdata.MISC_SWITCH_OUT
    PREEMPTED = perfdata.MISC_SWITCH_OUT | perfdata.MISC_SWITCH_OUT_PREEMPT

    def switches(self, *records: tuple[int, int, int]) -> Switches:
        found = Switches()
        for thread, time, misc in records:
            found.add(1, thread, time, misc)
        return found

    def test_absences_are_what_lies_between_records(self) -> None:
        records = (7, 30, 0), (7, 10, self.OUT), (7, 60, self.PREEMPTED), (7, 65, 0)
        absences, lives = self.switches(*records).read(0, 100)
        assert absences.start.tolist() == [10, 60]
        assert absences.end.tolist() == [30, 65]
        assert absences.preempted.tolist() == [False, True]
        assert lives[7].on_cpu == 75

    def test_a_thread_away_at_the_start_and_at_the_end(self) -> None:
        absences, lives = self.switches((7, 20, 0), (7, 90, self.OUT)).read(0, 100)
        assert list(zip(absences.start.tolist(), absences.end.tolist(), strict=True)) == [
            (0, 20),
            (90, 100),
        ]
        assert lives[7].on_cpu == 70

    def test_a_departure_whose_return_was_lost_ends_at_the_next_record(self) -> None:
        absences, _ = self.switches((7, 10, self.OUT), (7, 50, self.OUT), (7, 60, 0)).read(0, 100)
        assert absences.end.tolist() == [50, 60]

    def test_a_sample_belongs_to_the_absence_after_it_unless_the_thread_was_away(self) -> None:
        records = (7, 10, self.OUT), (7, 30, 0), (7, 60, self.OUT), (7, 65, 0), (9, 5, self.OUT)
        absences, _ = self.switches(*records).read(0, 100)
        threads, times = np.array([7, 7, 7, 7, 9, 8]), np.array([9, 20, 59, 70, 4, 1])
        assert matched(absences, threads, times).tolist() == [0, -1, 1, -1, 2, -1]

    def test_no_records(self) -> None:
        absences, lives = Switches().read(0, 100)
        assert not len(absences.start) and not lives


def frames(*symbols: str) -> list[Facts]:
    return [*(Facts(Group.SYSTEM, symbol) for symbol in symbols), Facts(Group.PYTHON)]


class TestReasons:
    @pytest.mark.parametrize(
        ("symbols", "category"),
        [
            (("schedule", "do_nanosleep", "clock_nanosleep"), Category.SLEEP),
            (("schedule", "futex_wait", "pthread_cond_timedwait", "take_gil"), Category.GIL),
            (("schedule", "pthread_cond_timedwait", "PyEval_RestoreThread"), Category.GIL),
            (("schedule", "futex_wait", "__new_sem_wait_slow64.constprop.0"), Category.LOCK),
            (("schedule", "pipe_read", "vfs_read", "read"), Category.IO),
            (("schedule", "do_wait", "kernel_wait4", "wait4"), Category.WAITING),
            (("schedule", "io_schedule", "folio_wait_bit", "exc_page_fault"), Category.IO),
            (("schedule", "exc_page_fault"), Category.WAITING),
            ((), Category.WAITING),
        ],
    )
    def test_the_frames_tell(self, symbols: tuple[str, ...], category: Category) -> None:
        assert reason(frames(*symbols)).category is category

    def test_a_time_out_that_ran_out_was_a_sleep(self) -> None:
        found = reason(frames("schedule", "ep_poll", "epoll_wait"))
        assert found.timeout is Timeout.EPOLL
        assert settle(found, (3, 64, 50), 50_100_000) is Category.SLEEP
        assert settle(found, (3, 64, 50), 20_000_000) is Category.IO
        assert settle(found, (3, 64, 0xFFFFFFFF), 20_000_000) is Category.IO

    def test_a_select_without_descriptors_is_a_sleep(self) -> None:
        found = reason(frames("schedule", "do_select", "select"))
        assert settle(found, (0, 0, 0), 1) is Category.SLEEP
        assert settle(found, (4, 0, 0), 1) is Category.IO
