"""Where a stack begins to be the cell's: everything below that frame is left out."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto

from .classify import Group
from .functions import Shown


class Verdict(Enum):
    """Whether a sample belongs to the cell."""

    CELL = auto()
    """It does."""
    MAYBE = auto()
    """It runs above the event loop, not above the cell: it does if the cell is running."""
    OUTSIDE = auto()
    """It does not."""


Root = tuple[Verdict, int]
"""The verdict and, of a stack from leaf to root, the frame that becomes the root."""

_OUTSIDE: Root = (Verdict.OUTSIDE, -1)


def of_main(stack: Sequence[Shown], complete: bool) -> Root:
    """The root of a sample of the cell's own thread: the cell, whatever it was called by."""
    inside = range(_above_ours(stack))
    for wanted in ("root", "cell"):
        found = [n for n in inside if getattr(stack[n], wanted)]
        if found:
            return Verdict.CELL, found[-1]
    if len(inside) < len(stack):
        return _OUTSIDE
    python = [n for n in inside if stack[n].facts.group is Group.PYTHON]
    user = [n for n in python if not stack[n].machinery]
    if user:
        return (Verdict.MAYBE if complete else Verdict.CELL), user[-1]
    if not complete or all(frame.facts.group is Group.KERNEL for frame in stack):
        return Verdict.MAYBE, len(stack) - 1
    return _OUTSIDE


def of_thread(stack: Sequence[Shown]) -> Root:
    """The root of a sample of any other thread: the outermost Python function, unless the
    thread serves the notebook itself; all of it, if the thread is native."""
    python = [n for n, frame in enumerate(stack) if frame.facts.group is Group.PYTHON]
    if not python:
        evaluates = any(frame.facts.symbol == "_PyEval_EvalFrameDefault" for frame in stack)
        return _OUTSIDE if evaluates else (Verdict.CELL, len(stack) - 1)
    for n in reversed(python):
        if stack[n].notebook:
            return _OUTSIDE
        if not stack[n].machinery:
            break
    return Verdict.CELL, python[-1]


def _above_ours(stack: Sequence[Shown]) -> int:
    """How many frames lie above this package's own (its callbacks do not count)."""
    for n, frame in enumerate(stack):
        if frame.ours and not frame.facts.profiler:
            return n
    return len(stack)
