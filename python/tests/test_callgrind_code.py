"""Instructions of real Callgrind files: every count is the one that Callgrind noted there."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from pathlib import Path

import natives
import pytest
import valgrinds
from valgrinds import Run, needs_valgrind

from nativeprofile import formats
from nativeprofile.formats.callgrind import read_recording
from nativeprofile.symbols import disassembler, elf, symtab
from nativeprofile.tables.profile import Profile

pytestmark = needs_valgrind

OPTIONS = ("--dump-instr=yes", "--collect-jumps=yes", "--cache-sim=yes")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(valgrinds.build(tmp_path_factory.mktemp("program"), "calls")[0])


@pytest.fixture(scope="module")
def run(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return valgrinds.run(tmp_path_factory.mktemp("coded"), [program], *OPTIONS)


@pytest.fixture(scope="module")
def profile(run: Run) -> Profile:
    return formats.open(run.out)


def codes(profile: Profile) -> dict[str, int]:
    """The rows of machine code by the names of their functions."""
    names = [profile.strings[row] for row in profile.functions.name]
    return {names[function]: row for row, function in enumerate(profile.code.function)}


def at_offsets(profile: Profile, name: str) -> dict[int, list[int]]:
    """What was counted in a function, by offset."""
    row, table = codes(profile)[name], profile.instructions
    return {
        offset: [column[at] for column in table.values]
        for at, (code, offset) in enumerate(zip(table.code, table.offset, strict=True))
        if code == row
    }


def test_instructions_add_up_to_their_functions(profile: Profile) -> None:
    own = profile.functions.self_value
    assert own is not None
    found: list[Counter[int]] = [Counter() for _ in own]
    table = profile.instructions
    for at, code in enumerate(table.code):
        for counter, column in zip(found, table.values, strict=True):
            counter[profile.code.function[code]] += column[at]
    assert len(profile.code.function) > 10
    for function in set(profile.code.function):
        assert [counter[function] for counter in found] == [column[function] for column in own]


def test_they_are_those_of_the_file_with_exact_counts(profile: Profile, program: Path) -> None:
    facts = elf.read(program)
    assert facts is not None
    row = codes(profile)["count510"]
    start = profile.code.start[row]
    assert profile.strings[profile.code.build[row]] == facts.build_id
    assert profile.strings[profile.code.symbol[row]] == "count510"
    extent = symtab.extent(program, start)
    address = facts.address(start)
    assert extent is not None and address is not None
    end, objdump = address + extent[1] - start, disassembler.program()
    assert objdump is not None
    found = disassembler.disassemble(program, address, end, 60.0, objdump)
    assert found
    # No jump in it: each instruction ran at each of its 510 calls.
    counted = at_offsets(profile, "count510")
    assert list(counted) == [one.address - address for one in found]
    assert {values[0] for values in counted.values()} == {510}
    lines = {
        line
        for code, line in zip(
            profile.instructions.code, profile.instructions.line or [], strict=True
        )
        if code == row
    }
    assert lines == {
        1
        + valgrinds.CALLS_C.splitlines().index(
            "__attribute__((noinline)) int count510(int x) { return leaf(x) + leaf(x + 1); }"
        )
    }


def test_calls_and_jumps_are_at_instructions(profile: Profile) -> None:
    names = [profile.strings[row] for row in profile.functions.name]
    table, row = profile.call_sites, codes(profile)["count510"]
    assert table.code is not None and table.offset is not None
    calls = [
        (names[callee], count)
        for callee, count, code in zip(table.callee, table.count, table.code, strict=True)
        if code == row
    ]
    assert calls == [("leaf", 510), ("leaf", 510)]
    jumps, row = profile.jumps, codes(profile)["apply"]
    assert jumps.code is not None and jumps.offset is not None
    assert jumps.to_code is not None and jumps.to_offset is not None
    loops = [
        (taken, executed)
        for code, to, taken, executed, offset, target in zip(
            *(jumps.code, jumps.to_code, jumps.taken, jumps.executed, jumps.offset),
            jumps.to_offset,
            strict=True,
        )
        if code == to == row and target < offset
    ]
    # Of three loops together: taken once for each of 720 calls.
    assert loops == [(720, 723)]


def test_a_file_that_was_built_anew_is_not_the_one_that_ran(
    program: Path, run: Run, tmp_path: Path
) -> None:
    elsewhere = tmp_path / program.name
    shutil.copy2(program, elsewhere)
    text = run.out.read_text().replace(str(program), str(elsewhere))
    out = tmp_path / run.out.name
    out.write_text(text)
    assert "count510" in codes(formats.open(out))
    os.utime(elsewhere, (out.stat().st_mtime + 60,) * 2)
    newer = formats.open(out)
    assert "count510" not in codes(newer)
    assert any("The instructions of calls are not given" in note for note in newer.quality["notes"])
    # Another build that is older: its functions begin elsewhere.
    source = tmp_path / "calls.c"
    source.write_text(f"int more(int x) {{ return x * 3; }}\n{valgrinds.CALLS_C}")
    natives.run("gcc", "-g", "-O2", "-o", elsewhere, source)
    os.utime(elsewhere, (out.stat().st_mtime - 60,) * 2)
    assert "count510" not in codes(formats.open(out))
    elsewhere.unlink()
    assert "count510" not in codes(formats.open(out))


def test_without_addresses_there_are_none(program: Path, tmp_path: Path) -> None:
    found = formats.open(valgrinds.run(tmp_path, [program]).out)
    assert not found.code.function and not found.instructions.code
    assert found.call_sites.code is None and found.jumps.code is None


def test_paths_are_plain(program: Path, run: Run, tmp_path: Path) -> None:
    folder = program.parent
    out = tmp_path / run.out.name
    out.write_text(run.out.read_text().replace(f" {folder}/calls.c", f" {folder}/a/.././calls.c"))
    assert any("/.." in name for name in read_recording(out).files)
    found = formats.open(out)
    files = {found.strings[file] for file in found.lines.file if file >= 0}
    assert f"{folder}/calls.c" in files and f"{folder}/a/.././calls.c" not in files
