"""Where a stack begins to be the cell's: everything below that frame is left out."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto
from itertools import takewhile

from .classify import Group
from .evaluator import EVALUATOR
from .shown import Shown


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

_MAIN = "main"
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
    if all(frame.facts.group is Group.KERNEL for frame in stack):
        return Verdict.MAYBE, len(stack) - 1
    if not complete:
        # What runs around the cell has stacks that can be unwound; what the cell calls may not.
        return Verdict.CELL, len(stack) - 1
    return _OUTSIDE


def of_main_leaf(stack: Sequence[Shown], complete: bool) -> Root:
    """Like `of_main`, where most callers are unknown: the outermost Python function above the
    one that runs cells, or above whatever else of the notebook there is."""
    inside = range(_above_ours(stack))
    python: list[int] = []
    for n in inside:
        if stack[n].runs_cells:
            return (Verdict.CELL, python[-1]) if python else _OUTSIDE
        if stack[n].facts.group is Group.PYTHON:
            python.append(n)
    above = list(takewhile(lambda n: not stack[n].notebook, python))
    user = [n for n in above if not stack[n].machinery]
    if user:
        return Verdict.CELL, user[-1]
    native = not python and len(inside) == len(stack)
    if native and (not complete or all(f.facts.group is Group.KERNEL for f in stack)):
        return Verdict.MAYBE, len(stack) - 1
    return _OUTSIDE


def of_thread(stack: Sequence[Shown]) -> Root:
    """The root of a sample of any other thread: the outermost Python function, unless the
    thread serves the notebook itself; all of it, if the thread is native."""
    python = [n for n, frame in enumerate(stack) if frame.facts.group is Group.PYTHON]
    if not python:
        evaluates = any(frame.facts.symbol == EVALUATOR for frame in stack)
        return _OUTSIDE if evaluates else (Verdict.CELL, len(stack) - 1)
    for n in reversed(python):
        if stack[n].notebook:
            return _OUTSIDE
        if not stack[n].machinery:
            return Verdict.CELL, python[-1]
    # Nothing but machinery, upon Python that ran before the cell: a service of the notebook.
    early = any(frame.facts.symbol == EVALUATOR for frame in stack[python[-1] + 1 :])
    return _OUTSIDE if early else (Verdict.CELL, python[-1])


def of_program(stack: Sequence[Shown]) -> Root:
    """The root of a sample of a program: its main function, or all of the stack."""
    found = [n for n, frame in enumerate(stack) if frame.facts.symbol == _MAIN]
    return Verdict.CELL, found[-1] if found else len(stack) - 1


def of_child(stack: Sequence[Shown]) -> Root:
    """The root of a sample of a process that the cell started. What multiprocessing began
    starts with its own first function; another forked child carries on with the cell."""
    python = [n for n, frame in enumerate(stack) if frame.facts.group is Group.PYTHON]
    for wanted in ("begins", "root", "cell"):
        found = [n for n in python if getattr(stack[n], wanted)]
        if found:
            return Verdict.CELL, found[-1]
    notebook = [n for n in python if stack[n].notebook]
    inside = [n for n in python if not notebook or n < notebook[0]]
    return Verdict.CELL, (inside or python or [len(stack) - 1])[-1]


def _above_ours(stack: Sequence[Shown]) -> int:
    """How many frames lie above this package's own (its callbacks do not count)."""
    for n, frame in enumerate(stack):
        if frame.ours and not frame.facts.profiler:
            return n
    return len(stack)
