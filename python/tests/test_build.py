"""Extensions built for an engine beside their usual build: real compilers and build tools, and what
the engines then see."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Kernel, settled
from natives import CYTHON_SOURCE, run

from nativeprofile.build import BuildError, Built, build, proof
from nativeprofile.symbols import elf

STEP = """\
#include <Python.h>
static volatile int sink;
static __attribute__((noinline)) void step(int n) { sink = n; }
static PyObject *walk(PyObject *self, PyObject *n)
{
    for (long i = PyLong_AsLong(n); i > 0; i--)
        step(i);
    Py_RETURN_NONE;
}
static PyMethodDef methods[] = {{"walk", walk, METH_O, ""}, {}};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, "step", 0, -1, methods};
PyMODINIT_FUNC PyInit_step(void) { return PyModule_Create(&def); }
"""
"""A module `step` whose `walk(n)` calls `step` n times (C and C++)."""

SETUP = """\
from setuptools import Extension, setup
setup(name="fast", version="1", packages=["fast"], ext_modules=[Extension("fast.step", [{}])])
"""
MESON = {
    "pyproject.toml": '[build-system]\nrequires = ["meson-python"]\nbuild-backend = "mesonpy"\n'
    '[project]\nname = "fast"\nversion = "1"\n',
    "meson.build": "project('fast', 'c')\npy = import('python').find_installation()\n"
    "py.extension_module('step', 'step.c', install: true)\n",
}
CMAKE = {
    "pyproject.toml": '[build-system]\nrequires = ["scikit-build-core"]\n'
    'build-backend = "scikit_build_core.build"\n[project]\nname = "fast"\nversion = "1"\n',
    "CMakeLists.txt": "cmake_minimum_required(VERSION 3.18)\nproject(fast C)\n"
    "find_package(Python REQUIRED COMPONENTS Interpreter Development.Module)\n"
    "Python_add_library(step MODULE step.c WITH_SOABI)\ninstall(TARGETS step DESTINATION .)\n",
}


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's cache, where builds go."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def written(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def everything(folder: Path) -> dict[str, bytes]:
    """The files of a folder with their content."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def setuptools_project(folder: Path, source: str = "fast/step.c") -> Path:
    return written(
        folder, {"setup.py": SETUP.format(repr(source)), "fast/__init__.py": "", source: STEP}
    )


def made(path: Path, purpose: str, output: Path | None = None) -> Built:
    """Builds; the sources must stay as they are."""
    before = everything(path if path.is_dir() else path.parent)
    lines: list[str] = []
    try:
        return build(path, purpose, output, lines.append)
    finally:
        assert everything(path if path.is_dir() else path.parent) == before, lines


def python(built: Built, code: str) -> None:
    """Runs code where what was built is on the path."""
    code = f"import sys; sys.path.insert(0, {str(built.folder)!r})\n{code}"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=built.folder.parent)


@pytest.mark.parametrize(("engine", "times"), [("gprof", 10), ("gprof", 510), ("gcov", 510)])
def test_an_engine_counts_exactly_what_the_magic_built(
    fresh: Callable[..., Kernel], tmp_path: Path, engine: str, times: int
) -> None:
    source = written(tmp_path / "mine", {"step.c": STEP}) / "step.c"
    kernel = fresh(env={"XDG_CACHE_HOME": str(tmp_path / "cache")})
    kernel.run("%load_ext nativeprofile")
    said = kernel.run(f"%nativeprofile_build {source} --for {engine}").text()
    lines = [line.strip() for line in said.splitlines() if line.startswith("    ")]
    assert [lines[1], lines[2]] == ["import step", f"%%nativeprofile --engine {engine}"], said
    assert kernel.run("\n".join(lines[:2])).status == "ok"
    profile = kernel.run(f"{lines[2]}\nfor n in range({times}): step.walk(7)").profile
    calls = {row["name"]: row.get("calls") for row in profile["summary"]["functions"]}
    assert (calls["walk"], calls["step"]) == (times, 7 * times)
    assert list(kernel.cwd.iterdir()) == [] and [p.name for p in source.parent.iterdir()] == [
        "step.c"
    ]
    again = kernel.run(f"%nativeprofile_build {source} --for {engine}").text()
    assert "already imported step: restart it first" in again
    assert "Traceback" not in again and kernel.leftovers() == []


def test_a_setuptools_project_for_gcov_counts_its_lines(tmp_path: Path) -> None:
    built = made(setuptools_project(tmp_path / "mine"), "gcov")
    assert built.imports == ["fast"] and built.modules == ["fast.step"]
    python(built, "import fast.step; fast.step.walk(510)")
    (counts,) = built.folder.rglob("*.gcda")
    text = run("gcov", "-t", counts, cwd=tmp_path)
    assert any(line.split(":")[:2] == ["      510", "    7"] for line in text.splitlines()), text


def test_debug_information_names_the_sources_that_the_user_has(tmp_path: Path) -> None:
    built = made(setuptools_project(tmp_path / "mine"), "debug", tmp_path / "out")
    assert built.folder == tmp_path / "out"
    (library,) = (tmp_path / "out" / "fast").glob("*.so")
    assert f"{tmp_path}/mine\n" in run("objdump", "--dwarf=info", library).replace("\t", "\n")


@pytest.mark.parametrize("files", [MESON, CMAKE], ids=["meson-python", "scikit-build-core"])
@pytest.mark.parametrize("purpose", ["gprof", "gcov"])
def test_other_build_systems(files: dict[str, str], purpose: str, tmp_path: Path) -> None:
    built = made(written(tmp_path / "mine", {**files, "step.c": STEP}), purpose)
    assert built.imports == ["step"] and built.notes == []
    # The last of several counts: no build type takes back what the engine needs.
    said = run("objdump", "--dwarf=info", *built.folder.glob("step*.so"))
    (producer,) = {line for line in said.splitlines() if "DW_AT_producer" in line}
    assert re.findall(r"-O\w*", producer)[-1] == {"gprof": "-O2", "gcov": "-O0"}[purpose]
    python(built, "import step; step.walk(3)")


def test_a_cpp_file_for_callgrind(tmp_path: Path) -> None:
    source = written(tmp_path / "mine", {"step.cpp": f"#include <vector>\n{STEP}"}) / "step.cpp"
    built = made(source, "callgrind")
    (library,) = built.folder.glob("step.*.so")
    facts = elf.read(library)
    assert facts is not None and facts.has_lines and proof.lacks(library, "gprof")
    python(built, "import step; step.walk(3)")


def test_a_cython_file_and_a_project_of_them(tmp_path: Path) -> None:
    grid = "def twice(n):\n    return 2 * n\n"
    beside = {"random.py": "raise SystemExit('not the one of Python')\n"}
    file = written(tmp_path / "file", {"grid.pyx": CYTHON_SOURCE, **beside}) / "grid.pyx"
    built = made(file, "gprof")
    python(built, "import grid; assert grid.work(3) is not None")
    setup = "from Cython.Build import cythonize\nfrom setuptools import setup\n"
    setup += 'setup(name="fast", packages=["fast"], ext_modules=cythonize("fast/grid.pyx"))\n'
    files = {"setup.py": setup, "fast/__init__.py": "", "fast/grid.pyx": grid}
    files["pyproject.toml"] = '[build-system]\nrequires = ["setuptools", "cython"]\n'
    built = made(written(tmp_path / "project", files), "gprof")
    python(built, "import fast.grid; assert fast.grid.twice(4) == 8")
    # Its C file is where debug information says.
    (generated,) = built.folder.rglob("grid.c")
    (library,) = (built.folder / "fast").glob("*.so")
    assert str(generated.parents[1]) in run("objdump", "--dwarf=info", library)


def test_a_library_and_a_program(tmp_path: Path) -> None:
    mine = written(
        tmp_path / "mine",
        {"half.c": "int half(int n) { return n / 2; }\n", "hello.c": "int main(void) {}\n"},
    )
    library = made(mine / "half.c", "gprof")
    assert library.library == library.folder / "libhalf.so"
    python(library, f"import ctypes; assert ctypes.CDLL({str(library.library)!r}).half(8) == 4")
    program = made(mine / "hello.c", "debug").program
    assert program is not None and subprocess.run([program], check=False).returncode == 0


def test_a_build_that_fails_or_is_interrupted_in_a_kernel(
    fresh: Callable[..., Kernel], tmp_path: Path
) -> None:
    kernel = fresh(env={"XDG_CACHE_HOME": str(tmp_path / "cache")})
    kernel.run("%load_ext nativeprofile")
    wrong = written(tmp_path / "mine", {"x.c": "int f(void)\n{\n    return zero;\n}\n"}) / "x.c"
    done = kernel.run(f"%nativeprofile_build {wrong} --for gprof")
    assert done.status == "error" and "return zero;" in done.text()
    assert "UsageError: x.c could not be built: " in done.text("stderr")
    done = kernel.run(f"%nativeprofile_build {wrong} --for speed")
    assert "invalid choice: 'speed'" in done.text("stderr")
    slow = "import time; print('slow', flush=True); time.sleep(60)\n" + SETUP.format("'x.c'")
    written(tmp_path / "slow", {"setup.py": slow, "fast/__init__.py": "", "x.c": STEP})
    done = kernel.run(
        f"%nativeprofile_build {tmp_path}/slow --for gprof",
        interrupt_when=lambda seen: "slow" in seen.text(),
    )
    assert done.errors[0]["ename"] == "KeyboardInterrupt"
    assert settled(kernel.leftovers) == []
    assert list(kernel.cwd.iterdir()) == list(kernel.tmp.iterdir()) == []


BROKEN = {
    "a path that is not there": ({}, "x.c", r"There is no .*x\.c\. Name a folder"),
    "no source file": ({"x.txt": ""}, "x.txt", r"x\.txt is no source file that is built here"),
    "no build system": ({"x.c": STEP}, ".", r"nothing says how it is built\..*: \S+/x\.c\."),
    "no TOML": ({"pyproject.toml": "[build"}, ".", r"pyproject\.toml cannot be read: "),
    "pure Python": (
        {"setup.py": 'from setuptools import setup\nsetup(name="x", py_modules=["x"])', "x.py": ""},
        ".",
        r"mine has no extension: nothing in it is compiled",
    ),
    "an error in a file": (
        {"x.c": "int f(void)\n{\n    return zero;\n}\n"},
        "x.c",
        r"x\.c could not be built: \S+/mine/x\.c:3:12: error: .zero. undeclared",
    ),
    "an error in a project": (
        {"setup.py": SETUP.format("'x.c'"), "fast/__init__.py": "", "x.c": "int f(void) { oops }"},
        ".",
        r"mine could not be built: x\.c:1:\d+: error: .oops. undeclared",
    ),
    "an error in Cython": ({"x.pyx": "x = nothing\n"}, "x.pyx", r"x\.pyx:1:4: undeclared name"),
    "own flags": (
        {
            "setup.py": "import os\nfor name in ('CFLAGS', 'CXXFLAGS', 'LDFLAGS'): "
            f"os.environ.pop(name)\n{SETUP.format(repr('x.c'))}",
            "fast/__init__.py": "",
            "x.c": STEP,
        },
        ".",
        r"mine was built without calls that are counted \(-pg\): .* Give its build -g -O2 -pg",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_cannot_be_built_is_said_in_one_sentence(what: str, tmp_path: Path) -> None:
    files, name, sentence = BROKEN[what]
    (tmp_path / "mine").mkdir()
    with pytest.raises(BuildError) as caught:
        made(written(tmp_path / "mine", files) / name, "gprof")
    said = f"{caught.value.message} {caught.value.remedy}"
    assert "\n" not in said and caught.value.remedy
    assert re.search(sentence, said), said


def test_without_a_compiler_or_over_files_of_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = written(tmp_path / "mine", {"half.c": "int half(int n) { return n / 2; }\n"})
    with pytest.raises(BuildError, match=r"mine holds files that no build of nativeprofile"):
        made(mine / "half.c", "debug", mine)
    made(mine / "half.c", "debug", tmp_path / "out")
    made(mine / "half.c", "gprof", tmp_path / "out")  # over a build of ours
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BuildError, match="There is no C compiler here") as caught:
        made(mine / "half.c", "debug")
    assert "apt-get install gcc" in caught.value.remedy
    monkeypatch.setenv("CC", "ccc")
    with pytest.raises(BuildError, match="CC names ccc, which is not there"):
        made(mine / "half.c", "debug")
