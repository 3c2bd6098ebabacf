"""A long recording out of a real one: its samples over and over, each time later."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

import zstandard

from nativeprofile.formats import perfdata
from nativeprofile.formats.perfdata import RECORD, PerfData

_SWITCHES = 14, 15
_REPEATED = {perfdata.SAMPLE, perfdata.FINISHED_ROUND, *_SWITCHES}
_MOST = 0xFFFF - RECORD.size - 7
_SIZE_AT = 48
"""Where the header says how many bytes of records follow, and before it where they begin."""
_WORD = struct.Struct("<Q")


def replicate(source: Path, target: Path, copies: int) -> int:
    """Writes `copies` times the samples and switches of `source`; other records once. Returns how
    much later the last copy ends, in nanoseconds."""
    recording = PerfData(source)
    first, last = _span(recording)
    step = last - first + 1_000_000
    with source.open("rb") as file:
        start = _WORD.unpack(file.read(_SIZE_AT)[_SIZE_AT - 8 :])[0]
        file.seek(0)
        front = file.read(start)
    with target.open("wb") as file:
        file.write(front)
        packer = zstandard.ZstdCompressor(level=1).compressobj()
        for copy in range(copies):
            for data, records in recording.chunks():
                moved = _moved(recording, data, records, copy * step, copy > 0)
                packed = packer.compress(moved) + packer.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
                _write(file, packed)
        size = file.tell() - start
        file.seek(_SIZE_AT)
        file.write(_WORD.pack(size))
    return (copies - 1) * step


def count_samples(source: Path) -> int:
    """How many samples of CPU time a recording holds; stacks of threads that leave it are none."""
    recording = PerfData(source)
    return sum(
        kind == perfdata.SAMPLE
        and recording.attributes[recording.event_of(data, start)[0]].event == "cpu-clock"
        for data, records in recording.chunks()
        for kind, start, _ in records
    )


def _span(recording: PerfData) -> tuple[int, int]:
    times = [
        _WORD.unpack_from(data, start + recording.event_of(data, start)[1].time)[0]
        for data, records in recording.chunks()
        for kind, start, _ in records
        if kind == perfdata.SAMPLE
    ]
    return min(times), max(times)


def _moved(
    recording: PerfData, data: bytes, records: list[perfdata.Record], by: int, again: bool
) -> bytes:
    """The records that belong into this copy, later by `by` nanoseconds."""
    trailer = recording.attributes[0].trailer
    out = bytearray()
    for kind, start, size in records:
        if again and kind not in _REPEATED:
            continue
        at = len(out)
        out += data[start : start + size]
        if kind == perfdata.SAMPLE:
            at += recording.event_of(data, start)[1].time
        elif kind in _SWITCHES and trailer:
            at += size - trailer + 8
        else:
            continue
        _WORD.pack_into(out, at, _WORD.unpack_from(out, at)[0] + by)
    return bytes(out)


def _write(file: BinaryIO, packed: bytes) -> None:
    """As compressed records."""
    for n in range(0, len(packed), _MOST):
        piece = packed[n : n + _MOST]
        file.write(RECORD.pack(perfdata.COMPRESSED, 0, RECORD.size + len(piece)) + piece)
