"""Coverage: how often each line, function and branch of source files ran.

Read from lcov's tracefiles, from the JSON of gcov, and from the counters (.gcda) of programs built
with `gcc --coverage`, by running gcov; written as tracefiles.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from nativeprofile.tables.errors import FormatError
from nativeprofile.tables.profile import Profile

from . import gcda, gcov, gcov_json, lcov
from .model import Coverage, add
from .profile import read_meta, to_coverage, to_profile

__all__ = ["NAMES", "SNIFF", "WRITTEN", "Coverage", "add", "profile_of", "read", "read_profile"]
__all__ += ["recognise", "to_coverage", "to_profile", "write", "write_profile"]

_HEAD = 4096
SNIFF: dict[str, Callable[[bytes, Path], bool]] = {
    "gcda": gcda.sniff,
    "gcov": gcov_json.sniff,
    "lcov": lcov.sniff,
}
"""How the formats are recognised, in the order in which a file is tried."""
NAMES = tuple(SNIFF)
WRITTEN = "lcov"
"""The one that is written."""


def recognise(path: Path) -> str | None:
    """The name of a file's format, None where it is no coverage (or no file)."""
    if not path.is_file():
        return None
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return None
    return next((name for name, sniff in SNIFF.items() if sniff(head, path)), None)


def read(files: list[tuple[str, Path]]) -> Coverage:
    """The sum of files, each with the name of its format. Raises FormatError."""
    counters = [path for name, path in files if name == "gcda"]
    runs = [gcov.read(map(gcov.beside, counters))] if counters else []
    readers = {"gcov": gcov_json.read, "lcov": lcov.read}
    runs += [readers[name](path) for name, path in files if name != "gcda"]
    total = add(runs)
    if not total.sources:
        names = ", ".join(path.name for _, path in files)
        raise FormatError(
            f"{names} has no coverage in it.",
            "Run the program to its end first: counters are written when it exits.",
        )
    return total


def write(coverage: Coverage, path: Path) -> None:
    """Writes a tracefile. Raises FormatError."""
    lcov.write(coverage, path)


def read_profile(name: str, path: Path) -> Profile:
    """A file of the format `name` as a profile. Raises FormatError."""
    return profile_of(read([(name, path)]), [path])


def profile_of(coverage: Coverage, paths: list[Path]) -> Profile:
    """The profile of what was read from files."""
    return to_profile(coverage, read_meta(coverage.test or ", ".join(one.name for one in paths)))


def write_profile(profile: Profile, path: Path) -> None:
    """Writes the coverage that a profile holds as a tracefile. Raises FormatError."""
    covered = to_coverage(profile)
    if covered is None:
        raise FormatError(
            "This profile has no coverage, so it cannot be written as lcov.",
            "Profile the cell with --engine gcov, or choose another format.",
        )
    lcov.write(covered, path)
