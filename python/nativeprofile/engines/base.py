"""What an engine is. Everything here runs in the user's kernel: standard library only.

An engine records; it never reads what it recorded. `stop` leaves raw files in the run's
directory, and `nativeprofile.convert`, in a process of its own, makes a profile of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Kind = Literal["sampled", "exact"]


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
class Options:
    """What the user asked for, for every engine."""

    rate: int = 999
    """Samples a second."""
    depth: int = 65_528
    """Bytes of stack copied with each sample."""


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
