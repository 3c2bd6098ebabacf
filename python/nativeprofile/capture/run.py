"""What every run has, of a cell or of a program: a folder, a worker, progress, and a clean end."""

from __future__ import annotations

import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING

from nativeprofile.config import RunOptions

from .display import Ticker
from .folder import choose_folder, make_folder, remove_folder
from .result import Result
from .worker import Worker

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


class Run(ABC):
    """Belongs to the process and thread that made it. Whatever comes of it, `abort` follows, and
    then nothing of it is left. Interrupts are the caller's to defer.
    """

    def __init__(
        self, shell: InteractiveShell, options: RunOptions, prompt: int, cell_id: str | None
    ) -> None:
        self.pid = os.getpid()
        self.thread = threading.get_ident()
        self.name = options.name or f"In[{prompt}]"
        self._named = {"name": self.name, "prompt": prompt, "cell_id": cell_id}
        self._options = options
        self._result = Result(shell, options)
        self._directory: str | None = None
        self._worker: Worker | None = None
        self._ticker: Ticker | None = None

    def abort(self) -> None:
        """Ends and removes whatever there is of this run; may follow anything."""
        self._stop_ticker()
        self._result.output.drop_progress()
        self._end()
        # While the worker lives, it removes what a sudden death of this process leaves; what it
        # writes meanwhile goes after its end.
        if self._directory is not None:
            remove_folder(self._directory)
        if self._worker is not None:
            self._worker.close()
            self._worker = None
        if self._directory is not None:
            remove_folder(self._directory)
            self._directory = None

    def forget(self) -> None:
        """In a forked child: lets go of the parent's worker; the rest is the parent's."""
        if self._worker is not None:
            self._worker.forget()

    @abstractmethod
    def _end(self) -> None:
        """Ends what is measured or measures; may be called twice."""

    def _open(self) -> tuple[str, Worker]:
        """The run's folder, and the worker, which removes it should this process die. Raises
        EngineError."""
        directory = choose_folder()
        # First who removes it, then the folder: so this process may die at any time.
        self._worker = Worker(directory)
        make_folder(directory)
        self._directory = directory
        return directory, self._worker

    def _start_ticker(self, engine: str, samples: Callable[[], int | None], note: str) -> None:
        if not self._options.quiet:
            self._ticker = Ticker(self._result.output, engine, samples, note)

    def _stop_ticker(self) -> None:
        if self._ticker is not None:
            self._ticker.stop()
            self._ticker = None
