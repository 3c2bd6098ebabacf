"""What a run shows in the cell's output: progress, then the profile or one sentence."""

from __future__ import annotations

import contextvars
import html
import threading
import time
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from nativeprofile.config import MIME_TYPE, PROGRESS_AFTER, PROGRESS_EVERY

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def show_failure(shell: InteractiveShell, message: str, remedy: str = "") -> None:
    """One sentence, and what to do, beside the cell's own output."""
    Output(shell).failure(message, remedy)


class Output:
    """The one display of a run: made by the first publication, replaced by the next ones."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self._id = uuid.uuid4().hex
        self._shown = False
        self._under_way = False
        """Whether progress is the last that was shown."""
        self._lock = threading.Lock()

    def publish(self, bundle: dict[str, Any], under_way: bool = False) -> None:
        with self._lock:
            self._under_way = under_way
            self._shell.display_pub.publish(
                data=bundle, metadata={}, transient={"display_id": self._id}, update=self._shown
            )
            self._shown = True

    def progress(
        self, phase: str, elapsed_ns: int, samples: int | None, engine: str, note: str = ""
    ) -> None:
        seconds = elapsed_ns / 1e9
        doing = "running under" if phase == "running" else "reading what was recorded by"
        counted = "" if samples is None else f", {samples:,} samples"
        self.publish(
            {
                MIME_TYPE: {
                    "version": 1,
                    "progress": {
                        "phase": phase,
                        "elapsed_ns": elapsed_ns,
                        "samples": samples,
                        "engine": engine,
                        **({"note": note} if note else {}),
                    },
                },
                "text/plain": f"nativeprofile: {doing} {engine}, {seconds:.0f} s{counted}"
                + (f". {note}" if note else ""),
            },
            under_way=True,
        )

    def failure(self, message: str, remedy: str = "") -> None:
        sentence = f"nativeprofile: {message}" + (f" {remedy}" if remedy else "")
        self.publish(
            {
                MIME_TYPE: {"version": 1, "error": {"message": message, "remedy": remedy}},
                "text/plain": sentence,
                "text/html": f"<pre>{html.escape(sentence)}</pre>",
            }
        )

    @property
    def shown(self) -> bool:
        return self._shown

    def clear(self) -> None:
        """Empties what was shown (an output cannot be taken back)."""
        if self._shown:
            self.publish({"text/plain": ""})

    def drop_progress(self) -> None:
        """Empties what was shown if it is progress: nothing follows it."""
        if self._under_way:
            self.clear()


class Ticker:
    """Shows progress from a thread of its own while the cell runs longer than a moment.

    With a `note` (how much slower it runs), which must be known beforehand, at once.
    """

    def __init__(
        self, output: Output, engine: str, samples: Callable[[], int | None], note: str = ""
    ) -> None:
        self._note = note
        self._output = output
        self._engine = engine
        self._samples = samples
        self._started = time.perf_counter_ns()
        if note:
            output.progress("running", 0, None, engine, note)
        self._over = threading.Lock()
        self._over.acquire()
        # The thread needs the cell's context: it holds which request an output belongs to.
        context = contextvars.copy_context()
        self._thread = threading.Thread(
            target=context.run, args=(self._run,), name="nativeprofile-progress", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread; nothing is published after this."""
        self._over.release()
        self._thread.join()

    def _run(self) -> None:
        wait = PROGRESS_AFTER
        while not self._over.acquire(timeout=wait):
            elapsed = time.perf_counter_ns() - self._started
            self._output.progress("running", elapsed, self._samples(), self._engine, self._note)
            wait = PROGRESS_EVERY
