"""At which instructions of native functions the samples were taken.

The machine code itself is not kept: who has the file with the same build-id can read it there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nativeprofile.symbols import elf
from nativeprofile.tables.builder import Builder
from nativeprofile.tables.categories import PLUMBING, Kind

from .kinds import Kinds, Seen
from .unwind import Frame, Unwinder

_LEAST = 0.005
"""The share of a value that a stretch of code must have to be worth its bytes."""
_MOST = 4_000
"""Rows that a profile may have: about 25 kB."""

_Place = tuple[int, str, str, int]
"""The function's row, its symbol and its file, and where in that it begins."""


class Instructions:
    """`add` each sample that was taken on the CPU, then `fill`."""

    def __init__(
        self, builder: Builder, kinds: Kinds, unwinder: Unwinder, build_ids: Mapping[str, str]
    ) -> None:
        """`build_ids` are those in memory, by path."""
        self._builder = builder
        self._kinds = kinds
        self._unwinder = unwinder
        self._build_ids = build_ids
        self._width = len(builder.profile.values)
        self._places: dict[int, _Place | None] = {}
        self._costs: dict[_Place, dict[int, list[int]]] = {}

    def add(self, seen: Seen, values: Sequence[int]) -> None:
        """Charges a sample to the instruction where its stack ends; values that are missing at
        the end are 0."""
        stack = self._kinds.of(seen).stack
        leaf = self._unwinder.stacks[stack][0]
        if leaf not in self._places:
            self._places[leaf] = self._place(leaf, stack)
        place = self._places[leaf]
        if place is None:
            return
        offset = self._unwinder.frames[leaf].ip - place[3]
        costs = self._costs.setdefault(place, {}).setdefault(offset, [0] * self._width)
        for column, value in enumerate(values):
            costs[column] += value

    def fill(self) -> None:
        """Adds the dearest stretches of code and their instructions to the profile."""
        totals = [sum(column) or 1 for column in self._builder.profile.samples.values]
        shares = {}
        for place, offsets in self._costs.items():
            own = map(sum, zip(*offsets.values(), strict=True))
            shares[place] = max(cost / total for cost, total in zip(own, totals, strict=True))
        rows = 0
        for place in sorted(shares, key=lambda place: (-shares[place], place)):
            function, symbol, path, start = place
            offsets = self._costs[place]
            build = self._build_ids.get(path) or _build_id(path)
            if shares[place] < _LEAST or rows + len(offsets) > _MOST:
                break
            if build:
                code = self._builder.code(function, symbol or None, build, start)
                for offset in sorted(offsets):
                    self._builder.instruction(code, offset, *offsets[offset])
                rows += len(offsets)

    def _place(self, leaf: int, stack: int) -> _Place | None:
        """The code that a leaf is in; None where it is Python's, the kernel's, machinery, or
        where its beginning is not known."""
        frame: Frame = self._unwinder.frames[leaf]
        shown = self._kinds.stack(stack)[0]
        functions = self._builder.profile.functions
        known = shown.start >= 0 and frame.path.startswith("/") and frame.ip >= shown.start
        native = functions.kind[shown.function] == Kind.NATIVE
        if not known or not native or functions.flags[shown.function] & PLUMBING:
            return None
        return shown.function, frame.symbol, frame.path, shown.start


def _build_id(path: str) -> str:
    facts = elf.read(path)
    return facts.build_id if facts else ""
