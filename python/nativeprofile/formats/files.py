"""Files as bytes, with the one sentence for those that cannot be read."""

from __future__ import annotations

from pathlib import Path

from nativeprofile.tables.errors import FormatError


def read_bytes(path: Path, remedy: str = "") -> bytes:
    """All of a file. Raises FormatError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise FormatError(f"{path.name} cannot be read: {error.strerror}.", remedy) from error
