"""The private folder of a run, in the folder for temporary files."""

from __future__ import annotations

import shutil
import tempfile

from nativeprofile.engines.base import EngineError

_LEAST_FREE = 1 << 20
"""Bytes without which no engine gets far: recorders fail without words on a full disk."""
NO_SPACE = "Free space there, or set TMPDIR to another folder before the kernel starts."


def make_folder() -> str:
    """A new folder, for this user alone (0700). Raises EngineError."""
    try:
        folder = tempfile.mkdtemp(prefix="nativeprofile-")
    except OSError as error:
        raise EngineError(
            f"No temporary folder could be made: {error.strerror}.", NO_SPACE
        ) from error
    free = shutil.disk_usage(folder).free
    if free < _LEAST_FREE:
        remove_folder(folder)
        raise EngineError(
            f"Only {free >> 10} kB are free in the folder for temporary files "
            f"({tempfile.gettempdir()}): too little for any profile.",
            NO_SPACE,
        )
    return folder


def remove_folder(folder: str) -> None:
    """Removes it with all that is in it; never raises."""
    shutil.rmtree(folder, ignore_errors=True)
