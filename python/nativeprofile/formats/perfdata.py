"""perf.data: the file that `perf record` writes (Linux, tools/perf/Documentation/
perf.data-file-format.txt and include/uapi/linux/perf_event.h).

Reads the header, the attributes and the records in file order; compressed records are
decompressed piece by piece, so memory stays small whatever the size of the recording.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import zstandard

from nativeprofile.tables.errors import FormatError

from .perf_events import RECORD, REMEDY, Attribute, SampleLayout

MMAP, COMM, EXIT, FORK, LOST, SAMPLE, MMAP2 = 1, 3, 4, 7, 2, 9, 10
LOST_SAMPLES, SWITCH, HEADER_ATTR, FINISHED_ROUND, COMPRESSED, COMPRESSED2 = 13, 14, 64, 68, 81, 83
MISC_EXEC = 1 << 13
MISC_SWITCH_OUT, MISC_SWITCH_OUT_PREEMPT = 1 << 13, 1 << 14
_MAGIC = b"PERFILE2"
_HEADER = struct.Struct("<8sQQQQQQ")
_WORD = struct.Struct("<Q")
_PID = struct.Struct("<I")
_READ_SIZE = 1 << 20


class PerfData:
    """An opened recording: `attributes`, and `chunks()` of whole records."""

    def __init__(self, path: str | Path) -> None:
        """Raises FormatError if the file is no perf.data or its header is damaged."""
        self.path = Path(path)
        try:
            with self.path.open("rb") as file:
                head = file.read(_HEADER.size)
                if len(head) < _HEADER.size or not head.startswith(_MAGIC):
                    raise FormatError(f"{self.path.name} is not a perf recording.", REMEDY)
                _, _, size, at, length, self._start, self._size = _HEADER.unpack(head)
                if not 80 <= size <= 4096 or not 0 < length <= 1 << 20 or length % size:
                    raise FormatError(f"{self.path.name} has a damaged header.", REMEDY)
                file.seek(at)
                table = file.read(length)
                self.attributes = [
                    _attribute(file, table[n : n + size]) for n in range(0, len(table), size)
                ]
        except (OSError, struct.error) as error:
            raise FormatError(f"The recording cannot be read: {error}.", REMEDY) from error
        if not self.attributes:
            raise FormatError(f"{self.path.name} has a damaged header.", REMEDY)
        self._read_layouts()

    def _read_layouts(self) -> None:
        """Events may differ in what their samples hold; their ids tell them apart."""
        sampled = [n for n, a in enumerate(self.attributes) if not a.dummy]
        sampled = sampled or list(range(len(self.attributes)))
        self._layouts = {n: SampleLayout.of(self.attributes[n]) for n in sampled}
        self._numbers = {i: n for n in sampled for i in self.attributes[n].ids}
        places = {self.attributes[n].identity for n in sampled}
        self._identity = places.pop() if len(places) == 1 else -1
        self._only = sampled[0] if len(sampled) == 1 else -1
        if self._only < 0 and self._identity < 0:
            raise FormatError("The recording's events cannot be told apart.", REMEDY)

    def event_of(self, data: bytes | memoryview, start: int) -> tuple[int, SampleLayout]:
        """The event (a number of `attributes`) of the sample at `start`, and its layout.
        Raises FormatError for a sample of an event that has none, or of none."""
        event = self._only
        if event < 0:
            event = self._numbers.get(_WORD.unpack_from(data, start + self._identity)[0], -1)
        layout = self._layouts.get(event)
        if layout is None:
            raise FormatError("The recording holds samples of an unknown layout.", REMEDY)
        return event, layout

    def event_of_record(self, data: bytes | memoryview, end: int) -> int:
        """The event (a number of `attributes`) of a record other than a sample, by what ends it."""
        if self._only >= 0:
            return self._only
        return self._numbers.get(_WORD.unpack_from(data, end - _WORD.size)[0], -1)

    def chunks(self) -> Iterator[tuple[bytes, list[Record]]]:
        """Bytes with the whole records in them, in file order, compressed ones unpacked.

        A recording that was cut off (perf was killed, the disk was full) gives what is
        whole. Raises FormatError where records make no sense.
        """
        unpack, rest = zstandard.ZstdDecompressor().decompressobj(), b""
        try:
            with self.path.open("rb") as file:
                for data, records in self._blocks(file):
                    plain: list[Record] = []
                    for record in records:
                        kind, start, size = record
                        if kind not in (COMPRESSED, COMPRESSED2):
                            plain.append(record)
                            continue
                        if plain:
                            yield data, plain
                            plain = []
                        end = start + size
                        start += RECORD.size
                        if kind == COMPRESSED2:  # padded; its size in front
                            end = min(end, start + 8 + _WORD.unpack_from(data, start)[0])
                            start += 8
                        unpacked = rest + unpack.decompress(data[start:end])
                        inner, whole = walk(unpacked)
                        rest = unpacked[whole:]
                        yield unpacked, inner
                    if plain:
                        yield data, plain
        except OSError as error:
            raise FormatError(f"The recording cannot be read: {error}.", REMEDY) from error
        except (zstandard.ZstdError, struct.error) as error:
            raise FormatError(f"The recording is damaged: {error}.", REMEDY) from error

    def program(self) -> int:
        """The process that perf started: the first that the recording names. 0 if none is there.
        Raises FormatError."""
        for data, records in self.chunks():
            for kind, start, _ in records:
                if kind == COMM:
                    return int(_PID.unpack_from(data, start + RECORD.size)[0])
        return 0

    def _blocks(self, file: BinaryIO) -> Iterator[tuple[bytes, list[Record]]]:
        # perf writes the size of the data when it ends; 0 means that it was killed.
        left, rest = self._size or sys.maxsize, b""
        file.seek(self._start)
        while left > 0 and (block := file.read(min(_READ_SIZE, left))):
            left -= len(block)
            data = rest + block
            records, end = walk(data)
            rest = data[end:]
            yield data, records


Record = tuple[int, int, int]
"""A record's type, where it starts and its size in bytes."""


def walk(data: bytes) -> tuple[list[Record], int]:
    """The whole records in `data`, and where the first that is not whole begins."""
    records, position, last, unpack = [], 0, len(data) - RECORD.size, RECORD.unpack_from
    while position <= last:
        kind, _, size = unpack(data, position)
        if size < RECORD.size:
            raise FormatError("The recording is damaged: a record has no size.", REMEDY)
        if position + size > len(data):
            break
        records.append((kind, position, size))
        position += size
    return records, position


def _attribute(file: BinaryIO, entry: bytes) -> Attribute:
    raw, (at, size) = entry[:-16], struct.unpack_from("<QQ", entry, len(entry) - 16)
    if size > 1 << 24:
        raise FormatError("The recording has a damaged header.", REMEDY)
    file.seek(at)
    ids = file.read(size)
    return Attribute(raw, struct.unpack(f"<{len(ids) // 8}Q", ids[: len(ids) // 8 * 8]))
