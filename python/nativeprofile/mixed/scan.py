"""Finds, in the stack dumps of a chunk of samples, the words that tell Python lines.

Two kinds: return addresses into trampolines (one a Python call), or without trampolines into
the evaluator, and pointers into the bytecode of code objects (the evaluator's saved
instruction pointers among them).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .tasks import TaskFinder

_PAGE_BITS = 12
_ALL_BITS = (1 << 64) - 1
_CLUSTER_GAP = 64 << 20

Words = npt.NDArray[np.uint64]
Spans = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Tables:
    """What a process's stacks are searched for."""

    return_offset: int
    """Where a trampoline's callee returns to, in bytes from the trampoline's start."""
    code_addresses: int
    """The bits of a return address that are its address."""
    tasks: TaskFinder
    addresses: list[int]
    """Of trampolines, ascending; beside them the numbers of the Python frames they make."""
    numbers: list[int]
    arenas: list[tuple[int, int]]
    """Ranges that hold the trampolines."""
    codes: list[tuple[int, int, int]]
    """Start and size of bytecode, ascending, and the number of the frames that run it."""
    evaluator: tuple[int, int, int] | None = None
    """Without trampolines: from where to where the evaluator lies, and its offset in its file."""


@dataclass
class ChunkWords:
    """What was found; positions count words of the chunk. Sample i owns the hits from
    `hits_from[i]` to `hits_from[i + 1]`, and likewise the pointers."""

    hits: list[int]
    hit_trampolines: list[int]
    """Without trampolines: the return addresses, as offsets in the evaluator's file."""
    pointers: list[int]
    pointer_trampolines: list[int]
    pointer_units: list[int]
    """How many code units before the pointer: the instruction just fetched ends there."""
    stack_starts: list[int]
    hits_from: list[int]
    hits_to: list[int]
    pointers_from: list[int]
    pointers_to: list[int]
    tasks: list[int]
    """For each sample a number for `TaskFinder.at`."""


class Scanner:
    """Knows where trampolines and bytecode lie; `scan` is one vectorised pass."""

    def __init__(self, tables: Tables) -> None:
        self._return_offset = tables.return_offset
        self._code_addresses = tables.code_addresses
        self._tasks = tables.tasks
        self._known = np.array(tables.addresses, dtype=np.uint64)
        self._numbers = np.array(tables.numbers, dtype=np.uint64)
        self._arenas = tables.arenas
        self._evaluator = tables.evaluator
        codes = np.array(tables.codes, dtype=np.uint64).reshape(-1, 3)
        self._starts, self._sizes, self._of_code = codes.T.copy()
        self._clusters = list(_clusters([(start, start + size) for start, size, _ in tables.codes]))

    def scan(self, data: bytes, spans: list[tuple[int, int, int]]) -> ChunkWords:
        """`spans`: for each sample the first word of its registers, the first of its stack
        and the one after its last."""
        words = np.frombuffer(data, dtype=np.uint64)
        bounds = np.array(spans, dtype=np.int64).reshape(-1, 3)
        hits, trampolines = self._hits(words)
        pointers = self._pointers(words)
        code = np.searchsorted(self._starts, words[pointers], side="right") - 1
        offsets = words[pointers] - self._starts[code] if len(code) else pointers.astype(np.uint64)
        inside = (offsets <= self._sizes[code]) & (offsets & np.uint64(1) == 0) & (code >= 0)
        pointers, code, offsets = pointers[inside], code[inside], offsets[inside]
        return ChunkWords(
            hits.tolist(),
            trampolines.tolist(),
            pointers.tolist(),
            self._of_code[code].tolist(),
            (offsets >> np.uint64(1)).tolist(),
            bounds[:, 1].tolist(),
            np.searchsorted(hits, bounds[:, 1]).tolist(),
            np.searchsorted(hits, bounds[:, 2]).tolist(),
            np.searchsorted(pointers, bounds[:, 0]).tolist(),
            np.searchsorted(pointers, bounds[:, 2]).tolist(),
            self._tasks.scan(words, bounds),
        )

    def _hits(self, words: Words) -> tuple[Spans, Words]:
        if self._code_addresses < _ALL_BITS:
            words = words & np.uint64(self._code_addresses)
        if self._evaluator is not None:
            start, end, offset = self._evaluator
            hits = np.flatnonzero(words - np.uint64(start) < np.uint64(end - start))
            return hits, words[hits] - np.uint64(start) + np.uint64(offset)
        back = np.uint64(self._return_offset)
        found = []
        for start, end in self._arenas:
            inside = words - np.uint64(start) < np.uint64(end - start)
            found.append(np.flatnonzero(inside))
        hits = np.sort(np.concatenate(found)) if found else np.empty(0, dtype=np.int64)
        trampolines = words[hits] - back
        at = np.searchsorted(self._known, trampolines)
        at[at == len(self._known)] = 0
        if not len(hits):
            return hits, trampolines
        exact = self._known[at] == trampolines
        return hits[exact], self._numbers[at[exact]]

    def _pointers(self, words: Words) -> Spans:
        found = []
        for start, end, pages in self._clusters:
            offset = words - np.uint64(start)
            inside = np.flatnonzero(offset < np.uint64(end - start))
            found.append(inside[pages[offset[inside] >> np.uint64(_PAGE_BITS)]])
        return np.sort(np.concatenate(found)) if found else np.empty(0, dtype=np.int64)


def _clusters(ranges: list[tuple[int, int]]) -> list[tuple[int, int, npt.NDArray[np.bool_]]]:
    """Ascending ranges gathered where they lie close: start, end, and which pages hold any."""
    groups: list[list[tuple[int, int]]] = []
    for start, end in ranges:
        if not groups or start - groups[-1][-1][1] > _CLUSTER_GAP:
            groups.append([])
        groups[-1].append((start, end))
    clusters = []
    for group in groups:
        first = group[0][0] >> _PAGE_BITS << _PAGE_BITS
        last = (group[-1][1] >> _PAGE_BITS) + 1 << _PAGE_BITS
        pages = np.zeros(last - first >> _PAGE_BITS, dtype=np.bool_)
        for start, end in group:
            pages[(start - first) >> _PAGE_BITS : ((end - first) >> _PAGE_BITS) + 1] = True
        clusters.append((first, last, pages))
    return clusters
