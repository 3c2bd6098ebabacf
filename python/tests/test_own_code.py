"""The native code of a program without Python is its own, whatever wrote the file."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from perfrun import needs_perf
from profiles import profile
from valgrinds import needs_valgrind

from nativeprofile import formats
from nativeprofile.formats import collapsed
from nativeprofile.formats.programs import own_code
from nativeprofile.tables.summary import summarise

C = """\
#include <stdlib.h>
#include <string.h>
int main(void)
{
    char *text = malloc(1 << 20);
    for (int i = 0; i < 300; i++) memset(text, i, 1 << 20);
    return text[7] == 1;
}
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("own") / "program"
    build = ["gcc", "-g", "-O1", "-xc", "-", "-o", str(path)]
    subprocess.run(build, input=C, text=True, check=True)
    return path


@pytest.mark.parametrize(
    "tool",
    [
        *(pytest.param(tool, marks=needs_valgrind) for tool in ("callgrind", "massif", "dhat")),
        pytest.param("perf", marks=needs_perf),
    ],
)
def test_files_of_real_profilers(program: Path, tool: str) -> None:
    out = program.with_name(f"{tool}.out.1")
    record = {
        "perf": ["perf", "record", "-q", "-g", "-e", "cpu-clock:u", "-o", str(out)],
    }.get(tool, ["valgrind", "-q", f"--tool={tool}", f"--{tool}-out-file={out}"])
    subprocess.run([*record, str(program)], capture_output=True, check=True)
    measured = formats.open(out)
    assert set(summarise(measured)["categories"]) == {"extension"}
    assert not any("system" in note for note in measured.quality["notes"])


def test_of_stacks_with_and_without_python(tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_text("main (/opt/tool);memset (libc.so.6) 3\n")
    assert summarise(collapsed.read(file))["categories"] == {"extension": 3}
    file.write_text("main (app.py:3);np.dot (libblas.so) 2\nblas_server (libblas.so) 3\n")
    assert summarise(collapsed.read(file))["categories"] == {"extension": 2, "system": 3}


@pytest.mark.parametrize(
    "stack",
    [
        "main [system python3.13] > blas_server [system libblas]",
        "_PyEval_EvalFrameDefault [system]",
    ],
)
def test_an_interpreter_is_no_program_of_its_own(stack: str) -> None:
    measured = profile(f"{stack}   3")
    files = measured.functions.file
    if "python" in stack:
        files[0] = len(measured.strings)
        measured.strings.append("/usr/bin/python3.13")
    assert not own_code(measured)
    assert set(summarise(measured)["categories"]) == {"system"}
