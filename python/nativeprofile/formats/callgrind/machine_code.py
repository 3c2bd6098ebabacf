"""Where Callgrind's addresses lie in the machine code of the ELF files that ran.

With `--dump-instr=yes` it notes addresses as linked, but not which build of a file they are of. So
a file counts as the one that ran only if it is not newer than the recording, and one of its
functions only where the recording shows that it begins where the file says: by what was executed or
called at that place, or by its name.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from nativeprofile.symbols import elf, symtab
from nativeprofile.symbols.eh_frame import function_starts

from .data import Addresses, Counts, Ints, Places, Recording, total_by

_LEAST = 0.005
"""The share of an event that a function must have."""
_MOST = 50_000
"""Rows of the recording that these functions may have together."""


@dataclass(frozen=True)
class Stretch:
    """Machine code of a function: its name as linked, the build-id of the file, and where in that
    it begins (bytes)."""

    function: int
    symbol: str
    build: str
    start: int


@dataclass
class Located:
    """For each of some places its row of `MachineCode.stretches` and its offset there; -1: none."""

    stretch: Counts
    offset: Counts


class MachineCode:
    """The code of the functions of a recording that matter, if it has addresses."""

    def __init__(self, recording: Recording) -> None:
        self.stretches: list[Stretch] = []
        self.missing: list[str] = []
        """The ELF files whose code is not at hand or not that which ran."""
        self._recording = recording
        self._keys: dict[tuple[int, int], int] = {}
        """The row of a stretch by its function and where it begins."""
        self._images: dict[int, _Image] = {}
        if recording.rows.at.address is None:
            return
        chosen = _dearest(recording)
        libraries = recording.functions.object[chosen]
        for library in np.unique(libraries).tolist():
            self._add(library, chosen[libraries == library])

    def locate(self, function: Ints | Counts, at: Places) -> Located:
        """Where places in functions are."""
        found = Located(np.full(len(function), -1, np.int64), np.full(len(function), -1, np.int64))
        if at.address is None:
            return found
        known = np.flatnonzero(np.isin(function, [one.function for one in self.stretches]))
        libraries = self._recording.functions.object[function[known]]
        for library, image in self._images.items():
            rows = known[libraries == library]
            starts, offsets = image.place(at.address[rows])
            keys = zip(function[rows].tolist(), starts.tolist(), strict=True)
            stretch = np.array([self._keys.get(key, -1) for key in keys], np.int64)
            found.stretch[rows] = stretch
            found.offset[rows] = np.where(stretch >= 0, offsets, -1)
        return found

    def _add(self, library: int, members: Counts) -> None:
        recording = self._recording
        path = recording.objects[library] if library >= 0 else ""
        image = _Image.read(path, recording.written)
        if image is None:
            if path not in ("", "???"):
                self.missing.append(path)
            return
        self._images[library] = image
        function, entered = _executed(recording, members)
        starts, offsets = image.place(entered)
        # In a file of another build little begins where something was executed.
        sound = set(function[offsets == 0].tolist())
        places = set(zip(function[starts >= 0].tolist(), starts[starts >= 0].tolist(), strict=True))
        before = len(self.stretches)
        for owner, start in sorted(places):
            symbols = image.named.at(start)
            name = recording.names[recording.functions.name[owner]].partition("'")[0]
            # A sound function may also run code of others, to which it jumped.
            if owner in sound or name in symbols:
                symbol = name if name in symbols or not symbols else symbols[0]
                self._keys[owner, start] = len(self.stretches)
                self.stretches.append(Stretch(owner, symbol, image.facts.build_id, start))
        if len(self.stretches) == before:
            self.missing.append(path)


def _dearest(recording: Recording) -> Counts:
    """The functions that have enough of any event as their own cost, as long as there is room."""
    rows, length = recording.rows, len(recording.functions.name)
    share = np.zeros(length)
    for event in range(len(recording.events)):
        own = total_by(rows.function, rows.costs.of(event), length)
        share = np.maximum(share, own / max(int(own.sum()), 1))
    size = np.bincount(rows.function[rows.function >= 0], minlength=length)
    order = np.argsort(-share, kind="stable")
    order = order[share[order] >= _LEAST]
    return np.sort(order[np.cumsum(size[order]) <= _MOST])


def _executed(recording: Recording, members: Counts) -> tuple[Counts, Addresses]:
    """Functions among `members` with addresses at which they executed or were called, once each."""
    rows, calls = recording.rows, recording.calls
    pairs = []
    for owner, address in ((rows.function, rows.at.address), (calls.callee, calls.target.address)):
        if address is not None:
            mine = np.isin(owner, members)
            pairs.append((owner[mine].astype(np.int64), address[mine]))
    function = np.concatenate([owner for owner, _ in pairs])
    address = np.concatenate([address for _, address in pairs])
    order = np.lexsort((address, function))
    function, address = function[order], address[order]
    first = np.ones(len(function), np.bool_)
    first[1:] = (np.diff(function) != 0) | (np.diff(address) != 0)
    return function[first], address[first]


@dataclass
class _Image:
    """An ELF file, with the functions that it tells."""

    facts: elf.Elf
    path: Path

    @classmethod
    def read(cls, path: str, written: float) -> _Image | None:
        """None where the file is not there, has no build-id, or was changed since."""
        facts = elf.read(path) if path.startswith("/") else None
        try:
            if facts is None or not facts.build_id or Path(path).stat().st_mtime > written:
                return None
        except OSError:
            return None
        return cls(facts, Path(path))

    @cached_property
    def named(self) -> symtab.Named:
        """The functions that it names."""
        return symtab.named(self.path)

    @cached_property
    def _starts(self) -> Counts:
        """Where functions begin, in bytes from the start of the file."""
        return np.union1d(self.named.offsets, function_starts(self.path))

    def place(self, addresses: Addresses) -> tuple[Counts, Counts]:
        """Where in the file the functions at addresses begin (-1: unknown), and how far into them
        these are."""
        offsets = np.full(len(addresses), -1, np.int64)
        for segment in self.facts.segments:
            if segment.kind == elf.PT_LOAD:
                inside = addresses >= np.uint64(segment.address)
                inside &= addresses < np.uint64(segment.address + segment.size)
                near = (addresses[inside] - np.uint64(segment.address)).astype(np.int64)
                offsets[inside] = near + segment.offset
        row = np.searchsorted(self._starts, offsets, side="right") - 1
        known = (offsets >= 0) & (row >= 0)
        starts = np.full(len(addresses), -1, np.int64)
        starts[known] = self._starts[row[known]]
        return starts, np.where(known, offsets - starts, -1)
