"""Source lines of libraries, whole, stripped, and with debug information in another file."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from natives import c_library, cpp_library, run, symbol

from nativeprofile.symbols import addr2line, debug_files, elf
from nativeprofile.symbols.addr2line import Chain, Line
from nativeprofile.symbols.demangle import readable

PROGRAMS = [program for program in addr2line.PROGRAMS if shutil.which(program)]


def lines_of(file: Path, program: str, addresses: range) -> set[Chain]:
    found = addr2line.lines(file, addresses, 60, program)
    assert found is not None
    return set(found.values())


@pytest.mark.parametrize("program", PROGRAMS)
def test_lines_and_inlined_functions(tmp_path: Path, program: str) -> None:
    library = c_library(tmp_path)
    start = symbol(library, "burn")
    found = lines_of(library, program, range(start, start + 120))
    source = str(tmp_path / "native.c")
    assert (Line("burn", source, 12),) in found
    assert (Line("mix", source, 4), Line("burn", source, 11)) in found


@pytest.mark.parametrize("program", PROGRAMS)
def test_names_are_demangled(tmp_path: Path, program: str) -> None:
    library = cpp_library(tmp_path)
    start = symbol(library, "cpp_burn")
    chains = lines_of(library, program, range(start, start + 200))
    found = {readable(line.function) for chain in chains for line in chain}
    assert "cpp_burn" in found
    assert not [name for name in found if name.startswith("_Z")]


def test_there_is_a_program_that_tells_lines() -> None:
    assert PROGRAMS, "apt-get install binutils"


@pytest.mark.parametrize("program", PROGRAMS)
def test_an_odd_file_has_no_lines(tmp_path: Path, program: str) -> None:
    odd = tmp_path / "odd file; touch x.so"
    odd.write_bytes(b"\x7fELF\x02\x01" + bytes(100))
    assert not addr2line.lines(odd, [1, 2], 60, program)
    assert not addr2line.lines(tmp_path / "missing.so", [1, 2], 60, program)
    assert not (tmp_path / "x.so").exists()


def test_a_program_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    slow = tmp_path / "addr2line"
    slow.write_text("#!/bin/sh\nexec sleep 100\n")
    slow.chmod(0o755)
    assert addr2line.lines(tmp_path / "x.so", [1], 0.1, str(slow)) is None


def test_an_answer_of_any_form_is_read() -> None:
    answer = (
        "0x10\nf\n/a b/c.c:12 (discriminator 3)\n0x11\n??\n??:0\n0x12\ng\nx.c:?\nh\ny:1\n0x13\nz"
    )
    assert addr2line.parse(answer) == {
        0x10: (Line("f", "/a b/c.c", 12),),
        0x12: (Line("g", "", -1), Line("h", "y", 1)),
    }


def test_what_a_file_says_of_itself(tmp_path: Path) -> None:
    library = c_library(tmp_path, "-Wl,--build-id=0x0123456789abcdef")
    facts = elf.read(library)
    assert facts is not None
    assert facts.build_id == "0123456789abcdef"
    assert facts.has_lines and facts.debug_link is None
    burn = symbol(library, "burn")
    place = facts.offset(burn)
    assert place is not None and facts.address(place) == burn
    assert elf.read(tmp_path / "missing") is None
    os.mkfifo(tmp_path / "pipe")  # profiles name any path, and who opens a pipe waits
    assert elf.read(tmp_path / "pipe") is None
    whole = library.read_bytes()
    for size in (0, 10, 63, 64, 100, len(whole) // 2, len(whole) - 40):
        library.write_bytes(whole[:size])
        elf.read(library)  # damaged: anything but an exception


def split(library: Path, debug: Path) -> None:
    """Moves the debug information to a file of its own."""
    debug.parent.mkdir(parents=True, exist_ok=True)
    run("objcopy", "--only-keep-debug", library, debug)
    run("objcopy", "--strip-all", f"--add-gnu-debuglink={debug}", library)


@pytest.mark.parametrize("place", ["native.debug", ".debug/native.debug"])
def test_debug_information_beside_the_library(tmp_path: Path, place: str) -> None:
    library = c_library(tmp_path, "-Wl,--build-id=none")
    address = symbol(library, "burn")
    split(library, tmp_path / place)
    facts = elf.read(library)
    assert facts is not None and not facts.has_lines
    found = debug_files.find(library, facts)
    assert found == tmp_path / place
    program = addr2line.program()
    assert program is not None
    assert lines_of(found, program, range(address, address + 1))
    found.write_bytes(found.read_bytes() + b"changed")
    assert debug_files.find(library, facts) is None


def test_debug_information_by_build_id(tmp_path: Path) -> None:
    library = c_library(tmp_path, "-Wl,--build-id=0xabcdef")
    split(library, tmp_path / "all" / ".build-id" / "ab" / "cdef.debug")
    facts = elf.read(library)
    assert facts is not None
    found = debug_files.find(library, facts, tmp_path / "all")
    assert found == tmp_path / "all/.build-id/ab/cdef.debug"
    other = c_library(tmp_path, "-Wl,--build-id=0xabcde0", name="other")
    found.write_bytes(other.read_bytes())
    assert debug_files.find(library, facts, tmp_path / "all") is None


def test_a_stripped_library_has_no_lines(tmp_path: Path) -> None:
    library = c_library(tmp_path)
    run("strip", library)
    facts = elf.read(library)
    assert facts is not None and debug_files.find(library, facts) is None
