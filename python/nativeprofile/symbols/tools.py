"""Programs that tell of ELF files, in processes of their own: a large or damaged file costs
neither memory nor a crash here."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Sequence


def first_of(programs: Iterable[str]) -> str | None:
    """The path of the first that is there, None where there is none."""
    return next(filter(None, map(shutil.which, programs)), None)


def answer(command: Sequence[str], seconds: float, said: str = "") -> str | None:
    """What a program answers to what is `said` to it; None if that took longer than `seconds`
    or it failed."""
    # Without DEBUGINFOD_URLS: nothing goes to the network unless the user wants it.
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "HOME": "/nonexistent"}
    try:
        done = subprocess.run(
            command,
            input=said,
            capture_output=True,
            timeout=seconds,
            text=True,
            errors="replace",
            env=environment,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
