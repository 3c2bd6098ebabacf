"""Massif's files: how large the heap was in the course of a program, and who had allocated it.

`snapshots` reads the text that Valgrind's ms_print reads, `profile` makes tables of it.
"""

from __future__ import annotations

import re
from pathlib import Path

from nativeprofile.formats.files import read_bytes
from nativeprofile.tables.profile import Profile

from .profile import profile_of
from .snapshots import AGAIN, parse

_BEGIN = re.compile(rb"desc:[^\n]*\ncmd:[^\n]*\ntime_unit:")
_NAME = re.compile(r"massif\.out(\.|$)")


def sniff(head: bytes, path: Path) -> bool:
    """Whether a file begins as Massif's do, or is what is left of one."""
    return _BEGIN.match(head) is not None or (
        _NAME.match(path.name) is not None and head.startswith(b"desc:")
    )


def read(path: Path, part: str | None = None) -> Profile:
    """The heap's curve, and its places at the snapshot called `part`, by default at the peak.

    Raises FormatError.
    """
    text = read_bytes(path, AGAIN).decode("utf-8", "replace")
    return profile_of(parse(text, path.name), path.name, part)
