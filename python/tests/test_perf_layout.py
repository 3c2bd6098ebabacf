"""What the engine reads of CPython's memory: layouts checked, trampolines told apart."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from perfrun import needs_perf, profile_of

from nativeprofile.engines import perf_layout, perf_template
from nativeprofile.engines.perf_layout import Layout
from nativeprofile.mixed.recording import Recording
from nativeprofile.mixed.stream import _framed
from nativeprofile.symbols.elf_writer import Symbol, write_elf
from nativeprofile.symbols.machine import AARCH64, X86_64, Machine
from nativeprofile.symbols.prologue import Rule
from nativeprofile.tables.errors import FormatError

X86_11 = bytes.fromhex("4883ec08 ffd1 4883c408 c3")
X86_12 = bytes.fromhex("f30f1efa 55 4889e5 ffd1 5d c3")
ARM = bytes.fromhex("fd7bbfa9 fd030091 60003fd6 fd7bc1a8 c0035fd6")
ARM_SIGNED = bytes.fromhex("3f2303d5 fd7bbfa9 fd030091 60003fd6 fd7bc1a8 bf2303d5 c0035fd6")


class TestLayout:
    def test_this_python_is_as_expected(self) -> None:
        assert perf_layout.failure() == ""

    @pytest.mark.parametrize("header", [0, 8, 24, 32, 64])
    def test_another_header_is_noticed_without_a_crash(self, header: int) -> None:
        assert Layout(header).failure() == "the names of C functions"

    def test_offsets_of_usual_and_free_threaded_builds(self) -> None:
        # Include/object.h: ob_type ends an object's header, ob_size follows in types.
        for header in (16, 32):
            layout = Layout(header)
            slots = {name: offset - header for offset, name in layout.slots}
            assert (layout.function_method, layout.descriptor_method) == (header, header + 24)
            assert slots == {
                "__call__": 112,
                "__init__": 280,
                "__new__": 296,
                "__next__": 208,
                "": 384,
            }
            assert layout.vectorcall_offset == header + 40

    def test_a_field_elsewhere_is_noticed(self) -> None:
        layout = Layout(object.__basicsize__)
        layout.slots = tuple((offset + 8, name) for offset, name in layout.slots)
        assert layout.failure() == "the slots of types"

    def test_the_sentence_names_what_is_elsewhere(self, monkeypatch: pytest.MonkeyPatch) -> None:
        perf_layout.failure.cache_clear()
        monkeypatch.setattr(perf_layout, "LAYOUT", Layout(8))
        expected = "This build of Python keeps the names of C functions elsewhere."
        assert perf_layout.failure() == expected
        perf_layout.failure.cache_clear()


@pytest.mark.parametrize(
    ("code", "machine", "entered", "returned", "left", "saves"),
    [
        (X86_11, "x86_64", 4, 6, 10, False),
        (X86_12, "x86_64", 5, 10, 11, True),
        (X86_12[4:], "x86_64", 1, 6, 7, True),
        (ARM, "aarch64", 4, 12, 16, True),
        (ARM_SIGNED, "aarch64", 8, 16, 20, True),
    ],
)
def test_the_forms_of_trampolines(
    code: bytes, machine: str, entered: int, returned: int, left: int, saves: bool
) -> None:
    form = perf_template.form_of(code + b"\xcc" * 4, machine)
    assert form is not None
    found = (form.entered, form.returned, form.left, form.length, form.saves, form.signed)
    assert found == (entered, returned, left, len(code), saves, code is ARM_SIGNED)


@pytest.mark.parametrize("machine", ["x86_64", "aarch64", "riscv64"])
def test_other_code_is_no_trampoline(machine: str) -> None:
    for code in (b"", X86_11[:-1], X86_12[:6] + X86_11[6:], ARM[:-4], ARM_SIGNED[4:], bytes(32)):
        assert perf_template.form_of(code, machine) is None


def test_each_form_belongs_to_its_machine() -> None:
    assert perf_template.form_of(ARM, "x86_64") is None
    assert perf_template.form_of(X86_12, "aarch64") is None


@pytest.mark.parametrize(
    ("machine", "signed", "says"),
    [
        (X86_64, False, ["X86-64", "rsp+16", "c-16", "c-8"]),
        (AARCH64, False, ["AArch64", "sp+16", "c-16", "c-8"]),
        (AARCH64, True, ["AArch64", "DW_CFA_AARCH64_negate_ra_state"]),
    ],
)
def test_unwinding_as_binutils_reads_it(
    machine: Machine, signed: bool, says: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "arena.so"
    rule = Rule(machine.stack, 16, ((machine.base, 16),))
    file.write_bytes(write_elf(0x1000, [Symbol(0, 20, "py::f")], rule, machine, signed))
    dump = "frames" if signed else "frames-interp"
    command = ["readelf", "--file-header", f"--debug-dump={dump}", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert all(part in done.stdout for part in says), done.stdout
    assert not done.stderr


@pytest.mark.parametrize("machine", [X86_64, AARCH64])
def test_a_trampoline_about_to_enter_is_shown_with_its_frame(machine: Machine) -> None:
    registers = list(range(1000, 1040))
    head = struct.pack("<40Q", *registers)
    changed, front = _framed(head, 0, machine)
    pushed = [registers[number] for number in machine.pushed]
    assert list(struct.unpack(f"<{len(pushed)}Q", front)) == pushed
    registers[machine.sp] -= 8 * len(pushed)
    assert list(struct.unpack("<40Q", changed)) == registers


def test_a_recording_of_another_architecture_is_told(tmp_path: Path) -> None:
    (tmp_path / "table.json").write_text(json.dumps({"pid": 1, "machine": "riscv64"}))
    with pytest.raises(FormatError, match=r"another architecture \(riscv64, this is \w+\)"):
        Recording(tmp_path, {"table": "table.json"})


@needs_perf
@pytest.mark.skipif(sys.version_info < (3, 13), reason="-X perf_jit came with CPython 3.13")
def test_a_python_that_writes_for_perf_itself_is_profiled(tmp_path: Path) -> None:
    source = "total = 0\nfor n in range(9_000_000):\n    total += n\n"
    try:
        quality = profile_of(tmp_path, source, environment={"PYTHON_PERF_JIT_SUPPORT": "1"}).quality
    finally:
        pid = json.loads((tmp_path / "run.json").read_text())["pid"]
        Path(f"/tmp/jit-{pid}.dump").unlink()  # what the user asked CPython for
    assert quality["stitched"] > 0.98
    assert quality["lines"] > 0.98
