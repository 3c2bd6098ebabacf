"""The wire format: what is written can be read, fits the schema, and damage is told."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from profiles import COST, meta, profile

from nativeprofile.tables import columns, shrink
from nativeprofile.tables.builder import Builder
from nativeprofile.tables.categories import Category, Kind
from nativeprofile.tables.compact import compact
from nativeprofile.tables.decode import decode, loads
from nativeprofile.tables.encode import dumps, encode
from nativeprofile.tables.errors import FormatError
from nativeprofile.tables.layout import check
from nativeprofile.tables.lead import led_by
from nativeprofile.tables.pick import keep_rows
from nativeprofile.tables.profile import (
    Branches,
    CallSites,
    Code,
    Disassembly,
    Instructions,
    Jumps,
    Lines,
    Profile,
    Snapshots,
)
from nativeprofile.tables.schema import schema
from nativeprofile.tables.summary import summarise

SCHEMA_FILE = Path(__file__).parents[2] / "schema" / "wire" / "profile.v1.schema.json"

EXAMPLE = """
    In[5]:2 > work:4 > sorted [builtin libc] > eval [plumbing]   3
    In[5]:2 > work:4 > work:4 > work:3   2
    In[5]:2 > dot [extension numpy] > sys_futex [kernel]   1
"""


def exact() -> Profile:
    builder = Builder([{"name": "wall", "unit": "ns"}], meta(engine="cprofile", kind="exact"))
    cell = builder.function("In[5]", kind=Kind.PYTHON, category=Category.PYTHON, file="In[5]")
    sleep = builder.function(
        "<sleep>", entry="time.sleep", kind=Kind.NATIVE, category=Category.WAITING
    )
    builder.edge(cell, sleep, 3, [70], [70])
    table = builder.profile.functions
    table.calls, table.self_value, table.inclusive = [1, 3], [[30, 70]], [[100, 70]]
    return builder.finish({"notes": ["a note"]})


def empty() -> Profile:
    return Builder([{"name": "cpu", "unit": "ns"}], meta()).finish({"samples": 0})


def many(samples: int, seed: int = 1) -> Profile:
    """Stacks that hardly repeat: the hardest to keep small."""
    random = np.random.default_rng(seed)
    builder = Builder([{"name": "cpu", "unit": "ns"}], meta(wall_ns=samples * COST))
    thread = builder.thread(1, 1, "MainThread", main=True)
    names = [
        builder.function(f"package.module.function_{i}", kind=Kind.PYTHON, category=category)
        for i, category in enumerate([Category.PYTHON, Category.EXTENSION] * 100)
    ]
    for number in range(samples):
        stack = -1
        for function in random.integers(0, len(names), 12).tolist():
            stack = builder.stack(
                stack, builder.frame(names[function], 7), Category(2 * (function % 2))
            )
        builder.sample(thread, stack, number * 1000, COST)
    return builder.finish({"samples": samples})


def with_code() -> Profile:
    """`dot` was sampled at two instructions."""
    made = profile(EXAMPLE)
    strings = made.strings
    dot = [strings[name] for name in made.functions.name].index("dot")
    strings += ["cblas_ddot", "c0ffee"]
    made.code = Code([dot], [len(strings) - 2], [len(strings) - 1], [4096])
    made.instructions = Instructions([0, 0], [4, 11], [[3 * COST, COST]])
    mov, file = strings.index("dot"), len(strings) - 1
    made.disassembly = Disassembly(
        [0, 0], [4, 4], [mov, -1], [mov, -1], [4, -1], [-1, -1], [file, file], [3, 9]
    )
    return made


def counted(length: int = 3) -> Profile:
    """An exact profile with every table of its kind: two counted events and one derived of them;
    a caller and a callee of `length` lines each."""
    made = exact()
    made.values = [
        {"name": "Ir", "unit": "count", "exact": True, "title": "Instructions"},
        {"name": "Bcm", "unit": "count", "exact": True},
        {"name": "CEst", "unit": "count", "exact": True, "terms": [(1, 0), (10, 1)]},
    ]
    made.samples.values = [[], []]
    made.meta["parts"] = [{"name": "callgrind.out.1", "trigger": "Program termination", "pid": 1}]
    made.meta["time_unit"] = "i"
    made.strings += ["a.c", "cblas_ddot", "inline.h"]
    source, symbol, header = range(len(made.strings) - 3, len(made.strings))
    functions, edges = made.functions, made.edges
    assert functions.self_value is not None and edges is not None
    functions.calls = [-1, 3]
    functions.self_value = [[30, 70], [3, 0]]
    functions.inclusive = [[100, 70], [3, 0]]
    edges.self_value, edges.inclusive = None, [[70], [0]]
    made.code = Code([0], [symbol], [-1], [4096])
    made.instructions = Instructions([0, 0], [4, 11], [[20, 10], [3, 0]], [source] * 2, [1, -1])
    each = np.random.default_rng(1).permutation(length).tolist()
    made.lines = Lines([0] * length, [header] + [source] * (length - 1), each, [each, [0] * length])
    made.call_sites = CallSites(
        [0] * length,
        [1] * length,
        [source] * length,
        each,
        each,
        [each, each],
        [-1] * length,
        [-1] * length,
    )
    made.jumps = Jumps(
        [0] * length, [source] * length, each, [source] * length, each, each, [-1] * length
    )
    made.branches = Branches([source] * length, each, each, [-1] * length, [0] * length)
    made.snapshots = Snapshots([0, 5], [[1, 2], [3, 4]])
    return made


PROFILES = {
    "counted": counted(),
    "sampled": profile(EXAMPLE),
    "one sample": profile("In[5]:1   1"),
    "empty": empty(),
    "exact": exact(),
    "long": many(500),
    "code": with_code(),
}


class TestColumns:
    @pytest.mark.parametrize(
        "values",
        [
            [],
            [0],
            [-1, 5],
            list(range(1000)),
            [2**53 - 1, -(2**53) + 1] * 20,
            [0, -1, 1, -2, 63, 64, -64, -65, 8191, 8192, 2**40] * 3,
        ],
    )
    def test_come_back_as_they_were(self, values: list[int]) -> None:
        wire = columns.encode_column(values)
        json.dumps(wire)
        assert columns.decode_column(wire, "it").tolist() == values

    def test_varint_is_zigzag_leb128(self) -> None:
        assert columns.varint(np.array([0, -1, 1, -2, 64])) == bytes([0, 1, 2, 3, 128, 1])

    def test_the_shorter_codec_is_taken(self) -> None:
        assert columns.encode_column(list(range(10_000, 12_000)))["codec"] == "delta-varint"
        assert columns.encode_column([7, 7_000_000] * 500 + [7] * 99)["codec"] == "varint"

    @pytest.mark.parametrize("bad", [[float("nan")], [1.5], [2**53], [2**70], ["a"], [None]])
    def test_only_integers_that_javascript_holds(self, bad: list[Any]) -> None:
        with pytest.raises(FormatError):
            columns.encode_column(bad)

    def test_a_bomb_is_refused(self) -> None:
        wire = columns.encode_column([0] * 1_000_000)
        wire["length"] = 10
        with pytest.raises(FormatError, match="too long"):
            columns.decode_column(wire, "it")

    def test_a_billion_rows_are_refused_before_they_are_unpacked(self) -> None:
        wire = {**columns.encode_column([0] * 100), "length": 10**9}
        with pytest.raises(FormatError, match="claims 1,000,000,000 rows"):
            columns.decode_column(wire, "it")


class TestRoundTrip:
    @pytest.mark.parametrize("name", PROFILES)
    def test_a_profile_comes_back(self, name: str) -> None:
        assert loads(dumps(encode(PROFILES[name]))) == PROFILES[name]

    @pytest.mark.parametrize("name", PROFILES)
    def test_it_fits_the_schema(self, name: str) -> None:
        jsonschema.validate(encode(PROFILES[name]), schema())

    def test_the_schema_file_is_the_generated_one(self) -> None:
        assert json.loads(SCHEMA_FILE.read_text()) == schema()

    @pytest.mark.parametrize("name", PROFILES)
    def test_the_same_profile_gives_the_same_bytes(self, name: str) -> None:
        again = copy.deepcopy(PROFILES[name])
        assert dumps(encode(again)) == dumps(encode(PROFILES[name]))

    def test_a_table_that_was_not_measured_is_absent(self) -> None:
        assert set(encode(exact())["tables"]) == {"functions", "edges"}
        assert "edges" not in encode(profile(EXAMPLE))["tables"]

    def test_the_stack_before_attribution_comes_back(self) -> None:
        attributed = profile(EXAMPLE)
        attributed.samples.own = [-1, -1, 3, -1, -1, -1]
        assert loads(dumps(encode(attributed))).samples.own == [-1, -1, 3, -1, -1, -1]

    def test_hostile_text_stays_text(self) -> None:
        hostile = ["</script><b>", "\u202egnp.exe", "\x00\x1b[31m", "\ud800", 'a"b\\', "\u2028"]
        builder = Builder([{"name": "cpu", "unit": "ns"}], meta(name="\udc80 cell"))
        for text in hostile * 2:
            builder.function(text, kind=Kind.NATIVE, category=Category.SYSTEM)
        wire = dumps(encode(builder.finish({"notes": ["\udfff"]})))
        wire.encode()  # as a notebook is saved
        back = loads(wire)
        assert back.strings == [*hostile[:3], "\\ud800", *hostile[4:]]
        assert back.meta["name"] == "\\udc80 cell"


def test_samples_are_put_in_the_order_of_their_times() -> None:
    builder = Builder([{"name": "cpu", "unit": "ns"}], meta())
    thread = builder.thread(1, 1, "MainThread", main=True)
    name = builder.function("f", kind=Kind.PYTHON, category=Category.PYTHON)
    stack = builder.stack(-1, builder.frame(name), Category.PYTHON)
    for time in (30, 10, 20):
        builder.sample(thread, stack, time, time + 1)
    builder.profile.samples.own = [3, 1, 2]
    samples = builder.finish({}).samples
    assert (samples.time, samples.values, samples.own) == ([10, 20, 30], [[11, 21, 31]], [1, 2, 3])


class TestAnotherValueFirst:
    def test_a_stored_one(self) -> None:
        led = led_by(counted(), "Bcm")
        assert [value["name"] for value in led.values] == ["Bcm", "Ir", "CEst"]
        assert led.values[2]["terms"] == [(1, 1), (10, 0)]
        assert led.functions.self_value == [[3, 0], [30, 70]]
        assert led.edges is not None and led.edges.inclusive == [[0], [70]]
        assert led.instructions.values == [[3, 0], [20, 10]]
        assert led.snapshots.values == [[3, 4], [1, 2]]
        assert summarise(led)["total"] == 3
        decode(encode(led))

    def test_a_derived_one(self) -> None:
        led = led_by(counted(), "CEst")
        assert led.values[0] == {"name": "CEst", "unit": "count", "exact": True}
        assert led.functions.self_value == [[60, 70], [30, 70], [3, 0]]
        assert summarise(led)["totals"] == [130, 100, 3]
        assert decode(encode(led)).lines == led.lines

    def test_of_samples(self) -> None:
        sampled = profile(EXAMPLE)
        sampled.values = [*sampled.values, {"name": "faults", "unit": "count"}]
        sampled.samples.values.append([0, 0, 5, 0, 0, 0])
        summary = summarise(led_by(sampled, "faults"))
        assert (summary["total"], summary["functions"][0]["name"]) == (5, "sorted")

    def test_none_of_that_name(self) -> None:
        with pytest.raises(FormatError, match=r"has no event Dr\. It has: Ir, Bcm, CEst\."):
            led_by(counted(), "Dr")

    def test_what_was_given_is_left_as_it_is(self) -> None:
        given = counted()
        led_by(given, "CEst")
        assert given == counted()


class TestDamage:
    @pytest.mark.parametrize("name", PROFILES)
    def test_cut_off_anywhere(self, name: str) -> None:
        text = dumps(encode(PROFILES[name]))
        for cut in range(0, len(text) - 1, max(1, len(text) // 150)):
            with pytest.raises(FormatError):
                loads(text[:cut])

    def test_any_part_replaced_is_told_or_harmless(self) -> None:
        """Each value anywhere in the JSON, put in turn to something else."""
        wire = encode(PROFILES["long"])
        for junk in (None, -2, 1e400, "x", [], {}, [[]], True):
            for path in _paths(wire):
                damaged = copy.deepcopy(wire)
                _put(damaged, path, junk)
                try:
                    decoded = decode(damaged)
                except FormatError:
                    continue
                assert len(decoded.stacks.prefix) in (0, len(PROFILES["long"].stacks.prefix))

    @pytest.mark.parametrize(
        ("table", "column", "row", "value", "said"),
        [
            ("stacks", "prefix", 0, 1, "stacks.prefix names a row that does not stand before"),
            ("stacks", "prefix", 1, 1, "stacks.prefix names a row that does not stand before"),
            ("stacks", "frame", 0, 99, "stacks.frame holds 99"),
            ("stacks", "category", 0, 14, "stacks.category holds 14; the most is 13"),
            ("samples", "stack", 0, -1, "samples.stack holds -1; the least is 0"),
            ("samples", "time", 5, 0, "samples.time does not ascend"),
            ("samples", "thread", 0, 1, "samples.thread holds 1"),
            ("functions", "name", 0, -1, "functions.name holds -1"),
            ("functions", "kind", 0, 3, "functions.kind holds 3"),
            ("code", "function", 0, 99, "code.function holds 99"),
            ("code", "build", 0, 99, "code.build holds 99"),
            ("instructions", "code", 1, 1, "instructions.code holds 1"),
            ("instructions", "offset", 1, -1, "instructions.offset holds -1"),
        ],
    )
    def test_contradictions_name_table_and_column(
        self, table: str, column: str, row: int, value: int, said: str
    ) -> None:
        broken = encode(with_code())
        broken["tables"][table][column][row] = value
        with pytest.raises(FormatError, match=said):
            decode(broken)

    @pytest.mark.parametrize(
        ("table", "column", "value", "said"),
        [
            ("lines", "function", [9, 0, 0], "lines.function holds 9"),
            ("lines", "file", [99, 0, 0], "lines.file holds 99"),
            ("lines", "values", [[1, 2, 3]], "lines.values has not one column for each"),
            ("lines", "values", [[1, 2], [1, 2]], "lines.values has not the 3 rows"),
            ("lines", "values", 7, "lines.values is not a list of columns"),
            ("callSites", "callee", [0, 0, -1], "callSites.callee holds -1; the least is 0"),
            ("callSites", "code", [0, 0, 1], "callSites.code holds 1"),
            ("jumps", "toFile", [99, 0, 0], "jumps.toFile holds 99"),
            ("jumps", "executed", [-2, 0, 0], "jumps.executed holds -2; the least is -1"),
            ("branches", "throws", [2, 0, 0], "branches.throws holds 2; the most is 1"),
            ("snapshots", "time", [5, 0], "snapshots.time does not ascend"),
            ("functions", "calls", [-2, 0], "functions.calls holds -2; the least is -1"),
            ("functions", "self", [[1, 2]], "functions.self has not one column for each"),
            ("functions", "inclusive", [[-1, 2], [1, 2]], "functions.inclusive holds -1"),
            ("edges", "inclusive", [[70], [70], [70]], "edges.inclusive has not one column"),
            ("edges", "inclusive", [70, 70], "edges.inclusive is neither a list nor packed"),
        ],
    )
    def test_contradictions_of_exact_tables(
        self, table: str, column: str, value: Any, said: str
    ) -> None:
        broken = encode(counted())
        broken["tables"][table][column] = value
        with pytest.raises(FormatError, match=re.escape(said)):
            decode(broken)

    @pytest.mark.parametrize("terms", [[[1, 2]], [[1, -1]], [[1]], [["1", 0]], 7])
    def test_a_derived_value_is_a_sum_of_stored_ones(self, terms: Any) -> None:
        broken = encode(counted())
        broken["values"][2]["terms"] = terms
        with pytest.raises(FormatError, match="sum of"):
            decode(broken)

    def test_a_stored_value_stands_before_derived_ones(self) -> None:
        broken = encode(counted())
        broken["values"].reverse()
        with pytest.raises(FormatError, match="Ir stands behind derived ones"):
            decode(broken)

    def test_a_contradiction_is_not_even_written(self) -> None:
        broken = profile(EXAMPLE)
        broken.samples.stack[0] = 99
        with pytest.raises(FormatError, match=r"samples\.stack holds 99"):
            encode(broken)

    def test_a_negative_cost(self) -> None:
        broken = encode(profile(EXAMPLE))
        broken["tables"]["samples"]["values"] = [[-1, 1, 1, 1, 1, 1]]
        with pytest.raises(FormatError, match=r"samples\.values holds -1"):
            decode(broken)

    def test_not_a_number(self) -> None:
        for key in ("wall_ns", "started"):
            with pytest.raises(FormatError):
                dumps(encode(profile(EXAMPLE, **{key: float("nan")})))
        text = dumps(encode(profile(EXAMPLE))).replace('"wall_ns":20000000', '"wall_ns":NaN')
        with pytest.raises(FormatError, match="holds NaN, which is not a number"):
            loads(text)

    def test_a_newer_format_says_update(self) -> None:
        with pytest.raises(FormatError, match="pip install -U nativeprofile"):
            decode({"version": 2})

    def test_a_failure_says_what_it_said(self) -> None:
        with pytest.raises(FormatError, match=r"perf was killed\. Run it again\."):
            decode(
                {"version": 1, "error": {"message": "perf was killed.", "remedy": "Run it again."}}
            )

    def test_nested_too_deep(self) -> None:
        with pytest.raises(FormatError):
            loads("[" * 100_000)


class TestSize:
    def test_within_the_limit_and_says_so(self) -> None:
        big = many(4000)
        limit = 80_000
        wire = shrink.encode_within(big, limit)
        assert shrink.saved_size(wire) <= limit < shrink.saved_size(encode(big))
        assert wire["meta"]["truncated"] is True
        assert "To keep the output small" in wire["quality"]["notes"][-1]
        jsonschema.validate(wire, schema())

    def test_folding_keeps_totals_and_categories(self) -> None:
        big = many(2000)
        folded = decode(shrink.encode_within(big, 60_000))
        before, after = summarise(big), summarise(folded)
        assert after["total"] == before["total"]
        assert after["categories"] == before["categories"]

    def test_folding_keeps_stacks_that_wait(self) -> None:
        # Two seconds on the CPU in stacks that hardly repeat, one second at one place off it.
        big = many(2000)
        big.values = [*big.values, {"name": "wall", "unit": "ns"}]
        stacks, samples = big.stacks, big.samples
        asleep = len(stacks.prefix)
        stacks.prefix.append(-1)
        stacks.frame.append(1)
        stacks.category.append(int(Category.SLEEP))
        samples.values.append(list(samples.values[0]))
        for column, value in (
            (samples.stack, asleep),
            (samples.thread, 0),
            (samples.time, samples.time[-1]),
            (samples.values[0], 0),
            (samples.values[1], 1000 * COST),
        ):
            column.append(value)

        def at_rest(profile: Profile) -> str:
            stack = profile.samples.stack[profile.samples.values[0].index(0)]
            function = profile.frames.function[profile.stacks.frame[stack]]
            return profile.strings[profile.functions.name[function]]

        wire = shrink.encode_within(big, 60_000)
        assert wire["meta"]["truncated"]
        assert at_rest(decode(wire)) == at_rest(big)

    def test_a_note_tells_how_much_of_each_value_was_folded(self) -> None:
        wire = shrink.encode_within(many(2000), 60_000)
        (note,) = (n for n in wire["quality"]["notes"] if "folded" in n)
        assert re.search(r"the rarest stacks \(\d[\d.]* % of cpu\)", note)

    def test_the_summary_is_that_of_the_whole_profile(self) -> None:
        big = many(2000)
        assert shrink.encode_within(big, 60_000)["summary"] == summarise(big)

    def test_nothing_is_lost_without_need(self) -> None:
        small = profile(EXAMPLE)
        wire = shrink.encode_within(small, 60_000)
        assert "truncated" not in wire["meta"]
        assert summarise(decode(wire)) == summarise(small)

    def test_rows_that_nothing_names_go(self) -> None:
        ragged = profile(EXAMPLE)
        ragged.samples.stack = [0] * 6
        compacted = compact(ragged)
        assert len(compacted.stacks.prefix) == 1
        assert [compacted.strings[name] for name in compacted.functions.name] == ["In[5]"]
        assert compacted.samples.stack == [0] * 6

    def test_machine_code_goes_with_its_function(self) -> None:
        kept = compact(with_code())
        assert kept.strings[kept.functions.name[kept.code.function[0]]] == "dot"
        assert (kept.strings[kept.code.symbol[0]], kept.code.start) == ("cblas_ddot", [4096])
        assert kept.instructions == with_code().instructions
        gone = with_code()
        gone.samples.stack = [0] * 6
        assert compact(gone).code.function == []
        assert compact(gone).instructions.values == [[]]
        assert compact(gone).disassembly.mnemonic == []

    def test_exact_tables_keep_their_dearest_rows(self) -> None:
        big = counted(4000)
        limit = shrink.saved_size(encode(big)) // 3
        wire = shrink.encode_within(big, limit)
        assert limit / 2 < shrink.saved_size(wire) <= limit
        assert wire["meta"]["truncated"] is True
        small = decode(wire)
        for table in (small.lines, small.call_sites, small.jumps):
            kept = len(table.line)
            assert 0 < kept < 4000 and set(table.line) == set(range(4000 - kept, 4000))
        assert len(small.functions.name) == 2 and small.edges is not None
        (note,) = (n for n in wire["quality"]["notes"] if "dearest" in n)
        assert f"{len(small.lines.line):,} of 4,000 source lines" in note
        assert wire["summary"] == summarise(big)
        jsonschema.validate(wire, schema())

    def test_rows_go_with_what_they_cannot_do_without(self) -> None:
        whole = counted()
        whole.lines.function[1] = -1
        kept = keep_rows(whole, "functions", np.array([1]))
        check(kept)
        assert (kept.lines.line, kept.call_sites.line) == (whole.lines.line, [])
        assert kept.lines.function == [-1, -1, -1]  # which can do without
        assert (kept.code.function, kept.instructions.offset) == ([], [])
        assert kept.edges is not None and kept.edges.callee == []
        assert whole.lines.function == [0, -1, 0]

    def test_with_a_function_goes_all_that_names_it(self) -> None:
        small = decode(shrink.encode_within(counted(), 1))
        assert [small.strings[row] for row in small.functions.name] == ["In[5]"]
        assert small.edges is None and not small.lines.line and not small.instructions.code
        assert summarise(small)["totals"] == [30, 3]

    def test_times_are_gathered_when_they_take_the_space(self) -> None:
        picks = np.random.default_rng(1).integers(0, 2, 6000)
        text = "\n".join(f"In[5]:1 > {'fg'[pick]}:2   1" for pick in picks)
        wire = shrink.encode_within(profile(text), 4_000)
        assert "time slices" in wire["quality"]["notes"][-1]
        samples, slice_us = decode(wire).samples, wire["meta"]["time_slice"]
        assert samples.time == sorted(samples.time)
        places = zip((time // slice_us for time in samples.time), samples.stack, strict=True)
        assert len(set(places)) == len(samples.time)  # in a slice each stack has one row
        assert sum(decode(wire).samples.values[0]) == 6000 * COST

    @pytest.mark.parametrize(("seconds", "kilobytes"), [(1, 75), (10, 420), (100, 900)])
    def test_budget(self, seconds: int, kilobytes: int) -> None:
        assert shrink.budget(seconds * 10**9) <= kilobytes * 1000


def _paths(item: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(item, dict):
        for key, value in item.items():
            if path[:1] != ("summary",):
                found += _paths(value, (*path, key))
    return found


def _put(item: Any, path: tuple[Any, ...], value: Any) -> None:
    for key in path[:-1]:
        item = item[key]
    item[path[-1]] = value
