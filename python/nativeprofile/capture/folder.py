"""The private folder of a run, in the folder for temporary files."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile

from nativeprofile.engines.base import EngineError

_LEAST_FREE = 1 << 20
"""Bytes without which no engine gets far: recorders fail without words on a full disk."""
NO_SPACE = "Free space there, or set TMPDIR to another folder before the kernel starts."


def choose_folder() -> str:
    """The path of a folder that is still to be made, which nobody can guess. Raises EngineError
    where there is no place for one."""
    try:
        place = tempfile.gettempdir()
        free = shutil.disk_usage(place).free
    except OSError as error:
        raise _impossible(error) from error
    if free < _LEAST_FREE:
        raise EngineError(
            f"Only {free >> 10} kB are free in the folder for temporary files ({place}): too "
            "little for any profile.",
            NO_SPACE,
        )
    return os.path.join(place, f"nativeprofile-{secrets.token_hex(8)}")


def make_folder(folder: str) -> None:
    """Makes it, for this user alone (0700). Raises EngineError."""
    try:
        os.mkdir(folder, 0o700)
    except OSError as error:
        raise _impossible(error) from error


def remove_folder(folder: str) -> None:
    """Removes it with all that is in it; never raises."""
    shutil.rmtree(folder, ignore_errors=True)


def _impossible(error: OSError) -> EngineError:
    return EngineError(f"No temporary folder could be made: {error.strerror}.", NO_SPACE)
