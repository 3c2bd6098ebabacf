"""Where threads waited, for ordinary users: told by the Python frames that were read meanwhile."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from perfrun import (
    LIVES,
    WITHOUT_PRIVILEGES,
    assert_lives_add_up,
    needs_ordinary_user,
    needs_perf,
    profile_of,
    stack_of,
)

from nativeprofile.mixed.offcpu_looks import nodes
from nativeprofile.mixed.reasons import Timeout, reason_of_call, settle
from nativeprofile.tables.categories import Category
from nativeprofile.tables.profile import Profile

WAITS = """
import json, os, queue, select, socket, threading, time

def later(act):
    def wait():
        time.sleep(0.2)  # WORKER
        act()
    thread = threading.Thread(target=wait)
    thread.start()
    return thread

def sleeps():
    time.sleep(0.2)  # SLEEPS

def locks():
    lock = threading.Lock()
    lock.acquire()
    thread = later(lock.release)
    lock.acquire()  # LOCKS
    thread.join()

def queues():
    box = queue.Queue()
    thread = later(lambda: box.put(1))
    box.get()  # QUEUES
    thread.join()

def receives():
    near, far = socket.socketpair()
    thread = later(lambda: far.send(b"x"))
    near.recv(1)  # RECEIVES
    thread.join()

def reads():
    r, w = os.pipe()
    thread = later(lambda: os.write(w, b"x"))
    os.read(r, 1)  # READS
    thread.join()

def polls():
    r, w = os.pipe()
    thread = later(lambda: os.write(w, b"x"))
    waiting = select.poll()
    waiting.register(r, select.POLLIN)
    waiting.poll(5000)  # POLLS
    thread.join()

def child():
    pid = os.posix_spawn("/bin/sleep", ["sleep", "0.2"], {})
    os.waitpid(pid, 0)  # CHILD

took = {}
for wait in (sleeps, locks, queues, receives, reads, polls, child):
    begun = time.perf_counter_ns()
    wait()
    took[wait.__name__] = time.perf_counter_ns() - begun
with open(os.path.join(DIRECTORY, "took.json"), "w") as file:
    json.dump(took, file)
"""

EXPECTED = {
    "sleeps": Category.SLEEP,
    "locks": Category.LOCK,
    "queues": Category.LOCK,
    "receives": Category.IO,
    "reads": Category.IO,
    # Whether data came or the time ran out, nobody tells.
    "polls": Category.WAITING,
    "child": Category.WAITING,
}


def ordinary(folder: Path, source: str, stacks: str = "paired") -> Profile:
    """The profile of a cell that an ordinary user runs."""
    return profile_of(folder, source, stacks=stacks, under=WITHOUT_PRIVILEGES)


def line(source: str, mark: str) -> int:
    """The line with this remark."""
    return next(n for n, text in enumerate(source.split("\n"), 1) if text.endswith(f"# {mark}"))


class Row(NamedTuple):
    """A row off the CPU: the innermost function of the cell's code, and its line."""

    main: bool
    function: str
    line: int
    category: Category
    wall: int


def rows(profile: Profile) -> Iterator[Row]:
    """All that is off the CPU."""
    samples = profile.samples
    for thread, row, cpu, wall in zip(samples.thread, samples.stack, *samples.values, strict=True):
        if not cpu:
            inside = [place for place in stack_of(profile, row) if place.file == "In[5]"]
            name, at = (inside[-1].name, inside[-1].line) if inside else ("", -1)
            category = Category(profile.stacks.category[row])
            yield Row(bool(profile.threads.main[thread]), name, at, category, wall)


@needs_perf
@needs_ordinary_user
def test_each_wait_has_its_line_and_its_reason(tmp_path: Path) -> None:
    found = list(rows(ordinary(tmp_path, WAITS)))
    took: dict[str, int] = json.loads((tmp_path / "took.json").read_text())
    for name, category in EXPECTED.items():
        here = line(WAITS, name.upper())
        waited = sum(
            row.wall
            for row in found
            if row.main and (row.function, row.line, row.category) == (name, here, category)
        )
        # What waits lasts 0.2 s, but for the time in which its worker began.
        assert 0.9 * 200_000_000 <= waited <= took[name], name
        everywhere = sum(row.wall for row in found if row.main and row.function == name)
        assert waited <= everywhere <= took[name]
    worker = [row for row in found if not row.main and row.line == line(WAITS, "WORKER")]
    asleep = sum(row.wall for row in worker if row.category is Category.SLEEP)
    assert asleep >= 5 * 199_000_000


@needs_perf
@needs_ordinary_user
def test_two_threads_wait_in_two_lines_at_a_time(tmp_path: Path) -> None:
    source = (
        "import threading, time\n"
        "def naps():\n    for _ in range(20): time.sleep(0.02)\n    held.release()\n"
        "held = threading.Lock()\nheld.acquire()\n"
        "thread = threading.Thread(target=naps)\nthread.start()\n"
        "held.acquire()\nthread.join()\n"
    )
    profile = ordinary(tmp_path, source)
    found = list(rows(profile))
    naps = sum(r.wall for r in found if (r.function, r.line) == ("naps", 3) and not r.main)
    waits = sum(r.wall for r in found if (r.function, r.line) == ("In[5]", 9) and r.main)
    assert naps >= 20 * 20_000_000 * 0.95
    assert waits >= 20 * 20_000_000 * 0.95
    assert {r.category for r in found if r.function == "naps" and r.wall > 15_000_000} <= {
        Category.SLEEP,
        Category.QUEUED,
    }
    assert {r.category for r in found if r.line == 9 and r.wall > 15_000_000} <= {
        Category.LOCK,
        Category.QUEUED,
    }


@needs_perf
@needs_ordinary_user
def test_the_gil_is_told_by_where_the_evaluator_hands_it_on(tmp_path: Path) -> None:
    source = (
        "import threading\n"
        "def spin():\n    x = 0\n    for i in range(4000000):\n        x += i\n"
        "threads = [threading.Thread(target=spin) for _ in range(2)]\n"
        "for thread in threads: thread.start()\n"
        "for thread in threads: thread.join()\n"
    )
    found = [row for row in rows(ordinary(tmp_path, source)) if not row.main]
    waited = sum(row.wall for row in found if row.category is not Category.QUEUED)
    gil = sum(row.wall for row in found if row.category is Category.GIL and row.function == "spin")
    assert gil > 0.5 * waited


@needs_perf
@needs_ordinary_user
def test_the_wall_time_of_each_thread_adds_up_to_its_life(tmp_path: Path) -> None:
    assert_lives_add_up(ordinary(tmp_path, LIVES))


@needs_perf
@needs_ordinary_user
@pytest.mark.parametrize("stacks", ["leaf", "full"])
def test_without_looks_the_places_are_said_to_be_unknown(tmp_path: Path, stacks: str) -> None:
    profile = ordinary(tmp_path, "import time\ntime.sleep(0.3)\n", stacks)
    assert {row.line for row in rows(profile)} == {-1}
    assert sum(row.wall for row in rows(profile)) > 290_000_000
    (note,) = (text for text in profile.quality["notes"] if "Where threads waited" in text)
    assert "unknown" in note and "--stacks paired" in note


def test_what_looks_tell_of_an_absence() -> None:
    # Looks every 2 ms: at 0 to 10 node 1, at 12 node 2, at 14 to 30 node 3.
    runs = [np.array(column) for column in ([0, 12, 14], [10, 12, 30], [1, 2, 3])]
    absences = {
        (3, 4): 1,  # between two that agree
        (9, 13): 1,  # from the last look at node 1 to the one at node 2
        (11, 13): 2,  # one look within
        (10.5, 11.5): -1,  # between two that disagree
        (13, 29): 3,
        (31, 40): -1,  # no look any more
    }
    starts, ends = (np.array(column) for column in zip(*absences, strict=True))
    assert nodes(starts, ends, *runs).tolist() == list(absences.values())


@pytest.mark.parametrize(
    ("instruction", "called", "category"),
    [
        ("CALL", "time.sleep", Category.SLEEP),
        ("CALL", "_thread.lock.acquire_lock", Category.LOCK),
        ("CALL", "_thread.RLock.acquire", Category.LOCK),
        ("CALL", "_multiprocessing.SemLock.acquire", Category.LOCK),
        ("CALL", "_queue.SimpleQueue.get", Category.LOCK),
        ("CALL", "_thread._ThreadHandle.join", Category.LOCK),
        ("CALL", "_socket.socket.recv_into", Category.IO),
        ("CALL", "_ssl._SSLSocket.read", Category.IO),
        ("CALL", "posix.read", Category.IO),
        ("CALL", "_io.BufferedReader.readline", Category.IO),
        ("CALL", "select.epoll.poll", Category.WAITING),
        ("CALL", "posix.waitpid", Category.WAITING),
        ("CALL", "list.sort", Category.WAITING),
        ("CALL", "", Category.WAITING),
        ("BEFORE_WITH", "", Category.LOCK),
        ("JUMP_BACKWARD", "", Category.GIL),
        ("RESUME", "", Category.GIL),
    ],
)
def test_what_was_called_tells_the_reason(
    instruction: str, called: str, category: Category
) -> None:
    found = reason_of_call(instruction, called)
    assert settle(found, (0, 0, 0), 10**9) is category


def test_only_a_wait_for_descriptors_may_be_the_event_loop() -> None:
    assert reason_of_call("CALL", "select.epoll.poll").timeout is Timeout.UNTOLD
    assert reason_of_call("CALL", "time.sleep").timeout is Timeout.NONE
