"""Python, native and kernel frames in one stack, out of a recording of the perf engine."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nativeprofile.tables.errors import FormatError
from nativeprofile.tables.profile import Profile

from . import kernel_symbols
from .reader import Reader, installed_perf
from .unwind import fields


def read(directory: Path | str, run: dict[str, Any], progress: Callable[[int], None]) -> Profile:
    """The profile of a run that the perf engine recorded (docs/architecture.md).

    `progress` is told the samples read so far. Raises FormatError.
    """
    return Reader(Path(directory), run).read(progress)


def prepare(go_on: Callable[[], bool]) -> None:
    """What can be done before there is a recording, while the cell runs; `go_on` tells
    whether there is time for more."""
    with contextlib.suppress(FormatError):
        fields(installed_perf())
    if go_on():
        kernel_symbols.prepare()
