"""Coverage as a profile, whose one value is how often source lines ran; and back."""

from __future__ import annotations

import posixpath
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from nativeprofile.formats import runs
from nativeprofile.symbols import cython
from nativeprofile.symbols.demangle import readable
from nativeprofile.tables.builder import Builder
from nativeprofile.tables.categories import Category, Kind
from nativeprofile.tables.coverage import EXECUTIONS, has_coverage
from nativeprofile.tables.profile import Branches, Column, Lines, Profile, Value

from . import model
from .model import Coverage, Source

_VALUE = Value(name=EXECUTIONS, unit="count", exact=True, title="Executions of source lines")
_OWN = (
    "What a function cost is how often its own lines ran; no time was measured, and what it called "
    "is not added."
)


class Library(NamedTuple):
    """What a source file was built into: the library, and what it is called."""

    path: str
    module: str


def to_profile(
    coverage: Coverage,
    meta: dict[str, Any] | None = None,
    libraries: Mapping[str, Library] | None = None,
    notes: list[str] | None = None,
) -> Profile:
    """The profile of a coverage; `libraries` by the paths of sources, where they are known.
    `meta` is `read_meta` by default."""
    builder = Builder([_VALUE], meta or read_meta("Coverage"))
    profile = builder.profile
    functions = profile.functions
    functions.calls, own = [], []
    lines: tuple[Column, Column, Column, Column] = ([], [], [], [])
    branches = Branches(throws=[], fallthrough=[])
    for source in coverage.sources:
        path = builder.string(source.path)
        rows = _functions(builder, source, (libraries or {}).get(source.path))
        functions.calls += source.functions.calls
        own += [0] * len(rows)
        owners = _owners(source, rows)
        for owner, number, hits in zip(owners, *source.lines[:2], strict=True):
            for column, cell in zip(lines, (owner, path, number, hits), strict=True):
                column.append(cell)
            if owner >= 0:
                own[owner] += hits
        _add_branches(branches, source, path)
    profile.lines = Lines(*lines[:3], values=[lines[3]])
    profile.branches = branches
    functions.self_value, functions.inclusive = [own], [own.copy()]
    return builder.finish({"notes": [*(notes or []), _OWN]})


def read_meta(name: str) -> dict[str, Any]:
    """`meta` of coverage that was read from files."""
    return runs.meta(
        {
            "name": name,
            "status": "ok",
            "engine": "gcov",
            "engine_reason": "read from files of coverage",
            "kind": "exact",
            "wall_ns": 0,
        }
    )


def _functions(builder: Builder, source: Source, library: Library | None) -> list[int]:
    """The rows of a source file's functions, in their order."""
    rows = []
    for name, line in zip(source.functions.name, source.functions.line, strict=True):
        written = cython.name_of(name)
        rows.append(
            builder.function(
                written.qualified if written else readable(name),
                kind=Kind.NATIVE,
                category=Category.EXTENSION,
                file=library.path if library else None,
                line=line,
                module=library.module if library else posixpath.basename(source.path),
                source=source.path,
                identity=name,
            )
        )
    return rows


def _owners(source: Source, rows: list[int]) -> Iterator[int]:
    """The function of each line: of those around it the one that begins last, -1 for none. Of
    several in the same place (templates) it is the one that was called most."""
    functions, numbers = source.functions, source.lines.number
    places = sorted(
        zip(functions.line, (-end for end in functions.end), functions.calls, rows, strict=True)
    )
    at, around = 0, list[tuple[int, int]]()
    for number in numbers:
        while at < len(places) and places[at][0] <= number:
            around.append((-places[at][1], places[at][3]))
            at += 1
        while around and 0 < around[-1][0] < number:
            around.pop()
        yield around[-1][1] if around else -1


def _add_branches(into: Branches, source: Source, path: int) -> None:
    seen = Counter[int]()
    assert into.throws is not None and into.fallthrough is not None
    for line, _, _, taken, throw, fallthrough in zip(*source.branches, strict=True):
        into.file.append(path)
        into.line.append(line)
        into.index.append(seen[line])
        into.taken.append(-1 if taken is None else taken)
        into.throws.append(int(throw))
        into.fallthrough.append(int(fallthrough))
        seen[line] += 1


def to_coverage(profile: Profile) -> Coverage | None:
    """The coverage that a profile holds, None if it holds none. A function ends at its last line
    with code, and the branches of a line are of one block: the profile does not say more."""
    if not has_coverage(profile):
        return None
    builder, strings = model.Builder(), profile.strings
    builder.test("")
    ends = defaultdict[int, int](int)
    lines, functions, branches = profile.lines, profile.functions, profile.branches
    for function, file, line, hits in zip(
        lines.function, lines.file, lines.line, lines.values[0], strict=True
    ):
        builder.source(strings[file]).line(line, hits)
        ends[function] = max(ends[function], line)
    calls = functions.calls or [0] * len(functions.name)
    sources = functions.source or functions.file
    for row, (name, source, line, count) in enumerate(
        zip(functions.name, sources, functions.line, calls, strict=True)
    ):
        if source >= 0:
            builder.source(strings[source]).function(strings[name], line, ends[row], count)
    for at, (file, line, taken) in enumerate(
        zip(branches.file, branches.line, branches.taken, strict=True)
    ):
        builder.source(strings[file]).branch(
            line,
            0,
            str(branches.index[at]),
            None if taken < 0 else taken,
            throw=bool(branches.throws and branches.throws[at]),
            fallthrough=bool(branches.fallthrough and branches.fallthrough[at]),
        )
    return builder.finish()
