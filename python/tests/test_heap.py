"""Massif's and DHAT's files: the numbers of ms_print and of Valgrind itself, and damage."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import heaps
import pytest
import valgrinds

from nativeprofile import formats
from nativeprofile.cli import main
from nativeprofile.formats import dhat, massif
from nativeprofile.tables.decode import decode
from nativeprofile.tables.encode import encode
from nativeprofile.tables.errors import FormatError
from nativeprofile.tables.profile import Profile

pytestmark = valgrinds.needs_valgrind


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return heaps.build(tmp_path_factory.mktemp("heap"))


@pytest.fixture(scope="module")
def curve(program: Path) -> Path:
    return heaps.run(program, "massif", "--stacks=yes", "--detailed-freq=3")[0]


@pytest.fixture(scope="module")
def sites(program: Path) -> tuple[Path, str]:
    return heaps.run(program, "dhat")


def allocators(profile: Profile, value: str) -> Counter[str]:
    """An amount by the innermost function that is no machinery of Valgrind's."""
    names = [one["name"] for one in profile.values]
    column = profile.samples.values[names.index(value)]
    found: Counter[str] = Counter()
    for stack, amount in zip(profile.samples.stack, column, strict=True):
        while True:
            function = profile.frames.function[profile.stacks.frame[stack]]
            if not profile.functions.flags[function]:
                break
            stack = profile.stacks.prefix[stack]
        found[profile.strings[profile.functions.name[function]]] += amount
    return +found


class TestMassif:
    def test_the_curve_is_that_of_ms_print(self, curve: Path) -> None:
        profile = massif.read(curve)
        assert [one["name"] for one in profile.values] == ["heap", "extra", "stacks"]
        assert profile.snapshots is not None
        heap, extra, stacks = profile.snapshots.values
        ours = [
            [number, time, sum(sizes), *sizes]
            for number, (time, *sizes) in enumerate(
                zip(profile.snapshots.time, heap, extra, stacks, strict=True)
            )
        ]
        assert ours == heaps.rows(heaps.ms_print(curve))
        assert profile.meta["time_unit"] == "i"

    def test_the_places_of_every_snapshot_are_those_of_ms_print(self, curve: Path) -> None:
        text = heaps.ms_print(curve)
        parts = [part["name"] for part in massif.read(curve).meta["parts"]]
        assert len(parts) > 10
        for part in parts:
            found = allocators(massif.read(curve, part), "heap")
            shown = {name: size for name, size in found.items() if not name.startswith("(")}
            assert shown == heaps.places(text, int(part.split()[1])), part

    def test_the_peak_is_shown(self, curve: Path) -> None:
        profile = massif.read(curve)
        peak = profile.meta["parts"][profile.meta["part"]]
        assert peak["trigger"] == "peak"
        row = int(peak["name"].split()[1])
        assert profile.snapshots is not None
        for column, amounts in enumerate(profile.samples.values):
            # All bytes have a place, or say that they have none.
            assert sum(amounts) == profile.snapshots.values[column][row]

    def test_a_recursion_keeps_its_frames(self, program: Path) -> None:
        out, _ = heaps.run(program, "massif", "--threshold=0", number=2)
        profile = massif.read(out)
        names = [profile.strings[profile.functions.name[f]] for f in profile.frames.function]
        chain = []
        stack = next(
            row
            for row, amount in zip(profile.samples.stack, profile.samples.values[0], strict=True)
            if amount == 3000
        )
        while stack >= 0:
            chain.append(names[profile.stacks.frame[stack]])
            stack = profile.stacks.prefix[stack]
        assert chain == ["keep", "deep", "deep", "deep", "deep", "main"]

    def test_stacks_alone(self, program: Path) -> None:
        out, _ = heaps.run(program, "massif", "--heap=no", "--stacks=yes", number=3)
        profile = massif.read(out)
        assert [one["name"] for one in profile.values] == ["stacks"]
        assert profile.snapshots is not None
        assert sum(profile.samples.values[0]) == max(profile.snapshots.values[0])

    def test_every_cut(self, curve: Path, tmp_path: Path) -> None:
        """A file that ends anywhere: what is shown is in the whole file, and it is said."""
        text = curve.read_text()
        whole = massif.read(curve).snapshots
        assert whole is not None
        cut = tmp_path / "massif.out.cut"
        for end in range(0, len(text) - 1, 23):
            cut.write_text(text[:end])
            try:
                profile = massif.read(cut)
            except FormatError as error:
                assert "cut off" in error.message
                continue
            found = profile.snapshots
            assert found is not None
            assert found.time == whole.time[: len(found.time)]
            # Between two snapshots nothing tells that there were more.
            between = text[end:].startswith("#-") and text[:end].count("#-") % 2 == 0
            is_said = any("cut off" in note for note in profile.quality["notes"])
            assert is_said != between, text[:end][-60:]

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("time_unit: i", "time_unit: fortnights"),
            ("mem_heap_B=10000", "mem_heap_B=-1"),
            ("mem_heap_B=10000", "mem_heap_B=99999999999999999999"),
            ("heap_tree=empty", "heap_tree=full"),
            ("\nn1: 10000 ", "\nn7: 10000 "),
            ("\nn1: 10000 ", "\n  n1: 10000 "),
            (" n0: 10000 ", " n0: 9999 "),
        ],
    )
    def test_damage_is_refused(self, tmp_path: Path, before: str, after: str) -> None:
        text = SMALL.replace(before, after)
        assert text != SMALL
        path = tmp_path / "massif.out.1"
        path.write_text(SMALL)
        assert formats.recognise(path) == "massif"
        assert formats.open(path).meta["parts"] == [
            {"name": "snapshot 1", "snapshot": 1, "trigger": "peak"}
        ]
        path.write_text(text)
        with pytest.raises(FormatError) as caught:
            massif.read(path)
        assert caught.value.remedy

    def test_a_snapshot_that_has_no_places(self, curve: Path) -> None:
        with pytest.raises(FormatError, match="has no places for 'snapshot 0'"):
            massif.read(curve, "snapshot 0")

    def test_the_command_line_shows_one_snapshot(
        self, curve: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        first = massif.read(curve).meta["parts"][0]["name"]
        assert main(["report", str(curve), "--part", first]) == 0
        text = capsys.readouterr().out
        assert first in text and "bytes" in text
        assert "Nothing was counted" in text and "too short" not in text
        assert main(["report", str(curve), "--part", "snapshot x"]) == 2


class TestDhat:
    def test_the_totals_are_those_of_valgrind(self, sites: tuple[Path, str]) -> None:
        path, said = sites
        numbers = [int(n.replace(",", "")) for n in re.findall(r"([\d,]+) (?:bytes|blocks)", said)]
        profile = dhat.read(path)
        totals = {
            one["name"]: sum(column)
            for one, column in zip(profile.values, profile.samples.values, strict=True)
        }
        assert [*totals.values()] == numbers
        assert [one["unit"] for one in profile.values if one["name"] in ("total", "read")] == [
            "bytes",
            "bytes",
        ]

    def test_each_function_allocated_what_it_should(self, sites: tuple[Path, str]) -> None:
        profile = dhat.read(sites[0])
        found, blocks = allocators(profile, "total"), allocators(profile, "blocks")
        assert {name: (found[name], blocks[name]) for name in found} == heaps.ALLOCATED
        assert allocators(profile, "end")["keep"] == 53_000

    @pytest.mark.parametrize("mode", ["copy", "ad-hoc"])
    def test_other_modes(self, program: Path, mode: str) -> None:
        out, _ = heaps.run(program, "dhat", f"--mode={mode}", number=4)
        profile = dhat.read(out)
        units = [(one["name"], one["unit"]) for one in profile.values[:2]]
        copied = [("total", "bytes"), ("blocks", "count")]
        assert units == (copied if mode == "copy" else [("units", "count"), ("events", "count")])

    def test_every_cut_is_refused(self, sites: tuple[Path, str], tmp_path: Path) -> None:
        text = sites[0].read_text().rstrip()
        path = tmp_path / "dhat.out.1"
        for end in range(1, len(text), 11):
            path.write_text(text[:end])
            with pytest.raises(FormatError):
                formats.open(path)

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("dhatFileVersion", 1),
            ("pps", 3),
            ("pps", [{"tb": -1, "fs": [1]}]),
            ("pps", [{"tb": 1.5, "fs": [1]}]),
            ("pps", [{"tb": True, "fs": [1]}]),
            ("pps", [{"tb": 1 << 60, "fs": [1]}]),
            ("pps", [{"tb": 1, "fs": [99]}]),
            ("pps", [{"tb": 1, "fs": [-1]}]),
            ("pps", [{"tb": 1}]),
            ("pps", [{"tb": 1, "fs": [1]}, {"fs": [1]}]),
            ("pps", [7]),
            ("ftbl", None),
            ("tg", "soon"),
        ],
    )
    def test_damage_is_refused(self, tmp_path: Path, key: str, value: Any) -> None:
        whole: dict[str, Any] = {
            "dhatFileVersion": 2,
            "mode": "heap",
            "verb": "Allocated",
            "tu": "instrs",
            "cmd": "./heap",
            "pid": 1,
            "te": 9,
            "tg": 4,
            "pps": [{"tb": 8, "tbk": 1, "fs": [1]}],
            "ftbl": ["[root]", "0x1: main (heap.c:1)"],
        }
        path = tmp_path / "dhat.out.1"
        path.write_text(json.dumps(whole))
        assert allocators(formats.open(path), "total") == {"main": 8}
        path.write_text(json.dumps({**whole, key: value}))
        with pytest.raises(FormatError) as caught:
            dhat.read(path)
        assert caught.value.remedy


@pytest.mark.parametrize("tool", ["massif", "dhat"])
def test_it_survives_the_wire(tool: str, curve: Path, sites: tuple[Path, str]) -> None:
    profile = formats.open(curve if tool == "massif" else sites[0])
    again = decode(json.loads(json.dumps(encode(profile))))
    assert again.samples == profile.samples
    assert again.snapshots == profile.snapshots
    assert again.values == profile.values
    assert again.meta == profile.meta


SMALL = """\
desc: (none)
cmd: ./heap
time_unit: i
#-----------
snapshot=0
#-----------
time=0
mem_heap_B=0
mem_heap_extra_B=0
mem_stacks_B=0
heap_tree=empty
#-----------
snapshot=1
#-----------
time=7
mem_heap_B=10000
mem_heap_extra_B=8
mem_stacks_B=0
heap_tree=peak
n1: 10000 (heap allocation functions) malloc/new/new[], --alloc-fns, etc.
 n0: 10000 0x109179: keep (heap.c:3)
#-----------
snapshot=2
#-----------
time=9
mem_heap_B=0
mem_heap_extra_B=0
mem_stacks_B=0
heap_tree=empty
"""
