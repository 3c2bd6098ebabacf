"""The route that gives the instructions of functions: who may ask, and of which files."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from natives import c_library, run, symbol
from servers import Fetch, ReadOnly, post, refusal

from nativeprofile.server import disassembly
from nativeprofile.symbols import addr2line, disassembler, elf
from nativeprofile.symbols.disassembler import Instruction
from nativeprofile.tables.columns import encode_column, encode_strings

pytest_plugins = ["pytest_jupyter.jupyter_server"]


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return c_library(tmp_path)


def facts_of(library: Path) -> elf.Elf:
    facts = elf.read(library)
    assert facts is not None
    return facts


def body(
    library: Path | str,
    build: str = "c0ffee",
    start: int = 4096,
    instead: dict[str, Any] | None = None,
) -> str:
    """A request for the function of a profile that names it; `instead` is what it asks for."""
    strings = ["burn", str(library), build]
    profile = {
        "strings": encode_strings(strings),
        "functions": {"file": encode_column([-1, 1])},
        "code": {
            "function": encode_column([1]),
            "build": encode_column([2]),
            "start": encode_column([start]),
        },
    }
    wanted = {"path": str(library), "symbol": "burn", "build": build, "start": start}
    return json.dumps({**wanted, **(instead or {}), "profile": profile})


def about(library: Path, instead: dict[str, Any] | None = None) -> str:
    """A request for a function of a library as it is."""
    facts = facts_of(library)
    start = facts.offset(symbol(library, "burn"))
    assert start is not None
    return body(library, facts.build_id, start, instead)


async def ask(fetch: Fetch, request: str) -> Any:
    return await post(fetch, "disassembly", request)


async def refused(fetch: Fetch, request: str, **options: Any) -> tuple[int, str]:
    """The status and the sentence of a refusal."""
    status, body = await refusal(fetch, "disassembly", request, **options)
    return status, body.get("message", "")


async def test_gives_the_instructions_of_a_function(jp_fetch: Fetch, library: Path) -> None:
    answer = await ask(jp_fetch, about(library))
    rows = answer["instructions"]
    text = run("objdump", "-d", "--no-show-raw-insn", "--disassemble=burn", library)
    start = symbol(library, "burn")
    assert [row["offset"] for row in rows] == [
        int(at, 16) - start for at in re.findall(r"^ +([0-9a-f]+):", text, re.MULTILINE)
    ]
    assert (answer["address"], answer["note"]) == (start, "")
    assert rows[-1]["mnemonic"] == "ret"
    [source] = answer["files"]
    assert source == str(library.parent / "native.c")
    loops = [row for row in rows if 0 <= row["target"] < row["offset"]]
    assert [row["places"] for row in loops] == [[[0, 4], [0, 11]], [[0, 12]], [[0, 10]]]
    assert [row["inlined"] for row in loops] == ["mix", "", ""]
    assert all(row["operands"] == f"+0x{row['target']:x}" for row in loops)


async def test_a_stripped_library_has_no_lines(jp_fetch: Fetch, library: Path) -> None:
    facts, start = facts_of(library), symbol(library, "burn")
    whole = (await ask(jp_fetch, about(library)))["instructions"]
    run("strip", "--strip-all", library)
    offset = facts.offset(start)
    assert offset is not None
    answer = await ask(jp_fetch, body(library, facts.build_id, offset))
    assert [row["mnemonic"] for row in answer["instructions"]] == [r["mnemonic"] for r in whole]
    assert all(row["places"] == [] for row in answer["instructions"])
    assert "no debug information" in answer["note"]


async def test_refuses_a_request_without_a_token(jp_fetch: Fetch, library: Path) -> None:
    status, _ = await refused(jp_fetch, about(library), headers={"Authorization": ""})
    assert status == 403


@pytest.mark.parametrize("jp_server_config", [{"authorizer_class": ReadOnly}], indirect=True)
async def test_refuses_who_may_not_run_code(jp_fetch: Fetch, library: Path) -> None:
    status, _ = await refused(jp_fetch, about(library))
    assert status == 403


@pytest.mark.parametrize("asked", [{"path": "/bin/true"}, {"build": "beef"}, {"start": 1}])
async def test_refuses_what_the_profile_does_not_name(
    jp_fetch: Fetch, library: Path, asked: dict[str, Any]
) -> None:
    status, message = await refused(jp_fetch, about(library, asked))
    assert status == 403
    assert "does not name this function" in message


async def test_refuses_a_library_that_is_not_the_one_that_ran(
    jp_fetch: Fetch, library: Path
) -> None:
    request = about(library)
    c_library(library.parent, "-O0")
    status, message = await refused(jp_fetch, request)
    assert status == 409
    assert "is not the file that ran" in message


async def test_refuses_where_neither_has_a_build_id(jp_fetch: Fetch, tmp_path: Path) -> None:
    library = c_library(tmp_path, "-Wl,--build-id=none")
    status, _ = await refused(jp_fetch, about(library))
    assert status == 403


@pytest.mark.parametrize("data", [b"", b"text", b"\x7fELF\x02\x01" + bytes(99)])
async def test_refuses_what_is_no_library(jp_fetch: Fetch, tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "x.so"
    file.write_bytes(data)
    status, message = await refused(jp_fetch, body(file))
    assert status in (409, 415)
    assert str(file) in message


async def test_refuses_a_pipe_without_waiting_for_it(jp_fetch: Fetch, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.so"
    os.mkfifo(pipe)
    status, message = await refused(jp_fetch, body(pipe))
    assert status == 415
    assert "no library" in message


@pytest.mark.parametrize("path", ["libnative.so", "/tmp/../tmp/libnative.so", "/x\0.so"])
async def test_refuses_other_paths(jp_fetch: Fetch, path: str) -> None:
    status, message = await refused(jp_fetch, body(path))
    assert status == 403
    assert "plain path" in message or "no absolute path" in message


async def test_says_that_a_library_is_gone(jp_fetch: Fetch, tmp_path: Path) -> None:
    status, message = await refused(jp_fetch, body(tmp_path / "gone.so"))
    assert status == 404
    assert "gone.so is not on the server's machine" in message


async def test_refuses_an_address_outside_the_code(jp_fetch: Fetch, library: Path) -> None:
    status, message = await refused(jp_fetch, body(library, facts_of(library).build_id, 1 << 40))
    assert status == 403
    assert "has no code at 0x10000000000" in message


async def test_refuses_a_function_beyond_the_limit(
    jp_fetch: Fetch, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disassembly, "LARGEST", 20)
    status, message = await refused(jp_fetch, about(library))
    assert status == 413
    assert "bytes of machine code" in message


async def test_says_which_program_is_missing(
    jp_fetch: Fetch, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addr2line, "PROGRAMS", ())
    answer = await ask(jp_fetch, about(library))
    assert "addr2line" in answer["note"]
    assert answer["instructions"][0]["places"] == []
    monkeypatch.setattr(disassembler, "PROGRAMS", ())
    status, message = await refused(jp_fetch, about(library))
    assert status == 503
    assert "objdump" in message


async def test_a_program_that_does_not_end_is_stopped(
    jp_fetch: Fetch, library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = tmp_path / "objdump"
    slow.write_text("#!/bin/sh\nexec sleep 1000\n")
    slow.chmod(0o755)
    monkeypatch.setattr(disassembler, "PROGRAMS", (str(slow),))
    monkeypatch.setattr(disassembly, "SECONDS", 0.1)
    status, message = await refused(jp_fetch, about(library))
    assert status == 503
    assert "objdump could not read" in message


@pytest.mark.parametrize(
    "request_body",
    [
        "null",
        "[]",
        "{}",
        '{"path": "/x.so", "build": "c", "start": 0}',
        '{"path": "/x.so", "build": "c", "start": true, "profile": {"functions": {}, "code": {}}}',
        '{"path": "/x.so", "build": "c", "start": 0, "profile": {"functions": {}, "code": {}}}',
        '{"path": "/x", "build": "c", "start": 0, "profile": '
        '{"strings": [], "functions": {"file": [7]}, "code": {"function": [9]}}}',
    ],
)
async def test_refuses_what_is_no_request(jp_fetch: Fetch, request_body: str) -> None:
    status, message = await refused(jp_fetch, request_body)
    assert status == 400
    assert message


@pytest.mark.parametrize("program", disassembler.PROGRAMS)
def test_both_programs_tell_the_same(library: Path, program: str) -> None:
    start = symbol(library, "burn")
    try:
        found = disassembler.disassemble(library, start, start + 20, 60, program)
    except FileNotFoundError:
        found = None
    if found is None:
        pytest.skip(f"{program} is not installed")
    assert len(found) > 4
    assert found[0].address == start
    assert {one.mnemonic for one in found if one.target >= 0} == {"je"}


def test_jumps_are_told_from_calls() -> None:
    answer = """
0000000000001000 <f>:
    1000:\tcall   1050 <g>
    1005:\tbnd jne 1000 <f>
    1008:\tjmp    1050 <g+0x10>
    100d:\tjmp    QWORD PTR [rip+0x2fe2]        # 4018 <g@plt>
    1013:\tb.ne\t0x1008 <f+0x8>  // b.any
    1014:\ttbz    w0, #1, 1004 <f<int>(a)+0x4>
    1017:\tret
    1050:\tnop
"""
    assert disassembler.parse(answer, 0x1000, 0x1020) == [
        Instruction(0x1000, "call", "1050 <g>", -1),
        Instruction(0x1005, "bnd jne", "+0x0", 0x1000),
        Instruction(0x1008, "jmp", "1050 <g+0x10>", 0x1050),
        Instruction(0x100D, "jmp", "QWORD PTR [rip+0x2fe2]        # 4018 <g@plt>", -1),
        Instruction(0x1013, "b.ne", "+0x8  // b.any", 0x1008),
        Instruction(0x1014, "tbz", "w0, #1, +0x4", 0x1004),
        Instruction(0x1017, "ret", "", -1),
    ]
