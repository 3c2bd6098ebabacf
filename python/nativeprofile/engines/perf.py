"""perf: one stack from the Python line through native code into the kernel.

Here is what happens in the user's kernel: trampolines on, code objects watched, perf
started as a child; at the end a table of what ran. The rest is `nativeprofile.mixed`.
"""

from __future__ import annotations

import json
import opcode
import os
import platform
import shutil
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from types import CodeType
from typing import Any

from . import (
    perf_calibration,
    perf_counters,
    perf_jit,
    perf_mode,
    perf_probe,
    perf_stack,
    perf_trampoline,
)
from .base import EngineError, Kind, Options, Probe, Raw, Running
from .perf_children import Children
from .perf_codes import CodeWatcher
from .perf_entries import Entries
from .perf_family import add_known, descendants
from .perf_frames import FrameSampler
from .perf_gather import CodeGatherer
from .perf_images import build_ids
from .perf_process import PerfProcess, command

DEPTH_UNCOMPRESSED = 16_384
"""The largest dump where perf cannot compress: more would write 65 MB a second."""

_busy = threading.Lock()
_entries = Entries()


class PerfEngine:
    """Samples of CPU time with full stacks."""

    name = "perf"
    title = "perf: Python, native and kernel stacks, sampled"
    kind: Kind = "sampled"

    def probe(self) -> Probe:
        """See `engines.base.Engine.probe`."""
        found = perf_probe.obstacle()
        path = perf_probe.perf_path()
        version = perf_probe.perf_facts(path)[0] if path else ""
        if found:
            return Probe(False, *found, version=version)
        return Probe(True, version=version)

    def selftest(self) -> Probe:
        """A short real recording, once in a kernel's life: whether samples really come."""
        return perf_probe.selftest()

    def start(self, options: Options, directory: str) -> Running:
        """See `engines.base.Engine.start`."""
        found = perf_probe.obstacle()
        path = perf_probe.perf_path()
        if found or path is None:
            raise EngineError(*(found or ("perf is not installed.", "")))
        if not _busy.acquire(blocking=False):
            raise EngineError(
                "Another cell of this kernel is being profiled by perf.",
                "Wait until it has finished.",
            )
        try:
            return PerfRunning(path, options, directory)
        except BaseException:
            _busy.release()
            raise


class PerfRunning:
    """A recording under way."""

    def __init__(self, perf: str, options: Options, directory: str) -> None:
        self._pid = os.getpid()
        self._directory = Path(directory)
        self._mode = perf_mode.choose(options.stacks)
        watches = sys.version_info >= (3, 12)
        self._watcher: CodeWatcher | CodeGatherer = CodeWatcher() if watches else CodeGatherer()
        self._open = True
        self._options = options
        self._process: PerfProcess | None = None
        self._children: Children | None = None
        self._sampler: FrameSampler | None = None
        version, zstd, _ = perf_probe.perf_facts(perf)
        self._version = version
        self._notes: list[str] = []
        self._turns: list[dict[str, Any]] = []
        kernel = perf_probe.sees_kernel()
        if not kernel:
            self._notes.append(
                "The system does not let perf look into its kernel, so CPU time in there is "
                "missing, and so are the stacks of threads that wait: "
                "sudo sysctl kernel.perf_event_paranoid=1"
            )
        if not zstd and options.depth > DEPTH_UNCOMPRESSED:
            options = replace(options, depth=DEPTH_UNCOMPRESSED)
            self._notes.append(
                f"This perf cannot compress (no zstd): only {DEPTH_UNCOMPRESSED} bytes of stack "
                "were copied, deeper stacks are truncated."
            )
        self._events, missing = perf_counters.choose(options.events, kernel)
        self._notes += missing
        output = str(self._directory / "perf.data")
        try:
            self._start_frames(directory)
            self._before = descendants(self._pid, without=directory)
            pids = [self._pid, *self._before]
            arguments = command(perf, options, output, zstd, pids, kernel, self._events)
            self._process = PerfProcess(arguments, directory)
            # perf needs a while to begin; meanwhile we look around.
            self._watcher.start()
            self._check_frames(options)
            self._serving = [] if self._mode.name == "full" else perf_mode.serving()
            layout = self._mode.frames[0] if self._mode.frames is not None else None
            self._children = Children(
                self._directory, self._watcher, self._mode.trampolines, layout
            )
            perf_stack.populate()
            _entries.update()
            add_known(self._before, self._directory)
            try:
                self._process.enable()
            except EngineError:
                if not self._before:
                    raise
                # One of them may have ended just now, or perf may not look into it.
                self._process.kill()
                alone = command(perf, options, output, zstd, [self._pid], kernel, self._events)
                self._process = PerfProcess(alone, directory)
                self._process.enable()
                self._notes.append("Processes that ran before the cell were not recorded.")
            self._enabled = time.monotonic_ns()
        except ValueError as error:
            self._discard()
            raise EngineError(
                f"CPython refused its perf trampolines: {error}.", "Use --engine cprofile."
            ) from error
        except BaseException:
            self._discard()
            raise

    def _start_frames(self, directory: str) -> None:
        """Lets frames be seen as the mode wants it: with trampolines, or read from outside."""
        self._notes += self._mode.notes
        if self._mode.trampolines:
            perf_trampoline.activate()
            perf_trampoline.form()
            self._turns = perf_calibration.turns()
        if self._mode.frames is not None:
            self._sampler = FrameSampler(directory, *self._mode.frames)

    def _check_frames(self, options: Options) -> None:
        """Waits until frames are read, and takes another mode where they cannot be."""
        if self._sampler is not None and not self._sampler.wait():
            self._sampler.kill()
            self._sampler = None
            self._mode = perf_mode.choose(options.stacks, "the system does not permit it")
            self._start_frames("")

    def stop(self) -> Raw:
        """See `engines.base.Running.stop`."""
        if os.getpid() != self._pid:
            raise EngineError("This is a forked child of the profiled cell.", "End it in the cell.")
        process = self._process
        if not self._open or process is None:
            raise EngineError("The recording has already ended.", "Run the cell again.")
        ended = time.monotonic_ns()
        try:
            complete = process.stop()
            if self._sampler is not None:
                self._sampler.stop()
            self._check(process, complete)
            if self._mode.trampolines:
                self._turns += perf_calibration.turns()
            self._write_tables()
        finally:
            self.abort()
        return Raw(
            data={
                "file": "perf.data",
                "table": "table.json",
                "perf_version": self._version,
                "enabled_ns": self._enabled,
                "ended_ns": ended,
                "complete": complete,
                "inlined": self._options.inlined,
                "debuginfod": self._options.debuginfod,
                "stacks": self._mode.name,
                "events": self._events,
                "frames": self._sampler.file.name if self._sampler is not None else None,
                "frames_header": CodeType.__basicsize__,
            },
            notes=self._notes,
        )

    def _check(self, process: PerfProcess, complete: bool) -> None:
        if complete:
            return
        code = process.process.returncode
        how = f"by signal {-code}" if code is not None and code < 0 else f"with status {code}"
        error = process.failure(f"perf ended {how} while the cell ran")
        try:
            empty = (self._directory / "perf.data").stat().st_size < 4096
        except OSError as missing:
            raise EngineError(
                "The folder of the recording is gone.",
                "Profile a cell that does not delete the temporary folder.",
            ) from missing
        if empty:
            raise error
        self._notes.append(f"{error.message} What it recorded until then is shown. {error.remedy}")

    def _write_tables(self) -> None:
        _entries.update()
        trampolines = self._mode.trampolines
        maps, template = _maps(), perf_trampoline.template() if trampolines else b""
        codes = self._watcher.table(trampolines)
        self._notes += self._watcher.notes()
        table = {
            "format": 1,
            "pid": self._pid,
            "machine": platform.machine(),
            "trampoline": template.hex(),
            "form": perf_trampoline.form().facts() if trampolines else {},
            "calibration": self._turns,
            "evaluator": 0 if trampolines else perf_trampoline.default_evaluator(),
            "serving": self._serving,
            "opcodes": opcode.opmap,
            "codes": codes,
            "threads": self._watcher.threads(),
            "tasks": self._watcher.tasks.rows,
            "build_ids": build_ids(maps),
            "jit": perf_jit.regions(maps, template),
            "entries": [[address, name] for address, name in _entries.names.items()],
        }
        try:
            (self._directory / "table.json").write_text(json.dumps(table, separators=(",", ":")))
            (self._directory / "perf.map").write_bytes(perf_trampoline.read_map())
            shutil.copyfile("/proc/self/maps", self._directory / "maps")
            add_known(self._before, self._directory)
        except FileNotFoundError as error:
            raise EngineError(
                "The folder of the recording is gone.",
                "Profile a cell that does not delete the temporary folder.",
            ) from error
        except OSError as error:
            raise EngineError(
                f"The table of the code that ran could not be written: {error.strerror}.",
                "Free space in the temporary folder, or point TMPDIR to a larger disk.",
            ) from error

    def abort(self) -> None:
        """See `engines.base.Running.abort`."""
        if self._open and os.getpid() == self._pid:
            self._discard()
            _busy.release()

    def _discard(self) -> None:
        self._open = False
        if self._children is not None:
            self._children.close()
        perf_trampoline.rest()
        self._watcher.close()
        if self._process is not None:
            self._process.kill()
        if self._sampler is not None:
            self._sampler.kill()

    def keep(self, code: CodeType) -> None:
        """Takes code that is about to run and may be gone at the end."""
        self._watcher.keep(code)

    def samples(self) -> int | None:
        """perf keeps the count to itself until it ends."""
        return None


def _maps() -> str:
    """What is mapped where; empty where the system does not tell."""
    try:
        return Path("/proc/self/maps").read_text(errors="replace")
    except OSError:
        return ""


ENGINE = PerfEngine()
