"""Function starts of a stripped library are those its symbols gave before."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from nativeprofile.symbols.eh_frame import function_start, function_starts

SOURCE = """
__attribute__((noinline)) int first(int x) { return x * 3 + 1; }
__attribute__((noinline)) int second(int x) { return first(x) - first(x + 1); }
int third(int x) { return second(x) + first(x); }
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (shutil.which("cc") and shutil.which("nm") and shutil.which("strip")):
        pytest.fail("a C compiler and binutils are needed: apt-get install gcc binutils")
    path = tmp_path_factory.mktemp("library") / "library.so"
    path.with_suffix(".c").write_text(SOURCE)
    subprocess.run(
        ["cc", "-O2", "-shared", "-fPIC", "-o", str(path), str(path.with_suffix(".c"))], check=True
    )
    return path


def test_starts_of_a_stripped_library(library: Path) -> None:
    listing = subprocess.run(["nm", str(library)], capture_output=True, text=True, check=True)
    symbols = {
        line.split()[2]: int(line.split()[0], 16)
        for line in listing.stdout.splitlines()
        if len(line.split()) == 3
    }
    subprocess.run(["strip", str(library)], check=True)
    starts = function_starts(library)
    assert {symbols[name] for name in ("first", "second", "third")} <= set(starts.tolist())
    assert function_start(starts, symbols["second"] + 2) == symbols["second"]
    assert function_start(starts, 0) == -1


def test_a_file_that_is_no_library_has_none(tmp_path: Path) -> None:
    odd = tmp_path / "odd.so"
    odd.write_bytes(b"\x7fELF\x02\x01 and nothing more")
    assert function_starts(odd).size == 0
    assert function_starts(tmp_path / "missing.so").size == 0
    (tmp_path / "empty.so").touch()
    assert function_starts(tmp_path / "empty.so").size == 0
