"""From a stopped engine's files to the profile in the output, and to the file asked for."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nativeprofile.config import MIME_TYPE, RunOptions
from nativeprofile.engines.base import EngineError

from .display import Output
from .interrupts import Deferred
from .worker import Worker

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_EVERY = 1_000_000_000
"""Nanoseconds between two lines of progress."""


class Result:
    """What a run shows, and where it is saved."""

    def __init__(self, shell: InteractiveShell, options: RunOptions) -> None:
        self.output = Output(shell)
        self._shell = shell
        self._quiet = options.quiet
        # The cell may change the working directory.
        self._save_as = Path(options.output).expanduser().absolute() if options.output else None

    def show(self, worker: Worker, stop: Callable[[], str], interrupts: Deferred) -> None:
        """Shows the profile, or why there is none.

        `stop` ends the engine, writes the run's facts and returns the engine's name; it may raise
        EngineError.
        """
        try:
            bundle = self._read(worker, stop(), interrupts)
            if not self._quiet:
                self.output.publish(bundle)
            elif self.output.shown:
                self.output.clear()
            if self._save_as is not None:
                self._save(self._save_as, bundle[MIME_TYPE])
        except EngineError as error:
            self.output.failure(error.message, error.remedy)
        except KeyboardInterrupt:
            self.output.failure(
                "The profile was dropped because the kernel was interrupted while reading it; "
                "the cell itself had ended."
            )

    def _read(self, worker: Worker, engine: str, interrupts: Deferred) -> dict[str, Any]:
        began = last = time.perf_counter_ns()

        def on_progress(samples: int | None) -> None:
            nonlocal last
            interrupts.check()
            now = time.perf_counter_ns()
            if now - last > _EVERY and not self._quiet:
                last = now
                self.output.progress("converting", now - began, samples, engine)

        return worker.convert(on_progress)

    def _save(self, path: Path, profile: dict[str, Any]) -> None:
        """Saves the shown profile; a failure stands beside it, not in its place."""
        try:
            path.write_text(json.dumps(profile), encoding="utf-8")
        except OSError as error:
            Output(self._shell).failure(
                f"The profile could not be saved to {path}: {error.strerror}.",
                "Give a file in a folder that exists and that you may write to.",
            )
