"""Tracefiles: every dialect, adding up, bad input, and what the command line does with them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from profiles import profile

from nativeprofile import cli, formats
from nativeprofile.formats import coverage
from nativeprofile.formats.coverage import lcov
from nativeprofile.formats.coverage.model import Coverage, Source, add
from nativeprofile.tables.errors import FormatError

# As lcov 1.16 writes it, with branches and checksums.
OLD = """\
TN:first
SF:/w/src/a.c
FN:3,leaf
FN:9,main
FNDA:510,leaf
FNDA:0,main
FNF:2
FNH:1
BRDA:4,0,0,500
BRDA:4,0,1,10
BRDA:10,0,0,-
BRDA:10,0,1,-
BRF:4
BRH:2
DA:3,510,Xk1ZtcPKdRgAUZQyd2Sdjg
DA:4,510,uGgNOTJ1PqAXC9tXUZkrPw
DA:9,0
DA:10,0
LF:4
LH:2
end_of_record
"""

# As lcov 2.3 writes it: comments, functions by number with aliases, exceptions, conditions.
NEW = """\
# written by a test
TN:
SF:/w/src/a.cpp
VER:1.2
FNL:0,3,7
FNA:0,10,int twice<int>(int, int)
FNA:0,20,int twice<long>(long, long)
FNL:1,9
FNA:1,1,main
FNF:2
FNH:2
BRDA:4,0,a > 1, b,5
BRDA:4,e0,1,0
BRF:2
BRH:1
MCDC:4,2,t,1,0,a
MCF:2
MCH:1
DA:3,30
DA:4,30
LF:2
LH:2
end_of_record
"""

# As LLVM's, coverage.py's, c8's and grcov's: no TN, ends of functions, totals first or none.
OTHER = """\
SF:a.py
FN:1,4,f
FNDA:2,f
LF:99
DA:1,1
DA:2,2
end_of_record
TN:again
SF:a.py
DA:2,3
DA:2,4
DA:5,0
XYZ:of another tool
end_of_record
"""


def read(text: str, folder: Path, name: str = "a.info") -> Coverage:
    (folder / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    return lcov.read(folder / name)


def only(covered: Coverage) -> Source:
    (source,) = covered.sources
    return source


class TestDialects:
    def test_lcov_1(self, tmp_path: Path) -> None:
        source = only(read(OLD, tmp_path))
        assert source.lines.number == [3, 4, 9, 10]
        assert source.lines.hits == [510, 510, 0, 0]
        assert source.lines.checksum[1:3] == ["uGgNOTJ1PqAXC9tXUZkrPw", ""]
        assert tuple(source.functions) == (["leaf", "main"], [3, 9], [0, 0], [510, 0])
        assert source.branches.taken == [500, 10, None, None]

    def test_lcov_2(self, tmp_path: Path) -> None:
        source = only(read(NEW, tmp_path))
        assert source.version == "1.2"
        assert source.functions.name[0] == "int twice<int>(int, int)"
        assert source.functions.line == [3, 3, 9]
        assert source.functions.end == [7, 7, 0]
        assert source.functions.calls == [10, 20, 1]
        assert source.branches.name == ["a > 1, b", "1"]
        assert source.branches.throw == [False, True]

    def test_others(self, tmp_path: Path) -> None:
        source = only(read(OTHER, tmp_path))
        assert source.lines.number == [1, 2, 5]
        assert source.lines.hits == [1, 2 + 3 + 4, 0]
        assert source.functions.end == [4]

    def test_functions_of_one_name(self, tmp_path: Path) -> None:
        text = "SF:a\nFN:1,f\nFN:5,f\nFNDA:2,f\nFNDA:3,f\nFNDA:4,f\nend_of_record\n"
        assert only(read(text, tmp_path)).functions.calls == [2, 7]

    @pytest.mark.parametrize("text", [OLD, NEW, OTHER])
    def test_carriage_returns(self, text: str, tmp_path: Path) -> None:
        assert read(text.replace("\n", "\r\n"), tmp_path) == read(text, tmp_path)

    @pytest.mark.parametrize("text", [OLD, NEW, OTHER])
    def test_round_trip(self, text: str, tmp_path: Path) -> None:
        first = read(text, tmp_path)
        lcov.write(first, tmp_path / "b.info")
        assert lcov.read(tmp_path / "b.info") == first

    def test_written_as_lcov_does(self, tmp_path: Path) -> None:
        lcov.write(read(OLD, tmp_path), tmp_path / "b.info")
        assert (tmp_path / "b.info").read_text() == OLD

    def test_names_of_any_bytes(self, tmp_path: Path) -> None:
        first = read("SF:/w/\udcff ü,:/a\nFN:1,a,b\nDA:1,1\nend_of_record\n", tmp_path)
        lcov.write(first, tmp_path / "b.info")
        assert lcov.read(tmp_path / "b.info") == first
        assert first.sources[0].path == "/w/\udcff ü,:/a"


class TestAdding:
    def test_counts_are_summed(self, tmp_path: Path) -> None:
        twice = add([read(OLD, tmp_path), read(OLD, tmp_path)])
        source = only(twice)
        assert source.lines.hits == [1020, 1020, 0, 0]
        assert source.functions.calls == [1020, 0]
        assert source.branches.taken == [1000, 20, None, None]
        assert twice.test == "first"

    def test_what_any_run_knows_is_there(self, tmp_path: Path) -> None:
        other = "TN:second\nSF:/w/src/a.c\nDA:7,1\nDA:9,1\nBRDA:10,0,0,0\nend_of_record\n"
        total = add([read(OLD, tmp_path), read(other, tmp_path)])
        assert only(total).lines.number == [3, 4, 7, 9, 10]
        assert only(total).lines.hits == [510, 510, 1, 1, 0]
        assert only(total).branches.taken == [500, 10, 0, None]
        assert total.test == ""

    def test_any_order(self, tmp_path: Path) -> None:
        runs = [read(text, tmp_path) for text in (OLD, NEW, OTHER)]
        assert add(runs) == add(reversed(runs)) == add([add(runs[:2]), runs[2]])

    @pytest.mark.parametrize(
        ("text", "changed", "said"),
        [
            (OLD, OLD.replace("uGgN", "vGgN"), "Line 4 of /w/src/a.c has two checksums"),
            (NEW, NEW.replace("VER:1.2", "VER:1.3"), "in two versions, 1.2 and 1.3"),
        ],
    )
    def test_another_source(self, text: str, changed: str, said: str, tmp_path: Path) -> None:
        with pytest.raises(FormatError, match=said):
            add([read(text, tmp_path), read(changed, tmp_path)])


def section(*lines: str) -> str:
    return "\n".join(("TN:", "SF:a.c", *lines, "end_of_record", ""))


class TestDamaged:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            (OLD[: OLD.index("LF:")], "ends in mid-file: it was cut off"),
            (OLD[: OLD.index("9,main") + 1], "Line 4 of a.info has no FN record"),
            (OLD[:-6], "Line 21 of a.info is no line of a tracefile"),
            (section("DA:1,-5"), "Line 3 of a.info has the negative count -5"),
            (section("BRDA:1,0,0,-5"), "negative count"),
            (section("FN:1,f", "FNDA:-1,f"), "negative count"),
            (section("DA:1," + "9" * 5000), "Line 3 of a.info has no DA record"),
            (section("DA:" + "9" * 5000 + ",1"), "no DA record"),
            (section("DA:0,1"), "no DA record"),
            (section("DA:1"), "no DA record"),
            (section("DA:1,1e5"), "no DA record"),
            (section("DA:١,٢٣x"), "no DA record"),
            (section("BRDA:1,0,0"), "no BRDA record"),
            (section("FNDA:1,f"), "counts a function without a place"),
            (section("FNA:0,1,f"), "counts a function without a place"),
            (section("SF:b.c"), "begins a source file before the last one ended"),
            ("DA:1,1\n", "belongs to no source file"),
            ("end_of_record\n", "where none began"),
            ("SF:\nend_of_record\n", "names no source file"),
            ("\0\1\2\udcff", "is no line of a tracefile"),
            ("{}", "is no line of a tracefile"),
        ],
    )
    def test_one_sentence(self, text: str, said: str, tmp_path: Path) -> None:
        with pytest.raises(FormatError) as raised:
            read(text, tmp_path)
        assert said in raised.value.message
        assert raised.value.remedy
        assert len(str(raised.value)) < 250

    def test_a_name_that_cannot_be_written(self, tmp_path: Path) -> None:
        builder = lcov.Builder()
        builder.source("a\nend_of_record").line(1, 1)
        with pytest.raises(FormatError, match="line break"):
            lcov.write(builder.finish(), tmp_path / "b.info")
        assert not (tmp_path / "b.info").exists()


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    for name, text in (("a.info", OLD), ("b.info", NEW)):
        (tmp_path / name).write_text(text)
    return [str(tmp_path / name) for name in ("a.info", "b.info")]


class TestCommandLine:
    def test_report(self, files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["report", *files]) == 0
        assert capsys.readouterr().out.splitlines() == [
            "a.info, b.info  coverage of 2 files",
            "gcov · counted exactly",
            "",
            "lines        66 %  4 of 6",
            "functions    80 %  4 of 5",
            "branches     50 %  3 of 6",
            "",
            "never run   lines branches  file",
            "        2    50 %     50 %  a.c  9-10",
            "        0   100 %     50 %  a.cpp",
            "",
            "1 function never called:",
            "  main  (a.c:9)",
            "",
            "Engine: gcov: read from files of coverage",
            "Note: What a function cost is how often its own lines ran; no time was measured, and "
            "what it called is not added.",
        ]

    def test_json(self, files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["report", *files, "--json"]) == 0
        found = json.loads(capsys.readouterr().out)
        assert found["totals"]["lines"] == {"found": 6, "hit": 4}
        assert found["directories"][0]["path"] == "/w/src"
        assert found["files"][0]["never"] == [[9, 10]]
        twice = found["functions"][3]
        assert (twice["calls"], twice["lines"]) == (20, {"found": 2, "hit": 2})

    def test_never_over_40_lines(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        parts = [
            f"SF:/w/d{at % 9}/{'long' * 40}{at}\u202e.c\nFN:1,f{at}\nDA:1,0\nend_of_record\n"
            for at in range(99)
        ]
        (tmp_path / "a.info").write_text("".join(parts))
        cli.main(["report", str(tmp_path / "a.info")])
        lines = capsys.readouterr().out.splitlines()
        assert len(lines) < 40
        assert max(map(len, lines)) < 160
        assert not any("\u202e" in line for line in lines)
        assert "99 functions never called:" in lines

    def test_shares_are_not_rounded_up(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        rows = "".join(f"DA:{line},{int(line > 1)}\n" for line in range(1, 1001))
        (tmp_path / "a.info").write_text(f"SF:a\n{rows}end_of_record\n")
        cli.main(["report", str(tmp_path / "a.info")])
        assert "lines        99 %  999 of 1,000" in capsys.readouterr().out

    @pytest.mark.parametrize("last", [["-o", "{}"], ["{}"]])
    def test_adding(self, last: list[str], files: list[str], tmp_path: Path) -> None:
        target = tmp_path / "sum.info"
        words = [word.format(target) for word in last]
        assert cli.main(["convert", *files, files[0], *words]) == 0
        assert lcov.read(target) == coverage.read([("lcov", Path(f)) for f in [*files, files[0]]])

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["report", "a.info", "p.json"], "p.json is no coverage, a.info is."),
            (["report", "empty.info"], "empty.info has no coverage in it. Run the program"),
            (["report", "empty.info", "--json"], "has no coverage in it"),
            (["report", "p.json", "--from", "lcov"], "is no line of a tracefile"),
            (["report", "none.info"], "none.info cannot be read: No such file"),
            (["convert", "a.info", "x", "--to", "collapsed"], "has no stacks"),
            (["convert", "p.json", "p.json", "-o", "x.json"], "The output is named twice."),
            (["convert", "p.json", "p.json", "x.json"], "Profiles are not added up."),
            (["convert", "p.json", "x.info"], "This profile has no coverage"),
        ],
    )
    def test_failures(
        self,
        words: list[str],
        said: str,
        files: list[str],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.chdir(tmp_path)
        formats.write("wire", profile("In[5]:2   9"), Path("p.json"))
        Path("empty.info").write_text("")
        assert cli.main(words) == 2
        out, told = capsys.readouterr()
        assert out == ""
        assert said in told
        assert told.count("\n") == 1
        assert not Path("x").exists()
