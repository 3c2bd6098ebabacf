"""gprof in the live kernel: C, C++ and Cython extensions built with `-pg`, as often as wanted.

While the cell runs, `gprof_counter` lets the extensions count their calls in `gprof_table`, and
`gprof_clock` counts there where CPU time goes; `gprof_result` leaves both for the reader.
"""

from __future__ import annotations

import platform
import sys
import threading
import time
from functools import lru_cache
from pathlib import Path

from . import gprof_result
from .base import EngineError, Options, Probe, Raw
from .gprof_clock import Clock
from .gprof_counter import Counter
from .gprof_images import Image, Libraries
from .gprof_imports import Imports
from .gprof_table import SAMPLE, Table
from .loaded import own_memory

_INSTEAD = "Use --engine perf or cprofile."
_UNSEEN = "{0} was loaded while the cell ran: its calls are not counted. Run the cell again."
_TAKEN = (
    "The cell used SIGPROF or its timer itself, so samples are missing: trust the counts of "
    "calls, not the times."
)
_LOST = "{0} calls and samples are missing: they were from more places than there is room for."

_table: Table | None = None
"""One for the life of the process, see there."""


class Gprof:
    name = "gprof"
    title = "gprof: calls in extensions built with -pg, counted"
    kind = "exact"

    def probe(self) -> Probe:
        """Whether extensions built with `-pg` can be measured; `start` looks whether there are."""
        obstacle = _obstacle()
        if obstacle is not None:
            return Probe(available=False, reason=obstacle.message, remedy=obstacle.remedy)
        return Probe(
            available=True,
            version=" ".join(platform.libc_ver()).strip(),
            reason="It sees extensions that were built with gcc -pg and imported in a cell before.",
        )

    def start(self, options: Options, directory: str) -> Recording:
        obstacle = _obstacle()
        if obstacle is not None:
            raise obstacle
        recording = Recording(Path(directory))
        try:
            recording.start(options.rate)
        except BaseException:
            recording.abort()
            raise
        return recording


class Recording:
    """gprof at work; see `base.Running`."""

    def __init__(self, directory: Path) -> None:
        """Raises EngineError."""
        global _table
        self._table = _table = _table or Table()
        self._directory = directory
        self._counter = Counter(self._table)
        self._clock = Clock()
        self._imports = Imports(self._attach)
        self._images: list[Image] = []
        self._missed: list[str] = []
        """Libraries that were loaded meanwhile and do not count."""
        self._known: set[int] = set()
        """Where the libraries begin that were looked at."""
        self._lock = threading.Lock()
        """Held while that is done: threads may import at the same time."""
        self._cpu = 0

    def start(self, rate: int) -> None:
        """Raises EngineError."""
        self._images = self._new()
        if not self._images:
            raise EngineError(
                "No extension that is loaded in this kernel was built with -pg, as gprof needs.",
                "Build it so: %nativeprofile_build PATH --for gprof; import it in a cell before.",
            )
        self._table.clear()
        self._cpu = time.process_time_ns()
        self._clock.start(self._table.code + SAMPLE, rate)
        for image in self._images:
            self._counter.attach(image)
        self._imports.watch()

    def stop(self) -> Raw:
        self._release()
        cpu = time.process_time_ns() - self._cpu
        missed = [*self._missed, *(image.path for image in self._new())]
        notes = [_UNSEEN.format(Path(path).name) for path in missed]
        lost = self._table.lost()
        if lost:
            notes.append(_LOST.format(f"{lost:,}"))
        if self._clock.taken:
            notes.append(_TAKEN)
        data = gprof_result.write(self._directory, self._images, self._table, cpu)
        return Raw(data=data, notes=notes)

    def abort(self) -> None:
        self._release()

    def samples(self) -> int | None:
        return None

    def _release(self) -> None:
        self._imports.close()
        self._clock.stop()
        self._counter.detach()

    def _attach(self) -> None:
        """Counts in libraries loaded since, too."""
        with self._lock:
            for image in self._new():
                self._missed.append(image.path)
                self._counter.attach(image)
                self._images.append(image)
                self._missed.pop()

    def _new(self) -> list[Image]:
        """Libraries built with `-pg` that were not looked at yet."""
        with own_memory(Libraries) as memory:
            return memory.images(self._known)


def _obstacle() -> EngineError | None:
    """Why gprof cannot work in this process."""
    machine = platform.machine()
    if sys.platform != "linux" or machine != "x86_64":
        here = f"{platform.system()} on {machine}"
        return EngineError(f"gprof in a kernel needs Linux on x86-64; this is {here}.", _INSTEAD)
    if not _has_wide_exchange():
        return EngineError(
            "This processor has no cmpxchg16b, an instruction by which calls are counted.", _INSTEAD
        )
    try:
        busy = Clock().obstacle()
        with own_memory(Libraries) as memory:
            if memory.program_counts():
                return EngineError(
                    "This Python was itself built with -pg: its own gprof is at work, and there "
                    "can be one in a process.",
                    "Use a Python that was built without -pg.",
                )
        return busy
    except EngineError as error:
        return error


@lru_cache(maxsize=1)
def _has_wide_exchange() -> bool:
    """Whether the processor has the one instruction of the counter that the first of its
    architecture lacked, as some virtual machines do."""
    try:
        with open("/proc/cpuinfo") as file:
            return next((" cx16 " in line for line in file if line.startswith("flags")), False)
    except OSError:
        return False


ENGINE = Gprof()
