"""Location tables, mappings, prologues and the ELF files that describe memory."""

from __future__ import annotations

import argparse
import inspect
import json
import re
import struct
import subprocess
import sys
import types
from pathlib import Path

import pytest

from nativeprofile.symbols.elf_writer import TEXT_OFFSET, Symbol, write_elf
from nativeprofile.symbols.linetable import positions
from nativeprofile.symbols.maps import Maps
from nativeprofile.symbols.prologue import RBP, RBX, RSP, Rule, rule_of

MAPS = """\
00400000-00452000 r-xp 00001000 08:02 173521 /usr/bin/a name with spaces
7f0000000000-7f0000010000 r--p 00000000 08:02 5 /lib/x.so
7f0000010000-7f0000030000 r-xp 00010000 08:02 5 /lib/x.so
7f0000040000-7f0000050000 r-xp 00000000 00:00 0
7ffc00000000-7ffc00021000 rw-p 00000000 00:00 0 [stack]
"""


def codes(code: types.CodeType) -> list[types.CodeType]:
    inner = [c for c in code.co_consts if isinstance(c, types.CodeType)]
    return [code, *(c for part in inner for c in codes(part))]


@pytest.mark.skipif(sys.version_info < (3, 11), reason="location tables came with 3.11")
@pytest.mark.parametrize("module", [argparse, inspect, json, re], ids=lambda m: m.__name__)
def test_positions_are_cpythons(module: types.ModuleType) -> None:
    source = Path(str(module.__file__)).read_text()
    for code in codes(compile(source, "x", "exec")):
        expected = [
            (
                -1 if line is None else line,
                -1 if column is None else column,
                -1 if end is None or last != line else end,
            )
            for line, last, column, end in code.co_positions()
        ]
        assert positions(code.co_linetable, code.co_firstlineno) == expected


def test_a_location_table_cut_off_ends_early() -> None:
    assert positions(b"\xf2", 1) == []


def test_mappings_by_address_and_by_file() -> None:
    maps = Maps(MAPS + "nonsense\n")
    assert len(maps.all) == 5
    assert maps.in_file(0x7F0000010010) == ("/lib/x.so", 0x10010)
    assert maps.address("/lib/x.so", 0x10010) == 0x7F0000010010
    assert maps.address("/lib/x.so", 0x10) is None  # not executable
    assert maps.in_file(0x401000) == ("/usr/bin/a name with spaces", 0x2000)
    assert maps.in_file(0x7F0000040000) is None
    assert maps.at(0x7F0000030000) is None


def asm(text: str) -> bytes:
    return bytes.fromhex(text.replace(" ", ""))


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        # push rbp; mov rbp, rsp; sub rsp, 32; and rsp, -32
        ("55 4889e5 4883ec20 4883e4e0 90", Rule(RBP, 16, ((RBP, 16),))),
        # push r15; push rbx; sub rsp, 16
        ("4157 53 4883ec10 90", Rule(RSP, 40, ((RBX, 24), (15, 16)))),
        # OpenBLAS's dgemm kernel for Haswell: sub rsp, 96; save rbx, rbp, r12; mov rbx, rsp;
        # sub rsp, 0x7080; and rsp, -4096
        (
            "4883ec60 48891c24 48896c2408 4c89642410 c5f877 4c8b542468 4889e3"
            "4881ec80700000 4881e400f0ffff 4883ff00",
            Rule(RBX, 104, ((RBX, 104), (RBP, 96), (12, 88))),
        ),
        # nothing saved: a leaf
        ("c5f877 c3", Rule(RSP, 8)),
        # aligned without a way back
        ("4883e4e0 c3", None),
        ("", Rule(RSP, 8)),
    ],
)
def test_a_prologue_tells_how_to_unwind(code: str, rule: Rule | None) -> None:
    assert rule_of(asm(code)) == rule


def test_the_elf_file_holds_its_symbols_and_its_rule(tmp_path: Path) -> None:
    file = tmp_path / "memory.so"
    symbols = [Symbol(0, 11, "py::f"), Symbol(16, 11, "py::ü\0x")]
    file.write_bytes(write_elf(0x1000, symbols, Rule(RBX, 200, ((RBP, 16),))))
    data = file.read_bytes()
    assert struct.unpack_from("<H", data, 18)[0] == 62  # x86-64
    try:
        shown = subprocess.run(
            ["readelf", "--syms", "--debug-dump=frames", "--wide", str(file)],
            capture_output=True,
            text=True,
            errors="replace",
            check=True,
        ).stdout
    except FileNotFoundError:
        pytest.skip("readelf is not installed")
    assert f"{TEXT_OFFSET:016x}    11 FUNC" in shown
    assert "py::f" in shown
    assert f"pc={TEXT_OFFSET:016x}..{TEXT_OFFSET + 0x1000:016x}" in shown
    assert "DW_CFA_def_cfa: r3 (rbx) ofs 200" in shown
    assert "DW_CFA_offset: r6 (rbp) at cfa-16" in shown
    assert "DW_CFA_offset: r16 (rip) at cfa-8" in shown
