"""Finds, in the stack dumps of a chunk of samples, the words that tell Python lines.

Two kinds: return addresses into trampolines (one a Python call), and pointers into the
bytecode of code objects (the evaluator's saved instruction pointers among them).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .recording import Recording

_PAGE_BITS = 12
_CLUSTER_GAP = 64 << 20

Words = npt.NDArray[np.uint64]
Spans = npt.NDArray[np.int64]


@dataclass
class ChunkWords:
    """What was found; positions count words of the chunk. Sample i owns the hits from
    `hits_from[i]` to `hits_from[i + 1]`, and likewise the pointers."""

    hits: list[int]
    hit_trampolines: list[int]
    pointers: list[int]
    pointer_trampolines: list[int]
    pointer_units: list[int]
    """How many code units before the pointer: the instruction just fetched ends there."""
    stack_starts: list[int]
    hits_from: list[int]
    hits_to: list[int]
    pointers_from: list[int]
    pointers_to: list[int]


class Scanner:
    """Knows where trampolines and bytecode lie; `scan` is one vectorised pass."""

    def __init__(self, recording: Recording) -> None:
        self._return_offset = recording.return_offset
        self._known = np.array(recording.trampolines, dtype=np.uint64)
        self._arenas = [(arena.start, arena.end) for arena in recording.arenas]
        codes = sorted(recording.codes.values(), key=lambda code: code.start)
        self._starts = np.array([code.start for code in codes], dtype=np.uint64)
        self._sizes = np.array([code.size for code in codes], dtype=np.uint64)
        self._trampolines = np.array([code.trampoline for code in codes], dtype=np.uint64)
        self._clusters = list(_clusters([(code.start, code.start + code.size) for code in codes]))

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
            self._trampolines[code].tolist(),
            (offsets >> np.uint64(1)).tolist(),
            bounds[:, 1].tolist(),
            np.searchsorted(hits, bounds[:, 1]).tolist(),
            np.searchsorted(hits, bounds[:, 2]).tolist(),
            np.searchsorted(pointers, bounds[:, 0]).tolist(),
            np.searchsorted(pointers, bounds[:, 2]).tolist(),
        )

    def _hits(self, words: Words) -> tuple[Spans, Words]:
        back = np.uint64(self._return_offset)
        found = []
        for start, end in self._arenas:
            inside = words - np.uint64(start) < np.uint64(end - start)
            found.append(np.flatnonzero(inside))
        hits = np.sort(np.concatenate(found)) if found else np.empty(0, dtype=np.int64)
        trampolines = words[hits] - back
        at = np.searchsorted(self._known, trampolines)
        at[at == len(self._known)] = 0
        exact = self._known[at] == trampolines
        return hits[exact], trampolines[exact]

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
