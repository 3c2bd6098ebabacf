"""One run, from the start of its engine to the profile in the cell's output."""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nativeprofile.config import MIME_TYPE, RunOptions
from nativeprofile.engines.base import EngineError, Options, Raw, Running

from .cell_codes import CellCodes
from .cells import Cells
from .choose import Choice, Chooser
from .display import Output, Ticker
from .interrupts import Deferred
from .worker import Worker

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_BUSY, _BUSY_NS = 0.05, 10_000_000
"""The share of a cell's time without a CPU, and the time, from which its profile says so."""
_LEAST_FREE = 1 << 20
"""Bytes without which no engine gets far: recorders fail without words on a full disk."""
_NO_SPACE = "Free space there, or set TMPDIR to another folder before the kernel starts."


class Session:
    """Measures one cell or statement: `start`, then `stop` (shows) or `abort` (shows nothing).

    Belongs to the process and thread that started it. `start` raises EngineError, which says
    why there is no profile. Whatever comes of either, `abort` follows, and then nothing is
    left running. Interrupts are the caller's to defer.
    """

    def __init__(
        self,
        shell: InteractiveShell,
        cells: Cells,
        options: RunOptions,
        prompt: int,
        cell_id: str | None = None,
    ) -> None:
        self.pid = os.getpid()
        self.thread = threading.get_ident()
        self.name = options.name or f"In[{prompt}]"
        self._shell = shell
        self._cells = cells
        self._options = options
        self._prompt = prompt
        self._cell_id = cell_id
        # The cell may change the working directory.
        self._save_as = Path(options.output).expanduser().absolute() if options.output else None
        self._output = Output(shell)
        self._directory: str | None = None
        self._worker: Worker | None = None
        self._running: Running | None = None
        self._ticker: Ticker | None = None
        self._codes: CellCodes | None = None

    def start(self) -> None:
        try:
            self._directory = tempfile.mkdtemp(prefix="nativeprofile-")
        except OSError as error:
            raise EngineError(
                f"No temporary folder could be made: {error.strerror}.", _NO_SPACE
            ) from error
        free = shutil.disk_usage(self._directory).free
        if free < _LEAST_FREE:
            raise EngineError(
                f"Only {free >> 10} kB are free in the folder for temporary files "
                f"({tempfile.gettempdir()}): too little for any profile.",
                _NO_SPACE,
            )
        self._worker = Worker(self._directory)
        self._choice, self._running = self._start_engine(self._directory)
        keep = getattr(self._running, "keep", None)
        if keep is not None and sys.version_info < (3, 12):
            self._codes = CellCodes(self._shell, keep)
        self._started = time.time()
        self._clocks = _clocks()

    def stop(self, status: str, interrupts: Deferred) -> None:
        """Ends the engine and shows its profile; `status` is `ok`, `error` or `interrupted`."""
        clocks = [now - then for now, then in zip(_clocks(), self._clocks, strict=True)]
        try:
            bundle = self._collect(status, clocks, interrupts)
            profile = bundle[MIME_TYPE]
            if not self._options.quiet:
                self._output.publish(bundle)
            elif self._output.shown:
                self._output.clear()
            if self._save_as is not None:
                self._save(self._save_as, profile)
        except EngineError as error:
            self._output.failure(error.message, error.remedy)
        except KeyboardInterrupt:
            self._output.failure(
                "The profile was dropped because the kernel was interrupted while reading it; "
                "the cell itself had ended."
            )

    def abort(self) -> None:
        """Ends and removes whatever there is of this run; may follow anything."""
        if self._ticker is not None:
            self._ticker.stop()
            self._ticker = None
        self._output.drop_progress()
        if self._codes is not None:
            self._codes.close()
            self._codes = None
        if self._running is not None:
            self._running.abort()
            self._running = None
        if self._worker is not None:
            self._worker.close()
            self._worker = None
        if self._directory is not None:
            shutil.rmtree(self._directory, ignore_errors=True)
            self._directory = None

    def forget(self) -> None:
        """In a forked child: lets go of the parent's worker; the rest is the parent's."""
        if self._worker is not None:
            self._worker.forget()

    def _start_engine(self, directory: str) -> tuple[Choice, Running]:
        asked = self._options
        chooser = Chooser(asked.engine)
        for choice in chooser.candidates():
            instead = chooser.refusal if asked.engine not in ("auto", choice.engine.name) else ""
            if not asked.quiet:
                self._ticker = Ticker(self._output, choice.engine.name, self._samples)
            try:
                options = Options(
                    rate=asked.rate,
                    depth=asked.depth,
                    inlined=asked.inlined,
                    debuginfod=asked.debuginfod,
                    stacks=asked.stacks,
                    events=asked.events,
                )
                running = choice.engine.start(options, directory)
            except EngineError as error:
                chooser.refuse(choice.engine.name, error.message, error.remedy)
                if self._ticker is not None:
                    self._ticker.stop()
                    self._ticker = None
                continue
            if instead:
                Output(self._shell).failure(f"{choice.engine.name} was used because {instead}")
            return choice, running
        raise EngineError(f"No profiler works here. {chooser.refusal}")

    def _save(self, path: Path, profile: dict[str, Any]) -> None:
        """Saves the shown profile; a failure stands beside it, not in its place."""
        try:
            path.write_text(json.dumps(profile), encoding="utf-8")
        except OSError as error:
            Output(self._shell).failure(
                f"The profile could not be saved to {path}: {error.strerror}.",
                "Give a file in a folder that exists and that you may write to.",
            )

    def _samples(self) -> int | None:
        running = self._running
        return running.samples() if running is not None else None

    def _collect(self, status: str, clocks: list[int], interrupts: Deferred) -> dict[str, Any]:
        assert self._running is not None and self._worker is not None
        try:
            raw = self._running.stop()
        finally:
            if self._ticker is not None:
                self._ticker.stop()
                self._ticker = None
        self._write_facts(status, clocks, raw)
        began = last = time.perf_counter_ns()

        def on_progress(samples: int | None) -> None:
            nonlocal last
            interrupts.check()
            now = time.perf_counter_ns()
            if now - last > 1_000_000_000 and not self._options.quiet:
                last = now
                name = self._choice.engine.name
                self._output.progress("converting", now - began, samples, name)

        return self._worker.convert(on_progress)

    def _write_facts(self, status: str, clocks: list[int], raw: Raw) -> None:
        """Writes run.json, see docs/architecture.md."""
        assert self._directory is not None
        wall, cpu, thread_cpu, queued = clocks
        engine = self._choice.engine
        facts = {
            "format": 1,
            "engine": engine.name,
            "engine_version": self._choice.version,
            "engine_reason": self._choice.reason,
            "kind": engine.kind,
            "rate": self._options.rate if engine.kind == "sampled" else None,
            "name": self.name,
            "prompt": self._prompt,
            "cell_id": self._cell_id,
            "status": status,
            "started": self._started,
            "wall_ns": wall,
            "cpu_ns": cpu,
            "thread_cpu_ns": thread_cpu,
            "thread_queued_ns": queued,
            "pid": self.pid,
            "tid": threading.get_native_id(),
            "python": f"{platform.python_implementation()} {platform.python_version()}",
            "platform": platform.platform(),
            "cells": self._cells.rows(),
            "html": self._options.html,
            "notes": [*raw.notes, *_uncounted(self._options, raw), *_busy_machine(wall, queued)],
            "data": raw.data,
        }
        try:
            Path(self._directory, "run.json").write_text(json.dumps(facts), encoding="utf-8")
        except FileNotFoundError as error:
            raise EngineError(
                "The run's temporary folder is gone: something removed it while the cell ran.",
                "Keep the cell from deleting nativeprofile-* in the folder for temporary files, "
                "then run it again.",
            ) from error
        except OSError as error:
            raise EngineError(
                f"The profile could not be written to {tempfile.gettempdir()}: {error.strerror}.",
                _NO_SPACE,
            ) from error


def _clocks() -> tuple[int, int, int, int]:
    """Wall, process CPU and thread CPU time, and how long the thread was ready to run while
    every CPU was taken; in nanoseconds."""
    return time.perf_counter_ns(), time.process_time_ns(), time.thread_time_ns(), _queued()


def _queued() -> int:
    """The second figure of `schedstat` (proc(5)); 0 where the system does not tell."""
    try:
        return int(Path("/proc/thread-self/schedstat").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return 0


def _uncounted(options: RunOptions, raw: Raw) -> list[str]:
    """A sentence where events were asked for of an engine that counts none."""
    if not options.events or "events" in raw.data:
        return []
    return [f"{', '.join(options.events)} could not be counted: only the engine perf does that."]


def _busy_machine(wall: int, queued: int) -> list[str]:
    if queued < max(wall * _BUSY, _BUSY_NS):
        return []
    return [
        f"The machine was busy: for {queued / 1e9:.2g} s of {wall / 1e9:.2g} s the cell's thread "
        "was ready but waited for a CPU; that is not counted as waiting."
    ]
