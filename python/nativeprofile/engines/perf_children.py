"""Processes that a profiled cell starts: each tells which Python code runs in it.

A forked child has our callbacks already and needs a ledger of its own. A process that
`multiprocessing` (or joblib's loky) begins anew unpickles its process object, and in there
an invitation, which starts the same in it. Other programs are recorded with native stacks.
"""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Callable
from multiprocessing import process as multiprocessing_process
from pathlib import Path
from types import CodeType
from typing import Any

from . import perf_trampoline
from .frame_calls import Place, ask, here
from .frame_layout import thread_state
from .frame_sampler.layout import Layout
from .perf_codes import CodeWatcher, free_tool_id
from .perf_family import keep
from .perf_gather import CodeGatherer
from .perf_ledger import Ledger
from .perf_threads import BEGIN, running_codes, starting

_KEY = "nativeprofile"
"""Our entry in what multiprocessing hands down to every process it starts."""

_ACCEPT = (
    "try:\n"
    "    from nativeprofile.engines.perf_children import accept\n"
    "    answer = accept({directory!r}, {trampolines!r}, {kernel!r})\n"
    "except Exception:\n"
    "    answer = None\n"
)
"""What a new process runs; it may well lack this package, or have another version."""

_family: _Family | None = None
_hooked = False


class _Invitation:
    """Lies in a process object; where that is unpickled, the new process joins."""

    def __init__(self, directory: str, trampolines: bool, kernel: int) -> None:
        """`kernel`: the process whose sampler reads frames, 0 if there is none."""
        self._facts = {"directory": directory, "trampolines": trampolines, "kernel": kernel}

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
        source = _ACCEPT.format(**self._facts)
        return eval, (f"(lambda names: (exec({source!r}, names), names['answer'])[1])({{}})",)


class _Family:
    """A recording as this process and its children share it."""

    def __init__(
        self,
        directory: str,
        template: str,
        frames: tuple[int, Layout] | None,
        rows: Callable[[], int],
        leave: Callable[[], None],
    ) -> None:
        """`template`: the trampolines' machine code in hex, empty if there are none. `frames`: the
        kernel, whose sampler reads them, and how they lie. `rows`: how many code objects this
        process has told; `leave` ends that."""
        self.pid = os.getpid()
        self.directory = directory
        self.template = template
        self.frames = frames
        self.rows = rows
        self.leave = leave


class Children:
    """The children of a recording, from when this is made to `close`."""

    def __init__(
        self,
        directory: Path,
        watcher: CodeWatcher | CodeGatherer,
        trampolines: bool = True,
        layout: Layout | None = None,
    ) -> None:
        """`layout` is that of frames which are read from outside."""
        global _family
        self._directory = directory
        _hook()
        template = perf_trampoline.template().hex() if trampolines else ""
        frames = None if layout is None else (os.getpid(), layout)
        _family = _Family(str(directory), template, frames, watcher.count, watcher.close)
        invitation = _Invitation(str(directory), trampolines, os.getpid() if frames else 0)
        _configuration()[_KEY] = invitation

    def close(self) -> None:
        """Invites no more; in a forked child it does nothing."""
        global _family
        if _family is not None and _family.pid == os.getpid():
            _family = None
            keep(self._directory)
            _configuration().pop(_KEY, None)


def _configuration() -> dict[str, object]:
    """What multiprocessing hands down."""
    found: dict[str, object] = multiprocessing_process.current_process()._config  # type: ignore[attr-defined]
    return found


def accept(directory: str, trampolines: bool, kernel: int) -> _Invitation | None:
    """Called in a new process: joins the recording, and hands the invitation down."""
    tool = free_tool_id() if sys.version_info >= (3, 12) else None
    if tool is None or not os.path.isdir(directory):
        return None
    if trampolines:
        if perf_trampoline.obstacle():
            return None
        perf_trampoline.activate()
    place = here() if kernel else None
    if place is not None:
        ask(directory, kernel, place)
    _hook()
    sys.monitoring.use_tool_id(tool, "nativeprofile")
    family = _Family(
        directory,
        perf_trampoline.template().hex() if trampolines else "",
        None if place is None else (kernel, place.layout),
        lambda: 0,
        lambda: _release(tool),
    )
    _tell(tool, family, os.getppid(), -1, place)
    return _Invitation(directory, trampolines, kernel)


def _hook() -> None:
    """Once in a process: hooks cannot be taken away again, this one does nothing by itself."""
    global _hooked
    if not _hooked and hasattr(os, "register_at_fork"):
        _hooked = True
        os.register_at_fork(after_in_child=_forked)


def _forked() -> None:
    global _family
    parent, _family = _family, None
    if parent is None:
        return
    try:
        place = None
        if parent.frames is not None:
            kernel, layout = parent.frames
            place = Place(thread_state(), layout)
            ask(parent.directory, kernel, place)
        if sys.version_info < (3, 12):
            _family = parent  # which code ran the kernel finds out; its addresses hold here too
            return
        tool = next(n for n in range(6) if sys.monitoring.get_tool(n) == "nativeprofile")
        _tell(tool, parent, parent.pid, parent.rows(), place)
    except Exception:
        # The run has ended, or there is no room: the child goes on unwatched.
        parent.leave()


def _tell(tool: int, told: _Family, parent: int, known: int, place: Place | None) -> None:
    """Watches this process's code under a monitoring tool that is ours already. `told`: the
    recording as the parent, or the invitation, knows it."""
    global _family
    ledger = Ledger(told.directory, parent, known, told.template, place)
    monitoring, add, disable = sys.monitoring, ledger.add, sys.monitoring.DISABLE

    def end() -> None:
        global _family
        _family = None
        atexit.unregister(end)
        told.leave()
        ledger.close()

    def seen(code: CodeType, offset: int) -> Any:
        if add(code):
            if code is not BEGIN:
                return disable
            if ledger.thread(*starting()):
                return None
        end()
        return None

    atexit.register(end)  # our modules are taken apart soon after

    _family = _Family(told.directory, told.template, told.frames, lambda: ledger.rows, end)
    for function in (_forked, _tell, ask, Ledger.__init__, perf_trampoline._after_fork):
        add(function.__code__)  # these have begun already
    events = monitoring.events
    monitoring.register_callback(tool, events.CALL, None)
    for event in (events.PY_START, events.PY_RESUME):
        monitoring.register_callback(tool, event, seen)
    monitoring.set_events(tool, events.PY_START | events.PY_RESUME)
    if known >= 0:
        # What ran before the fork runs through new trampolines now.
        monitoring.restart_events()
    else:
        for code in running_codes():
            add(code)  # it never starts


def _release(tool: int) -> None:
    monitoring = sys.monitoring
    if monitoring.get_tool(tool) == "nativeprofile":
        monitoring.set_events(tool, 0)
        for event in (monitoring.events.PY_START, monitoring.events.PY_RESUME):
            monitoring.register_callback(tool, event, None)
        monitoring.free_tool_id(tool)
