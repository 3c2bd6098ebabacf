"""Code that is made while the cell runs, and code that is changed: stacks go through it."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path

import pytest
from natives import c_library
from perfrun import needs_perf, profile_of, stacks

from nativeprofile.engines import perf_jit
from nativeprofile.mixed.jit import PATH, Jit, is_jit
from nativeprofile.symbols.elf_writer import TEXT_OFFSET, Extent, write_elf
from nativeprofile.symbols.prologue import RSP, Rule
from nativeprofile.tables.categories import Category

START = 0x7F0000000000
LEAF = bytes.fromhex("4889f8c3")  # mov rax, rdi; ret
FRAMED = bytes.fromhex("534883ec10e8000000004883c4105bc3")  # push rbx; sub rsp, 16; ...; ret

# x = n; do x = 7 * x + n; while (--n); return x
SPIN = "4889f8 486bc007 4801f8 48ffcf 75f4 c3"

BEFORE = """
import ctypes, mmap, os
def make(code):
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(code)
    return page, ctypes.addressof(ctypes.c_char.from_buffer(page))
def call(address, n):
    return ctypes.CFUNCTYPE(ctypes.c_uint64, ctypes.c_uint64)(address)(n)
"""


def jit(code: bytes, functions: list[list[int]], directory: Path) -> Jit:
    return Jit(directory, [[START, base64.b64encode(code).decode(), functions, [], ""]])


def test_functions_nobody_knows_of_begin_behind_a_return(tmp_path: Path) -> None:
    code = LEAF + b"\xcc" * 12 + FRAMED + LEAF + bytes.fromhex("660f1f8400000000000f1f00")
    code += FRAMED + LEAF
    found = jit(code, [], tmp_path)
    assert {found.start(START + n) - START for n in range(len(code))} == {0, 16, 32, 48, 64}
    assert found.start(START - 1) == found.start(START + 0x10000) == -1


def test_functions_that_the_runtime_knows_are_whole(tmp_path: Path) -> None:
    code = LEAF + b"\xcc" * 12 + FRAMED
    assert jit(code, [[START, START + 32]], tmp_path).start(START + 20) == START


def test_damaged_tables_are_refused(tmp_path: Path) -> None:
    for rows in (["x"], [[START, "?", [], [], ""]], [[START, "AAAA", [[1]], [], ""]]):
        with pytest.raises((TypeError, ValueError)):
            Jit(tmp_path, rows)


def test_several_rules_in_one_file(tmp_path: Path) -> None:
    extents = [Extent(0, 16, Rule(RSP, 8)), Extent(16, 240, Rule(RSP, 32))]
    file = tmp_path / "jit.so"
    file.write_bytes(write_elf(4096, [], extents))
    frames = ["readelf", "--debug-dump=frames", "--wide", str(file)]
    shown = subprocess.run(frames, capture_output=True, text=True, check=True).stdout
    assert f"pc={TEXT_OFFSET:016x}..{TEXT_OFFSET + 16:016x}" in shown
    assert f"pc={TEXT_OFFSET + 16:016x}..{TEXT_OFFSET + 256:016x}" in shown
    assert "DW_CFA_def_cfa: r7 (rsp) ofs 32" in shown
    assert write_elf(256, [], extents * 20) == b""


@pytest.mark.parametrize(
    "path", ["/tmp/perf-12.map", "//anon", "[anon:x]", "/memfd:a (deleted)", "/dev/zero", "[jit]"]
)
def test_memory_without_a_file(path: str) -> None:
    assert is_jit(path)


@pytest.mark.parametrize("path", ["/tmp/perf-x.map/lib.so", "/usr/lib/libc.so.6", "[vdso]", ""])
def test_other_files(path: str) -> None:
    assert not is_jit(path)


def test_only_code_without_a_file_is_kept() -> None:
    maps = Path("/proc/self/maps").read_text()
    assert all(START > 0 and code for START, code, *_ in perf_jit.regions(maps, b""))
    gone = "7f0000000000-7f0000001000 r-xp 00000000 00:00 0 \n"
    assert perf_jit.regions(gone, b"") == []
    huge = "7f0000000000-7f1000000000 rwxp 00000000 00:00 0 \n"
    assert perf_jit.regions(huge, b"") == []


@needs_perf
def test_stacks_go_through_code_that_was_made(tmp_path: Path) -> None:
    cell = f"page, address = make(bytes.fromhex({SPIN!r}))\ncall(address, 300_000_000)\n"
    profile = profile_of(tmp_path, cell, before=BEFORE)
    total = sum(profile.samples.values[0])
    assert profile.quality["stitched"] > 0.95
    through = sum(
        value
        for stack, category, value in stacks(profile)
        if PATH in [place.name for place in stack]
        and (stack[0].name, stack[0].line) == ("In[5]", 2)
        and category in (Category.EXTENSION, Category.KERNEL)
    )
    assert through / total > 0.8


@needs_perf
def test_names_out_of_a_map_that_a_compiler_writes_for_perf(tmp_path: Path) -> None:
    cell = f"""
page, address = make(bytes.fromhex({SPIN!r}))
with open(f"/tmp/perf-{{os.getpid()}}.map", "w") as file:
    file.write(f"{{address:x}} 20 made::here(int)\\n")
call(address, 300_000_000)
"""
    before = BEFORE + 'import atexit; atexit.register(os.remove, f"/tmp/perf-{os.getpid()}.map")\n'
    profile = profile_of(tmp_path, cell, before=before)
    names = [place.name for stack, _, _ in stacks(profile) for place in stack]
    assert names.count("made::here") > len(profile.samples.stack) * 0.8
    assert PATH not in names


@needs_perf
def test_a_library_whose_code_is_patched(tmp_path: Path) -> None:
    library = c_library(tmp_path)
    before = BEFORE + f"burn = ctypes.CDLL({str(library)!r}).burn\nlibc = ctypes.CDLL(None)\n"
    cell = """
address = ctypes.cast(burn, ctypes.c_void_p).value
assert libc.mprotect(ctypes.c_void_p(address & -4096), 4096, 7) == 0
ctypes.memmove(address, ctypes.string_at(address, 16), 16)
call(address, 1_000_000)
"""
    profile = profile_of(tmp_path, cell, before=before)
    assert profile.quality["stitched"] > 0.95
    names = [stack[-1].name for stack, _, _ in stacks(profile)]
    assert names.count("burn") > len(names) * 0.8


@needs_perf
def test_code_where_something_larger_was_mapped_before(tmp_path: Path) -> None:
    code = "53" + SPIN.removesuffix("c3") + "5bc3"  # push rbx; ...; pop rbx; ret
    source = (
        "sum(range(5000000))\n"  # the first samples
        "large = libc.mmap(None, 1 << 20, 3, 0x22, -1, 0)\nlibc.munmap(large, 1 << 20)\n"
        "page = libc.mmap(large + (1 << 19), 4096, 7, 0x100022, -1, 0)\n"
        f"code = bytes.fromhex({code!r})\nctypes.memmove(page, code, len(code))\n"
        "call(page, 300_000_000)\n"
    )
    before = BEFORE + (
        "libc, size, number = ctypes.CDLL(None), ctypes.c_size_t, ctypes.c_int\n"
        "libc.mmap.restype = ctypes.c_void_p\n"
        "libc.mmap.argtypes = ctypes.c_void_p, size, number, number, number, ctypes.c_long\n"
        "libc.munmap.argtypes = ctypes.c_void_p, size\n"
    )
    profile = profile_of(tmp_path, source, before=before)
    assert profile.quality["stitched"] > 0.99
