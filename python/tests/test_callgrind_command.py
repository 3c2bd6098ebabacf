"""Valgrind's command line: what it takes, and what stays out of the graph."""

from __future__ import annotations

import re
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from valgrinds import needs_valgrind

from nativeprofile.engines.callgrind_command import PLUMBING, Counting, valgrind

_CODE = "sorted([3, 1, 2], key=lambda x: -x)"


def functions(folder: Path, counting: Counting) -> set[str]:
    """The names of the functions in which Callgrind saw anything."""
    command = valgrind(counting, f"{folder}/50%-out.%p", at_start=True, log=f"{folder}/log")
    done = subprocess.run(
        [*command, sys.executable, "-S", "-c", _CODE], capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    files = [file for file in folder.glob("50%-out.*") if file.stat().st_size]
    assert files
    text = files[0].read_text()
    return set(re.findall(r"^c?fn=\(\d+\) (.+)$", text, re.MULTILINE))


def skipped(names: set[str]) -> list[str]:
    return [name for name in names if any(fnmatchcase(name, p) for p in PLUMBING)]


@needs_valgrind
def test_a_call_of_the_interpreter_is_folded_into_its_caller(tmp_path: Path) -> None:
    names = functions(tmp_path, Counting())
    assert "list_sort_impl" in names or "list_sort" in names
    assert skipped(names) == []


@needs_valgrind
@pytest.mark.parametrize("toggle", [None, "list_*sort*"])
def test_valgrind_takes_every_option(tmp_path: Path, toggle: str | None) -> None:
    every = Counting(True, True, True, True, True, True, toggle=toggle, plumbing=True)
    names = functions(tmp_path, every)
    assert any(name.startswith("list_sort") for name in names)
    assert skipped(names) != []
