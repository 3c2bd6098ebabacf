"""What an engine is. Everything here runs in the user's kernel: standard library only.

An engine records; it never reads what it recorded. `stop` leaves raw files in the run's
directory, and `nativeprofile.convert`, in a process of its own, makes a profile of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from .callgrind_command import Counting

Kind = Literal["sampled", "exact"]

Stacks = Literal["auto", "full", "paired", "leaf"]
"""How much of the Python stack is wanted: every caller, or only what can be known without
changing how Python runs; `auto` takes the first that works."""


_SOFTWARE, _HARDWARE = 1, 0
EVENTS = {
    "page-faults": (_SOFTWARE, 2),
    "context-switches": (_SOFTWARE, 3),
    "cpu-migrations": (_SOFTWARE, 4),
    "cycles": (_HARDWARE, 0),
    "instructions": (_HARDWARE, 1),
    "cache-references": (_HARDWARE, 2),
    "cache-misses": (_HARDWARE, 3),
    "branch-misses": (_HARDWARE, 5),
}
"""What can be counted: perf_event_open(2)'s type and number of each."""


class EngineError(Exception):
    """An engine could not start or stop: one sentence what and why, one what to do."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


@dataclass(frozen=True)
class Probe:
    """Whether an engine works here: if not, why, and the exact command that mends it."""

    available: bool
    reason: str = ""
    remedy: str = ""
    version: str = ""


@dataclass(frozen=True)
class Options(Counting):
    """What the user asked for, for every engine; of Callgrind's what a process is started with."""

    rate: int = 999
    """Samples a second."""
    depth: int = 65_528
    """Bytes of stack copied with each sample."""
    inlined: bool = False
    """Whether native functions that the compiler put into others are shown."""
    debuginfod: bool = False
    """Whether missing debug information may be fetched from servers."""
    stacks: Stacks = "auto"
    events: tuple[str, ...] = ()
    """What else is counted, by perf's names."""
    name: str | None = None
    """What the profile is called; None: by the prompt."""
    add: bool = False
    """gcov: add the counts of the runs before."""
    library: str | None = None
    """sprof: the shared library that is profiled."""


@dataclass(frozen=True)
class Raw:
    """What a stopped engine leaves: facts for run.json beside its files."""

    data: dict[str, Any] = field(default_factory=dict)
    """Plain JSON that the engine's reader needs (file names relative to the directory)."""
    notes: list[str] = field(default_factory=list)
    """Sentences for the profile's `quality.notes`."""


class Running(Protocol):
    """A started engine."""

    def stop(self) -> Raw:
        """Ends the recording; called once, on the thread that started it. May raise EngineError."""

    def abort(self) -> None:
        """Ends the recording and leaves nothing behind; never raises, may follow `stop`."""

    def samples(self) -> int | None:
        """Samples so far, where that can be known cheaply (called from another thread)."""


class Engine(Protocol):
    """One way of measuring a cell in the live kernel."""

    name: str
    title: str
    kind: Kind

    def probe(self) -> Probe:
        """Whether it works in this process, at this moment; under 100 ms, no side effects kept."""

    def start(self, options: Options, directory: str) -> Running:
        """Begins recording into `directory` (private, exists). May raise EngineError."""
