"""Our own wire JSON in files (docs/wire-format.md)."""

from __future__ import annotations

import re
from pathlib import Path

from nativeprofile.tables.decode import loads
from nativeprofile.tables.encode import dumps, encode
from nativeprofile.tables.errors import FormatError
from nativeprofile.tables.profile import Profile

from .files import read_bytes


def sniff(head: bytes, path: Path) -> bool:
    """Whether a JSON text begins as ours does, or as Jupyter saves it: with its keys sorted."""
    return re.match(rb'\s*\{\s*"(version|meta)"\s*:', head) is not None


def read(path: Path) -> Profile:
    """The profile in a wire JSON file. Raises FormatError."""
    try:
        text = read_bytes(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise FormatError(
            f"{path.name} is not UTF-8 text, so it is not JSON.",
            "Take another copy of the file, or name its format with --from.",
        ) from error
    return loads(text)


def write(profile: Profile, path: Path) -> None:
    """Writes the whole profile, whatever its size."""
    path.write_text(dumps(encode(profile)) + "\n", encoding="utf-8")
