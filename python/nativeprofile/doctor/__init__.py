"""What this machine lets the engines do, what it lacks, and the command that mends it."""

from __future__ import annotations

from collections.abc import Callable

from . import building, folders, libraries, perf, pyspy
from .check import Check

GROUPS: dict[str, Callable[[], list[Check]]] = {
    "perf": perf.checks,
    "py-spy": pyspy.checks,
    "Names and source lines": libraries.checks,
    "Building": building.checks,
    "Folders and tools": folders.checks,
}


def examine() -> dict[str, list[Check]]:
    """Every check by group. A group that fails says so as its only check."""
    found: dict[str, list[Check]] = {}
    for name, checks in GROUPS.items():
        try:
            found[name] = checks()
        except Exception as error:
            words = f"could not be examined: {type(error).__name__}: {error}"
            found[name] = [Check(name, "lacks", words)]
    return found
