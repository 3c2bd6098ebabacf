"""Processes that we start end with us, whatever way we end."""

from __future__ import annotations

import shutil


def tied() -> list[str]:
    """What comes before a command so that the system kills it when this process ends.

    Empty where util-linux' setpriv is missing. The system means the thread that starts it.
    """
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL", "--"] if setpriv else []
