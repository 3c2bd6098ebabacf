"""The recording as a stream for `perf script`, with what it lacks put in.

Mappings of the trampolines' ELF files go before the first sample; each stack dump is
trimmed to the part that was filled (a tenth of it, usually). While a chunk passes, one
scan finds the words in the dumps that tell Python lines.

The stream is perf's pipe format (perf.data-file-format.txt, "perf.data pipe-mode").
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Callable, Container, Sequence
from typing import NamedTuple

from nativeprofile.formats import perfdata
from nativeprofile.formats.perf_events import RECORD
from nativeprofile.formats.perfdata import PerfData
from nativeprofile.symbols.elf_writer import Region
from nativeprofile.symbols.machine import Machine
from nativeprofile.tables.errors import FormatError

from .departures import NO_ARGUMENTS, Arguments, Departures
from .process import Process, mapping
from .processes import Processes
from .recording import Recording
from .scan import ChunkWords, Scanner, Tables
from .switches import Switches
from .tasks import TaskFinder

_PIPE_HEADER = struct.pack("<8sQ", b"PERFILE2", 16)
_WORD, _HALVES = struct.Struct("<Q"), struct.Struct("<II")
_BATCH_SIZE = 1 << 20
_ANCESTORS = 32

_NOTHING = Tables(0, 0, TaskFinder([]), [], [], [], [])
"""For processes of which nothing is known."""


class Sample(NamedTuple):
    """What a sample says beside its stack: where its words are, its weight (nanoseconds, or a
    count), whether its stack was deeper than the dump, its process, the number of its event,
    and for switches the system call's arguments."""

    words: ChunkWords
    number: int
    period: int
    truncated: bool
    pid: int
    event: int
    arguments: Arguments


def _damaged() -> FormatError:
    return FormatError("The recording is damaged.", "Profile the cell again.")


def _framed(head: bytes, registers: int, machine: Machine) -> tuple[bytes, bytes]:
    """A sample's fields as if the trampoline at its leaf had just made its frame: the stack
    pointer lower by the registers that it pushes, and those."""
    places = [registers + 8 * number for number in machine.pushed]
    front = b"".join(head[place : place + 8] for place in places)
    at = registers + 8 * machine.sp
    lower = _WORD.unpack_from(head, at)[0] - len(front)
    return head[:at] + _WORD.pack(lower) + head[at + 8 :], front


def _gathered(
    data: bytes, spans: list[tuple[int, int, int]]
) -> tuple[bytes, list[tuple[int, int, int]]]:
    """Only the words that spans hold, and where the spans are among them."""
    pieces, moved, at = [], [], 0
    for first, stack, end in spans:
        pieces.append(data[8 * first : 8 * end])
        moved.append((at, at + stack - first, at + end - first))
        at += end - first
    return b"".join(pieces), moved


class _Batch:
    """Records to be passed on, and the samples among them, which are scanned together."""

    def __init__(self) -> None:
        self.out: list[bytes] = []
        self.length = 0
        self.keys: list[tuple[int, int]] = []
        self.processes: list[Process | None] = []
        self.facts: list[tuple[int, bool, int, int, Arguments]] = []
        self.spans: list[tuple[int, int, int]] = []


class Stream:
    """Passes the recording on once; `samples` fills on the way, by (thread, time)."""

    def __init__(
        self,
        data: PerfData,
        recording: Recording,
        processes: Processes,
        regions: Sequence[Region],
        only: Container[tuple[int, int]] | None = None,
    ) -> None:
        """`regions` are put in; with `only`, other samples are left out."""
        self._data = data
        self._recording = recording
        self._regions = regions
        self._only = only
        self._processes = processes
        self._scanners: dict[Process | None, Scanner] = {}
        self._departures = Departures(data)
        self.switches = Switches()
        self.samples: dict[tuple[int, int], Sample] = {}
        self.began = 0
        """When the recording's process began to run its program (ns), 0 if that is not known."""
        self._lost = 0
        self._lost_samples = Counter[int]()
        self.threads: dict[int, str] = {}
        """Names of threads that were given one."""
        self._parents: dict[int, int] = {}

    def name(self, tid: int) -> str:
        """The system's name for a thread, which it has from its parent at first."""
        for _ in range(_ANCESTORS):
            if tid not in self.threads:
                tid = self._parents.get(tid, tid)
        return self.threads.get(tid, "")

    def lost(self, event: int) -> int:
        """Samples of an event that the recorder dropped. The kernel tells of full buffers as they
        occur, whatever was lost; newer ones (6.0 on) give perf the sums at the end as well."""
        return self._lost_samples.get(event, 0) if self._lost_samples else self._lost

    def write(self, write: Callable[[bytes], object]) -> None:
        """Gives the stream to `write`, piece by piece. Raises FormatError."""
        try:
            self._write(write)
        except (struct.error, IndexError) as error:
            raise _damaged() from error

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
        groups: dict[Process | None, list[int]] = {}
        for number, process in enumerate(batch.processes):
            groups.setdefault(process, []).append(number)
        for process, numbers in groups.items():
            spans = [batch.spans[number] for number in numbers]
            own, spans = (data, spans) if len(groups) == 1 else _gathered(data, spans)
            words = self._scanner(process).scan(own, spans)
            for at, number in enumerate(numbers):
                self.samples[batch.keys[number]] = Sample(words, at, *batch.facts[number])
        write(data)

    def _scanner(self, process: Process | None) -> Scanner:
        if process not in self._scanners:
            self._scanners[process] = Scanner(process.tables if process else _NOTHING)
        return self._scanners[process]

    def _take(self, batch: _Batch, data: bytes, records: list[perfdata.Record]) -> None:
        """Adds records to the batch, samples trimmed."""
        event_of, out, trailer = self._data.event_of, batch.out, self._data.attributes[0].trailer
        machine = self._recording.machine
        left_out = self._departures.left_out(data, records)
        for kind, start, size in records:
            if size % 8:
                raise _damaged()
            if kind != perfdata.SAMPLE:
                if self._note(kind, data, start, size):
                    record = self._processes.passed_on(kind, data, start, size, trailer)
                    out.append(record)
                    batch.length += len(record)
                continue
            if start in left_out:
                continue
            event, layout = event_of(data, start)
            registers, stack, copied, filled = layout.stack(data, start)
            end = start + size
            if stack + copied > end:
                continue
            if copied % 8:
                raise _damaged()
            pid, tid = _HALVES.unpack_from(data, start + layout.tid)
            key = tid, _WORD.unpack_from(data, start + layout.time)[0]
            if self._only is not None and key not in self._only:
                continue
            room = max(0, copied - 8 * len(machine.pushed))
            keep = min(room, -(-filled // 8) * 8) if copied else 0
            after = stack + copied + (8 if copied else 0)
            whole = stack - start + keep + (8 if keep else 0) + end - after
            misc = int.from_bytes(data[start + 4 : start + 6], "little")
            head, front = data[start + RECORD.size : stack - 8], b""
            process = self._processes.of(pid)
            whole_registers = registers + 8 * machine.registers <= stack - 8
            if (
                process is not None
                and whole_registers
                and process.frameless(_WORD.unpack_from(data, registers + 8 * machine.ip)[0])
            ):
                head, front = _framed(head, registers - start - RECORD.size, machine)
                keep, whole = keep + len(front), whole + len(front)
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
            arguments = NO_ARGUMENTS
            if event == self._departures.event and whole_registers:
                first, third, fourth = (
                    _WORD.unpack_from(data, registers + 8 * number)[0]
                    for number in machine.arguments
                )
                arguments = first, third, fourth
            batch.keys.append(key)
            batch.processes.append(process)
            batch.facts.append((period, 0 < copied <= filled, pid, event, arguments))
            batch.length += whole

    def _note(self, kind: int, data: bytes, start: int, size: int) -> bool:
        """Takes note of a record; False if perf script must not see it."""
        self.switches.note(kind, data, start)
        if kind == perfdata.LOST:
            self._lost += _WORD.unpack_from(data, start + 16)[0]
        elif kind == perfdata.LOST_SAMPLES:
            event = self._data.event_of_record(data, start + size)
            self._lost_samples[event] += _WORD.unpack_from(data, start + 8)[0]
        elif kind == perfdata.COMM:
            tid = _HALVES.unpack_from(data, start + 8)[1]
            name = data[start + 16 : start + size].split(b"\0", 1)[0]
            self.threads[tid] = name.decode(errors="replace")
            pid = _HALVES.unpack_from(data, start + 8)[0]
            executed = int.from_bytes(data[start + 4 : start + 6], "little") & perfdata.MISC_EXEC
            if executed and pid == self._recording.pid and not self.began:
                trailer = self._data.attributes[0].trailer
                self.began = _WORD.unpack_from(data, start + size - trailer + 8)[0]
        if kind == perfdata.FORK:
            tid, parent = _HALVES.unpack_from(data, start + 16)
            self._parents[tid] = parent
        return kind != perfdata.SWITCH

    def _mapping(self, region: Region) -> bytes:
        pid = self._recording.pid
        return mapping(pid, region, self._data.attributes[0].trailing(pid))
