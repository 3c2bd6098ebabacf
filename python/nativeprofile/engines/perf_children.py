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
from .perf_codes import CodeWatcher, free_tool_id
from .perf_family import keep
from .perf_gather import CodeGatherer
from .perf_ledger import Ledger
from .perf_threads import BEGIN, starting

_KEY = "nativeprofile"
"""Our entry in what multiprocessing hands down to every process it starts."""

_ACCEPT = (
    "try:\n"
    "    from nativeprofile.engines.perf_children import accept\n"
    "    answer = accept({directory!r}, {trampolines!r})\n"
    "except Exception:\n"
    "    answer = None\n"
)
"""What a new process runs; it may well lack this package, or have another version."""

_family: _Family | None = None
_hooked = False


class _Invitation:
    """Lies in a process object; where that is unpickled, the new process joins."""

    def __init__(self, directory: str, trampolines: bool) -> None:
        self._directory = directory
        self._trampolines = trampolines

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
        source = _ACCEPT.format(directory=self._directory, trampolines=self._trampolines)
        return eval, (f"(lambda names: (exec({source!r}, names), names['answer'])[1])({{}})",)


class _Family:
    """A recording as this process and its children share it."""

    def __init__(
        self, directory: str, template: str, rows: Callable[[], int], leave: Callable[[], None]
    ) -> None:
        """`template`: the trampolines' machine code in hex, empty if there are none. `rows`: how
        many code objects this process has told; `leave` ends that."""
        self.pid = os.getpid()
        self.directory = directory
        self.template = template
        self.rows = rows
        self.leave = leave


class Children:
    """The children of a recording, from when this is made to `close`."""

    def __init__(
        self, directory: Path, watcher: CodeWatcher | CodeGatherer, trampolines: bool = True
    ) -> None:
        global _family
        self._directory = directory
        _hook()
        template = perf_trampoline.template().hex() if trampolines else ""
        _family = _Family(str(directory), template, watcher.count, watcher.close)
        multiprocessing_process.current_process()._config[_KEY] = (  # type: ignore[attr-defined]
            _Invitation(str(directory), trampolines)
        )

    def close(self) -> None:
        """Invites no more; in a forked child it does nothing."""
        global _family
        if _family is not None and _family.pid == os.getpid():
            _family = None
            keep(self._directory)
            multiprocessing_process.current_process()._config.pop(  # type: ignore[attr-defined]
                _KEY, None
            )


def accept(directory: str, trampolines: bool) -> _Invitation | None:
    """Called in a new process: joins the recording, and hands the invitation down."""
    tool = free_tool_id() if sys.version_info >= (3, 12) else None
    if tool is None or not os.path.isdir(directory):
        return None
    if trampolines:
        if perf_trampoline.obstacle():
            return None
        perf_trampoline.activate()
    _hook()
    sys.monitoring.use_tool_id(tool, "nativeprofile")
    template = perf_trampoline.template().hex() if trampolines else ""
    _tell(tool, directory, template, os.getppid(), -1, lambda: _release(tool))
    return _Invitation(directory, trampolines)


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
        tool = next(n for n in range(6) if sys.monitoring.get_tool(n) == "nativeprofile")
        known = parent.rows()
        _tell(tool, parent.directory, parent.template, parent.pid, known, parent.leave)
    except Exception:
        # The run has ended, or there is no room: the child goes on unwatched.
        parent.leave()


def _tell(
    tool: int,
    directory: str,
    template: str,
    parent: int,
    known: int,
    leave: Callable[[], None],
) -> None:
    """Watches this process's code under a monitoring tool that is ours already."""
    global _family
    ledger = Ledger(directory, parent, known, template)
    monitoring, add, disable = sys.monitoring, ledger.add, sys.monitoring.DISABLE

    def end() -> None:
        global _family
        _family = None
        atexit.unregister(end)
        leave()
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

    _family = _Family(directory, template, lambda: ledger.rows, end)
    for function in (_forked, _tell, Ledger.__init__, perf_trampoline._after_fork):
        add(function.__code__)  # these have begun already
    events = monitoring.events
    monitoring.register_callback(tool, events.CALL, None)
    for event in (events.PY_START, events.PY_RESUME):
        monitoring.register_callback(tool, event, seen)
    monitoring.set_events(tool, events.PY_START | events.PY_RESUME)
    if known >= 0:
        # What ran before the fork runs through new trampolines now.
        monitoring.restart_events()


def _release(tool: int) -> None:
    monitoring = sys.monitoring
    if monitoring.get_tool(tool) == "nativeprofile":
        monitoring.set_events(tool, 0)
        for event in (monitoring.events.PY_START, monitoring.events.PY_RESUME):
            monitoring.register_callback(tool, event, None)
        monitoring.free_tool_id(tool)
