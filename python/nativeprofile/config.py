"""What a run can be told, and fixed limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .engines.base import Options as EngineOptions

__version__ = "0.1.0"

MAGIC = "nativeprofile"
MIME_TYPE = "application/vnd.nativeprofile.v1+json"

PROGRESS_AFTER = 1.0
"""Seconds a cell runs before its output says that it is being profiled."""
PROGRESS_EVERY = 1.0
"""Seconds between two updates of that output."""
CONVERT_TIMEOUT = 120.0
"""Seconds that the worker may be silent while it converts."""

MAX_RATE = 20_000
MIN_DEPTH, MAX_DEPTH = 1_024, EngineOptions.depth


Html = Literal["static", "interactive"]
"""What stands in the output beside the profile, for frontends without the extension: a picture
with tables, or the viewer itself."""


class OptionError(Exception):
    """An option that does not exist or does not fit: one sentence for the user."""


class HelpRequested(Exception):
    """`--help` was given; the message is the help text."""


@dataclass(frozen=True)
class RunOptions(EngineOptions):
    """What was asked for, for one run: what the engine is told, and what is done with it."""

    engine: str = "auto"
    output: str | None = None
    quiet: bool = False
    html: Html = "static"
    time_limit: float | None = None
    """Seconds after which a program, or a cell that is replayed, is ended."""
    command: str | None = None
    """A program to run in a process of its own, with its arguments."""
    language: str | None = None
    """What the cell is written in, where that is not Python: `c`, `c++`, `cpp`."""
    cflags: str = ""
    """Further options for its compiler."""

    @property
    def is_program(self) -> bool:
        """Whether a program is run, and not the cell."""
        return self.command is not None or self.language is not None
