"""The recording as a stream for `perf script`, with what it lacks put in.

Mappings of the trampolines' ELF files go before the first sample; each stack dump is
trimmed to the part that was filled (a tenth of it, usually). While a chunk passes, one
scan finds the words in the dumps that tell Python lines.

The stream is perf's pipe format (perf.data-file-format.txt, "perf.data pipe-mode").
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from nativeprofile.formats import perfdata
from nativeprofile.formats.perfdata import RECORD, PerfData
from nativeprofile.tables.errors import FormatError

from .recording import Recording, Region
from .scan import ChunkWords, Scanner

_PIPE_HEADER = struct.pack("<8sQ", b"PERFILE2", 16)
_MAPPING = struct.Struct("<IIQQQIIQQII")
_PROT_READ_EXEC, _MAP_PRIVATE, _MISC_USER = 5, 2, 2
_WORD = struct.Struct("<Q")


class Sample(NamedTuple):
    """What a sample says beside its stack: where its words are, its weight in nanoseconds,
    and whether its stack was deeper than the dump."""

    words: ChunkWords
    number: int
    period: int
    truncated: bool


@dataclass
class _Piece:
    """Trimmed samples that are scanned together."""

    bytes: bytes
    keys: list[tuple[int, int]]
    facts: list[tuple[int, bool]]
    spans: list[tuple[int, int, int]]


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
        mapped = False
        for data, records in self._data.chunks():
            if not mapped and any(kind == perfdata.SAMPLE for kind, _, _ in records):
                mapped = True
                write(b"".join(self._mapping(region) for region in self._regions))
            for piece in self._pieces(data, records):
                words = self._scanner.scan(piece.bytes, piece.spans)
                for index, (key, facts) in enumerate(zip(piece.keys, piece.facts, strict=True)):
                    self.samples[key] = Sample(words, index, *facts)
                write(piece.bytes)

    def _pieces(self, data: bytes, records: list[perfdata.Record]) -> Iterator[_Piece]:
        layout = self._data.layout
        out: list[bytes] = []
        piece = _Piece(b"", [], [], [])
        length = 0
        for kind, start, size in records:
            if size % 8:
                raise FormatError("The recording is damaged.", "Profile the cell again.")
            if kind != perfdata.SAMPLE:
                if self._wanted(kind, data, start, size):
                    out.append(data[start : start + size])
                    length += size
                continue
            registers, stack, copied, filled = layout.stack(data, start)
            end = start + size
            if stack + copied > end:
                continue
            tid = int.from_bytes(data[start + layout.tid + 4 : start + layout.tid + 8], "little")
            time = _WORD.unpack_from(data, start + layout.time)[0]
            if self._only is not None and (tid, time) not in self._only:
                continue
            keep = min(copied, -(-filled // 8) * 8)
            dump = data[stack : stack + keep] + _WORD.pack(filled) if keep else b""
            after = data[stack + copied + (8 if copied else 0) : end]
            body = data[start + RECORD.size : stack - 8]
            whole = RECORD.size + len(body) + 8 + len(dump) + len(after)
            misc = int.from_bytes(data[start + 4 : start + 6], "little")
            out += (RECORD.pack(kind, misc, whole), body, _WORD.pack(keep), dump, after)
            at = length - start
            piece.spans.append((at + registers >> 3, at + stack >> 3, at + stack + keep >> 3))
            period = _WORD.unpack_from(data, start + layout.period)[0] if layout.period > 0 else 1
            piece.keys.append((tid, time))
            piece.facts.append((period, 0 < copied <= filled))
            length += whole
        piece.bytes = b"".join(out)
        yield piece

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
