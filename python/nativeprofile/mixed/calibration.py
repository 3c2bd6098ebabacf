"""What a Python call costs more with trampolines, and how much of that a profile can see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nativeprofile.symbols.maps import Maps
from nativeprofile.symbols.symtab import Range, functions

HOOK = "py_trampoline_evaluator"
STEPS = frozenset({HOOK, "PyUnstable_Code_GetExtra", "_PyEval_Vector", "_PyFunction_Vectorcall"})
"""A call passes through these only with trampolines; they take as long whatever is called."""
ENTRY = frozenset({"_PyEvalFramePushAndInit", "_PyThreadState_PushFrame", "initialize_locals"})
"""These as well, but they take longer the more there is to do about arguments."""
_FEWEST = 100
"""Samples in these functions that make a calibration: their error is then 10 %."""


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
    known: dict[str, dict[str, Range]] = {}
    hooks = steps = entry = total = 0
    for address, count in facts["addresses"]:
        total += count
        place = maps.in_file(address)
        if place is None:
            continue
        path, offset = place
        if path not in known:
            known[path] = functions(path, STEPS | ENTRY)
        for name, (start, end) in known[path].items():
            if start <= offset < end:
                hooks += count * (name == HOOK)
                steps += count * (name in STEPS)
                entry += count * (name in ENTRY)
    if not hooks or steps + entry < _FEWEST or dearer <= plain:
        return None
    return Calibration(plain, dearer, empty * steps / total, empty * entry / total)
