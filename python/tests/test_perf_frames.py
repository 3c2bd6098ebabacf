"""Python frames read from outside a live process: the right chains, and nothing left behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from natives import c_library
from perfrun import SOURCES, pythons

from nativeprofile.mixed.frames import Chains
from nativeprofile.tables.errors import FormatError

_CHILD = """
import json, os, sys, time
sys.path.insert(0, sys.argv[1])
from nativeprofile.engines import frame_layout
from nativeprofile.engines.perf_frames import FrameSampler
def spin(n):
    return sum(i * i for i in range(n)) if n < 0 else [i * i for i in range(n)]
def outer(n):
    spin(n); spin(n)
def key(v):
    return spin(60)
def deep(n):
    return deep(n - 1) if n else spin(20000)
def work():
    outer(20000); sorted(range(1500), key=key); deep(40)
sampler = FrameSampler(sys.argv[2], *frame_layout.find())
sampler.wait()
end = time.monotonic() + 1.2
while time.monotonic() < end:
    work()
assert sampler.stop()
functions = (spin, outer, key, deep, work)
table = {id(f.__code__) + type(f.__code__).__basicsize__:
    [f.__name__, len(f.__code__.co_code), [p[0] for p in f.__code__.co_positions()]]
    for f in functions}
print(json.dumps({"pid": os.getpid(), "header": type(spin.__code__).__basicsize__, "table": table}))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="process_vm_readv is Linux's")
@pytest.mark.parametrize("python", pythons())
def test_the_chains_of_a_live_process(tmp_path: Path, python: str) -> None:
    done = subprocess.run(
        [python, "-c", _CHILD, str(SOURCES), str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    told = json.loads(done.stdout)
    table = {int(start): row for start, row in told["table"].items()}

    def bytecode(pid: int, start: int) -> tuple[int, int] | None:
        return (start, table[start][1]) if pid == told["pid"] and start in table else None

    chains = Chains(tmp_path / "frames.bin", told["header"], bytecode)
    seen: Counter[str] = Counter()
    lines: dict[str, set[int]] = {}
    for _, _, nodes in chains.threads.values():
        for node in nodes.tolist():
            groups = chains.groups(node)
            seen[" | ".join(" ".join(table[c.code][0] for c in group) for group in groups)] += 1
            for code, units in (caller for group in groups for caller in group[:-1]):
                lines.setdefault(table[code][0], set()).add(table[code][2][units - 1])
    assert chains.failed < 0.05 * chains.looks
    for chain in "work outer spin", "work | key spin", "work" + 41 * " deep" + " spin":
        assert seen[chain] > 5, seen
    usual = sum(n for chain, n in seen.items() if chain.startswith("work"))
    assert usual > 0.9 * seen.total()
    assert lines["outer"] == {9}
    assert lines["work"] == {15}
    assert len(chains.threads) == 1


_VISITS = """
import ctypes, json, sys, threading, time
sys.path.insert(0, sys.argv[1])
from nativeprofile.engines import frame_layout
from nativeprofile.engines.perf_frames import FrameSampler
threads = set()
def visit():
    threads.add(threading.get_native_id())
    time.sleep(0.06)
sampler = FrameSampler(sys.argv[2], *frame_layout.find())
sampler.wait()
ctypes.CDLL(sys.argv[3]).run(ctypes.CFUNCTYPE(None)(visit))
assert sampler.stop()
code = visit.__code__
header = type(code).__basicsize__
print(json.dumps([header, id(code) + header, len(code.co_code), *threads]))
"""

_VISITOR = """
#include <pthread.h>
#include <unistd.h>
static void *visit(void *python)
{
    for (int i = 0; i < 10; i++) {
        ((void (*)(void))python)();
        usleep(60000);
    }
    return 0;
}
void run(void *python)
{
    pthread_t thread;
    pthread_create(&thread, 0, visit, python);
    pthread_join(thread, 0);
}
"""


@pytest.mark.skipif(sys.platform != "linux", reason="process_vm_readv is Linux's")
def test_a_thread_that_was_not_in_python_meanwhile_was_not_seen_there(tmp_path: Path) -> None:
    library = c_library(tmp_path, "-pthread", source=_VISITOR)
    done = subprocess.run(
        [sys.executable, "-c", _VISITS, str(SOURCES), str(tmp_path), str(library)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    header, start, size, thread = json.loads(done.stdout)
    chains = Chains(
        tmp_path / "frames.bin", header, lambda pid, at: (at, size) if at == start else None
    )
    _, _, nodes = chains.threads[thread]
    sleeping = [node for node in nodes.tolist() if chains.innermost(node) is not None]
    # Each visit is a run of its own; a busy machine may miss some of the pauses.
    assert len(sleeping) >= 5


def test_a_damaged_file_is_said(tmp_path: Path) -> None:
    for content in b"", b"{}\n", b'{"nodes": 2, "runs": 1}\n12345678':
        (tmp_path / "frames.bin").write_bytes(content)
        with pytest.raises(FormatError, match="damaged"):
            Chains(tmp_path / "frames.bin", 0, lambda pid, start: None)


_LATE = """
import os, sys
sys.path.insert(0, sys.argv[1])
from nativeprofile.engines.frame_sampler.priority import Priority
os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
priority, told = Priority(), []
now = priority._before
for looks, late in (50, 0.001), (1, 0.02), (50, 0.001), (5, 0.02), (5000, 0.001), (5, 0.02):
    for _ in range(looks):
        now += 0.002 + late
        priority.note(now - late, now)
    told.append(os.sched_getscheduler(0))
print(*(["OTHER", "FIFO", "RR"][policy] for policy in told))
"""


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="asks for a priority")
def test_looks_go_first_only_while_they_come_late() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LATE, str(SOURCES)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["OTHER", "OTHER", "OTHER", "RR", "OTHER", "RR"]
