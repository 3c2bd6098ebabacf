"""Profiles out of what the pyspy engine left in a run's directory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from nativeprofile.tables.profile import Profile

from .reader import Reader


def read(directory: Path, run: dict[str, Any], progress: Callable[[int], None]) -> Profile:
    """The profile of the run in `directory`. Raises FormatError.

    `progress` is told how many samples were read so far.
    """
    return Reader(directory, run).read(progress)
