"""Processes that we start end with us, whatever way we end."""

from __future__ import annotations

import os
import shutil

_UNLESS_ORPHANED = '[ "$PPID" = "$0" ] && exec "$@"'
"""For a shell, which gets the number of the process that starts it and a command as arguments."""


def tied() -> list[str]:
    """What comes before a command so that the system kills it when this process ends, or that
    does not run it if it has ended already.

    Empty where util-linux' setpriv is missing. The system means the thread that starts it.
    """
    setpriv, shell = shutil.which("setpriv"), shutil.which("sh")
    if not setpriv or not shell:
        return []
    # The system does not tell of an end that was before the process asked for it.
    guard = [shell, "-c", _UNLESS_ORPHANED, str(os.getpid())]
    return [setpriv, "--pdeathsig", "KILL", "--", *guard]
