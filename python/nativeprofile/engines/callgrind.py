"""Callgrind in the live kernel, which `nativeprofile serve-kernel` has started under Valgrind.

Valgrind counts nothing until a cell is profiled. Then `callgrind_requests` evaluates each statement
of the cell, and each leaves a file with what it counted; other threads leave theirs at the end.
"""

from __future__ import annotations

import gc
import os
import shutil
import sys
from pathlib import Path
from types import CodeType
from typing import Any

from . import perf_trampoline
from .base import EngineError, Options, Probe, Raw
from .callgrind_codes import first_lines
from .callgrind_command import Counting, slower
from .callgrind_kernel import CallgrindKernel, callgrind_kernel, under_valgrind
from .callgrind_libffi import separate_calls
from .callgrind_requests import AROUND, CELL, Requests, requests
from .callgrind_threads import Threads
from .perf_entries import Entries

_INSTALL = "nativeprofile kernelspec install"
_MISSING = "Install Valgrind (apt-get install valgrind) and restart the kernel."
_FORKED = "Forked processes are not in this profile ({0} of them)."
MAP, MAPS = "perf.map", "maps"
"""Files for the reader: CPython's names of trampolines, and what is mapped where."""
_SWITCH = 100 * 0.005
"""Seconds between two requests for the GIL while a cell is counted: CPython's own, as much longer
as all else takes. Otherwise threads would take turns, and cost that, far too often."""

_entries = Entries()


class Callgrind:
    name = "callgrind"
    title = "Callgrind: instructions and calls, counted by Valgrind"
    kind = "exact"

    def probe(self) -> Probe:
        """Whether this kernel runs under Callgrind."""
        try:
            kernel, _ = _around()
        except EngineError as error:
            return Probe(available=False, reason=error.message, remedy=error.remedy)
        return Probe(available=True, version=kernel.version)

    def note(self, options: Options) -> str:
        """What is said before the cell runs: how much slower it will."""
        kernel = callgrind_kernel()
        return slower(kernel.counting if kernel is not None else Counting())

    def start(self, options: Options, directory: str) -> Recording:
        kernel, talk = _around()
        lacking = kernel.lacks(options)
        if lacking is not None:
            raise EngineError(
                f"This kernel was started without {lacking}, which Valgrind has to know from its "
                "start.",
                f"Run: {_INSTALL} {lacking} --name callgrind-{lacking[2:].split()[0]}, and choose "
                "that kernel.",
            )
        recording = Recording(kernel, talk, Path(directory))
        try:
            recording.start()
        except BaseException:
            recording.abort()
            raise
        return recording


class Recording:
    """Callgrind at work; see `base.Running`."""

    def __init__(self, kernel: CallgrindKernel, talk: Requests, directory: Path) -> None:
        self._kernel = kernel
        self._talk = talk
        self._directory = directory
        self._counting = False
        self._codes: list[CodeType] = []
        self._awaited = False
        self._notes: list[str] = []

    def start(self) -> None:
        """Raises EngineError."""
        self._discard()
        self._python = self._trampolines()
        self._threads = Threads(self._kernel, self._talk)
        separate_calls()
        gc.collect()
        self._interval = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH)
        self._talk.start()
        self._counting = True
        self._talk.dump_all()
        self._discard()

    @property
    def evaluator(self) -> Any:
        """The same as a function without a frame of its own."""
        return self._talk.evaluate

    def keep(self, code: CodeType) -> None:
        """Takes the code of a cell, which is gone at the end."""
        self._codes.append(code)

    def enter(self) -> None:
        """What this thread does from here on counts until `leave`: for code that awaits."""
        self._awaited = True
        if self._python:
            perf_trampoline.activate()
        self._talk.dump(AROUND)

    def leave(self) -> None:
        """Ends what `enter` began."""
        self._talk.dump(CELL)
        perf_trampoline.rest()

    def stop(self) -> Raw:
        self._talk.dump_all()
        self._end()
        files = self._take()
        data: dict[str, Any] = {
            "files": files,
            "root": f"{self._talk.root:x}",
            "awaited": self._awaited,
        }
        if self._python:
            names = perf_trampoline.read_map()
            (self._directory / MAP).write_bytes(names)
            data["map"] = MAP
            data["lines"] = first_lines(names, self._codes)
        _entries.update()
        data["entries"] = {f"{at:x}": name for at, name in _entries.names.items()}
        data["maps"] = MAPS
        shutil.copyfile("/proc/self/maps", self._directory / MAPS)
        return Raw(data=data, notes=self._notes)

    def abort(self) -> None:
        self._end()
        perf_trampoline.rest()
        self._codes.clear()
        self._discard()

    def samples(self) -> int | None:
        return None

    def _end(self) -> None:
        """Counts no more; may be called twice."""
        if self._counting:
            self._counting = False
            self._talk.stop()
            if sys.getswitchinterval() == _SWITCH:
                sys.setswitchinterval(self._interval)

    def _trampolines(self) -> bool:
        """Gets Python functions to have names while the cell runs, if they can."""
        reason = perf_trampoline.obstacle()
        if reason is None:
            perf_trampoline.activate()
            known = perf_trampoline.template()
            perf_trampoline.rest()
            if known and perf_trampoline.rests():
                self._talk.evaluate_by(perf_trampoline.evaluator())
                return True
            reason = "This Python's trampolines are of an unknown form.", ""
        self._notes.append(f"Python functions have no names here: {' '.join(reason)}".rstrip())
        return False

    def _take(self) -> list[str]:
        """Moves the files that are the cell's to the run's directory."""
        files = []
        dumps = self._kernel.dumps(os.getpid())
        for dump in dumps:
            if dump.thread == self._threads.own:
                wanted = dump.is_of(CELL)
            else:
                wanted = dump.part == dumps[-1].part and self._threads.counted(dump.thread)
            if wanted:
                name = f"callgrind.out.{dump.part}-{dump.thread:02}"
                shutil.move(dump.path, self._directory / name)
                files.append(name)
        forked = self._kernel.processes() - {os.getpid()}
        if forked:
            self._notes.append(_FORKED.format(len(forked)))
        self._discard()
        return files

    def _discard(self) -> None:
        """Removes what is left of an earlier run, and what forked children wrote."""
        for path in self._kernel.written():
            path.unlink(missing_ok=True)


def _around() -> tuple[CallgrindKernel, Requests]:
    """The Callgrind kernel that this process is. Raises EngineError."""
    kernel = callgrind_kernel()
    talk = requests() if kernel is not None else None
    if kernel is not None and talk is not None:
        return kernel, talk
    if shutil.which("valgrind") is None:
        raise EngineError("Valgrind is not installed.", _MISSING)
    if under_valgrind():
        raise EngineError(
            "Valgrind was started around this kernel in a way that is not known here.",
            f"Run: {_INSTALL}, and choose the kernel Python 3 (Callgrind).",
        )
    raise EngineError(
        "This kernel does not run under Valgrind.",
        f"Run: {_INSTALL}, and choose the kernel Python 3 (Callgrind).",
    )


ENGINE = Callgrind()
