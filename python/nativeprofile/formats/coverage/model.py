"""Coverage as columns: which lines, functions and branches of source files ran, and how often.

`Builder` adds up whatever it is given, by the rules of lcov: counts are summed, and what was
instrumented in any run is instrumented. Readers fill one, and `add` fills one from several.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from nativeprofile.tables.errors import FormatError

_SAME_SOURCE = "Add up only runs of one and the same source."


class Lines(NamedTuple):
    """One row for each instrumented line, in their order, with how often
    it ran; `checksum` is "" where not known."""

    number: list[int]
    hits: list[int]
    checksum: list[str]


class Functions(NamedTuple):
    """One row for each function; `end` is 0 where its last line is not known."""

    name: list[str]
    line: list[int]
    end: list[int]
    calls: list[int]


class Branches(NamedTuple):
    """One row for each way out of a block of code.

    `taken` is None where the block was never reached. `throw` is set for the way that an
    exception takes, `fallthrough` for the one without a jump (tracefiles do not tell it).
    """

    line: list[int]
    block: list[int]
    name: list[str]
    taken: list[int | None]
    throw: list[bool]
    fallthrough: list[bool]


class Source(NamedTuple):
    """What is known of one source file; `version` is "" where it has none."""

    path: str
    version: str
    lines: Lines
    functions: Functions
    branches: Branches


@dataclass(frozen=True)
class Coverage:
    """Source files in the order of their paths; `test` is the name of the run, if all have one."""

    test: str
    sources: list[Source]


@dataclass
class _Function:
    end: int = 0
    calls: int = 0


@dataclass
class _Branch:
    taken: int | None = None
    throw: bool = False
    fallthrough: bool = False


@dataclass
class SourceBuilder:
    """Adds up what is told of one source file."""

    path: str
    _version: str = ""
    _counts: dict[int, int] = field(default_factory=dict)
    _checksums: dict[int, str] = field(default_factory=dict)
    _functions: dict[tuple[int, str], _Function] = field(default_factory=dict)
    _branches: dict[tuple[int, str | int, str], _Branch] = field(default_factory=dict)

    def version(self, version: str) -> None:
        """Raises FormatError if another version was told before."""
        if version and self._version and version != self._version:
            raise FormatError(
                f"{self.path} is there in two versions, {self._version} and {version}.",
                _SAME_SOURCE,
            )
        self._version = version or self._version

    def line(self, number: int, count: int, checksum: str = "") -> None:
        """Raises FormatError if the line had other text (another checksum) before."""
        known = self._checksums.get(number, "")
        if checksum and known and checksum != known:
            raise FormatError(
                f"Line {number} of {self.path} has two checksums: its text was changed.",
                _SAME_SOURCE,
            )
        if checksum:
            self._checksums[number] = checksum
        self._counts[number] = self._counts.get(number, 0) + count

    def function(self, name: str, line: int, end: int, calls: int) -> None:
        """Functions are told apart by name and first line."""
        known = self._functions.setdefault((line, name), _Function())
        known.end = max(known.end, end)
        known.calls += calls

    def branch(
        self,
        line: int,
        block: str | int,
        name: str,
        taken: int | None,
        throw: bool = False,
        fallthrough: bool = False,
    ) -> None:
        """`block` tells blocks of a line apart: by number, or by the function that it is in,
        of which numbers are made at the end."""
        known = self._branches.setdefault((line, block, name), _Branch())
        if taken is not None:
            known.taken = (known.taken or 0) + taken
        known.throw |= throw
        known.fallthrough |= fallthrough

    def finish(self) -> Source:
        """The columns, rows in the order of lines."""
        numbers = sorted(self._counts)
        lines = Lines(
            numbers,
            [self._counts[number] for number in numbers],
            [self._checksums.get(number, "") for number in numbers],
        )
        functions = Functions([], [], [], [])
        for (line, name), function in sorted(self._functions.items()):
            functions.name.append(name)
            functions.line.append(line)
            functions.end.append(function.end)
            functions.calls.append(function.calls)
        return Source(self.path, self._version, lines, functions, self._finished_branches())

    def _finished_branches(self) -> Branches:
        blocks: dict[int, set[str]] = {}
        for line, block, _ in self._branches:
            if isinstance(block, str):
                blocks.setdefault(line, set()).add(block)
        order = {
            line: {name: at for at, name in enumerate(sorted(n))} for line, n in blocks.items()
        }
        rows = [
            (line, block if isinstance(block, int) else order[line][block], name, branch)
            for (line, block, name), branch in self._branches.items()
        ]
        rows.sort(key=lambda row: row[:2])  # Stable: branches of a block stay in their order.
        columns = Branches([], [], [], [], [], [])
        for line, number, name, branch in rows:
            columns.line.append(line)
            columns.block.append(number)
            columns.name.append(name)
            columns.taken.append(branch.taken)
            columns.throw.append(branch.throw)
            columns.fallthrough.append(branch.fallthrough)
        return columns


class Builder:
    """Adds up coverage from any number of runs."""

    def __init__(self) -> None:
        self._sources: dict[str, SourceBuilder] = {}
        self._tests: set[str] = set()

    def test(self, name: str) -> None:
        """A run of this name ("": without one) is part of the sum."""
        self._tests.add(name)

    def source(self, path: str) -> SourceBuilder:
        """The one for the source file of this path."""
        if path not in self._sources:
            self._sources[path] = SourceBuilder(path)
        return self._sources[path]

    def finish(self) -> Coverage:
        """The sum."""
        test = next(iter(self._tests)) if len(self._tests) == 1 else ""
        return Coverage(test, [self._sources[path].finish() for path in sorted(self._sources)])


def add(runs: Iterable[Coverage]) -> Coverage:
    """The sum of several runs. Raises FormatError if they are of different sources."""
    builder = Builder()
    for run in runs:
        builder.test(run.test)
        for source in run.sources:
            into = builder.source(source.path)
            into.version(source.version)
            for line in zip(*source.lines, strict=True):
                into.line(*line)
            for function in zip(*source.functions, strict=True):
                into.function(*function)
            for branch in zip(*source.branches, strict=True):
                into.branch(*branch)
    return builder.finish()
