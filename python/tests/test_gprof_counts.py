"""What the gprof engine counts is exact, whoever calls, in any number of threads and runs."""

from __future__ import annotations

import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest
from gprofs import library, process, read, text_of
from natives import CPP_SOURCE, run

from nativeprofile.engines.gprof_table import CODE, IN_REGISTERS, ON_STACK, SAMPLE

MODULE = """\
#include <Python.h>
static volatile int sink;
static __attribute__((noinline)) void step(int n) { sink = n; }
static PyObject *walk(PyObject *self, PyObject *n)
{
    for (long i = PyLong_AsLong(n); i > 0; i--) step(i);
    Py_RETURN_NONE;
}
static PyObject *call(PyObject *self, PyObject *f)
{
    return PyObject_CallNoArgs(f);
}
static PyMethodDef methods[] = {{"walk", walk, METH_O, ""}, {"call", call, METH_O, ""}, {0}};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, "module", 0, -1, methods};
PyMODINIT_FUNC PyInit_module(void) { return PyModule_Create(&def); }
"""


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return library(tmp_path_factory.mktemp("counted"))


def module(folder: Path) -> None:
    """An extension module of that name, built with `-pg`."""
    include = sysconfig.get_paths()["include"]
    built = library(folder, f"-I{include}", source=MODULE, name="module")
    built.rename(folder / "module.so")


@pytest.mark.parametrize("times", [10, 200, 510, 1_000_000])
def test_calls_within_a_library_and_from_python(counted: Path, tmp_path: Path, times: int) -> None:
    process(
        tmp_path,
        f"""
        lib = ctypes.CDLL({str(counted)!r})
        measured({str(tmp_path / "in")!r}, lambda: lib.burn({times}, 1))
        measured({str(tmp_path / "from")!r}, lambda: [lib.mid(1) for _ in range({times} // 5)])
        """,
    )
    inside = read(tmp_path / "in")
    expected = {"burn": 1, "mid": times, "leaf": 11 * times}
    assert {name: inside.calls[name] for name in expected} == expected
    assert inside.edges["burn", "leaf"][0] == times
    assert inside.edges["mid", "leaf"][0] == 10 * times
    called = read(tmp_path / "from")
    assert (called.calls["mid"], called.calls["leaf"]) == (times // 5, times // 5 * 10)
    assert "burn" not in called.calls


def test_recursion(counted: Path, tmp_path: Path) -> None:
    process(
        tmp_path,
        f"""
        lib = ctypes.CDLL({str(counted)!r})
        measured({str(tmp_path / "run")!r}, lambda: (lib.fact(510), lib.even(200)))
        """,
    )
    found = read(tmp_path / "run")
    assert found.calls["fact"] == 510 and found.edges["fact", "fact"][0] == 509
    assert (found.calls["even"], found.calls["odd"]) == (101, 100)
    assert found.edges["even", "odd"][0] == found.edges["odd", "even"][0] == 100
    assert re.search("(even and odd|odd and even) call each other", found.notes)


def test_callbacks_into_python_and_back(counted: Path, tmp_path: Path) -> None:
    process(
        tmp_path,
        f"""
        lib = ctypes.CDLL({str(counted)!r})
        function = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)
        again = function(lambda i: lib.mid(1) * 0)
        measured({str(tmp_path / "run")!r}, lambda: lib.back(again, 510))
        """,
    )
    found = read(tmp_path / "run")
    assert (found.calls["back"], found.calls["mid"], found.calls["leaf"]) == (1, 510, 5610)
    assert found.edges["back", "leaf"][0] == 510


def test_threads_at_the_same_time(counted: Path, tmp_path: Path) -> None:
    process(
        tmp_path,
        f"""
        lib = ctypes.CDLL({str(counted)!r})
        def work():
            together = threading.Barrier(2)
            def burn():
                together.wait()
                lib.burn(1_000_000, 1)
            threads = [threading.Thread(target=burn) for _ in range(2)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        measured({str(tmp_path / "run")!r}, work)
        """,
    )
    calls = read(tmp_path / "run").calls
    assert (calls["burn"], calls["mid"], calls["leaf"]) == (2, 2_000_000, 22_000_000)


def test_every_run_counts_anew_and_nothing_between(counted: Path, tmp_path: Path) -> None:
    process(
        tmp_path,
        f"""
        lib = ctypes.CDLL({str(counted)!r})
        for n in range(3):
            lib.burn(1000, 1)
            measured({str(tmp_path)!r} + f"/{{n}}", lambda: lib.burn(n, 1))
        """,
    )
    found = [read(tmp_path / str(n)).calls for n in range(3)]
    assert [calls.get("mid", 0) for calls in found] == [0, 1, 2]


def test_static_functions_and_callers_in_another_library(tmp_path: Path) -> None:
    static = "static __attribute__((noinline)) int f(int n) { return n + 1; }\n"
    first = library(
        tmp_path, source=static + "int first(int n) { return f(f(n)) + 1; }", name="first"
    )
    second = library(
        tmp_path,
        source="int first(int n);\nint second(int n)"
        "{ int s = 0; for (int i = 0; i < n; i++) s += first(i); return s; }",
        name="second",
    )
    process(
        tmp_path,
        f"""
        ctypes.CDLL({str(first)!r}, mode=ctypes.RTLD_GLOBAL)
        lib = ctypes.CDLL({str(second)!r})
        measured({str(tmp_path / "run")!r}, lambda: lib.second(200))
        """,
    )
    found = read(tmp_path / "run")
    assert (found.calls["second"], found.calls["first"], found.calls["f"]) == (1, 200, 400)
    assert found.edges["second", "first"][0] == 200 and found.edges["first", "f"][0] == 400


@pytest.mark.parametrize("flag", ["-mno-fentry", "-mfentry"])
def test_cpp_names_and_both_ways_of_counting(tmp_path: Path, flag: str) -> None:
    source, built = tmp_path / "cpp.cpp", tmp_path / "libcpp.so"
    source.write_text(CPP_SOURCE)
    run("g++", "-pg", flag, "-g", "-O1", "-shared", "-fPIC", "-o", built, source)
    process(
        tmp_path,
        f"""
        lib = ctypes.CDLL({str(built)!r})
        measured({str(tmp_path / "run")!r}, lambda: [lib.cpp_burn(10) for _ in range(200)])
        """,
    )
    found = read(tmp_path / "run")
    assert found.calls["cpp_burn"] == 200
    assert found.calls["geo::Grid<unsigned long>::walk"] == 200
    assert found.profile.strings[found.profile.functions.file[0]].endswith("libcpp.so")


def test_an_extension_imported_while_the_cell_runs(counted: Path, tmp_path: Path) -> None:
    module(tmp_path)
    process(
        tmp_path,
        f"""
        lib = ctypes.CDLL({str(counted)!r})
        sys.path.insert(0, {str(tmp_path)!r})
        def work():
            import module
            module.call(lambda: module.walk(510))
            lib.burn(3, 1)
        measured({str(tmp_path / "run")!r}, work)
        """,
    )
    found = read(tmp_path / "run")
    assert (found.calls["call"], found.calls["walk"], found.calls["step"]) == (1, 1, 510)
    assert found.calls["mid"] == 3


def test_a_library_loaded_otherwise_meanwhile_is_named(counted: Path, tmp_path: Path) -> None:
    other = library(tmp_path, name="other")
    process(
        tmp_path,
        f"""
        lib = ctypes.CDLL({str(counted)!r})
        measured({str(tmp_path / "run")!r}, lambda: ctypes.CDLL({str(other)!r}).burn(3, 1))
        """,
    )
    assert "libother.so was loaded while the cell ran" in read(tmp_path / "run").notes


def test_the_same_as_gprof_says(counted: Path, tmp_path: Path) -> None:
    process(
        tmp_path,
        f"""
        lib = ctypes.CDLL({str(counted)!r})
        def work():
            lib.burn(300, 20000)
            lib.even(400)
        measured({str(tmp_path / "run")!r}, work)
        """,
    )
    found, text = read(tmp_path / "run"), text_of(counted, tmp_path / "run/gmon-0.out")
    # The last call in `even` is a jump, so that the one which Python called is not gprof's to see.
    assert found.calls["leaf"] == 3300 + 401 * 2 == text.flat["leaf"][1] + 1
    assert text.flat["leaf"][0] == pytest.approx(found.times["leaf"][0], abs=0.02)
    for arc, (_, _, calls) in text.arcs.items():
        assert found.edges[arc][0] == calls, arc
    assert text.arcs.keys() >= {("burn", "mid"), ("burn", "leaf"), ("mid", "leaf")}


def test_the_machine_code_is_what_is_written_beside_it(tmp_path: Path) -> None:
    lines = [line.split(None, 1) for line in CODE.strip().splitlines()]
    source, result = tmp_path / "code.s", tmp_path / "code.bin"
    source.write_text(".intel_syntax noprefix\n" + "\n".join(text for _, text in lines) + "\n")
    run("as", source, "-o", tmp_path / "code.o")
    run("objcopy", "-O", "binary", "-j", ".text", tmp_path / "code.o", result)
    code = bytes.fromhex("".join(number for number, _ in lines))
    assert code == result.read_bytes()
    starts = [match.start() for match in re.finditer(b"\xf3\x0f\x1e\xfa", code)]
    assert starts == [ON_STACK, IN_REGISTERS, SAMPLE]


def test_where_the_time_goes(counted: Path, tmp_path: Path) -> None:
    process(
        tmp_path,
        f"""
        lib = ctypes.CDLL({str(counted)!r})
        def work():
            end = sum(os.times()[:2]) + 0.4
            while sum(os.times()[:2]) < end:
                lib.mid(20_000)
            while sum(os.times()[:2]) < end + 0.1:
                sum(range(1000))
        measured({str(tmp_path / "run")!r}, work)
        """,
    )
    found = read(tmp_path / "run")
    own, inclusive = found.times["leaf"]
    assert own == inclusive and own > 0.6 * sum(time for time, _ in found.times.values())
    assert found.profile.quality["samples"] > 20
    # ctypes calls by way of libffi, which is not built with -pg.
    (caller,) = (name for name in found.names if "ffi" in name)
    assert found.calls[caller] == -1 and found.times[caller][1] >= own
    assert any("python" in name for name in found.names)


@pytest.mark.skipif(shutil.which("strip") is None, reason="needs binutils")
def test_a_stripped_library(tmp_path: Path) -> None:
    built = library(tmp_path)
    subprocess.run(["strip", built], check=True)
    process(
        tmp_path,
        f"""
        lib = ctypes.CDLL({str(built)!r})
        measured({str(tmp_path / "run")!r}, lambda: lib.burn(10, 1))
        """,
    )
    found = read(tmp_path / "run")
    assert "libcounted.so was stripped: most of its functions have no names" in found.notes
    assert found.calls["burn"] == 1 and found.calls["mid"] == 10
    assert found.calls["libcounted.so (no symbol)"] == 110
