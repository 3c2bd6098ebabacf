"""Engines for programs: what runs in a process of its own, from its start to its end.

As in `base`, everything here runs in the user's kernel and only records.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from .base import Kind, Options, Probe, Raw

Stopped = Literal["", "interrupt", "time limit"]
"""Who ended a program before its time: nobody, the user, or the limit that the user set."""


@dataclass(frozen=True)
class Program:
    """What is to run, and where."""

    argv: list[str]
    env: dict[str, str]
    """Its whole environment."""
    cwd: str
    begins: str | None = None
    """A file that it makes when that begins which a time limit means; None: at once."""


@dataclass(frozen=True)
class Ended:
    """A program that has ended."""

    pid: int
    returncode: int
    """Its exit status, or the negative number of the signal that ended it."""
    stopped: Stopped
    wall: int
    """Nanoseconds from its start to its end."""
    cpu: int
    """Nanoseconds of CPU time, with those of the children that it waited for."""


class ProgramEngine(Protocol):
    """One way of measuring a program."""

    name: str
    title: str
    kind: Kind

    def probe(self) -> Probe:
        """Whether it works on this machine; under 100 ms, no side effects kept."""

    def note(self, options: Options) -> str:
        """A sentence, said beforehand, on how much slower it runs; empty if it hardly does."""

    def command(self, program: Program, options: Options, directory: str) -> Program:
        """What to run so that `program` is recorded into `directory` (private, exists). May raise
        EngineError."""

    def collect(self, ended: Ended, directory: str) -> Raw:
        """What the program left there. Raises EngineError if that is no recording."""
