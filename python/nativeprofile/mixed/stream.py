"""The recording as a stream for `perf script`, with what it lacks put in.

Mappings of the trampolines' ELF files go before the first sample; each stack dump is
trimmed to the part that was filled (a tenth of it, usually). While a chunk passes, one
scan finds the words in the dumps that tell Python lines.

The stream is perf's pipe format (perf.data-file-format.txt, "perf.data pipe-mode").
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Container, Sequence
from typing import NamedTuple

from nativeprofile.formats import perfdata
from nativeprofile.formats.perfdata import RECORD, PerfData
from nativeprofile.tables.errors import FormatError

from .recording import Recording, Region
from .scan import ChunkWords, Scanner

_PIPE_HEADER = struct.pack("<8sQ", b"PERFILE2", 16)
_MAPPING = struct.Struct("<IIQQQIIQQII")
_PROT_READ_EXEC, _MAP_PRIVATE, _MISC_USER = 5, 2, 2
_WORD, _HALF = struct.Struct("<Q"), struct.Struct("<I")
_BP, _SP, _IP = 6 * 8, 7 * 8, 8 * 8
"""Where registers lie in a sample that holds the general ones (asm/perf_regs.h)."""
_BATCH_SIZE = 1 << 20


class Sample(NamedTuple):
    """What a sample says beside its stack: where its words are, its weight in nanoseconds,
    and whether its stack was deeper than the dump."""

    words: ChunkWords
    number: int
    period: int
    truncated: bool


def _framed(head: bytes, registers: int) -> tuple[bytes, bytes]:
    """A sample's fields as if the trampoline at its leaf had just made its frame: rsp one word
    lower, and that word, which holds rbp."""
    base = head[registers + _BP : registers + _BP + 8]
    lower = _WORD.unpack_from(head, registers + _SP)[0] - 8
    at = registers + _SP
    return head[:at] + _WORD.pack(lower) + head[at + 8 :], base


class _Batch:
    """Records to be passed on, and the samples among them, which are scanned together."""

    def __init__(self) -> None:
        self.out: list[bytes] = []
        self.length = 0
        self.keys: list[tuple[int, int]] = []
        self.facts: list[tuple[int, bool]] = []
        self.spans: list[tuple[int, int, int]] = []


class Stream:
    """Passes the recording on once; `samples` fills on the way, by (thread, time)."""

    def __init__(
        self,
        data: PerfData,
        recording: Recording,
        regions: Sequence[Region],
        only: Container[tuple[int, int]] | None = None,
    ) -> None:
        """`regions` are put in; with `only`, other samples are left out."""
        self._data = data
        self._recording = recording
        self._regions = regions
        self._only = only
        self._scanner = Scanner(recording)
        self.samples: dict[tuple[int, int], Sample] = {}
        self.lost = 0
        """Samples that the recorder dropped."""
        self.threads: dict[int, str] = {}
        """Names of threads."""

    def write(self, write: Callable[[bytes], object]) -> None:
        """Gives the stream to `write`, piece by piece. Raises FormatError."""
        try:
            self._write(write)
        except (struct.error, IndexError) as error:
            raise FormatError("The recording is damaged.", "Profile the cell again.") from error

    def _write(self, write: Callable[[bytes], object]) -> None:
        write(_PIPE_HEADER)
        for attribute in self._data.attributes:
            ids = struct.pack(f"<{len(attribute.ids)}Q", *attribute.ids)
            size = RECORD.size + len(attribute.raw) + len(ids)
            write(RECORD.pack(perfdata.HEADER_ATTR, 0, size) + attribute.raw + ids)
        mapped, batch = False, _Batch()
        for data, records in self._data.chunks():
            if not mapped and any(kind == perfdata.SAMPLE for kind, _, _ in records):
                mapped = True
                self._flush(batch, write)
                batch = _Batch()
                write(b"".join(self._mapping(region) for region in self._regions))
            self._take(batch, data, records)
            if batch.length > _BATCH_SIZE:
                self._flush(batch, write)
                batch = _Batch()
        self._flush(batch, write)

    def _flush(self, batch: _Batch, write: Callable[[bytes], object]) -> None:
        data = b"".join(batch.out)
        if batch.keys:
            words = self._scanner.scan(data, batch.spans)
            for number, (key, facts) in enumerate(zip(batch.keys, batch.facts, strict=True)):
                self.samples[key] = Sample(words, number, *facts)
        write(data)

    def _take(self, batch: _Batch, data: bytes, records: list[perfdata.Record]) -> None:
        """Adds records to the batch, samples trimmed."""
        layout, out = self._data.layout, batch.out
        for kind, start, size in records:
            if size % 8:
                raise FormatError("The recording is damaged.", "Profile the cell again.")
            if kind != perfdata.SAMPLE:
                if self._wanted(kind, data, start, size):
                    out.append(data[start : start + size])
                    batch.length += size
                continue
            registers, stack, copied, filled = layout.stack(data, start)
            end = start + size
            if stack + copied > end:
                continue
            key = (
                _HALF.unpack_from(data, start + layout.tid + 4)[0],
                _WORD.unpack_from(data, start + layout.time)[0],
            )
            if self._only is not None and key not in self._only:
                continue
            keep = min(copied - 8, -(-filled // 8) * 8) if copied else 0
            after = stack + copied + (8 if copied else 0)
            whole = stack - start + keep + (8 if keep else 0) + end - after
            misc = int.from_bytes(data[start + 4 : start + 6], "little")
            head, front = data[start + RECORD.size : stack - 8], b""
            if registers + _IP < stack - 8 and self._recording.frameless(
                _WORD.unpack_from(data, registers + _IP)[0]
            ):
                head, front = _framed(head, registers - start - RECORD.size)
                keep, whole = keep + 8, whole + 8
            out.append(RECORD.pack(kind, misc, whole))
            out.append(head)
            out.append(_WORD.pack(keep))
            if keep:
                out.append(front)
                out.append(data[stack : stack + keep - len(front)])
                out.append(_WORD.pack(min(filled + len(front), keep)))
            out.append(data[after:end])
            at = batch.length - start
            batch.spans.append((at + registers >> 3, at + stack >> 3, at + stack + keep >> 3))
            period = _WORD.unpack_from(data, start + layout.period)[0] if layout.period > 0 else 1
            batch.keys.append(key)
            batch.facts.append((period, 0 < copied <= filled))
            batch.length += whole

    def _wanted(self, kind: int, data: bytes, start: int, size: int) -> bool:
        """Takes note of a record; False if perf script must not see it."""
        if kind in (perfdata.MMAP, perfdata.MMAP2):
            # A new arena's own mapping would hide the file that we map there.
            address = _WORD.unpack_from(data, start + 16)[0]
            return not any(a.start <= address < a.end for a in self._recording.arenas)
        if kind == perfdata.LOST:
            self.lost += _WORD.unpack_from(data, start + 16)[0]
        elif kind == perfdata.LOST_SAMPLES:
            self.lost += _WORD.unpack_from(data, start + 8)[0]
        elif kind == perfdata.COMM:
            tid = int.from_bytes(data[start + 12 : start + 16], "little")
            name = data[start + 16 : start + size].split(b"\0", 1)[0]
            self.threads[tid] = name.decode(errors="replace")
        return True

    def _mapping(self, region: Region) -> bytes:
        pid = self._recording.pid
        path = region.path.encode() + b"\0"
        path += bytes(-len(path) % 8)
        body = _MAPPING.pack(
            pid, pid, region.start, region.end - region.start, 0x1000, 0, 0, 0, 0,
            _PROT_READ_EXEC, _MAP_PRIVATE,
        )  # fmt: skip
        trailer = self._trailer()
        size = RECORD.size + len(body) + len(path) + len(trailer)
        return RECORD.pack(perfdata.MMAP2, _MISC_USER, size) + body + path + trailer

    def _trailer(self) -> bytes:
        """The identification that ends records, with time 0."""
        attribute = self._data.attributes[0]
        if not attribute.trailer:
            return b""
        pid, kind, identity = self._recording.pid, attribute.sample_type, (attribute.ids or (0,))[0]
        fields = (
            (perfdata.TID, struct.pack("<II", pid, pid)),
            (perfdata.TIME, _WORD.pack(0)),
            (perfdata.ID, _WORD.pack(identity)),
            (perfdata.STREAM, _WORD.pack(0)),
            (perfdata.CPU, _WORD.pack(0)),
            (perfdata.IDENTIFIER, _WORD.pack(identity)),
        )
        return b"".join(value for bit, value in fields if kind & bit)
