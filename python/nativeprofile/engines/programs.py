"""Asks programs that answer and end: their version, what they can."""

from __future__ import annotations

import subprocess

_SECONDS = 10


def ask(*command: str) -> subprocess.CompletedProcess[str]:
    """What a program says, whatever its status. Raises OSError or subprocess.SubprocessError if
    it does not start, or does not end soon."""
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=_SECONDS,
        check=False,
    )
