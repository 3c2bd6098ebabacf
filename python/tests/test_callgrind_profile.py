"""Profiles of real files: every event of every function, line and call as Valgrind's tools say."""

from __future__ import annotations

from pathlib import Path

import pytest
import valgrinds
from valgrinds import Run, needs_valgrind

from nativeprofile import formats
from nativeprofile.tables.derived import amounts
from nativeprofile.tables.profile import Profile

pytestmark = needs_valgrind

WHOLE = ("--cache-sim=yes", "--branch-sim=yes", "--collect-jumps=yes", "--collect-systime=yes")
MILLISECOND = 10**6


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("profiled")
    return valgrinds.run(folder / "run", valgrinds.build(folder, "calls"), *WHOLE)


@pytest.fixture(scope="module")
def profile(run: Run) -> Profile:
    return formats.open(run.out)


def scaled(run: Run, events: tuple[int, ...]) -> tuple[int, ...]:
    """Times in the unit that profiles have."""
    named = zip(run.events, events, strict=False)
    return tuple(n * (MILLISECOND if name == "sysTime" else 1) for name, n in named)


def names(profile: Profile) -> list[str]:
    return [profile.strings[row] for row in profile.functions.name]


def lines_of(profile: Profile, source: str) -> dict[int, tuple[int, ...]]:
    """The events of each line of a source, all functions in it added up."""
    table, found = profile.lines, dict[int, tuple[int, ...]]()
    for file, line, *events in zip(table.file, table.line, *table.values, strict=True):
        if file >= 0 and profile.strings[file].endswith(source):
            known = found.get(line, (0,) * len(events))
            found[line] = tuple(map(sum, zip(known, events, strict=True)))
    return found


def test_every_event_of_each_function(run: Run, profile: Profile) -> None:
    annotated: dict[str, list[int]] = {}
    for key, events in valgrinds.annotate(run.out).items():
        held = annotated.setdefault(key.rpartition(":")[2], [0] * len(run.events))
        for at, count in enumerate(scaled(run, events)):
            held[at] += count
    columns = profile.functions.self_value
    assert columns is not None and len(columns) == len(run.events) == 15
    found: dict[str, list[int]] = {}
    for name, *events in zip(names(profile), *columns, strict=True):
        held = found.setdefault(name.rpartition(":")[2], [0] * len(run.events))
        for at, count in enumerate(events):
            held[at] += count
    compared = {name: events for name, events in annotated.items() if events[0]}
    assert len(compared) > 50
    assert {name: found[name] for name in compared} == compared
    assert tuple(map(sum, columns)) == scaled(run, run.collected)


def test_every_event_of_each_line_and_of_the_calls_from_it(run: Run, profile: Profile) -> None:
    annotated = valgrinds.annotate_lines(run, "calls.c")
    assert len(annotated) == len(valgrinds.CALLS_C.splitlines())
    expected = {
        line: scaled(run, row.events) for line, row in enumerate(annotated, 1) if any(row.events)
    }
    assert len(expected) > 15 and lines_of(profile, "calls.c") == expected
    table, shown = profile.call_sites, names(profile)
    called, callers = {}, dict[int, set[int]]()
    for caller, callee, file, line, count, *events in zip(
        table.caller, table.callee, table.file, table.line, table.count, *table.values, strict=True
    ):
        if profile.strings[file].endswith("calls.c"):
            called[line, shown[callee]] = count, tuple(events)
            callers.setdefault(line, set()).add(caller)
    # Of a line that several functions have, callgrind_annotate tells the calls of one.
    called = {key: value for key, value in called.items() if len(callers[key[0]]) == 1}
    said = {
        (line, callee): (count, scaled(run, events))
        for line, row in enumerate(annotated, 1)
        for callee, (count, events) in row.calls.items()
        if len(callers[line]) == 1
    }
    assert len(called) > 8 and called == said and any(count == 510 for count, _ in called.values())


def test_sums_of_events(run: Run, profile: Profile) -> None:
    by_name = {value["name"]: row for row, value in enumerate(profile.values)}
    columns = profile.functions.self_value
    assert columns is not None
    total = {
        name: int(amounts(profile.values, columns, row).sum()) for name, row in by_name.items()
    }
    said = dict(zip(run.events, run.collected, strict=True))
    misses = [said[name] for name in ("I1mr", "D1mr", "D1mw")]
    last = [said[name] for name in ("ILmr", "DLmr", "DLmw")]
    wrong = said["Bcm"] + said["Bim"]
    assert (total["L1m"], total["LLm"], total["Bm"]) == (sum(misses), sum(last), wrong)
    estimate = said["Ir"] + 10 * wrong + 10 * sum(misses) + 100 * sum(last)
    assert total["CEst"] == estimate


def test_jumps_of_a_loop(profile: Profile) -> None:
    (line,) = (
        number
        for number, text in enumerate(valgrinds.CALLS_C.splitlines(), 1)
        if "i < times" in text
    )
    jumps = profile.jumps
    within = [
        (taken, executed)
        for at, to, taken, executed in zip(
            jumps.line, jumps.to_line, jumps.taken, jumps.executed, strict=True
        )
        if at == to == line
    ]
    # It is left three times, having gone round 10 + 200 + 510 times.
    assert (720, 723) in within


def test_lines_of_cachegrind(tmp_path: Path) -> None:
    command = valgrinds.build(tmp_path, "calls")
    run = valgrinds.run(tmp_path / "run", command, "--branch-sim=yes", tool="cachegrind")
    annotated = valgrinds.annotate_lines(run, "calls.c", tool="cg_annotate")
    profile = formats.open(run.out)
    assert lines_of(profile, "calls.c") == {
        line: row.events for line, row in enumerate(annotated, 1) if any(row.events)
    }
    assert not profile.call_sites.line
    assert [value["name"] for value in profile.values[-4:]] == ["L1m", "LLm", "Bm", "CEst"]
