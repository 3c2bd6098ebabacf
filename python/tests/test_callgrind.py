"""Files in the callgrind format, whoever wrote them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from callgrinds import WHOLE, costs, load, write

from nativeprofile import formats
from nativeprofile.cli import main
from nativeprofile.formats.callgrind import places, read_recording, reader
from nativeprofile.formats.callgrind.cycles import CallGraph
from nativeprofile.formats.callgrind.events import values_of
from nativeprofile.formats.callgrind.groups import Groups
from nativeprofile.formats.callgrind.header import Event
from nativeprofile.formats.components import strongly_connected
from nativeprofile.tables.derived import amounts
from nativeprofile.tables.encode import encode


def test_rows(tmp_path: Path) -> None:
    assert costs(load(tmp_path, WHOLE)) == [
        ("main", "main.c", 10, "0x400100", 100, 7),
        ("main", "main.c", 11, "0x400104", 10, 0),
        ("main", "inline.h", 2, "0x40010c", 1, 1),
        ("main", "main.c", 12, "0x40011c", 1, 0),
        ("helper", "main.c", 20, "0x400200", 200, 11),
        ("area", "shape.c", 40, "0x1000", 500, 25),
        ("area", "shape.c", 40, "0x1000", 100, 5),
    ]


def test_calls(tmp_path: Path) -> None:
    recording = load(tmp_path, WHOLE)
    calls, names = recording.calls, recording.names
    named = [names[recording.functions.name[row]] for row in calls.callee.tolist()]
    assert named == ["area", "helper", "area"]
    assert calls.count.tolist() == [3, 2, 5]
    assert calls.at.line.tolist() == [11, 12, 40]
    assert calls.target.line.tolist() == [40, 20, 40]
    assert calls.target.address is not None
    assert calls.target.address.tolist() == [0x1000, 0x400200, 0x1000]
    assert [calls.costs.of(event).tolist() for event in (0, 1)] == [[600, 200, 900], [30, 11, 40]]
    # Who is called without a file or an object is in those of the caller.
    functions = recording.functions
    assert [recording.objects[row] for row in functions.object.tolist()] == [
        "/opt/program",
        "/opt/libshape.so",
        "/opt/program",
    ]


def test_jumps(tmp_path: Path) -> None:
    jumps = load(tmp_path, WHOLE).jumps
    assert jumps.taken.tolist() == [4, 7] or jumps.taken.tolist() == [7, 4]
    rows = sorted(
        zip(
            jumps.taken.tolist(),
            jumps.executed.tolist(),
            jumps.at.line.tolist(),
            jumps.target.line.tolist(),
            strict=True,
        )
    )
    assert rows == [(4, 9, 12, 12), (7, -1, 41, 39)]


def test_header(tmp_path: Path) -> None:
    recording = load(tmp_path, WHOLE)
    (part,) = recording.parts
    assert (part.pid, part.number, part.command) == (77, 1, "./program with words")
    assert part.descriptions == [("I1 cache", ""), ("Trigger", "Program termination")]
    assert (part.summary, part.totals) == ((1112, 60), (912, 49))
    assert recording.definitions[0].title == "Instruction Fetch"
    assert recording.definitions[1] == Event("Sum", "", ((1, "Ir"), (10, "Dr")))


@pytest.mark.parametrize(
    "text",
    [
        WHOLE.replace("\n", "\r\n"),
        WHOLE.replace("(1) main\n", "main\n").replace("fn=(3)\n", "fn=helper\n")
        .replace("(3) helper", "helper").replace("fn=(2) area", "fn=area")
        .replace("fn=(2)\n", "fn=area\n"),
        WHOLE.replace("cfi=", "cfl="),
        WHOLE.replace("# callgrind format\n", ""),
        "\n\n" + WHOLE,
        WHOLE.replace("summary: 1112 60\n", "").replace("totals: 912 49\n", ""),
        WHOLE.replace("* * 600 30", "+0 -0 600 30"),
        WHOLE.replace("calls=3 0x1000 40\n", "calls=3 0x1000 40 \n"),
    ],
    ids=["crlf", "names", "cfl", "no mark", "blank lines", "no sums", "signs", "blanks"],
)  # fmt: skip
def test_the_same_in_other_words(tmp_path: Path, text: str) -> None:
    expected = load(tmp_path, WHOLE)
    found = load(tmp_path, text)
    assert costs(found) == costs(expected)
    assert found.calls.count.tolist() == expected.calls.count.tolist()
    assert found.calls.costs.of(0).tolist() == expected.calls.costs.of(0).tolist()
    assert (found.damaged, found.cut) == (0, False)


@pytest.mark.parametrize("piece", [1, 7, 64, 100, 101])
def test_pieces_of_any_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int) -> None:
    """Where a piece ends, in the middle of lines and of calls, makes no difference."""
    expected = load(tmp_path, WHOLE * 2)
    monkeypatch.setattr(reader, "_PIECE", piece)
    found = load(tmp_path, WHOLE * 2)
    assert costs(found) == costs(expected)
    assert found.calls.callee.tolist() == expected.calls.callee.tolist()
    assert found.calls.costs.of(1).tolist() == expected.calls.costs.of(1).tolist()
    assert len(found.parts) == 2
    assert [part.rows for part in found.parts] == [(0, 7), (7, 14)]


def test_numbers_may_be_named_anew(tmp_path: Path) -> None:
    text = "events: Ir\nfl=(1) a.c\nfn=(1) one\n1 1\nfn=(2) two\n2 2\nfn=(1)\n3 3\n"
    text += "fl=(1) b.c\nfn=(1) three\n4 4\nfn=(2)\n5 5\nfn=(1)\n6 6\n"
    assert [row[:3] for row in costs(load(tmp_path, text))] == [
        ("one", "a.c", 1),
        ("two", "a.c", 2),
        ("one", "a.c", 3),
        ("three", "b.c", 4),
        ("two", "b.c", 5),
        ("three", "b.c", 6),
    ]


def test_names_in_parentheses_and_without_a_definition(tmp_path: Path) -> None:
    names = ["(below main)", "(12) f(int)", "(anonymous namespace)::g()", "(7)", "(", "é(3)"]
    text = "events: Ir\nfl=x.c\n" + "".join(f"fn={name}\n1 1\n" for name in names)
    found = [row[0] for row in costs(load(tmp_path, text))]
    assert found == ["(below main)", "f(int)", "(anonymous namespace)::g()", "(7)", "(", "é(3)"]


def test_large_numbers_of_names(tmp_path: Path) -> None:
    text = "events: Ir\nfl=x.c\nfn=(5000) a\n1 1\nfn=(99999999) b\n1 1\nfn=(5000)\n1 1\n"
    text += "fn=(99999999)\n1 1\nfn=(6000)\n1 1\nfn=(99999998)\n1 1\n"
    found = [row[0] for row in costs(load(tmp_path, text))]
    assert found == ["a", "b", "a", "b", "(6000)", "(99999998)"]


@pytest.mark.parametrize("piece", [16, 1 << 20])
def test_functions_of_one_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int) -> None:
    """Static functions: those of other files and objects are others."""
    monkeypatch.setattr(reader, "_PIECE", piece)
    text = "events: Ir\nob=one\nfl=a.c\nfn=init\n1 1\nfl=b.c\nfn=init\n1 2\n"
    text += "ob=two\nfn=init\n1 4\nob=one\nfl=a.c\nfn=init\n2 8\n"
    recording = load(tmp_path, text)
    assert recording.self_costs("Ir").tolist() == [9, 2, 4]


def test_addresses_of_the_kernel(tmp_path: Path) -> None:
    text = "positions: instr\nevents: Ir\nfn=f\n0xffffffff81000000 1\n+4 1\n-8 1\n"
    addresses = load(tmp_path, text).rows.at.address
    assert addresses is not None
    assert addresses.tolist() == [0xFFFFFFFF81000000, 0xFFFFFFFF81000004, 0xFFFFFFFF80FFFFFC]


def test_parts_beside_the_file(tmp_path: Path) -> None:
    write(tmp_path, WHOLE.replace("pid: 77", "pid: 77\nthread: 2"), "callgrind.out.77.2-02")
    write(tmp_path, WHOLE, "callgrind.out.77.1")
    write(tmp_path, WHOLE.replace("pid: 77", "pid: 76"), "callgrind.out.77.3")
    write(tmp_path, WHOLE, "callgrind.out.777")
    write(tmp_path, WHOLE, "callgrind.out.77.txt")
    path = write(tmp_path, WHOLE)
    assert [part.file for part in read_recording(path).parts] == [
        "callgrind.out.77.1",
        "callgrind.out.77.2-02",
        "callgrind.out.77",
    ]
    assert len(read_recording(tmp_path / "callgrind.out.77.1").parts) == 1
    notes = formats.open(path).quality["notes"]
    assert "3 dumps and threads are added up." in notes


@pytest.mark.parametrize("largest", [9, 2**31 - 1, 2**62])
def test_rows_that_are_equal_are_added_up(largest: int) -> None:
    columns = np.array([[0, largest, 0, 5, 0], [-1, 4, -1, 4, 7], [largest, 1, largest, 1, 2]])
    amounts = np.array([1, 2**60, 2, 3, 4])
    groups = Groups(*columns)
    found = {tuple(columns[:, row].tolist()): row for row in groups.first.tolist()}
    assert found == {
        (0, -1, largest): 0,
        (0, 7, 2): 4,
        (5, 4, 1): 3,
        (largest, 4, 1): 1,
    }
    assert groups.sum(amounts).tolist() == [3, 4, 3, 2**60]
    assert Groups(amounts[:0]).sum(amounts[:0]).tolist() == []


def test_components() -> None:
    source = np.array([0, 1, 2, 3, 4, 5, 5], dtype=np.int32)
    target = np.array([1, 2, 0, 4, 3, 5, 0], dtype=np.int32)
    found = strongly_connected(7, source, target).tolist()
    assert found[0] == found[1] == found[2]
    assert found[3] == found[4]
    assert len({found[0], found[3], found[5], found[6]}) == 4


def test_deep_recursion_needs_no_deep_stack() -> None:
    length = 50_000
    nodes = np.arange(length, dtype=np.int32)
    found = strongly_connected(length, nodes, np.roll(nodes, -1))
    assert set(found.tolist()) == {0}


CYCLE = """\
events: Ir
fl=a.c
fn=main
1 10
cfn=ping
calls=1 5
2 90
fn=ping
5 30
cfn=pong
calls=3 9
6 200
cfn=leaf
calls=2 20
7 20
fn=pong
9 40
cfn=ping
calls=2 5
10 150
fn=leaf
20 20
fn=deep
30 5
cfn=deep
calls=4 30
31 700
"""


def test_cycles(tmp_path: Path) -> None:
    recording = load(tmp_path, CYCLE)
    graph = CallGraph(recording)
    costs = graph.costs("Ir")
    names = [recording.names[row] for row in recording.functions.name.tolist()]
    inclusive = dict(zip(names, costs.inclusive.tolist(), strict=True))
    # The cycle is ping, pong and the leaf: 30 + 40 + 20; ping is entered with all of it.
    assert inclusive == {"main": 100, "ping": 90, "pong": 40, "leaf": 20, "deep": 5}
    assert costs.cycles.tolist() == [90]
    assert {names[row] for row in np.flatnonzero(graph.cycle == 0)} == {"ping", "pong"}
    edges = {
        (names[caller], names[callee]): (calls, cost)
        for caller, callee, calls, cost in zip(
            graph.caller.tolist(),
            graph.callee.tolist(),
            graph.count.tolist(),
            costs.edges.tolist(),
            strict=True,
        )
    }
    assert edges[("main", "ping")] == (1, 90)
    assert edges[("ping", "pong")] == (3, 40)
    assert edges[("deep", "deep")] == (4, 5)


def test_profile(tmp_path: Path) -> None:
    profile = formats.open(write(tmp_path, WHOLE))
    functions, strings = profile.functions, profile.strings
    assert profile.values == [
        {"name": "Ir", "unit": "count", "exact": True, "title": "Instruction Fetch"},
        {"name": "Dr", "unit": "count", "exact": True, "title": "Data Read Access"},
        {"name": "Sum", "unit": "count", "exact": True, "terms": [(1, 0), (10, 1)]},
    ]
    assert functions.self_value is not None and functions.inclusive is not None
    assert [strings[name] for name in functions.name] == ["main", "area", "helper"]
    assert functions.self_value[0] == [112, 600, 200]
    assert amounts(profile.values, functions.self_value, 2).tolist() == [192, 900, 310]
    assert functions.calls == [0, 8, 2]
    assert functions.line == [10, 40, 20]
    assert functions.source is not None
    assert [strings[row] for row in functions.source] == ["main.c", "shape.c", "main.c"]
    assert [strings[row] for row in functions.module] == ["program", "libshape.so", "program"]
    assert functions.inclusive[0] == [912, 600, 200]
    assert profile.meta["engine_version"] == "3.19.0"
    encode(profile)


def test_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, WHOLE)
    assert main(["report", str(path)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("callgrind.out.77  912 Ir\n")
    assert "Ir 912 · Dr 49 · Sum 1,402\n" in said
    assert "area" in said and "8 calls" in said
    assert main(["report", str(path), "--event", "Sum"]) == 0
    assert capsys.readouterr().out.startswith("callgrind.out.77  1,402 Sum\n")
    assert main(["report", str(path), "--event", "Bc"]) == 2
    assert "has no event Bc. It has: Ir, Dr, Sum." in capsys.readouterr().err
    out = tmp_path / "out.json"
    assert main(["convert", str(path), str(out)]) == 0
    assert formats.recognise(out) == "wire"
    assert main(["convert", "--to", "pstats", str(path), str(tmp_path / "x.pstats")]) == 2
    assert "counts Ir" in capsys.readouterr().err


CACHE = ("Ir", "Dr", "Dw", "I1mr", "D1mr", "D1mw", "ILmr", "DLmr", "DLmw")


@pytest.mark.parametrize(
    ("events", "definitions", "expected"),
    [
        (("Ir",), [], {}),
        (
            (*CACHE, "Bc", "Bcm", "Bi", "Bim", "Ge"),
            [],
            {"L1m": "D1mr D1mw I1mr", "LLm": "DLmr DLmw ILmr", "Bm": "Bcm Bim"}
            | {"CEst": "10Bcm 10Bim 10D1mr 10D1mw 10I1mr 100DLmr 100DLmw 100ILmr 20Ge Ir"},
        ),
        (
            CACHE,
            [Event("CEst", "Mine", ((1, "Ir"), (5, "L1m")))],
            {"L1m": "D1mr D1mw I1mr", "LLm": "DLmr DLmw ILmr", "CEst": "5D1mr 5D1mw 5I1mr Ir"},
        ),
        (("Ir", "Bc", "Bcm", "Bi", "Bim"), [], {"Bm": "Bcm Bim"}),
        (("Ir",), [Event("A", "", ((1, "B"),)), Event("B", "", ((2, "A"),))], {}),
        (
            ("Ir",),
            [Event("A", "", ((1, "B"), (1, "Ir"))), Event("B", "", ((2, "Ir"),))],
            {"A": "3Ir", "B": "2Ir"},
        ),
        (("Ir",), [Event("A", "", ((1, "Nothing"),)), Event("Ir", "", ((2, "Ir"),))], {}),
    ],
)
def test_sums_of_events(
    events: tuple[str, ...], definitions: list[Event], expected: dict[str, str]
) -> None:
    values, units = values_of(events, definitions)
    assert [value["name"] for value in values[: len(events)]] == list(events)
    assert units == [1] * len(events)
    found = {
        value["name"]: {
            f"{factor if factor > 1 else ''}{events[of]}" for factor, of in value["terms"]
        }
        for value in values[len(events) :]
    }
    assert found == {name: set(terms.split()) for name, terms in expected.items()}


@pytest.mark.parametrize(("unit", "times"), [("ms", 10**6), ("us", 1000), ("ns", 1)])
def test_times_become_nanoseconds(unit: str, times: int) -> None:
    titled = Event("sysTime", f"sysTime (elapsed {unit})")
    (_, value), units = values_of(("Ir", "sysTime"), [titled])
    assert units == [1, times]
    assert (value["unit"], value["title"]) == ("ns", "Time in System Calls, Waiting Included")


def test_lines_and_places_of_calls(tmp_path: Path) -> None:
    profile = formats.open(write(tmp_path, WHOLE))
    strings, names = profile.strings, [profile.strings[n] for n in profile.functions.name]

    def file(row: int) -> str:
        return strings[row] if row >= 0 else ""

    lines = profile.lines
    found = {
        (names[function], file(path), line): (first, second)
        for function, path, line, first, second in zip(
            lines.function, lines.file, lines.line, *lines.values, strict=True
        )
    }
    assert found["area", "shape.c", 40] == (600, 30)
    assert found["main", "inline.h", 2] == (1, 1)
    sites = profile.call_sites
    called = {
        (names[caller], names[callee], file(path), line): (count, cost)
        for caller, callee, path, line, count, cost in zip(
            sites.caller,
            sites.callee,
            sites.file,
            sites.line,
            sites.count,
            sites.values[0],
            strict=True,
        )
    }
    assert called["main", "area", "main.c", 11] == (3, 600)
    assert called["main", "helper", "main.c", 12] == (2, 200)
    assert called["area", "area", "shape.c", 40] == (5, 900)
    jumps = profile.jumps
    assert list(zip(jumps.line, jumps.to_line, jumps.taken, jumps.executed, strict=True)) == [
        (12, 12, 4, 9),
        (41, 39, 7, -1),
    ]
    assert profile.meta["parts"] == [
        {"name": "callgrind.out.77", "trigger": "Program termination", "pid": 77}
    ]


def test_of_too_many_lines_the_dearest_are_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "MOST", 2)
    profile = formats.open(write(tmp_path, WHOLE))
    assert profile.lines.values[0] == [600, 200]
    assert any("Of 6 source lines the 2 dearest" in n for n in profile.quality["notes"])
