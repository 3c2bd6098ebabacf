"""What versions of perf write differently, from recordings made by hand."""

from __future__ import annotations

import os
import platform
import struct
from pathlib import Path

import pytest
import zstandard

from nativeprofile.formats import perf_events, perf_header, perfdata
from nativeprofile.formats.perfdata import PerfData
from nativeprofile.mixed import unwind
from nativeprofile.tables.errors import FormatError

SAMPLED = perf_events.IP | perf_events.TID | perf_events.TIME | perf_events.CALLCHAIN
SIDE_BAND = perf_events.IP | perf_events.TID | perf_events.TIME
CPU_CLOCK, DUMMY = 0, 9


def attribute(config: int, sample_type: int) -> bytes:
    """A software event's row in the table of attributes, without ids."""
    raw = bytearray(128)
    struct.pack_into("<IIQ", raw, 0, 1, len(raw), config)
    struct.pack_into("<Q", raw, 24, sample_type)
    return bytes(raw) + bytes(16)


def recording(path: Path, attributes: list[bytes], data: bytes) -> PerfData:
    table = b"".join(attributes)
    start = 104 + len(table)
    head = struct.pack(
        "<8sQQQQQQ", b"PERFILE2", 104, len(attributes[0]), 104, len(table), start, len(data)
    )
    path.write_bytes(head.ljust(104, b"\0") + table + data)
    return PerfData(path)


def record(kind: int, body: bytes) -> bytes:
    return perf_events.RECORD.pack(kind, 0, perf_events.RECORD.size + len(body)) + body


class TestRecordings:
    def test_an_event_without_samples_may_have_another_layout(self, tmp_path: Path) -> None:
        events = [attribute(DUMMY, SIDE_BAND), attribute(CPU_CLOCK, SAMPLED)]
        data = recording(tmp_path / "perf.data", events, b"")
        event, layout = data.event_of(b"", 0)
        assert (event, layout.callchain) == (1, 8 + 3 * 8)

    def test_padded_compressed_records_are_one_stream(self, tmp_path: Path) -> None:
        inner = [record(perfdata.COMM, bytes(8) + b"%07d\0" % n) for n in range(300)]
        compressor = zstandard.ZstdCompressor().compressobj()
        parts = []
        for n in range(0, len(inner), 100):
            packed = compressor.compress(b"".join(inner[n : n + 100]))
            packed += compressor.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
            body = struct.pack("<Q", len(packed)) + packed
            parts.append(record(perfdata.COMPRESSED2, body + bytes(-len(body) % 8 + 8)))
        data = recording(tmp_path / "perf.data", [attribute(0, SAMPLED)], b"".join(parts))
        read = [chunk[at : at + size] for chunk, rows in data.chunks() for _, at, size in rows]
        assert read == inner

    def test_a_compressed_record_without_room_for_its_size(self, tmp_path: Path) -> None:
        data = recording(
            tmp_path / "perf.data", [attribute(0, SAMPLED)], record(perfdata.COMPRESSED2, b"")
        )
        with pytest.raises(FormatError):
            list(data.chunks())


OFFSETS = """#!/bin/sh
echo 'zero-sized data (/dev/null), nothing to do!' >&2
exit 255
"""
NO_OFFSETS = """#!/bin/sh
echo 'Invalid field requested.' >&2
exit 129
"""


@pytest.mark.parametrize(("perf", "asked"), [(OFFSETS, True), (NO_OFFSETS, False)])
def test_offsets_are_asked_for_where_perf_knows_them(
    perf: str, asked: bool, tmp_path: Path
) -> None:
    program = tmp_path / "perf"
    program.write_text(perf)
    program.chmod(0o700)
    assert unwind.fields(str(program)).endswith(",dsoff") == asked


@pytest.mark.parametrize(
    ("line", "symbol", "path", "address", "start"),
    [
        (" 5ef217 [unknown] (/usr/bin/python3.14)", "", "/usr/bin/python3.14", 0x5EF217, -1),
        (" 7f5e94a9 a(b)+0x9 (/l/x+1.so+0x1009)", "a(b)", "/l/x+1.so", 0x1009, 0x1000),
        (" 54aa32 _Py_Free+0x62 (/usr/bin/py)", "_Py_Free", "/usr/bin/py", 0x54AA32, 0x54A9D0),
        (" ffffffff8101 do_idle+0x1 ([kernel.kallsyms])", "do_idle", "[kernel.kallsyms]",
         0xFFFFFFFF8101, 0xFFFFFFFF8100),
        ("  7f5e94a9 [unknown] ([unknown])", "", "[unknown]", 0x7F5E94A9, -1),
    ],
)  # fmt: skip
def test_frames_of_old_and_new_forms(
    line: str, symbol: str, path: str, address: int, start: int
) -> None:
    frame = unwind.parse(line)
    assert frame == unwind.Frame(symbol, path, address, start, 0)


class TestOrigin:
    def recorded(self, path: Path, host: str, architecture: str) -> Path:
        texts = [text.encode() + b"\0" for text in (host, architecture)]
        start = 104
        sections = b"".join(struct.pack("<I", len(text)) + text for text in texts)
        table, at = b"", start + 32
        for text in texts:
            table += struct.pack("<QQ", at, 4 + len(text))
            at += 4 + len(text)
        head = struct.pack("<8sQQQQQQQQ", b"PERFILE2", 104, 0, 0, 0, start, 0, 0, 0)
        path.write_bytes(head + struct.pack("<QQQQ", 1 << 3 | 1 << 6, 0, 0, 0) + table + sections)
        return path

    def test_another_architecture(self, tmp_path: Path) -> None:
        file = self.recorded(tmp_path / "a", os.uname().nodename, "riscv64")
        assert "another architecture (riscv64)" in perf_header.elsewhere(file)

    def test_another_machine(self, tmp_path: Path) -> None:
        file = self.recorded(tmp_path / "a", "elsewhere.invalid", platform.machine())
        assert "another machine" in perf_header.elsewhere(file)

    def test_this_machine(self, tmp_path: Path) -> None:
        file = self.recorded(tmp_path / "a", os.uname().nodename, platform.machine())
        assert perf_header.elsewhere(file) == ""

    @pytest.mark.parametrize("length", range(0, 170, 13))
    def test_cut_off_anywhere(self, length: int, tmp_path: Path) -> None:
        file = self.recorded(tmp_path / "a", "elsewhere.invalid", "riscv64")
        file.write_bytes(file.read_bytes()[:length])
        perf_header.elsewhere(file)
