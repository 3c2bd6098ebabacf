"""What a perf recording says of its events: their attributes, and the layout of their samples
(Linux, include/uapi/linux/perf_event.h)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from nativeprofile.tables.errors import FormatError

RECORD = struct.Struct("<IHH")
"""A record's header: type, misc, size (the header included)."""

REMEDY = "Profile again; the recording may have been cut off."
_WORD = struct.Struct("<Q")

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
_SAMPLE_ID_ALL, _CONTEXT_SWITCH = 1 << 18, 1 << 26
_SOFTWARE_DUMMY = 1, 9
"""PERF_TYPE_SOFTWARE, PERF_COUNT_SW_DUMMY."""

_EVENTS = {
    (1, 0): "cpu-clock",
    (1, 1): "task-clock",
    (1, 2): "page-faults",
    (1, 3): "context-switches",
    (1, 4): "cpu-migrations",
    (0, 0): "cycles",
    (0, 1): "instructions",
    (0, 2): "cache-references",
    (0, 3): "cache-misses",
    (0, 5): "branch-misses",
}
"""Names of events by type and number (`enum perf_hw_id`, `enum perf_sw_ids`)."""


@dataclass(frozen=True)
class Attribute:
    """One event's attribute (`struct perf_event_attr`) with the ids of its counters."""

    raw: bytes
    ids: tuple[int, ...]

    @property
    def sample_type(self) -> int:
        return self._word(24)

    @property
    def dummy(self) -> bool:
        """Whether the event is there for its side-band records only: it takes no samples."""
        return self._number == _SOFTWARE_DUMMY

    @property
    def event(self) -> str:
        """perf's name of the event; empty for those that nobody here asks for."""
        return _EVENTS.get(self._number, "")

    @property
    def _number(self) -> tuple[int, int]:
        return int.from_bytes(self.raw[:4], "little"), self._word(8) & 0xFFFFFFFF

    @property
    def switches(self) -> bool:
        """Whether records tell when threads leave and get their CPU."""
        return bool(self._word(40) & _CONTEXT_SWITCH)

    @property
    def identity(self) -> int:
        """Where in a sample the id of its event lies, in bytes from its start; -1 if it does
        not."""
        kind = self.sample_type
        if kind & IDENTIFIER:
            return RECORD.size
        if not kind & ID:
            return -1
        return RECORD.size + 8 * (kind & (IP | TID | TIME | ADDR)).bit_count()

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

    def trailing(self, pid: int) -> bytes:
        """What ends a record of a process's main thread, with time 0 (see `trailer`)."""
        if not self.trailer:
            return b""
        identity = _WORD.pack(next(iter(self.ids), 0))
        fields = (
            (TID, struct.pack("<II", pid, pid)),
            (TIME, bytes(8)),
            (ID, identity),
            (STREAM, bytes(8)),
            (CPU, bytes(8)),
            (IDENTIFIER, identity),
        )
        return b"".join(value for bit, value in fields if self.sample_type & bit)

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
            raise FormatError("The recording holds samples of an unknown layout.", REMEDY)
        offset, found = RECORD.size, {}
        for bit in (IDENTIFIER, IP, TID, TIME, ADDR, ID, STREAM, CPU, PERIOD):
            found[bit] = offset if kind & bit else -1
            offset += 8 if kind & bit else 0
        if found[TID] < 0 or found[TIME] < 0 or not kind & CALLCHAIN:
            raise FormatError("The recording lacks thread, time or call chain.", REMEDY)
        registers = attribute.registers if kind & REGISTERS else -1
        return cls(found[TID], found[TIME], found[PERIOD], offset, registers)

    def stack(self, data: bytes | memoryview, start: int) -> tuple[int, int, int, int]:
        """Of the sample at `start`: position of its registers (or of where they would be),
        position of the stack's bytes, bytes copied, and bytes of these that were filled.
        Raises struct.error if the sample is damaged."""
        word = _WORD.unpack_from
        position = start + self.callchain
        try:
            position += 8 + 8 * word(data, position)[0]
            registers = position + 8
            if self.registers >= 0:
                abi = word(data, position)[0]
                position += 8 + (8 * self.registers if abi else 0)
            size = word(data, position)[0]
            position += 8
            filled = word(data, position + size)[0] if size else 0
        except OverflowError as error:  # a count that no position can hold
            raise struct.error("a sample larger than memory") from error
        return registers, position, size, filled
