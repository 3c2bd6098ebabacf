"""Further events beside the clock, counted with their stacks: which there are, which of them
this machine has, and how perf is asked for them."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from pathlib import Path

from . import perf_probe
from .base import EVENTS

_SWITCHES = "context-switches"
"""Counted from the records of switches, all of which are there."""
_RATES = {"page-faults": 4_000, "cpu-migrations": 0}
"""Samples a second at most; 0: each event is a sample. Memory that is used for the first time
faults up to a million times a second: then a sample stands for several."""
_DEPTH = 16_384
"""Bytes of stack copied with each."""
_FLAGS = 1 | 1 << 6
"""Disabled; without the hypervisor."""


def choose(asked: Sequence[str], kernel: bool) -> tuple[list[str], list[str]]:
    """Those of `asked` that this machine counts, and a sentence on each reason for the others.
    `kernel`: the system lets us look into its kernel."""
    found: list[str] = []
    missing: dict[int, list[str]] = {}
    hidden = []
    for name in asked:
        kind, number = EVENTS[name]
        if name == _SWITCHES:
            found.append(name)
        elif name == "cpu-migrations" and not kernel:
            hidden.append(name)
        elif code := perf_probe.open_event(_FLAGS | (0 if kernel else 1 << 5), kind, number):
            missing.setdefault(code, []).append(name)
        else:
            found.append(name)
    notes = [_sentence(code, names) for code, names in missing.items()]
    if hidden:
        notes.append(
            "cpu-migrations could not be counted: they happen in the system's kernel, into which "
            "it does not let perf look: sudo sysctl kernel.perf_event_paranoid=1"
        )
    if not kernel and "page-faults" in found:
        notes.append("Page faults inside the system's kernel are not counted.")
    return found, notes


def arguments(events: Sequence[str], rate: int, depth: int) -> list[str]:
    """perf record's for these events; hardware ones are sampled `rate` times a second."""
    size = min(_DEPTH, depth) // 8 * 8
    found = []
    for name in events:
        if name == _SWITCHES:
            continue
        often = min(_RATES.get(name, rate), most_samples())
        how = f"freq={often}" if often else "period=1"
        found.append(f"--event={name}/{how},call-graph=dwarf,stack-size={size}/")
    return found


def most_samples(usual: int = 100_000) -> int:
    """How many samples the system permits in a second; `usual` where it does not tell."""
    try:
        return int(Path("/proc/sys/kernel/perf_event_max_sample_rate").read_text())
    except (OSError, ValueError):
        return usual


def _sentence(code: int, names: Sequence[str]) -> str:
    left_out = f"{', '.join(names)} could not be counted"
    if code in (errno.ENOENT, errno.EOPNOTSUPP, errno.ENODEV):
        return (
            f"{left_out}: this machine offers no such counters, as is usual in virtual machines "
            "and containers on them."
        )
    if code in (errno.EACCES, errno.EPERM):
        return (
            f"{left_out}: the system does not permit it: sudo sysctl kernel.perf_event_paranoid=1"
        )
    return f"{left_out}: {os.strerror(code)}."
