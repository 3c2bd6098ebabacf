"""How long the cell's own thread was off the CPU, where that was measured beside the samples."""

from __future__ import annotations

import numpy as np

from .categories import Category
from .costs import Floats, of_own_thread
from .profile import Profile


def measured_waiting(profile: Profile, sampled: dict[str, int]) -> dict[str, int]:
    """Nanoseconds by category: each absence where the engine recorded them, otherwise what clocks
    tell, unless waiting is among what was `sampled` (by category)."""
    recorded = _recorded(profile)
    if recorded is not None:
        return recorded
    waiting = Category.WAITING.label
    found = None if waiting in sampled else _unsampled(profile)
    return {} if found is None else {waiting: found}


def _recorded(profile: Profile) -> dict[str, int] | None:
    """Nanoseconds that the cell's own thread was off the CPU, by category; None where the engine
    did not record that."""
    names = [value["name"] for value in profile.values]
    if names[0] != "cpu" or "wall" not in names:
        return None
    absent = absences(profile, len(profile.stacks.prefix))
    categories = np.asarray(profile.stacks.category, dtype=np.int64)
    found = np.bincount(categories, weights=absent, minlength=len(Category))
    return {c.label: int(found[c]) for c in Category if found[c]}


def absences(profile: Profile, length: int) -> Floats:
    """Nanoseconds that the cell's own thread was off the CPU at each row of the stack table."""
    names = [value["name"] for value in profile.values]
    if names[0] != "cpu" or "wall" not in names:
        return np.zeros(length)
    samples = profile.samples
    rows = np.asarray(samples.stack, dtype=np.int64)
    away = of_own_thread(profile) & (np.asarray(samples.values[0]) == 0)
    wall = np.asarray(samples.values[names.index("wall")], dtype=np.float64)
    return np.bincount(rows[away], weights=wall[away], minlength=length)


def _unsampled(profile: Profile) -> int | None:
    """Nanoseconds in which the cell's own thread was not ready to run, if only CPU is sampled."""
    value, meta = profile.values[0], profile.meta
    thread_cpu = meta.get("thread_cpu_ns")
    if value["name"] != "cpu" or value["unit"] != "ns" or thread_cpu is None:
        return None
    running = int(thread_cpu) + int(meta.get("thread_queued_ns") or 0)
    return max(0, int(meta.get("wall_ns", 0)) - running)
