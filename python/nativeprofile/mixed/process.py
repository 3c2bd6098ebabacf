"""One process of a recording: where its trampolines and code objects lie, its mappings."""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise

from nativeprofile.formats import perfdata
from nativeprofile.formats.perf_events import RECORD
from nativeprofile.symbols.elf_writer import TEXT_OFFSET, Region

from .recording import Code, Recording
from .scan import Tables
from .tasks import TaskFinder

ABOVE = 48
"""Bits of an address."""
_APART = 64 << 10
"""The least that CPython reserves for trampolines at once."""
_PAGE = 4096
_MAPPING = struct.Struct("<IIQQQIIQQII")
_PROT_READ_EXEC, _MAP_PRIVATE, _MISC_USER = 5, 2, 2


class Process:
    """One process: `codes` by number, `tables` for the scanner."""

    def __init__(
        self,
        number: int,
        recording: Recording,
        codes: Iterable[Code],
        tasks: TaskFinder,
        names: dict[int, tuple[str, str]] | None = None,
        evaluator: int = 0,
    ) -> None:
        """Of code objects at one address the last one holds; `names` are those of trampolines,
        function and file, with and without a code object. `evaluator`: where it begins, 0 if it
        lies where the kernel's does."""
        self.names = names or {}
        self._recording = recording
        self.above = above = number << ABOVE
        rows = list(codes)
        last = {code.start: code for code in rows}
        leaf = recording.evaluator is not None
        if leaf:
            for code in rows:
                code.trampoline = code.start  # what they are known by
        self.codes = {above | code.trampoline: code for code in last.values() if code.trampoline}
        at = {address: above | address for address in self.names}
        # A forked child has two trampolines for a function that ran before the fork and after.
        if not leaf:
            at |= {code.trampoline: above | last[code.start].trampoline for code in rows}
        at.pop(0, None)
        self._addresses = sorted(at)
        self._numbers = [at[address] for address in self._addresses]
        self.tables = Tables(
            recording.return_offset,
            recording.machine.code_addresses,
            tasks,
            self._addresses,
            self._numbers,
            _ranges(self._addresses, recording.length, _APART),
            sorted((code.start, code.size, number) for number, code in self.codes.items()),
            recording.evaluator_at(evaluator) if evaluator else recording.mapped_evaluator,
        )

    def trampoline(self, address: int) -> int | None:
        """The number of the Python frame in whose trampoline an address lies."""
        index = bisect_right(self._addresses, address) - 1
        if index >= 0 and address < self._addresses[index] + self._recording.length:
            return self._numbers[index]
        return None

    def has_any(self, start: int, end: int) -> bool:
        """Whether trampolines of this process lie in a range."""
        index = bisect_right(self._addresses, start - 1)
        return index < len(self._addresses) and self._addresses[index] < end

    def pages(self) -> list[tuple[int, int]]:
        """The ranges of pages that hold trampolines."""
        pages = sorted({address // _PAGE for address in self._addresses})
        return [(first * _PAGE, end * _PAGE) for first, end in _ranges(pages, 1, 1)]

    def frameless(self, address: int) -> bool:
        """Whether an address lies where a trampoline has no frame yet, or no more."""
        index = bisect_right(self._addresses, address) - 1
        offset = address - self._addresses[index] if index >= 0 else -1
        known = self._recording
        return 0 <= offset < known.entered or known.left <= offset < known.length


def mapping(pid: int, region: Region, trailer: bytes) -> bytes:
    """perf's record of a process mapping a region's file."""
    path = region.path.encode() + b"\0"
    path += bytes(-len(path) % 8)
    body = _MAPPING.pack(
        pid, pid, region.start, region.end - region.start, TEXT_OFFSET, 0, 0, 0, 0,
        _PROT_READ_EXEC, _MAP_PRIVATE,
    )  # fmt: skip
    size = RECORD.size + len(body) + len(path) + len(trailer)
    return RECORD.pack(perfdata.MMAP2, _MISC_USER, size) + body + path + trailer


def _ranges(addresses: Sequence[int], length: int, apart: int) -> list[tuple[int, int]]:
    """What ascending addresses cover that are at most so far apart; each is so long."""
    if not addresses:
        return []
    cuts = [n for n, (one, next) in enumerate(pairwise(addresses), 1) if next - one > apart]
    return [
        (addresses[first], addresses[last - 1] + length)
        for first, last in pairwise([0, *cuts, len(addresses)])
    ]
