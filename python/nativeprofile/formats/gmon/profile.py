"""gprof's numbers as a profile: functions with their calls, their time, and who called them."""

from __future__ import annotations

import os
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from nativeprofile.symbols import addr2line, cython, debug_files, elf
from nativeprofile.symbols.addr2line import Chain
from nativeprofile.symbols.demangle import readable
from nativeprofile.symbols.functions import Symbol, Symbols
from nativeprofile.tables.builder import Builder
from nativeprofile.tables.categories import Category, Kind

from .graph import Arc, propagate
from .records import Gmon, Histogram

_SECONDS = 5.0
"""How long the debug information of a file may take to read."""
_COLD = ".cold"
"""What a compiler appends to the part of a function that it expects not to run."""
_UNIT = 2
"""Bytes of code to which gprof tells where a function and a counter begin."""
_GRAIN = 16
"""Bytes to which glibc's own files tell the place of a call."""
_NAMED = 3
"""How many functions a sentence names."""
_SHARED = (
    "Calls are counted, times are estimates: a function's own by samples, that of what it calls by "
    "gprof's rule: time is shared among callers by numbers of calls, as if all calls took as long."
)
_CYCLE = (
    "{0} call each other: gprof takes such a cycle for one function, so each is shown with what "
    "it calls outside of it."
)
_UNCOUNTED = "No call of {0} was counted, though time was spent there: built without -pg?"
_GRAINS = (
    "{0:,} calls were made near the border of two functions: the file tells their place to 16 "
    "bytes only, so the caller may be the function beside it."
)
_BLOCKS = "The file also counts {0:,} basic blocks, which are not shown."


@dataclass
class Costs:
    """What was measured, by rows of the profile's functions."""

    samples: dict[int, float] = field(default_factory=dict)
    calls: dict[Arc, int] = field(default_factory=dict)
    known: set[int] = field(default_factory=set)
    """Functions of which calls could have been counted."""

    def sample(self, function: int, samples: float) -> None:
        """Adds samples of a function itself."""
        self.samples[function] = self.samples.get(function, 0.0) + samples

    def call(self, caller: int, function: int, count: int) -> None:
        """Adds calls of a function."""
        self.calls[caller, function] = self.calls.get((caller, function), 0) + count


class Image:
    """One program or library: its addresses as functions of the profile."""

    def __init__(self, builder: Builder, path: Path, module: str, symbols: Symbols) -> None:
        self._builder = builder
        self._path = path
        self._module = module
        self._symbols = symbols
        self._lines: dict[int, Chain] = {}
        self._written = cython.Sources()
        self._whole = {s.name: s for s in symbols.all} if symbols.complete else {}
        self.notes: list[str] = []

    def charge(self, gmon: Gmon, costs: Costs, also: Iterable[int] = ()) -> None:
        """Adds what a file says of this image; `also` are addresses that will be asked for."""
        own: dict[Symbol | None, float] = {}
        for histogram in gmon.histograms:
            for found, samples in self._divide(histogram):
                own[found] = own.get(found, 0.0) + samples
        places = [place for row in gmon.calls for place in row[:2]]
        met = {self._symbols.at(place) for place in (*places, *also)} | own.keys()
        named = sorted({self._of(symbol) for symbol in met if symbol is not None})
        self._read_lines(named)
        for symbol in named:
            self._row(symbol)
        for found, samples in own.items():
            costs.sample(self._row(found), samples)
            if found is not None:
                costs.known.add(self._row(found))
        for caller, function, count in gmon.calls:
            costs.call(self.at(caller), self.at(function), count)
        self._say(gmon)

    def at(self, address: int) -> int:
        """The row of the function that holds an address."""
        return self._row(self._symbols.at(address))

    def _divide(self, histogram: Histogram) -> Iterable[tuple[Symbol | None, float]]:
        """The samples of functions; a counter that two share is divided by their parts of it.

        As in gprof (binutils, gprof/hist.c), functions and counters begin at whole units of 2
        bytes, and the rest of a function's last counter, where no code is, is that function's.
        """
        low, high, counts = histogram.low, histogram.high, histogram.counts
        edges = np.linspace(low, high, len(counts) + 1) // _UNIT * _UNIT
        before = np.concatenate(([0], np.cumsum(counts)))
        first = max(0, bisect_right(self._symbols.starts, low) - 1)
        symbols = self._symbols.all[first : bisect_left(self._symbols.starts, high)]
        starts = np.array([s.start for s in symbols], dtype=np.float64) // _UNIT * _UNIT
        ends = np.array([s.end for s in symbols], dtype=np.float64)
        last = np.searchsorted(edges, ends).clip(max=len(counts))
        ends = np.minimum(edges[last], np.append(starts[1:], high))
        samples = np.interp(ends, edges, before) - np.interp(starts, edges, before)
        left = float(before[-1] - samples.sum())
        yield from ((symbols[n], float(samples[n])) for n in np.flatnonzero(samples).tolist())
        if left > 1e-6:
            yield None, left

    def _row(self, symbol: Symbol | None) -> int:
        if symbol is None:
            name, line, source, identity = f"{self._path.name} (no symbol)", -1, None, -1
        else:
            symbol = self._of(symbol)
            written = cython.name_of(symbol.name)
            name = written.qualified if written else readable(symbol.name)
            source, line = self._place(symbol)
            identity = symbol.start
        return self._builder.function(
            name,
            kind=Kind.NATIVE,
            category=Category.EXTENSION,
            file=str(self._path),
            line=line,
            module=self._module,
            source=source,
            identity=identity,
        )

    def _of(self, symbol: Symbol) -> Symbol:
        """The function that a part belongs to."""
        if symbol.name.endswith(_COLD):
            return self._whole.get(symbol.name.removesuffix(_COLD), symbol)
        return symbol

    def _place(self, symbol: Symbol) -> tuple[str | None, int]:
        """Source file and line of a function's beginning."""
        chain = self._lines.get(symbol.start, ())
        if not chain or not chain[-1].file:
            return None, -1
        file, line = chain[-1].file, chain[-1].line
        if cython.name_of(symbol.name):
            file, line = self._written.written(file, line) or (file, line)
        return os.path.normpath(file), line

    def _read_lines(self, symbols: Iterable[Symbol]) -> None:
        facts, program = elf.read(self._path), addr2line.program()
        file = debug_files.find(self._path, facts) if facts else self._path
        if program is None or file is None:
            return
        starts = [symbol.start for symbol in symbols]
        self._lines = addr2line.lines(file, starts, _SECONDS, program) or {} if starts else {}

    def _say(self, gmon: Gmon) -> None:
        near = 0
        if gmon.calls and all(caller % _GRAIN == 0 for caller, _, _ in gmon.calls):
            for caller, _, count in gmon.calls:
                after = self._symbols.at(caller + _GRAIN - 1)
                if after is not None and caller < after.start:
                    near += count
        if near:
            self.notes.append(_GRAINS.format(near))
        if gmon.blocks:
            self.notes.append(_BLOCKS.format(gmon.blocks))


def fill(builder: Builder, costs: Costs, nanoseconds: float) -> list[str]:
    """Fills the profile's functions and edges; `nanoseconds` is what a sample stands for.
    Returns sentences about what was estimated and how."""
    table = builder.profile.functions
    rows = range(len(table.name))
    graph = propagate(costs.samples, costs.calls)
    own = [costs.samples.get(row, 0.0) * nanoseconds for row in rows]
    table.self_value = [[round(time) for time in own]]
    table.inclusive = [
        [
            round(time + graph.children.get(row, 0.0) * nanoseconds)
            for row, time in zip(rows, own, strict=True)
        ]
    ]
    table.calls = [-1] * len(rows)
    for (caller, function), count in sorted(costs.calls.items()):
        table.calls[function] = max(table.calls[function], 0) + count
        mine, below = graph.arcs.get((caller, function), (0.0, 0.0))
        builder.edge(
            caller,
            function,
            count,
            [round(mine * nanoseconds)],
            [round((mine + below) * nanoseconds)],
        )
    notes = [_SHARED]
    notes += [_CYCLE.format(_names(builder, cycle)) for cycle in graph.cycles]
    missing = [row for row in costs.known if costs.samples.get(row) and table.calls[row] <= 0]
    if missing:
        missing.sort(key=lambda row: -costs.samples[row])
        notes.append(_UNCOUNTED.format(_names(builder, missing)))
    return notes


def _names(builder: Builder, rows: list[int]) -> str:
    profile = builder.profile
    names = [profile.strings[profile.functions.name[row]] for row in rows[:_NAMED]]
    more = len(rows) - len(names)
    return (
        f"{', '.join(names)} and {more} more"
        if more
        else " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    )
