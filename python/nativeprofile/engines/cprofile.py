"""The engine that always works: the standard library's cProfile, exact call counts.

Up to CPython 3.11 cProfile sees one thread. From 3.12 on it sees the calls of every thread
and charges them to whatever the cell happens to be in (an output thread that wakes up cuts
the running function's time short), so there each event passes a filter by thread.
"""

from __future__ import annotations

import linecache
import marshal
import sys
import threading
from collections.abc import Callable
from operator import attrgetter
from pathlib import Path
from types import CodeType
from typing import Any, Protocol

from .base import EngineError, Options, Probe, Raw

FILE = "profile.pstats"

Label = tuple[str, int, str]
"""How pstats names a function: file (`~` for C), line, name."""
Costs = list[float]
"""Primitive calls, calls, own seconds, cumulative seconds: as pstats orders them."""


class CProfile:
    name = "cprofile"
    title = "cProfile"
    kind = "exact"

    def probe(self) -> Probe:
        other = _active_profiler()
        if other:
            return Probe(available=False, reason=other.message, remedy=other.remedy)
        return Probe(available=True, version=f"{sys.version_info[0]}.{sys.version_info[1]}")

    def start(self, options: Options, directory: str) -> Recording:
        other = _active_profiler()
        if other:
            raise other
        import cProfile

        profiler = cProfile.Profile()
        if sys.version_info >= (3, 12):
            _keep_to_this_thread(profiler)
        try:
            profiler.enable()
        except ValueError as error:
            raise _busy(str(error)) from error
        return Recording(profiler, directory)


class Recording:
    """A cProfile at work; see `base.Running`."""

    def __init__(self, profiler: Any, directory: str) -> None:
        self._profiler = profiler
        self._directory = directory

    def stop(self) -> Raw:
        self._profiler.disable()
        stats = tables(self._profiler.getstats())
        try:
            with Path(self._directory, FILE).open("wb") as file:
                marshal.dump(stats, file)
        except OSError as error:
            raise EngineError(
                f"cProfile's result could not be written to the temporary folder: "
                f"{error.strerror}.",
                "Free space there, or point TMPDIR elsewhere and restart the kernel.",
            ) from error
        return Raw(
            data={"file": FILE},
            notes=[
                "Only the cell's own thread was measured.",
                "cProfile makes every call slower: functions that are called often look "
                "dearer than they are.",
            ],
        )

    def abort(self) -> None:
        self._profiler.disable()

    def samples(self) -> int | None:
        return None


ENGINE = CProfile()


def tables(entries: list[Any]) -> dict[Label, tuple[int, int, float, float, dict[Label, Any]]]:
    """pstats' dictionary out of `_lsprof` entries, cut to what the notebook's cells ran.

    IPython's own calls before and after the cell are left out: a function is kept when cell
    code called it, directly or not, and its costs are those of the callers kept. Code objects
    with the same file, line and name (the statements of a cell) are added up.
    """
    own: dict[Label, Costs] = {}
    callers: dict[Label, dict[Label, Costs]] = {}
    callees: dict[Label, set[Label]] = {}
    roots: set[Label] = set()
    for entry in entries:
        label = _label(entry.code)
        _add(own.setdefault(label, [0, 0, 0.0, 0.0]), entry)
        if isinstance(entry.code, CodeType) and _is_cell(entry.code.co_filename):
            roots.add(label)
        for call in entry.calls or ():
            callee = _label(call.code)
            _add(callers.setdefault(callee, {}).setdefault(label, [0, 0, 0.0, 0.0]), call)
            callees.setdefault(label, set()).add(callee)

    kept = _reachable(roots, callees) if roots else set(own)
    result = {}
    for label in own:
        if label not in kept:
            continue
        costs = own[label]
        edges = {}
        for caller, cost in callers.get(label, {}).items():
            if caller in kept:
                edges[caller] = _pstats_order(cost)
            elif label not in roots:
                costs = [mine - theirs for mine, theirs in zip(costs, cost, strict=True)]
        result[label] = (*_whole(costs), edges)
    return result


class _ThisThread(threading.local):
    """Calls `event` in the thread that set it, and does nothing in all the others.

    Every step of such a call is C code of the interpreter. A filter written in Python would
    have a frame, where an interrupt could strike: it would then top the user's traceback.
    """

    event: Callable[..., object] = staticmethod("".format)
    __call__ = property(attrgetter("event"))


def _keep_to_this_thread(profiler: Any) -> None:
    """Puts a filter by thread before each event callback of a `_lsprof.Profiler` (3.12+)."""
    for name in dir(profiler):
        if name.startswith("_") and name.endswith("_callback"):
            this_thread = _ThisThread()
            this_thread.event = getattr(profiler, name)
            setattr(profiler, name, this_thread)


def _active_profiler() -> EngineError | None:
    if sys.version_info >= (3, 12):
        tool = sys.monitoring.get_tool(sys.monitoring.PROFILER_ID)
        if tool is not None:
            return _busy(f"the profiler {tool!r} is active")
    elif sys.getprofile() is not None:
        return _busy(f"the profile function {sys.getprofile()!r} is set")
    return None


def _busy(what: str) -> EngineError:
    return EngineError(
        f"cProfile cannot start because another profiler is running in this kernel ({what}).",
        "Stop it first (profiler.disable(), sys.setprofile(None)), or restart the kernel.",
    )


def _is_cell(filename: str) -> bool:
    """IPython puts a cell's source into linecache without a time of change; nobody else does."""
    entry = linecache.cache.get(filename)
    return entry is not None and len(entry) == 4 and entry[1] is None


def _label(code: CodeType | str) -> Label:
    if isinstance(code, str):
        return "~", 0, code
    name: str = getattr(code, "co_qualname", code.co_name)  # 3.11+
    return code.co_filename, code.co_firstlineno, name


class _Counted(Protocol):
    callcount: int
    reccallcount: int
    inlinetime: float
    totaltime: float


def _add(costs: Costs, entry: _Counted) -> None:
    costs[0] += entry.callcount - entry.reccallcount
    costs[1] += entry.callcount
    costs[2] += entry.inlinetime
    costs[3] += entry.totaltime


def _whole(costs: Costs) -> tuple[int, int, float, float]:
    return int(costs[0]), int(costs[1]), max(0.0, costs[2]), max(0.0, costs[3])


def _pstats_order(costs: Costs) -> tuple[int, int, float, float]:
    """pstats' callers name all calls first, then the primitive ones."""
    primitive, calls, own, cumulative = _whole(costs)
    return calls, primitive, own, cumulative


def _reachable(roots: set[Label], callees: dict[Label, set[Label]]) -> set[Label]:
    seen, waiting = set(roots), list(roots)
    while waiting:
        for callee in callees.get(waiting.pop(), ()):
            if callee not in seen:
                seen.add(callee)
                waiting.append(callee)
    return seen
