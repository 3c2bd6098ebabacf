"""What every path must be like that a request names."""

from __future__ import annotations

import os
from pathlib import Path

from nativeprofile.server.errors import Refusal

REMEDY = "The other views show what was measured in it."


def resolve(path: str) -> Path:
    """The file behind an absolute, plain path, every symbolic link followed. Raises Refusal."""
    if not Path(path).is_absolute():
        sentence = f"{path} is no absolute path: where it was built is not known here."
        raise Refusal(403, sentence, REMEDY)
    try:
        if "\0" not in path and os.path.normpath(path) == path:
            return Path(os.path.realpath(path))
    except ValueError:  # no file can have this name
        pass
    raise Refusal(403, f"{path!r} is no plain path, so it is not read.", REMEDY)


def missing(path: str) -> Refusal:
    """What is said of a file that is not there."""
    return Refusal(404, f"{path} is not on the server's machine (any more).", REMEDY)
