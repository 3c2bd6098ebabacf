"""Counters of real programs: the same numbers as gcov's own text; misfits refused."""

from __future__ import annotations

import gzip
import json
import os
import stat
import struct
import threading
from pathlib import Path
from typing import Any

import pytest
from coverages import CPP, THREADS, C, Text, build, mine_of, text_of
from natives import run

from nativeprofile import cli
from nativeprofile.formats import coverage
from nativeprofile.formats.coverage import gcda, gcov, gcov_json, lcov
from nativeprofile.formats.coverage.model import Coverage, add
from nativeprofile.tables.errors import FormatError


@pytest.fixture(scope="module")
def c(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("c"))


@pytest.fixture(scope="module")
def cpp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("cpp"), CPP, name="program.cpp")


def counted(*files: Path) -> Coverage:
    return gcov.read(map(gcov.beside, files))


def agree(gcda: Path, name: str) -> Text:
    mine = mine_of(counted(gcda), gcda.parent / name)
    text = text_of(gcda, name)
    assert mine.lines == text.lines
    assert mine.functions == text.functions
    assert mine.branches.keys() == text.branches.keys()
    for line, told in text.branches.items():
        for (taken, throw), (times, thrown) in zip(mine.branches[line], told, strict=True):
            assert taken == (times or 0), line
            assert throw == thrown or times is None, line  # GCC 12 says no more of those.
    return mine


class TestAgainstGcov:
    def test_c(self, c: Path) -> None:
        mine = agree(c, "program.c")
        calls = {"one": 10 + 510, "leaf": 200, "choose": 510, "two": 1_000_000, "never": 0}
        assert mine.functions == {**calls, "main": 1}
        assert mine.lines[31] == 1_000_000
        assert mine.lines[13] == mine.lines[14] == 0
        assert mine.lines[9] == 520 + 1_000_000  # Two functions on one line.
        assert mine.branches[5] == [(67, False), (133, False), (14, False), (53, False)]

    def test_cpp(self, cpp: Path) -> None:
        mine = agree(cpp, "program.cpp")
        assert mine.functions["_Z5twiceIiET_S0_"] == mine.functions["_Z5twiceIdET_S0_"] == 10
        assert mine.lines[3] == 20
        assert any(throw for rows in mine.branches.values() for _, throw in rows)
        assert mine.functions["_ZL5neveri"] == 0

    def test_optimised(self, tmp_path: Path) -> None:
        agree(build(tmp_path, CPP, "-O2", name="program.cpp"), "program.cpp")

    def test_two_threads(self, tmp_path: Path) -> None:
        gcda = build(tmp_path, THREADS, "-pthread", "-fprofile-update=atomic")
        assert agree(gcda, "program.c").functions["counted"] == 2_000_000

    def test_several_units_share_a_header(self, tmp_path: Path) -> None:
        (tmp_path / "shared.h").write_text(
            "template <class T> T id(T x) { if (x) return x; return T(); }\n"
        )
        for name, kind in (("a", "int"), ("b", "double")):
            (tmp_path / f"{name}.cpp").write_text(
                f'#include "shared.h"\n'
                f"int {name}() {{ return int(id<{kind}>(1) + id<char>(0)); }}\n"
            )
        (tmp_path / "m.cpp").write_text("int a(); int b(); int main() { return a() + b() - 2; }\n")
        units = ["a", "b", "m"]
        for unit in units:
            run("g++", "--coverage", "-O0", "-c", f"{unit}.cpp", cwd=tmp_path)
        run("g++", "--coverage", *(f"{unit}.o" for unit in units), "-o", "run", cwd=tmp_path)
        run(str(tmp_path / "run"), cwd=tmp_path)
        both = counted(*(tmp_path / f"{unit}.gcda" for unit in units))
        assert [Path(source.path).name for source in both.sources] == [
            "a.cpp", "b.cpp", "m.cpp", "shared.h",
        ]  # fmt: skip
        header = both.sources[-1]
        assert header.lines.hits == [4]
        assert header.functions.calls == [2, 1, 1]
        assert header.branches.block == [0, 0, 1, 1, 2, 2]

    def test_a_second_run_counts_on(self, tmp_path: Path) -> None:
        gcda = build(tmp_path)
        once = counted(gcda)
        run(str(tmp_path / "run"), cwd=tmp_path)
        assert counted(gcda) == add([once, once])


class TestTracefile:
    @pytest.mark.parametrize("which", ["c", "cpp"])
    def test_round_trip(self, which: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
        first = counted(request.getfixturevalue(which))
        lcov.write(first, tmp_path / "a.info")
        again = lcov.read(tmp_path / "a.info")
        assert without_fallthrough(again) == without_fallthrough(first)
        assert again != first
        assert add([again, first]) == add([first, again])


def without_fallthrough(covered: Coverage) -> list[tuple[Any, ...]]:
    return [(*source[:4], *source.branches[:5]) for source in covered.sources]


class TestNothingIsWritten:
    def test_in_the_folders(self, tmp_path: Path, c: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        before = {p: p.stat().st_mtime_ns for p in c.parent.iterdir()}
        counted(c)
        assert {p: p.stat().st_mtime_ns for p in c.parent.iterdir()} == before
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("name", ["-o x", "$(touch evil)", "a;b\n'\"", "--help", "ü 日\u202e"])
    def test_hostile_names(
        self, name: str, tmp_path: Path, c: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        for suffix in (".gcda", ".gcno"):
            Path(f"{name}{suffix}").write_bytes(c.with_suffix(suffix).read_bytes())
        assert counted(Path(f"{name}.gcda")) == counted(c)
        assert len(list(tmp_path.iterdir())) == 2


class TestMisfits:
    @pytest.fixture
    def copy(self, tmp_path: Path, c: Path) -> Path:
        for suffix in (".gcda", ".gcno"):
            (tmp_path / f"x{suffix}").write_bytes(c.with_suffix(suffix).read_bytes())
        return tmp_path / "x.gcda"

    def fails(self, gcda: Path, message: str, remedy: str) -> None:
        with pytest.raises(FormatError) as raised:
            counted(gcda)
        assert message in raised.value.message
        assert remedy in raised.value.remedy
        assert raised.value.message.count(".\n") == 0

    def test_another_build(self, copy: Path, tmp_path: Path) -> None:
        (tmp_path / "y").mkdir()
        other = build(tmp_path / "y", C.replace("i < 10;", "i < 11;").replace("200", "20 + 1"))
        copy.with_suffix(".gcno").write_bytes(other.with_suffix(".gcno").read_bytes())
        self.fails(copy, "x.gcda is of another build than x.gcno", "Remove it")

    def test_no_graph(self, copy: Path) -> None:
        copy.with_suffix(".gcno").unlink()
        self.fails(
            copy,
            "x.gcno, which gcc --coverage wrote beside the object file, is gone",
            "Put it there",
        )

    def test_a_pipe_for_a_graph(self, copy: Path) -> None:
        graph = copy.with_suffix(".gcno")
        graph.unlink()
        os.mkfifo(graph)
        writer = os.open(graph, os.O_RDWR)
        # So that whoever reads it comes to its end some time.
        timer = threading.Timer(5, os.close, [writer])
        timer.start()
        self.fails(copy, "x.gcno, which gcc --coverage wrote beside the object file", "Put it")
        timer.cancel()
        os.close(writer)

    def test_no_counters(self, copy: Path) -> None:
        copy.unlink()
        self.fails(copy, "x.gcda cannot be read: No such file", "run the program again")

    def test_no_gcov(self, copy: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        self.fails(copy, "gcov is missing", "apt-get install")

    @pytest.mark.parametrize("suffix", [".gcda", ".gcno"])
    @pytest.mark.parametrize("share", [0.01, 0.3, 0.6, 0.97])
    def test_cut_off(self, copy: Path, suffix: str, share: float) -> None:
        data = copy.with_suffix(suffix).read_bytes()
        copy.with_suffix(suffix).write_bytes(data[: int(len(data) * share) // 4 * 4 + 1])
        self.fails(copy, f"x{suffix} ", "gain")

    def test_counters_cut_off_anywhere(self, copy: Path) -> None:
        data = copy.read_bytes()
        for length in range(len(data)):
            copy.write_bytes(data[:length])
            with pytest.raises(FormatError):
                gcda.head(copy, gcda.DATA, "")

    @pytest.mark.parametrize("order", ["<", ">"])
    @pytest.mark.parametrize(("version", "major"), [(b"A93*", 9), (b"B13*", 11), (b"B22*", 12)])
    def test_counters_of_other_compilers(
        self, order: str, version: bytes, major: int, tmp_path: Path
    ) -> None:
        unit = 1 if major >= 12 else 4
        head = [*struct.unpack(">2I", b"gcda" + version), 77, *([0] if major >= 12 else [])]
        summary = [0xA1000000, 8 // unit, 1, 10]
        function = [0x01000000, 12 // unit, 1, 2, 3]
        counters = [0x01A10000, 8 // unit, 5, 0, 0x01A30000, -8 & 0xFFFFFFFF]
        words = [*head, *summary, *function, *counters, 0]
        data = struct.pack(f"{order}{len(words)}I", *words)
        (tmp_path / "x.gcda").write_bytes(data)
        assert gcda.sniff(data, tmp_path / "x.gcda")
        assert gcda.head(tmp_path / "x.gcda", gcda.DATA, "") == (major, 77)
        for length in range(len(data)):
            (tmp_path / "x.gcda").write_bytes(data[:length])
            with pytest.raises(FormatError):
                gcda.head(tmp_path / "x.gcda", gcda.DATA, "")

    @pytest.mark.parametrize("suffix", [".gcda", ".gcno"])
    @pytest.mark.parametrize("data", [b"", b"gcda", b"adcg!!!!????", bytes(range(64))])
    def test_no_such_file(self, copy: Path, suffix: str, data: bytes) -> None:
        copy.with_suffix(suffix).write_bytes(data)
        self.fails(copy, f"x{suffix} ", "gain")

    @pytest.mark.parametrize(
        ("says", "message", "remedy"),
        [
            ("0.gcno:version 'A93*', prefer 'B22*'", "of GCC 9, gcov is of 12", "Install the"),
            ("0.gcda:profile mismatch for 'f'", "cannot read x.gcda: profile mismatch", "Build"),
            ("unrecognized option\n; exit 1", "gcov failed", "GCC 9 or later"),
        ],
    )
    def test_what_gcov_says(
        self, says: str, message: str, remedy: str, copy: Path, tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        said, _, then = says.partition("\n; ")
        self.stand_in(
            tmp_path, f"echo \"{said}\" >&2\necho '{{}}' > /dev/null\n{then}", monkeypatch
        )
        self.fails(copy, message, remedy)

    def test_too_long(self, copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stand_in(tmp_path, "exec tail -f /dev/null", monkeypatch)
        with pytest.raises(FormatError, match=r"needs more than 0\.2 s"):
            gcov.read([gcov.beside(copy)], seconds=0.2)

    def test_too_much(self, copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(gcov_json, "LIMIT", 1 << 20)
        self.stand_in(tmp_path, "exec cat /dev/zero", monkeypatch)
        with pytest.raises(FormatError, match=r"of output\. Read fewer"):
            counted(copy)

    @staticmethod
    def stand_in(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """A program in gcov's place."""
        program = folder / "bin" / "gcov"
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setattr(gcov, "_program", lambda gcc: str(program))


LINE = {"line_number": 3, "count": 4, "unexecuted_block": False, "branches": []}


def document(version: str = "1", **changed: Any) -> dict[str, Any]:
    line = {**LINE, "function_name": "f", **changed}
    function = {"name": "f", "demangled_name": "f", "start_line": 3, "end_line": 5,
                "execution_count": 4}  # fmt: skip
    return {
        "gcc_version": "9.3.0", "format_version": version, "current_working_directory": "/w",
        "data_file": "x", "files": [{"file": "./a.c", "functions": [function], "lines": [line]}],
    }  # fmt: skip


class TestJson:
    @pytest.mark.parametrize("pack", [bytes, gzip.compress])
    @pytest.mark.parametrize("version", ["1", "2"])
    def test_plain_and_packed(self, pack: Any, version: str, tmp_path: Path) -> None:
        file = tmp_path / "a.gcov.json.gz"
        file.write_bytes(pack(json.dumps(document(version)).encode() * 2))
        assert coverage.recognise(file) == "gcov"
        (source,) = gcov_json.read(file).sources
        assert (source.path, source.lines.hits, source.functions.calls) == ("/w/a.c", [8], [8])

    def test_blocks_of_version_2(self, tmp_path: Path) -> None:
        ways = [(4, 1), (0, 1), (0, 2), (0, 2)]
        branches = [
            {"count": count, "throw": False, "fallthrough": False, "source_block_id": block,
             "destination_block_id": 9}
            for count, block in ways
        ]  # fmt: skip
        file = tmp_path / "a.json"
        extra = {"calls": [], "conditions": [], "block_ids": [1, 2]}
        file.write_text(json.dumps(document("2", branches=branches, **extra)))
        assert gcov_json.read(file).sources[0].branches.taken == [4, 0, None, None]

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            (json.dumps(document("3")), "version '3'"),
            (json.dumps(document())[:-20], "cut off"),
            (json.dumps(document(count=-1)), "negative count"),
            (json.dumps(document(count=1.5)), "a number is none"),
            (json.dumps(document(count=None)), "a number is none"),
            (json.dumps(document(line_number=True)), "a number is none"),
            (json.dumps(document(function_name=7)), "a name is no text"),
            (json.dumps({**document(), "files": [{}]}), "'functions' is missing|'file' is missing"),
            (json.dumps({**document(), "files": 3}), "not what gcov writes"),
            ("[]", "not what gcov writes"),
            ("[" * 100_000, "no JSON"),
        ],
    )
    def test_damaged(self, text: str, said: str, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_text(text)
        with pytest.raises(FormatError, match=said):
            gcov_json.read(tmp_path / "a.json")

    def test_damaged_gzip(self, tmp_path: Path) -> None:
        packed = gzip.compress(json.dumps(document()).encode())
        (tmp_path / "a.gcov.json.gz").write_bytes(packed[:-12])
        with pytest.raises(FormatError, match="cannot be unpacked"):
            gcov_json.read(tmp_path / "a.gcov.json.gz")


class TestCommandLine:
    def test_counters(self, c: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["report", str(c)]) == 0
        out = capsys.readouterr().out
        assert out.startswith("unit.gcda  coverage of 1 file\n")
        assert "program.c  10-15, 20-22, 33" in out
        assert "1 function never called:\n  never  (program.c:11)" in out
