"""What a Python call costs with CPython's trampolines and without, measured around the cell.

Clocks tell how much dearer a call is. A profile does not count calls; it sees time in the
functions that a call passes through, so the CPU clock is sampled here as well, by addresses
alone: the worker finds out how much of a call's time is seen in those functions.

A machine's speed changes within milliseconds: by half where a processor is shared with others.
So what is compared is measured in turns, and each turn is an estimate by itself: how much they
differ tells the worker how far their median may be off. They are taken before the cell and after
it, so that this holds what changed meanwhile.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
from collections import Counter
from collections.abc import Callable
from statistics import median
from time import perf_counter_ns, thread_time_ns
from typing import Any

from . import perf_counters, perf_probe, perf_trampoline

_SMALL = """
class Account:
    def __init__(self): self.total = 1000
    def add(self, amount): self.total += amount
def more(x): return x + 1
def square(x, y): return x * x + y * y
def below(n): return n if n < 2 else below(n - 1) + below(n - 2)
def call(rounds, account=Account()):
    x = 1000
    for i in range(rounds):
        x = more(x); account.add(i); square(x, i); below(2)
"""
"""Functions as small as programs have them: what a call costs more depends a little on what
stands around it, and functions without content are the cheapest of all."""
_CALLS = 6
"""In one round."""
_ROUNDS = 40
_TURNS = 6
_TIMINGS = 15
"""In each turn with trampolines and without, by turns; their medians count."""
_SAMPLING_NS = 5_000_000
"""Of the thread's CPU time in each turn, but no longer than `_PATIENCE_NS`."""
_PATIENCE_NS = 40_000_000
_PERIOD_NS = 10_000
"""The shortest that the kernel's CPU clock has (kernel/events/core.c)."""
_PAGES = 16
_DATA_HEAD = 1024
"""Where a ring's first page says how much was written (perf_event_open(2))."""
_SAMPLE_IP, _RECORD_SAMPLE = 1, 9
_ENABLE, _DISABLE = 0x2400, 0x2401
_HEADER = struct.Struct("<IHH")


def turns() -> list[dict[str, Any]]:
    """For the worker, in each turn: `plain` and `trampolines`, nanoseconds a call of a small
    function; `addresses` seen meanwhile with trampolines, each with its count. Nothing where
    trampolines cannot rest, so that there is nothing to compare, or the system permits no sampling.
    Trampolines are on before and after."""
    if not (perf_trampoline.rests() and perf_trampoline.running()):
        return []
    # Each way has code of its own: CPython specializes code for the way in which it ran.
    plain, dearer = _code(_SMALL), _code(_SMALL)
    try:
        return [_turn(plain, dearer) for _ in range(_TURNS)]
    except OSError:
        return []
    finally:
        perf_trampoline.activate()


def _turn(plain: Callable[[int], None], dearer: Callable[[int], None]) -> dict[str, Any]:
    times = [
        (_timed(perf_trampoline.rest, plain), _timed(perf_trampoline.activate, dearer))
        for _ in range(_TIMINGS)
    ]
    alone, through = (median(column) for column in zip(*times, strict=True))
    addresses = sorted(_sample(dearer).items())
    return {"plain": alone, "trampolines": through, "addresses": addresses}


def _code(source: str) -> Callable[[int], None]:
    names: dict[str, Callable[[int], None]] = {}
    exec(source, names)
    return names["call"]


def _timed(switch: Callable[[], None], call: Callable[[int], None]) -> float:
    """Nanoseconds a call."""
    switch()
    call(1)
    start = thread_time_ns()
    call(_ROUNDS)
    return (thread_time_ns() - start) / (_ROUNDS * _CALLS)


def _sample(call: Callable[[int], None]) -> Counter[int]:
    """Where this thread is while it calls. Raises OSError if that may not be sampled."""
    period = max(_PERIOD_NS, 1_000_000_000 // max(1, perf_counters.most_samples()))
    event = perf_probe.begin_event(perf_probe.USER_ONLY, period=period, sample=_SAMPLE_IP)
    if event < 0:
        raise OSError(-event, os.strerror(-event))
    try:
        size = _PAGES * mmap.PAGESIZE
        with mmap.mmap(event, size + mmap.PAGESIZE) as ring:
            end, latest = thread_time_ns() + _SAMPLING_NS, perf_counter_ns() + _PATIENCE_NS
            fcntl.ioctl(event, _ENABLE, 0)
            while thread_time_ns() < end and perf_counter_ns() < latest:
                call(_ROUNDS)
            fcntl.ioctl(event, _DISABLE, 0)
            (written,) = struct.unpack_from("<Q", ring, _DATA_HEAD)
            return _addresses(ring[mmap.PAGESIZE : mmap.PAGESIZE + min(written, size)])
    finally:
        os.close(event)


def _addresses(records: bytes) -> Counter[int]:
    found = Counter[int]()
    at = 0
    while at + _HEADER.size < len(records):
        kind, _, length = _HEADER.unpack_from(records, at)
        if kind == _RECORD_SAMPLE:
            found[struct.unpack_from("<Q", records, at + _HEADER.size)[0]] += 1
        at += max(length, _HEADER.size)
    return found
