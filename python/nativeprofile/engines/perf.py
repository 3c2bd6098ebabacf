"""perf: one stack from the Python line through native code into the kernel.

Here is what happens in the user's kernel: trampolines on, code objects watched, perf
started as a child; at the end a table of what ran. The rest is `nativeprofile.mixed`.
"""

from __future__ import annotations

import json
import opcode
import os
import shutil
import threading
import time
from pathlib import Path

from . import perf_probe, perf_stack, perf_trampoline
from .base import EngineError, Kind, Options, Probe, Raw, Running
from .perf_codes import CodeWatcher
from .perf_entries import Entries
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
        self._watcher = CodeWatcher()
        self._open = True
        self._process: PerfProcess | None = None
        version, zstd, _ = perf_probe.perf_facts(perf)
        self._version = version
        self._notes: list[str] = []
        if not perf_probe.sees_kernel():
            self._notes.append(
                "The system does not let perf look into its kernel, so time in there is missing: "
                "sudo sysctl kernel.perf_event_paranoid=1"
            )
        if not zstd and options.depth > DEPTH_UNCOMPRESSED:
            options = Options(options.rate, DEPTH_UNCOMPRESSED)
            self._notes.append(
                f"This perf cannot compress (no zstd): only {DEPTH_UNCOMPRESSED} bytes of stack "
                "were copied, deeper stacks are truncated."
            )
        output = str(self._directory / "perf.data")
        try:
            perf_trampoline.activate()
            self._process = PerfProcess(command(perf, options, output, zstd), directory)
            # perf needs a while to begin; meanwhile we look around.
            self._watcher.start()
            perf_stack.populate()
            _entries.update()
            self._process.enable()
            self._enabled = time.monotonic_ns()
        except ValueError as error:
            self._discard()
            raise EngineError(
                f"CPython refused its perf trampolines: {error}.", "Use --engine cprofile."
            ) from error
        except BaseException:
            self._discard()
            raise

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
            self._check(process, complete)
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
        table = {
            "format": 1,
            "pid": self._pid,
            "trampoline": perf_trampoline.template().hex(),
            "opcodes": opcode.opmap,
            "codes": self._watcher.table(),
            "entries": [[address, name] for address, name in _entries.names.items()],
        }
        try:
            (self._directory / "table.json").write_text(json.dumps(table, separators=(",", ":")))
            (self._directory / "perf.map").write_bytes(perf_trampoline.read_map())
            shutil.copyfile("/proc/self/maps", self._directory / "maps")
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
        self._watcher.close()
        if self._process is not None:
            self._process.kill()

    def samples(self) -> int | None:
        """perf keeps the count to itself until it ends."""
        return None


ENGINE = PerfEngine()
