"""Coverage of C that Cython wrote, as that of the lines the user wrote.

Each statement of C stands below a comment that names the line it was made of. A line ran as often
as the first C statement of it in its function. What Cython adds of its own is left out, and so
are branches: most are checks for errors, of which nothing is written in the source.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from nativeprofile.formats.coverage import Coverage
from nativeprofile.formats.coverage.model import Builder, Source
from nativeprofile.symbols import cython


def translated(coverage: Coverage) -> Coverage:
    """The same with the user's own files in place of those that Cython wrote, as far as they are
    at hand."""
    builder, written = Builder(), cython.Sources()
    others = [one for one in coverage.sources if not _translate(one, written, builder)]
    return replace(coverage, sources=[*others, *builder.finish().sources])


def _translate(source: Source, written: cython.Sources, builder: Builder) -> bool:
    """Adds the lines and functions that a source was made of; False if Cython did not write it."""
    lines, folder = source.lines, Path(source.path).parent
    rows = _functions(source)
    # A function that takes arguments apart calls another, which has the user's code.
    bodies = {row.name.qualified for row in rows if not row.name.wrapper}
    found = False
    for name, start, end, calls in rows:
        place = written.written(source.path, start)
        if place is None or (name.wrapper and name.qualified in bodies):
            continue
        found = True
        first: dict[tuple[str, int], int] = {}
        for row in range(bisect_left(lines.number, start), bisect_right(lines.number, end)):
            at = written.written(source.path, lines.number[row])
            if at is not None:
                first.setdefault(at, lines.hits[row])
        for (file, line), hits in first.items():
            builder.source(str(folder / file)).line(line, hits)
        last = max((line for file, line in first if file == place[0]), default=0)
        into = builder.source(str(folder / place[0]))
        into.function(name.qualified, place[1], last, calls)
    return found


class _Row(NamedTuple):
    """A function that the user wrote, as it stands in C."""

    name: cython.Name
    start: int
    end: int
    calls: int


def _functions(source: Source) -> list[_Row]:
    return [
        _Row(name, start, end, calls)
        for symbol, start, end, calls in zip(*source.functions, strict=True)
        if (name := cython.name_of(symbol)) is not None
    ]
