"""What a Python call costs more with trampolines, and how much of that a profile can see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import comb
from statistics import median
from typing import Any

from nativeprofile.symbols.maps import Maps
from nativeprofile.symbols.symtab import Range, functions

HOOK = "py_trampoline_evaluator"
STEPS = frozenset({HOOK, "PyUnstable_Code_GetExtra", "_PyEval_Vector", "_PyFunction_Vectorcall"})
"""A call passes through these only with trampolines; they take as long whatever is called."""
ENTRY = frozenset({"_PyEvalFramePushAndInit", "_PyThreadState_PushFrame", "initialize_locals"})
"""These as well, but they take longer the more there is to do about arguments."""
_UNSURE = 0.05
"""The probability that a median lies outside its interval, at most."""


@dataclass(frozen=True)
class Calibration:
    """What a call costs in nanoseconds without trampolines and with them; how much dearer it is, in
    units of the time that samples see in `STEPS` and `ENTRY`, and by which part of itself that may
    be off either way (95 % interval); the time seen in `ENTRY` for each seen in `STEPS`."""

    plain: float
    dearer: float
    for_each_seen: float
    error: float
    entry: float


def read(turns: Sequence[dict[str, Any]], maps: Maps) -> Calibration | None:
    """Out of what the engine measured in the kernel, turn by turn; None where it could not, where
    the functions in question cannot be told for want of symbols, or too few turns saw them."""
    seen = [_shares(turn["addresses"], maps) for turn in turns]
    good = [(turn, *shares) for turn, shares in zip(turns, seen, strict=True) if any(shares)]
    costs = [(1 - turn["plain"] / turn["trampolines"]) / (s + e) for turn, s, e in good]
    interval = median_interval(costs)
    if interval is None or (middle := median(costs)) <= 0:
        return None
    return Calibration(
        plain=median(turn["plain"] for turn, _, _ in good),
        dearer=median(turn["trampolines"] for turn, _, _ in good),
        for_each_seen=middle,
        error=max(middle - interval[0], interval[1] - middle) / middle,
        entry=sum(entry for _, _, entry in good) / sum(steps for _, steps, _ in good),
    )


def median_interval(values: Sequence[float]) -> tuple[float, float] | None:
    """The 95 % interval of the median of what these are samples of, whatever its distribution: by
    order statistics. None of fewer than six, which hold no such interval."""
    beyond, left_out = 1, 0
    while beyond <= _UNSURE / 2 * 2 ** len(values):
        left_out += 1
        beyond += comb(len(values), left_out)
    if not left_out:
        return None
    found = sorted(values)
    return found[left_out - 1], found[-left_out]


def _shares(addresses: Sequence[tuple[int, int]], maps: Maps) -> tuple[float, float]:
    """Which share of a sampling is in `STEPS` and in `ENTRY`; 0 where that is not known."""
    hooks = steps = entry = total = 0
    for address, count in addresses:
        total += count
        place = maps.in_file(address)
        if place is None:
            continue
        path, offset = place
        for name, (start, end) in _ranges(path).items():
            if start <= offset < end:
                hooks += count * (name == HOOK)
                steps += count * (name in STEPS)
                entry += count * (name in ENTRY)
    return (steps / total, entry / total) if hooks else (0.0, 0.0)


@cache
def _ranges(path: str) -> dict[str, Range]:
    return functions(path, STEPS | ENTRY)
