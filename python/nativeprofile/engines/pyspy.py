"""py-spy: samples from outside, for Pythons and systems where perf does not work.

It stops the kernel for each sample, reads the interpreter's frames out of its memory and,
where it may use ptrace for that, unwinds the native stacks between them. The rest is
`nativeprofile.pyspy`.
"""

from __future__ import annotations

import contextlib
import os
import platform
import shutil
import sys
import sysconfig
import tempfile
import threading
import time

from . import pyspy_process
from .base import EngineError, Kind, Options, Probe, Raw, Running
from .pyspy_process import Mode, SpyProcess

MODES: tuple[Mode, ...] = ("native", "python", "nonblocking")
"""Best first."""
RATES: dict[Mode, int] = {"native": 100, "python": 200, "nonblocking": 200}
"""The most samples a second."""
_SHARE = 0.15
"""How much of the time py-spy may take: each sample costs it up to some milliseconds, in which
the kernel stands still. One that falls behind its clock samples waiting more often than work."""
_TRIAL_SECONDS = 0.2
LOWEST_RATE = 10
"""py-spy ends at its next sample only."""

_busy = threading.Lock()


class PySpyEngine:
    """Samples of wall time with Python and, where possible, native stacks."""

    name = "pyspy"
    title = "py-spy: Python and native stacks, sampled from outside"
    kind: Kind = "sampled"

    def probe(self) -> Probe:
        """See `engines.base.Engine.probe`."""
        found = _obstacle()
        path = pyspy_process.binary()
        version = pyspy_process.version(path)[0] if path else ""
        return Probe(False, *found, version=version) if found else Probe(True, version=version)

    def selftest(self) -> Probe:
        """A short real recording of this process, once in a kernel's life."""
        global _passed
        if _passed is None:
            result = self._record()
            if not result.available:
                return result
            _passed = result
        return _passed

    def start(self, options: Options, directory: str) -> Running:
        """See `engines.base.Engine.start`."""
        if not _costs:  # a first short recording tells what a sample costs here
            first = self.selftest()
            if not first.available:
                raise EngineError(first.reason, first.remedy)
        return self._begin(options, directory)

    def _begin(self, options: Options, directory: str) -> PySpyRunning:
        found = _obstacle()
        path = pyspy_process.binary()
        if found or path is None:
            raise EngineError(*(found or _NOT_INSTALLED))
        if not _busy.acquire(blocking=False):
            raise EngineError(
                "Another cell of this kernel is being profiled by py-spy.",
                "Wait until it has finished.",
            )
        try:
            return PySpyRunning(path, options, directory)
        except BaseException:
            _busy.release()
            raise

    def _record(self) -> Probe:
        version = self.probe().version
        directory = tempfile.mkdtemp(prefix="nativeprofile-")
        try:
            running = self._begin(Options(), directory)
            try:
                time.sleep(_TRIAL_SECONDS)
                running.stop()
            finally:
                running.abort()
        except EngineError as error:
            return Probe(
                False, f"py-spy's self-test failed: {error.message}", error.remedy, version
            )
        finally:
            shutil.rmtree(directory, ignore_errors=True)
        return Probe(True, version=version)


_passed: Probe | None = None
_costs: dict[Mode, float] = {}
"""Seconds of CPU that py-spy took for a sample of this kernel, as measured last."""
_NOT_INSTALLED = ("py-spy is not installed in this environment.", "pip install py-spy")


def _obstacle() -> tuple[str, str] | None:
    if sys.implementation.name != "cpython":
        have = platform.python_implementation()
        return f"py-spy reads CPython only (this is {have}).", "Use --engine cprofile."
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        return "py-spy does not know the free-threaded build.", "Use --engine cprofile."
    if sys.platform == "darwin" and os.geteuid() != 0:
        return "macOS lets only root read another process.", "Use --engine cprofile."
    path = pyspy_process.binary()
    if path is None:
        return _NOT_INSTALLED
    version, failure = pyspy_process.version(path)
    if not version:
        return f"py-spy does not run: {failure}", "pip install --force-reinstall py-spy"
    return None


class PySpyRunning:
    """A recording under way."""

    def __init__(self, path: str, options: Options, directory: str) -> None:
        self._pid = os.getpid()
        self._directory = directory
        self._open = True
        self._notes: list[str] = []
        self._process, self._mode = self._start(path, options)
        self._threads = _threads()
        self._rate = _rate(self._mode, options)

    def _start(self, path: str, options: Options) -> tuple[SpyProcess, Mode]:
        """The best mode that works; why better ones do not becomes a note."""
        refusal: EngineError | None = None
        for mode in MODES:
            try:
                process = SpyProcess(path, mode, _rate(mode, options), self._directory)
            except EngineError as error:
                refusal = refusal or error
                continue
            if refusal is not None:
                self._notes.append(
                    f"Only Python's own stacks were recorded: {refusal.message} {refusal.remedy}"
                )
            return process, mode
        assert refusal is not None
        raise refusal

    def stop(self) -> Raw:
        """See `engines.base.Running.stop`."""
        if os.getpid() != self._pid:
            raise EngineError("This is a forked child of the profiled cell.", "End it in the cell.")
        if not self._open:
            raise EngineError("The recording has already ended.", "Run the cell again.")
        threads = _threads()
        try:
            ended = self._process.stop()
            self._copy_maps()
            # Each sample has a stack of every thread, or of those that ran, at least one.
            shown = threading.active_count() if self._mode == "native" else 1
            _costs[self._mode] = ended.busy * shown / max(1, ended.samples)
        finally:
            self.abort()
        return Raw(
            data={
                "file": self._process.file.name,
                "maps": "maps",
                "mode": self._mode,
                "rate": self._rate,
                "threads_before": self._threads,
                "threads_after": threads,
                "errors": ended.errors,
                "behind": ended.behind,
                "busy": ended.busy,
            },
            notes=self._notes,
        )

    def _copy_maps(self) -> None:
        # Without it native functions that have no symbol go by their addresses.
        with contextlib.suppress(OSError):
            shutil.copyfile("/proc/self/maps", os.path.join(self._directory, "maps"))

    def abort(self) -> None:
        """See `engines.base.Running.abort`."""
        if self._open and os.getpid() == self._pid:
            self._open = False
            self._process.kill()
            _busy.release()

    def samples(self) -> int | None:
        """py-spy keeps the count to itself until it ends."""
        return None


def _threads() -> list[int]:
    """The system's numbers of this process's threads; none where it does not tell."""
    try:
        return [int(name) for name in os.listdir("/proc/self/task")]
    except OSError:
        return []


def _rate(mode: Mode, options: Options) -> int:
    affordable = _SHARE / max(_costs.get(mode, 0.0), 1e-6)
    return max(LOWEST_RATE, min(options.rate, RATES[mode], int(affordable)))


ENGINE = PySpyEngine()
