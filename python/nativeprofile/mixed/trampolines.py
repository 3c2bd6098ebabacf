"""How much time the trampolines have added, as an estimate.

With trampolines each Python call of a Python function passes through C functions that it would
not pass through otherwise. Samples taken in these are seen; the rest of what a call costs more
(entering and leaving the evaluator, the processor's mispredictions) is not.
"""

from __future__ import annotations

from collections.abc import Sequence

from .kinds import Kinds, Seen
from .unwind import EVALUATOR, Unwinder

_PASSED = frozenset(
    {
        "py_trampoline_evaluator",
        "_PyEval_Vector",
        "_PyEvalFramePushAndInit",
        "_PyFunction_Vectorcall",
        "PyObject_Vectorcall",
    }
)
_FOR_EACH_SEEN = 1.7
"""What a call costs more, in units of the time that is seen in these functions: measured on
CPython 3.12 and 3.13 with loops of small functions, by clocks inside the programs."""
_WORTH_A_NOTE = 0.05


def added(kept: Sequence[Seen], kinds: Kinds, unwinder: Unwinder) -> float:
    """The estimated share of the samples' time, from 0 to 1."""
    passing: dict[int, bool] = {}
    seen = total = 0
    for sample in kept:
        stack = kinds.of(sample).stack
        if stack not in passing:
            passing[stack] = _passes(unwinder, stack)
        total += sample.period
        seen += sample.period * passing[stack]
    return min(1.0, _FOR_EACH_SEEN * seen / total) if total else 0.0


def notes(share: float) -> list[str]:
    """A sentence where the trampolines matter."""
    if share < _WORTH_A_NOTE:
        return []
    return [
        "Small Python functions are called very often here. The trampolines, by which full stacks "
        f"are known, have made that dearer: by an estimated {share:.0%} of the time shown. For "
        "shares without it: --stacks paired"
    ]


def _passes(unwinder: Unwinder, stack: int) -> bool:
    """Whether a sample was taken on the way from one frame of the evaluator to the next."""
    for n, number in enumerate(unwinder.stacks[stack]):
        frame = unwinder.frames[number]
        if frame.symbol == EVALUATOR:
            return n > 0
        if not frame.trampoline and frame.symbol not in _PASSED:
            return False
    return False
