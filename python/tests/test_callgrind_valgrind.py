"""Callgrind's and Cachegrind's own files: every sum is the one that Valgrind's tools tell."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import valgrinds
from valgrinds import Run, Sums, needs_valgrind

from nativeprofile import formats
from nativeprofile.formats.callgrind import read_recording
from nativeprofile.formats.callgrind.cycles import CallGraph
from nativeprofile.formats.callgrind.data import Recording
from nativeprofile.tables.categories import Kind
from nativeprofile.tables.errors import FormatError

pytestmark = needs_valgrind

Started = Callable[..., Run]

FILES = [
    ("calls", ()),
    ("calls", ("--dump-instr=yes",)),
    ("calls", ("--dump-instr=yes", "--collect-jumps=yes")),
    ("calls", ("--compress-strings=no",)),
    ("calls", ("--compress-pos=no",)),
    ("calls", ("--dump-instr=yes", "--compress-strings=no", "--compress-pos=no")),
    ("calls", ("--dump-line=no",)),
    ("calls", ("--dump-line=no", "--dump-instr=yes")),
    ("calls", ("--cache-sim=yes", "--branch-sim=yes")),
    ("calls", ("--collect-systime=yes", "--collect-bus=yes")),
    ("calls", ("--separate-recs=1", "--skip-direct-rec=no")),
    ("calls", ("--separate-callers=3", "--separate-recs=5")),
    ("calls", ("--fn-skip=apply",)),
    ("calls", ("--toggle-collect=apply",)),
    ("calls-O2", ()),
    ("calls-O2", ("--dump-instr=yes", "--collect-jumps=yes", "--cache-sim=yes")),
    ("shapes", ()),
    ("shapes-O2", ("--compress-strings=no",)),
    ("shapes", ("--demangle=no", "--collect-jumps=yes")),
    ("threads", ()),
    ("python", ("--dump-instr=yes",)),
]


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Started:
    """Runs one of the programs under Valgrind, each of them and each way of running it once."""
    folder = tmp_path_factory.mktemp("valgrind")
    programs: dict[str, list[str | Path]] = {}
    runs: dict[tuple[object, ...], Run] = {}

    def start(name: str, *options: str, tool: str = "callgrind") -> Run:
        if name not in programs:
            programs[name] = valgrinds.build(folder, name)
        key = (name, options, tool)
        if key not in runs:
            place = folder / str(len(runs))
            runs[key] = valgrinds.run(place, programs[name], *options, tool=tool)
        return runs[key]

    return start


def sums(recording: Recording, *, inclusive: bool = False) -> Sums:
    """The events of each `file:function`, in the way of callgrind_annotate: an inlined function's
    file counts, its object does not."""
    tables = [(recording.rows.function, recording.rows.at.file, recording.rows.costs)]
    if inclusive:
        tables.append((recording.calls.caller, recording.calls.at.file, recording.calls.costs))
    found: dict[str, list[int]] = {}
    events = range(len(recording.events))
    for functions, files, costs in tables:
        names = recording.functions.name[functions].tolist()
        columns = (costs.of(event).tolist() for event in events)
        for name, file, *counts in zip(names, files.tolist(), *columns, strict=True):
            held = found.setdefault(
                f"{recording.files[file]}:{recording.names[name]}", [0] * len(events)
            )
            for event in events:
                held[event] += counts[event]
    return {key: tuple(counts) for key, counts in found.items() if any(counts)}


@pytest.mark.parametrize(("program", "options"), FILES, ids=lambda part: str(part))
def test_sums_are_those_of_callgrind_annotate(
    started: Started, program: str, options: tuple[str, ...]
) -> None:
    run = started(program, *options)
    (file,) = run.files
    recording = read_recording(file)
    assert recording.events == run.events
    totals = [int(recording.rows.costs.of(event).sum()) for event in range(len(run.events))]
    assert tuple(totals) == run.collected
    assert recording.parts[0].totals == run.collected
    annotated = valgrinds.annotate(file)
    assert len(annotated) > 3
    assert {k: v for k, v in sums(recording).items() if v[0]} == {
        k: v for k, v in annotated.items() if v[0]
    }
    assert (recording.damaged, recording.cut) == (0, False)


@pytest.mark.parametrize(
    "options", [("--compress-strings=no",), ("--compress-pos=no",), ("--dump-instr=yes",)]
)
def test_lines_do_not_depend_on_how_they_are_written(
    started: Started, options: tuple[str, ...]
) -> None:
    def lines(*options: str) -> dict[tuple[str, int], int]:
        recording = read_recording(started("calls", *options).files[0])
        rows, found = recording.rows, dict[tuple[str, int], int]()
        columns = (rows.function, rows.at.file, rows.at.line, rows.costs.of(0))
        for function, file, line, cost in zip(*(c.tolist() for c in columns), strict=True):
            if recording.files[file].endswith("calls.c"):
                key = (recording.names[recording.functions.name[function]], line)
                found[key] = found.get(key, 0) + cost
        return found

    assert lines(*options) == lines()
    (line,) = (
        number
        for number, text in enumerate(valgrinds.CALLS_C.splitlines(), 1)
        if "int count510(" in text
    )
    assert lines()[("count510", line)] > 510


def by_name(recording: Recording, values: np.ndarray) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, value in zip(recording.functions.name.tolist(), values.tolist(), strict=True):
        found[recording.names[name]] = found.get(recording.names[name], 0) + value
    return found


@pytest.mark.parametrize("options", [(), ("--dump-instr=yes",), ("--separate-callers=2",)])
def test_calls_are_counted_exactly(started: Started, options: tuple[str, ...]) -> None:
    recording = read_recording(started("calls", *options).files[0])
    calls: dict[str, int] = {}
    for name, count in by_name(recording, recording.calls_of()).items():
        function = name.partition("'")[0]
        calls[function] = calls.get(function, 0) + count
    assert calls["count10"] == 10
    assert calls["count200"] == 200
    assert calls["count510"] == 510
    assert calls["leaf"] == 1020 + 20
    assert calls["even"] + calls["odd"] == 21
    assert calls["fib"] == 109
    assert calls["main"] == 1


def test_a_million_calls(started: Started) -> None:
    profile = formats.open(started("many").files[0])
    strings, functions = profile.strings, profile.functions
    row = [strings[name] for name in functions.name].index("tick")
    assert functions.calls is not None
    assert functions.calls[row] == 1_000_000
    assert profile.edges is not None
    assert profile.edges.calls[profile.edges.callee.index(row)] == 1_000_000


def test_threads_lie_in_files_of_their_own(started: Started) -> None:
    run = started("threads", "--separate-threads=yes")
    assert len(run.files) == 3
    for file in run.files:
        assert sums(read_recording(file)) == valgrinds.annotate(file)
    # The file that the user named is empty: the others continue its name.
    together = read_recording(run.out)
    assert [part.thread for part in together.parts] == [1, 2, 3]
    assert (int(together.rows.costs.of(0).sum()),) == run.collected
    assert by_name(together, together.calls_of())["work"] == 711
    assert formats.recognise(run.out) == "callgrind"


def test_several_parts_in_one_file(started: Started) -> None:
    run = started("threads", "--separate-threads=yes", "--combine-dumps=yes")
    (file,) = run.files
    recording = read_recording(file)
    assert [part.thread for part in recording.parts] == [1, 2, 3]
    assert (int(recording.rows.costs.of(0).sum()),) == run.collected
    for part in recording.parts:
        costs = recording.rows.costs.of(0)[slice(*part.rows)]
        assert part.totals == (int(costs.sum()),)
    assert by_name(recording, recording.calls_of())["work"] == 711


def test_several_dumps(started: Started) -> None:
    run = started("calls", "--dump-after=count10")
    assert len(run.files) == 11
    recording = read_recording(run.out)
    assert len(recording.parts) == len(run.files)
    assert (int(recording.rows.costs.of(0).sum()),) == run.collected
    assert by_name(recording, recording.calls_of())["count510"] == 510
    # Later dumps hold calls that began before (`calls=0`), which callgrind_annotate takes for the
    # caller's own cost.
    first = run.out.with_name(f"{run.out.name}.1")
    assert sums(read_recording(first)) == valgrinds.annotate(first)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("threads", ("--separate-threads=yes", "--combine-dumps=yes")),
        ("threads", ("--separate-threads=yes",)),
        ("calls", ("--dump-after=count10", "--dump-instr=yes", "--collect-jumps=yes")),
    ],
)
def test_one_of_several_parts(started: Started, name: str, options: tuple[str, ...]) -> None:
    run = started(name, *options)
    together = formats.open(run.out)
    recording = read_recording(run.out)
    names = [part["name"] for part in together.meta["parts"]]
    assert len(set(names)) == len(names) >= 3 and "part" not in together.meta
    calls = executed = 0
    for row, part in enumerate(recording.parts):
        alone = formats.read("callgrind", run.out, part=names[row])
        assert alone.meta["part"] == row and alone.meta["parts"] == together.meta["parts"]
        (own, *_) = alone.functions.self_value or []
        assert (sum(own),) == part.totals
        # Functions of other parts are left out.
        read = recording.rows.function[slice(*part.rows)]
        assert len(alone.functions.name) >= len(set(read.tolist()))
        assert len(alone.functions.name) <= len(together.functions.name)
        assert not any("of its lines" in note for note in alone.quality["notes"])
        calls += sum(alone.functions.calls or [])
        executed += sum(alone.jumps.taken) if alone.jumps else 0
        if len(run.files) == len(names) and part.file != run.out.name:
            file = formats.open(run.out.with_name(part.file))
            assert Counter(own) == Counter((file.functions.self_value or [[]])[0])
    assert calls == sum(together.functions.calls or [])
    assert executed == (sum(together.jumps.taken) if together.jumps else 0)
    with pytest.raises(FormatError, match="no part 'another'"):
        formats.read("callgrind", run.out, part="another")


@pytest.mark.parametrize("options", [(), ("--branch-sim=yes",), ("--cache-sim=no",)])
def test_cachegrind(started: Started, options: tuple[str, ...]) -> None:
    run = started("calls", *options, tool="cachegrind")
    (file,) = run.files
    recording = read_recording(file)
    assert sums(recording) == valgrinds.annotate(file, tool="cg_annotate")
    totals = [int(recording.rows.costs.of(e).sum()) for e in range(len(recording.events))]
    assert recording.parts[0].summary == tuple(totals)
    profile = formats.open(file)
    assert profile.meta["engine"] == "cachegrind"
    assert profile.functions.calls is None and profile.edges is None


SCRIPT = """\
def leaf(x): return x + 1
def count510():
    for i in range(510): leaf(i)
def factorial(n): return 1 if n < 2 else n * factorial(n - 1)
def key(value): return -value
count510()
factorial(20)
sorted(range(200), key=key)
"""
PLUMBING = ("_PyEval_*", "PyObject_*", "_PyObject_*", "_PyFunction_*", "py_trampoline_evaluator")


@pytest.mark.skipif(sys.version_info < (3, 12), reason="python -X perf needs CPython 3.12")
def test_python_functions_by_a_map_file(tmp_path: Path) -> None:
    command = [sys.executable, "-X", "perf", "-S", "-c", SCRIPT]
    run = valgrinds.run(tmp_path, command, *(f"--fn-skip={name}" for name in PLUMBING))
    map_file = Path(f"/tmp/perf-{read_recording(run.out).parts[0].pid}.map")
    try:
        profile = formats.read("callgrind", run.out, {"map": map_file})
        beside = run.out.with_name(map_file.name)
        beside.write_bytes(map_file.read_bytes())
        assert formats.open(run.out).functions == profile.functions
    finally:
        map_file.unlink()
    functions, edges = profile.functions, profile.edges
    assert functions.calls is not None and functions.inclusive is not None and edges is not None
    calls: dict[str, int] = {}
    rows: dict[str, int] = {}
    for row, name in enumerate(functions.name):
        if (
            functions.kind[row] == Kind.PYTHON
            and profile.strings[functions.file[row]] == "<string>"
        ):
            function = profile.strings[name].partition("'")[0]
            calls[function] = calls.get(function, 0) + functions.calls[row]
            rows.setdefault(function, row)
    assert calls == {"<module>": 1, "leaf": 510, "count510": 1, "factorial": 20, "key": 200}
    called = set(zip(edges.caller, edges.callee, edges.calls, strict=True))
    assert (rows["count510"], rows["leaf"], 510) in called
    inclusive = functions.inclusive[0]
    assert inclusive[rows["count510"]] > inclusive[rows["leaf"]] > 510


@pytest.mark.parametrize(
    ("program", "options"), [("calls", ()), ("shapes", ()), ("python", ("--dump-instr=yes",))]
)
def test_inclusive_costs_outside_cycles(
    started: Started, program: str, options: tuple[str, ...]
) -> None:
    """What callgrind_annotate tells of a function is the sum of the calls of it."""
    (file,) = started(program, *options).files
    recording = read_recording(file)
    graph = CallGraph(recording)
    inclusive = graph.costs("Ir").inclusive
    annotated = valgrinds.annotate(file, "--inclusive=yes")
    recursive = set(graph.callee[graph.inside].tolist())
    found: dict[str, int] = {}
    left_out = set()
    for row, name in enumerate(recording.functions.name.tolist()):
        key = f"{recording.files[recording.functions.file[row]]}:{recording.names[name]}"
        found[key] = found.get(key, 0) + int(inclusive[row])
        if graph.cycle[row] >= 0 or row in recursive:
            left_out.add(key)
    compared = {key: cost for key, cost in found.items() if cost and key not in left_out}
    assert len(compared) > 50
    assert compared == {key: annotated[key][0] for key in compared}
    assert int(inclusive.max()) <= int(recording.self_costs("Ir").sum())


def test_recursion_is_not_counted_twice(started: Started) -> None:
    recording = read_recording(
        started("calls", "--separate-recs=1", "--skip-direct-rec=no").files[0]
    )
    graph = CallGraph(recording)
    costs = graph.costs("Ir")
    inclusive, own = by_name(recording, costs.inclusive), by_name(recording, costs.own)
    assert inclusive["fib"] == own["fib"]
    (cycle,) = set(graph.cycle[graph.cycle >= 0].tolist())
    members = {
        recording.names[recording.functions.name[row]]
        for row in np.flatnonzero(graph.cycle == cycle)
    }
    assert {"even", "odd"} <= members
