"""What a Python call costs more with trampolines, and how much of that a profile can see."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from nativeprofile.symbols.maps import Maps
from nativeprofile.symbols.symtab import Range, functions

HOOK = "py_trampoline_evaluator"
STEPS = frozenset({HOOK, "PyUnstable_Code_GetExtra", "_PyEval_Vector", "_PyFunction_Vectorcall"})
"""A call passes through these only with trampolines; they take as long whatever is called."""
ENTRY = frozenset({"_PyEvalFramePushAndInit", "_PyThreadState_PushFrame", "initialize_locals"})
"""These as well, but they take longer the more there is to do about arguments."""
_FEWEST = 50
"""Samples in these functions that make one sampling of the calibration: its error is then 14 %."""


@dataclass(frozen=True)
class Calibration:
    """Nanoseconds of a call without trampolines and with them, and of these the ones that samples
    see in `STEPS` and in `ENTRY`."""

    plain: float
    dearer: float
    steps: float
    entry: float

    @property
    def for_each_seen(self) -> float:
        """What a call costs more, in units of the time that is seen in both."""
        return (self.dearer - self.plain) / (self.steps + self.entry)


def read(facts: dict[str, Any], maps: Maps) -> Calibration | None:
    """Out of what the engine measured in the kernel; None where it could not, or where the
    functions in question cannot be told for want of symbols."""
    if not facts:
        return None
    plain, dearer, empty = (float(facts[name]) for name in ("plain", "trampolines", "empty"))
    found = [
        Calibration(plain, dearer, empty * steps, empty * entry)
        for steps, entry in (_shares(addresses, maps) for addresses in facts["addresses"])
        if steps + entry > 0
    ]
    if not found or 2 * len(found) <= len(facts["addresses"]) or dearer <= plain:
        return None
    found.sort(key=lambda one: one.for_each_seen)
    return found[len(found) // 2]


def _shares(addresses: list[tuple[int, int]], maps: Maps) -> tuple[float, float]:
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
    if not hooks or steps + entry < _FEWEST:
        return 0.0, 0.0
    return steps / total, entry / total


@cache
def _ranges(path: str) -> dict[str, Range]:
    return functions(path, STEPS | ENTRY)
