"""What Valgrind says in its log."""

from __future__ import annotations

import re
from pathlib import Path

_UNKNOWN = re.compile(r"[Uu]nrecognised instruction at (?:address )?(\w+)")
OTHER_CODE = "Use a newer Valgrind, or build the code for an older processor (-march=x86-64)."
"""The remedy where it meets an instruction that it does not know."""
DEBUG_INFORMATION = "debuginfo reader"
"""In the complaint about what it cannot read, as some of Clang's DWARF 5."""


def unknown_instruction(log: Path) -> str | None:
    """The address of an instruction that it does not know, which ended the program."""
    found = _UNKNOWN.search(_text(log))
    return found[1] if found is not None else None


def complaint(log: Path) -> str:
    """The first line that says why it ended, empty if none does."""
    words = (line.partition("== ")[2].strip() for line in _text(log).splitlines())
    return next((word for word in words if word.lower().startswith(("valgrind:", "fatal"))), "")


def _text(log: Path) -> str:
    try:
        return log.read_text(errors="replace")
    except OSError:
        return ""
