"""perf.data: the file that `perf record` writes (Linux, tools/perf/Documentation/
perf.data-file-format.txt and include/uapi/linux/perf_event.h).

Reads the header, the attributes and the records in file order; compressed records are
decompressed piece by piece, so memory stays small whatever the size of the recording.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import zstandard

from nativeprofile.tables.errors import FormatError

MMAP, COMM, EXIT, FORK, LOST, SAMPLE, MMAP2 = 1, 3, 4, 7, 2, 9, 10
LOST_SAMPLES, HEADER_ATTR, FINISHED_ROUND, COMPRESSED, COMPRESSED2 = 13, 64, 68, 81, 83
RECORD = struct.Struct("<IHH")
"""A record's header: type, misc, size (the header included)."""

_MAGIC = b"PERFILE2"
_HEADER = struct.Struct("<8sQQQQQQ")
_WORD = struct.Struct("<Q")
_READ_SIZE = 1 << 20
_REMEDY = "Profile again; the recording may have been cut off."

# Bits of an attribute's sample_type, in the order of the fields in a sample.
IDENTIFIER, IP, TID, TIME, ADDR, ID, STREAM, CPU, PERIOD = (
    1 << 16,
    1,
    2,
    4,
    8,
    64,
    512,
    128,
    256,
)
READ, CALLCHAIN, RAW, BRANCHES, REGISTERS, STACK = 16, 32, 1024, 2048, 4096, 8192
_SAMPLE_ID_ALL = 1 << 18


@dataclass(frozen=True)
class Attribute:
    """One event's attribute (`struct perf_event_attr`) with the ids of its counters."""

    raw: bytes
    ids: tuple[int, ...]

    @property
    def sample_type(self) -> int:
        return self._word(24)

    @property
    def registers(self) -> int:
        """How many user registers a sample holds, in ascending order of their bits."""
        return self._word(80).bit_count() if len(self.raw) >= 88 else 0

    @property
    def trailer(self) -> int:
        """Bytes of identification at the end of every record that is no sample."""
        if not self._word(40) & _SAMPLE_ID_ALL:
            return 0
        wanted = self.sample_type & (TID | TIME | ID | STREAM | CPU | IDENTIFIER)
        return 8 * wanted.bit_count()

    def _word(self, offset: int) -> int:
        value: int = struct.unpack_from("<Q", self.raw, offset)[0]
        return value


@dataclass(frozen=True)
class SampleLayout:
    """Where the fields of a sample lie, from the attribute; -1 for those not recorded."""

    tid: int
    time: int
    period: int
    callchain: int
    registers: int

    @classmethod
    def of(cls, attribute: Attribute) -> SampleLayout:
        """Raises FormatError for samples with fields that nobody here reads."""
        kind = attribute.sample_type
        if kind & (READ | RAW | BRANCHES):
            raise FormatError("The recording holds samples of an unknown layout.", _REMEDY)
        offset, found = RECORD.size, {}
        for bit in (IDENTIFIER, IP, TID, TIME, ADDR, ID, STREAM, CPU, PERIOD):
            found[bit] = offset if kind & bit else -1
            offset += 8 if kind & bit else 0
        if found[TID] < 0 or found[TIME] < 0 or not kind & CALLCHAIN:
            raise FormatError("The recording lacks thread, time or call chain.", _REMEDY)
        registers = attribute.registers if kind & REGISTERS else -1
        return cls(found[TID], found[TIME], found[PERIOD], offset, registers)

    def stack(self, data: bytes | memoryview, start: int) -> tuple[int, int, int, int]:
        """Of the sample at `start`: position of its registers (or of where they would be),
        position of the stack's bytes, bytes copied, and bytes of these that were filled.
        Raises struct.error if the sample is damaged."""
        word = _WORD.unpack_from
        position = start + self.callchain
        position += 8 + 8 * word(data, position)[0]
        registers = position + 8
        if self.registers >= 0:
            abi = word(data, position)[0]
            position += 8 + (8 * self.registers if abi else 0)
        size = word(data, position)[0]
        position += 8
        filled = word(data, position + size)[0] if size else 0
        return registers, position, size, filled


class PerfData:
    """An opened recording: `attributes`, and `chunks()` of whole records."""

    def __init__(self, path: str | Path) -> None:
        """Raises FormatError if the file is no perf.data or its header is damaged."""
        self.path = Path(path)
        try:
            with self.path.open("rb") as file:
                head = file.read(_HEADER.size)
                if len(head) < _HEADER.size or not head.startswith(_MAGIC):
                    raise FormatError(f"{self.path.name} is not a perf recording.", _REMEDY)
                _, _, size, at, length, self._start, self._size = _HEADER.unpack(head)
                if not 80 <= size <= 4096 or not 0 < length <= 1 << 20 or length % size:
                    raise FormatError(f"{self.path.name} has a damaged header.", _REMEDY)
                file.seek(at)
                table = file.read(length)
                self.attributes = [
                    _attribute(file, table[n : n + size]) for n in range(0, len(table), size)
                ]
        except (OSError, struct.error) as error:
            raise FormatError(f"The recording cannot be read: {error}.", _REMEDY) from error
        if not self.attributes:
            raise FormatError(f"{self.path.name} has a damaged header.", _REMEDY)
        types = {(a.sample_type, a.registers) for a in self.attributes}
        if len(types) > 1:
            raise FormatError("The recording's events have different layouts.", _REMEDY)
        self.layout = SampleLayout.of(self.attributes[0])

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
                        start += RECORD.size + (8 if kind == COMPRESSED2 else 0)
                        unpacked = rest + unpack.decompress(data[start : record[1] + size])
                        inner, end = walk(unpacked)
                        rest = unpacked[end:]
                        yield unpacked, inner
                    if plain:
                        yield data, plain
        except OSError as error:
            raise FormatError(f"The recording cannot be read: {error}.", _REMEDY) from error
        except zstandard.ZstdError as error:
            raise FormatError(f"The recording is damaged: {error}.", _REMEDY) from error

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
            raise FormatError("The recording is damaged: a record has no size.", _REMEDY)
        if position + size > len(data):
            break
        records.append((kind, position, size))
        position += size
    return records, position


def _attribute(file: BinaryIO, entry: bytes) -> Attribute:
    raw, (at, size) = entry[:-16], struct.unpack_from("<QQ", entry, len(entry) - 16)
    if size > 1 << 24:
        raise FormatError("The recording has a damaged header.", _REMEDY)
    file.seek(at)
    ids = file.read(size)
    return Attribute(raw, struct.unpack(f"<{len(ids) // 8}Q", ids[: len(ids) // 8 * 8]))
