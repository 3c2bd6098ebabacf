"""Further events beside the clock: page faults, switches, and counters of the hardware."""

from __future__ import annotations

import errno
import json
import struct
from pathlib import Path

import pytest
from perfrun import needs_perf, profile_of, record, stack_of

from nativeprofile import mixed
from nativeprofile.capture.session import _uncounted
from nativeprofile.config import OptionError, RunOptions
from nativeprofile.engines import perf_counters, perf_probe
from nativeprofile.engines.base import EVENTS, Raw
from nativeprofile.formats.perf_events import Attribute
from nativeprofile.options import options_from_json, parse_cell_options
from nativeprofile.render.text import text
from nativeprofile.tables.profile import Profile
from nativeprofile.tables.summary import summarise

MIB = 1 << 20
TOUCHES = """
import mmap, time
area = mmap.mmap(-1, 32 << 20)
def touch():
    view = memoryview(area)
    for place in range(0, 32 << 20, 4096):
        view[place] = 1
touch()
for _ in range(20):
    time.sleep(0.002)
"""
TOUCHING = 7
"""The line that uses memory for the first time."""
SLEEPING = 10


def by_line(profile: Profile, name: str) -> dict[int, int]:
    """The value of that name by the innermost line of the cell."""
    column = [value["name"] for value in profile.values].index(name)
    found: dict[int, int] = {}
    samples = profile.samples
    for row, amount in zip(samples.stack, samples.values[column], strict=True):
        lines = [place.line for place in stack_of(profile, row) if place.file == "In[5]"]
        line = lines[-1] if lines else -1
        found[line] = found.get(line, 0) + amount
    return found


@needs_perf
def test_page_faults_migrations_and_switches_stand_at_their_lines(tmp_path: Path) -> None:
    asked = "page-faults cpu-migrations context-switches"
    profile = profile_of(tmp_path, TOUCHES, events=asked)
    names = [value["name"] for value in profile.values]
    assert names[:3] == ["cpu", "wall", "page-faults"]
    assert {value["unit"] for value in profile.values[2:]} == {"count"}
    assert names[-1] == "context-switches" and profile.values[-1]["exact"]
    faults, switches = by_line(profile, "page-faults"), by_line(profile, "context-switches")
    # One fault a page, unless the system maps several at once.
    pages = (32 * MIB) // 4096
    assert 0 < faults[TOUCHING] <= 1.2 * pages
    assert faults[TOUCHING] > 0.7 * sum(faults.values())
    assert 20 <= switches[SLEEPING] < 20 + 20
    if perf_probe.sees_kernel():
        assert "cpu-migrations" in names
    cpu = profile.samples.values[0]
    assert all(not a or not b for a, b in zip(cpu, profile.samples.values[2], strict=True))


@needs_perf
def test_cycles_and_instructions_are_read_from_a_replayed_recording(tmp_path: Path) -> None:
    """Machines without counters cannot record these: two software events stand for them, whose
    numbers in the recording's attributes are replaced by those of the real ones."""
    run = record(tmp_path, TOUCHES, events="page-faults cpu-migrations")
    wanted = {"page-faults": "cycles", "cpu-migrations": "instructions"}
    recorded = [name for name in run["data"]["events"] if name in wanted]
    file = tmp_path / "perf.data"
    data = bytearray(file.read_bytes())
    _, _, size, at, length = struct.unpack_from("<8sQQQQ", data)
    for place in range(at, at + length, size):
        name = Attribute(bytes(data[place : place + size - 16]), ()).event
        if name in wanted:
            kind, number = EVENTS[wanted[name]]
            struct.pack_into("<I", data, place, kind)
            struct.pack_into("<Q", data, place + 8, number)
    file.write_bytes(data)
    run["data"]["events"] = [wanted[name] for name in recorded]
    profile = mixed.read(tmp_path, run, lambda samples: None)
    assert [v["name"] for v in profile.values[2:]] == [wanted[name] for name in recorded]
    assert not any(value.get("exact") for value in profile.values)
    cycles = by_line(profile, "cycles")
    assert cycles[TOUCHING] > 0.7 * sum(cycles.values()) > 0


def test_an_event_that_is_missing_is_left_out_with_the_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = {1: 0, 0: errno.ENOENT}
    monkeypatch.setattr(perf_probe, "open_event", lambda flags, kind, event: answers[kind])
    found, notes = perf_counters.choose(("cycles", "page-faults", "instructions"), True)
    assert found == ["page-faults"]
    assert len(notes) == 1 and notes[0].startswith("cycles, instructions could not be counted")
    assert "no such counters" in notes[0]
    found, notes = perf_counters.choose(("cpu-migrations", "context-switches"), False)
    assert found == ["context-switches"]
    assert "perf_event_paranoid=1" in notes[0]


def test_every_event_has_the_same_name_in_recordings() -> None:
    for name, (kind, number) in EVENTS.items():
        raw = struct.pack("<IIQ", kind, 112, number) + bytes(96)
        assert Attribute(raw, ()).event == name


def test_events_are_options_and_wrong_ones_are_named() -> None:
    assert parse_cell_options("--events cycles,page-faults,cycles").events == (
        "cycles",
        "page-faults",
    )
    given = json.loads('{"events": "instructions"}')
    assert options_from_json(given).events == ("instructions",)
    assert options_from_json({"events": ""}).events == ()
    with pytest.raises(OptionError, match="did you mean page-faults"):
        parse_cell_options("--events page-fault")
    with pytest.raises(OptionError, match="cycles"):
        parse_cell_options("--events temperature")


@needs_perf
def test_a_line_that_only_sleeps_is_in_the_report(tmp_path: Path) -> None:
    run = record(tmp_path, "import time\nx = 1\ntime.sleep(0.3)\n")
    profile = mixed.read(tmp_path, run, lambda samples: None)
    summary = summarise(profile)
    waited = {row["line"]: row.get("waiting", 0) for row in summary["lines"] if row.get("cell")}
    if perf_probe.sees_kernel():
        assert waited[3] >= 290_000_000
        shown = text(profile.meta, profile.quality, summary)
        assert any("time.sleep(0.3)" in line and "In[5]" in line for line in shown.split("\n"))


def test_other_engines_say_that_they_count_nothing() -> None:
    options = RunOptions(events=("cycles",))
    assert _uncounted(options, Raw()) == [
        "cycles could not be counted: only the engine perf does that."
    ]
    assert not _uncounted(options, Raw({"events": []}))
    assert not _uncounted(RunOptions(), Raw())
