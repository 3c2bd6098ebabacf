"""Python, native and kernel frames in one stack, out of a recording of the perf engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from nativeprofile.tables.profile import Profile

from .reader import Reader


def read(directory: Path | str, run: dict[str, Any], progress: Callable[[int], None]) -> Profile:
    """The profile of a run that the perf engine recorded (docs/architecture.md).

    `progress` is told the samples read so far. Raises FormatError.
    """
    return Reader(Path(directory), run).read(progress)
