"""Whether the callers of Python functions are recorded, and at what price.

Full stacks need CPython's trampolines, which change how Python calls Python. Without them
nothing changes; the evaluator's saved instruction pointers then tell, for each piece of C
stack that evaluates Python, the innermost Python function and its line (`leaf`). The callers in
between can be read from outside, at moments of their own (`paired`). CPython 3.10 evaluates
each call on a piece of its own, so that stacks are full without trampolines.
"""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass, field
from types import FrameType

from . import frame_layout, perf_trampoline
from .base import EngineError, Stacks
from .frame_sampler.layout import Layout

OLDEST = (3, 10)
"""The first CPython on which the engine works at all."""
_NOTEBOOK = {"ipykernel", "IPython", "nativeprofile", "tornado", "zmq", "debugpy", "traitlets"}
_REMEDY = "Use --stacks paired."


@dataclass(frozen=True)
class Mode:
    """How Python frames are told from now on, with sentences for the profile."""

    name: Stacks
    """Never `auto`."""
    trampolines: bool = False
    frames: tuple[Layout, int] | None = None
    """Where another process finds the callers (`paired`)."""
    notes: list[str] = field(default_factory=list)


def choose(asked: Stacks, unreadable: str = "") -> Mode:
    """The mode for a run; `unreadable`: why frames cannot be read from outside, if that is known
    already. Raises EngineError if what was asked for is not to be had."""
    if perf_trampoline.running():
        notes = ["Perf trampolines were switched on by the user's code, so these stacks are full."]
        return Mode("full", True, notes=notes if asked in ("paired", "leaf") else [])
    if sys.version_info < (3, 11):
        return Mode("full")
    if asked == "leaf":
        return Mode("leaf")
    if asked != "full" and not unreadable:
        try:
            return Mode("paired", frames=frame_layout.find())
        except frame_layout.Unreadable as error:
            unreadable = str(error)
    obstacle = perf_trampoline.obstacle()
    if asked == "full" and obstacle is not None:
        raise EngineError(f"Full stacks are not to be had: {obstacle[0]}", _REMEDY)
    why = f"Frames could not be read from outside: {unreadable}." if unreadable else ""
    if asked != "paired" and obstacle is None:
        return Mode("full", True, notes=[f"{why} So trampolines were used."] if why else [])
    return Mode("leaf", notes=[f"{why} So callers are known in part (--stacks leaf)."])


def serving() -> list[int]:
    """The native ids of threads that serve the notebook, by what they run now: without full
    stacks their samples would not tell."""
    native = {thread.ident: thread.native_id for thread in threading.enumerate()}
    found = []
    for ident, frame in sys._current_frames().items():
        walk: FrameType | None = frame
        while walk is not None and ident != threading.get_ident():
            module = str(walk.f_globals.get("__name__", ""))
            number = native.get(ident)
            if module.partition(".")[0] in _NOTEBOOK and number is not None:
                found.append(number)
                break
            walk = walk.f_back
    return found
