"""gmon.out: read as gprof reads it, of any word size and byte order, and refused when damaged."""

from __future__ import annotations

import re
import struct
import subprocess
from pathlib import Path

import pytest
from gprofs import Read, Text, any_program, library, program, text_of
from natives import run

from nativeprofile import cli, formats
from nativeprofile.formats import gmon
from nativeprofile.formats.gmon.graph import propagate
from nativeprofile.formats.gmon.records import HEADER, Gmon, parse
from nativeprofile.symbols import functions
from nativeprofile.tables.errors import FormatError
from nativeprofile.tables.layout import check

PRINTED = 0.0051
"""What rounding to hundredths of a second leaves."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return program(tmp_path_factory.mktemp("program"))


@pytest.fixture(scope="module")
def found(made: tuple[Path, Path]) -> Read:
    binary, file = made
    return Read(gmon.read(file, binary))


@pytest.fixture(scope="module")
def text(made: tuple[Path, Path]) -> Text:
    return text_of(*made)


def synthetic(word: int = 8, order: str = "<", version: int = 1) -> bytes:
    """A histogram of 8 counters, a call, and 2 basic blocks."""
    address = "Q" if word == 8 else "I"
    data = struct.pack(f"{order}4si12x", b"gmon", version)
    data += b"\0" + struct.pack(
        f"{order}{address}{address}ii15sc8H", 0x1000, 0x1020, 8, 100, b"seconds", b"s", *range(8)
    )
    data += b"\1" + struct.pack(f"{order}{address}{address}I", 0x1004, 0x1010, 42)
    return (
        data + b"\2" + struct.pack(f"{order}I{address}{address}{address}{address}", 2, 1, 2, 3, 4)
    )


def agree(found: Read, text: Text) -> None:
    """Both say the same: calls exactly, times as far as gprof prints them."""
    for name, (own, calls) in text.flat.items():
        by_itself = found.edges.get((name, name), (0, 0.0, 0.0))[0]
        # gprof prints none of a function whose calls are not counted, as those of main.
        assert max(0, found.calls[name]) - by_itself == calls, name
        assert found.times[name][0] == pytest.approx(own, abs=PRINTED), name
    for name, (own, below) in text.graph.items():
        mine, inclusive = found.times[name]
        assert mine == pytest.approx(own, abs=PRINTED), name
        assert inclusive - mine == pytest.approx(below, abs=2 * PRINTED), name
    for arc, (own, below, calls) in text.arcs.items():
        counted, mine, inclusive = found.edges[arc]
        assert counted == calls, arc
        assert mine == pytest.approx(own, abs=PRINTED), arc
        assert inclusive - mine == pytest.approx(below, abs=2 * PRINTED), arc


class TestAgainstGprof:
    def test_a_program(self, found: Read, text: Text) -> None:
        names = {"leaf", "mid", "even", "odd", "fact", "burn"}
        assert text.flat.keys() >= names and text.graph.keys() >= {"main", *names}
        assert text.arcs.keys() >= {("burn", "mid"), ("mid", "leaf"), ("main", "even")}
        agree(found, text)

    @pytest.mark.parametrize("seed", [3, 5, 6])
    def test_any_program(self, tmp_path: Path, seed: int) -> None:
        binary, file = program(tmp_path, any_program(seed))
        text = text_of(binary, file)
        found = Read(gmon.read(file, binary))
        assert len(text.arcs) > 40 and "call each other" in found.notes
        agree(found, text)

    def test_time_between_functions(self, tmp_path: Path) -> None:
        """Samples in each counter that two functions share; but none in the few counters that are
        a unit narrower than others, of whose samples gprof drops half."""
        binary, file = program(tmp_path, any_program(6))
        data = bytearray(file.read_bytes())
        low, high, length = struct.unpack_from("<QQi", data, HEADER + 1)
        units = (high - low) / 2 / length
        counts = [0] * length
        for symbol in functions.read(binary).all:
            n = int((symbol.start - low) / 2 / units)
            if re.match(r"f\d", symbol.name) and int(units * (n + 1)) - int(units * n) >= units:
                counts[n] = 3
        assert sum(counts) > 150
        at = HEADER + 1 + struct.calcsize("<QQii15sc")
        struct.pack_into(f"<{length}H", data, at, *counts)
        file.write_bytes(data)
        agree(Read(gmon.read(file, binary)), text_of(binary, file))

    def test_known_counts(self, found: Read) -> None:
        assert found.calls["mid"] == 510 and found.calls["fact"] == 10 * 50
        assert found.calls["leaf"] == 510 * 11 + 500 + 200 * 31 * 2 + 1_000_000
        assert re.search("(even and odd|odd and even) call each other", found.notes)

    def test_the_profile_is_sound(self, found: Read) -> None:
        check(found.profile)
        table = found.profile.functions
        assert table.source is not None
        leaf = found.names.index("leaf")
        assert found.profile.strings[table.source[leaf]].endswith("program.c")
        assert table.line[leaf] in (2, 3)  # of the name, or of the brace


class TestBadInput:
    def test_cut_off_anywhere(self, made: tuple[Path, Path]) -> None:
        data = synthetic()
        whole = 0
        ends = {20, 20 + 1 + 40 + 16, 20 + 1 + 40 + 16 + 1 + 20}
        for length in range(len(data)):
            try:
                parse(data[:length], "gmon.out", 8, "<")
                whole += 1
                assert length in ends
            except FormatError as error:
                assert length not in ends and "gmon.out" in error.message
                assert "cut off" in error.message and error.remedy
        assert whole == 3

    def test_real_file_cut_off(self, made: tuple[Path, Path], tmp_path: Path) -> None:
        binary, file = made
        cut = tmp_path / "gmon.out"
        cut.write_bytes(file.read_bytes()[:-3])
        with pytest.raises(FormatError, match="damaged or cut off"):
            gmon.read(cut, binary)

    @pytest.mark.parametrize(
        "data",
        [
            synthetic(version=2),
            synthetic()[:20] + b"\7",
            synthetic()[:20]
            + b"\0"
            + struct.pack("<QQii15sc", 0x2000, 0x1000, 4, 100, b"s", b"s")
            + bytes(8),
            synthetic()[:20]
            + b"\0"
            + struct.pack("<QQii15sc", 0x1000, 0x2000, -1, 100, b"s", b"s"),
            synthetic()[:20]
            + b"\0"
            + struct.pack("<QQii15sc", 0x1000, 0x2000, 4, 0, b"s", b"s")
            + bytes(8),
            synthetic()[:20] + b"\2" + struct.pack("<I", 0xFFFFFFFF),
        ],
    )
    def test_damaged(self, data: bytes) -> None:
        with pytest.raises(FormatError, match="damaged or cut off"):
            parse(data, "gmon.out", 8, "<")

    @pytest.mark.parametrize(
        ("word", "order", "kind"),
        [(4, "<", "32-bit little"), (8, ">", "64-bit big"), (4, ">", "32-bit big")],
    )
    def test_another_architecture(
        self, made: tuple[Path, Path], tmp_path: Path, word: int, order: str, kind: str
    ) -> None:
        file = tmp_path / "gmon.out"
        file.write_bytes(synthetic(word, order))
        with pytest.raises(FormatError) as raised:
            gmon.read(file, made[0])
        assert f"was written by a {kind}-endian program" in raised.value.message
        assert "64-bit little-endian" in raised.value.message

    def test_stripped_missing_and_foreign_binaries(
        self, made: tuple[Path, Path], tmp_path: Path
    ) -> None:
        binary, file = made
        stripped = tmp_path / "stripped"
        stripped.write_bytes(binary.read_bytes())
        run("strip", stripped)
        with pytest.raises(FormatError, match="was stripped"):
            gmon.read(file, stripped)
        with pytest.raises(FormatError, match="cannot be read"):
            gmon.read(file, tmp_path / "nothing")
        with pytest.raises(FormatError, match="is no ELF program"):
            gmon.read(file, Path(__file__))
        alone = tmp_path / "alone" / "gmon.out"
        alone.parent.mkdir()
        alone.write_bytes(file.read_bytes())
        with pytest.raises(FormatError, match="does not say which program"):
            formats.open(alone)


class TestSymbols:
    @pytest.mark.parametrize("word", [4, 8])
    def test_any_word_size(self, tmp_path: Path, word: int) -> None:
        source, built = tmp_path / "x.s", tmp_path / "x"
        source.write_text(
            ".text\n.globl f\n.type f, @function\nf: nop\nnop\n.size f, 2\nalias = f\n"
            ".type g, @function\ng: nop\n.size g, 1\n.globl h\nh: nop\nnop\n"
        )
        bits, target = (32, "elf_i386") if word == 4 else (64, "elf_x86_64")
        run("as", f"--{bits}", source, "-o", tmp_path / "x.o")
        run("ld", "-m", target, "-e", "f", tmp_path / "x.o", "-o", built)
        symbols = functions.read(built)
        assert (symbols.word, symbols.order, symbols.complete) == (word, "<", True)
        assert [(s.name, s.end - s.start) for s in symbols.all] == [("f", 2), ("g", 1), ("h", 2)]
        start = symbols.all[0].start
        names = [symbols.at(start + n) for n in (-1, 0, 1, 2, 3, 4, 5)]
        assert [s and s.name for s in names] == [None, "f", "f", "g", "h", "h", None]

    def test_of_a_library_without_them(self, tmp_path: Path) -> None:
        built = library(tmp_path)
        run("strip", built)
        symbols = functions.read(built)
        assert not symbols.complete and {s.name for s in symbols.all} >= {"burn", "mid"}

    def test_damaged(self, tmp_path: Path) -> None:
        built = tmp_path / "damaged.so"
        data = library(tmp_path).read_bytes()
        for length in range(1, len(data), 97):
            built.write_bytes(data[:length])
            with pytest.raises(ValueError):
                functions.read(built)


class TestGraph:
    def test_time_is_shared_by_calls(self) -> None:
        graph = propagate({2: 9.0}, {(0, 2): 1, (1, 2): 2, (3, 0): 5, (3, 1): 5})
        assert graph.arcs[0, 2] == (3.0, 0.0) and graph.arcs[1, 2] == (6.0, 0.0)
        assert graph.children == {0: 3.0, 1: 6.0, 2: 0.0, 3: 9.0}

    def test_a_cycle_is_one_function(self) -> None:
        own = {0: 1.0, 1: 2.0, 2: 4.0}
        graph = propagate(own, {(3, 0): 1, (0, 1): 7, (1, 0): 7, (1, 2): 3, (1, 1): 9, (4, 1): 3})
        assert graph.cycles == [[0, 1]]
        assert graph.arcs[1, 2] == (4.0, 0.0)
        assert graph.arcs[3, 0] == (0.75, 1.0) and graph.arcs[4, 1] == (2.25, 3.0)
        assert (0, 1) not in graph.arcs and (1, 1) not in graph.arcs
        assert graph.children[0] == 0.0 and graph.children[1] == 4.0

    def test_deep_chains(self) -> None:
        graph = propagate({5000: 1.0}, {(n, n + 1): 1 for n in range(5000)})
        assert graph.children[0] == 1.0


def test_sparse_counters_and_large_counts(tmp_path: Path) -> None:
    from nativeprofile.engines import gprof_write

    with (tmp_path / "gmon.out").open("wb") as file:
        gprof_write.header(file)
        gprof_write.histogram(file, {0x1002: 70_000, 0x900_000: 3}, 250)
        gprof_write.calls(file, [(1, 2, 2**33)])
    read = parse((tmp_path / "gmon.out").read_bytes(), "gmon.out", 8, "<")
    assert read.samples == 70_003 and sum(count for _, _, count in read.calls) == 2**33
    assert len(read.histograms) == 3 and isinstance(read, Gmon)


def test_on_the_command_line(
    made: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    binary, file = (str(path) for path in made)
    assert cli.main(["report", file, "--binary", binary]) == 0
    assert "1,018,510 calls" in capsys.readouterr().out
    out = str(tmp_path / "out.json")
    assert cli.main(["convert", file, out, "--binary", binary]) == 0
    assert cli.main(["report", out]) == 0
    assert "1,018,510 calls" in capsys.readouterr().out
    assert cli.main(["report", file]) == 0
    assert "lies beside gmon.out, was taken" in capsys.readouterr().out
    alone = tmp_path / "gmon.out"
    alone.write_bytes(Path(file).read_bytes())
    assert cli.main(["report", str(alone)]) == 2
    assert "--binary PROGRAM" in capsys.readouterr().err
    done = subprocess.run(["gprof", "-b", "-p", binary, file], capture_output=True, check=False)
    assert b"1018510" in done.stdout
