"""Extensions built with `--coverage`, and processes that measure what they do with the gcov
engine."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import textwrap
from pathlib import Path
from typing import Any

from natives import run
from profiles import Named

from nativeprofile import gcov

SOURCE = """\
#include <Python.h>
static volatile long sink;
static int leaf(int n)
{
    if (n % 3 == 0)
        sink += n;
    return n > 100 ? n : -n;
}
static int fact(int n) { return n < 2 ? 1 : n * fact(n - 1); }
static int never(int n)
{
    return n + 1;
}
static PyObject *walk(PyObject *self, PyObject *count)
{
    for (long i = PyLong_AsLong(count); i > 0; i--)
        leaf(i);
    if (sink < 0)
        never(1);
    Py_RETURN_NONE;
}
static PyObject *recurse(PyObject *self, PyObject *depth)
{
    return PyLong_FromLong(fact(PyLong_AsLong(depth)));
}
static PyObject *back(PyObject *self, PyObject *function)
{
    for (int i = 0; i < 10; i++) {
        PyObject *result = PyObject_CallNoArgs(function);
        if (!result)
            return NULL;
        Py_DECREF(result);
    }
    Py_RETURN_NONE;
}
static PyObject *apart(PyObject *self, PyObject *count)
{
    long n = PyLong_AsLong(count);
    Py_BEGIN_ALLOW_THREADS
    for (long i = 0; i < n; i++)
        leaf(i);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
static PyMethodDef methods[] = {{"walk", walk, METH_O, ""}, {"recurse", recurse, METH_O, ""},
    {"back", back, METH_O, ""}, {"apart", apart, METH_O, ""}, {0}};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, "NAME", 0, -1, methods};
PyMODINIT_FUNC PyInit_NAME(void) { return PyModule_Create(&def); }
"""
"""`walk(n)` calls `leaf` n times, line 17; the branches of line 5 are taken by n % 3."""

_SCRIPT = """\
import json, os, sys, threading
from pathlib import Path
from nativeprofile.engines import base, registry
def measured(folder, work, name="test", add=False):
    folder = Path(folder)
    folder.mkdir()
    options = base.Options(name=name, add=add)
    running = registry.load("gcov").start(options, str(folder))
    try:
        work()
    finally:
        raw = running.stop()
    run = {"format": 1, "engine": "gcov", "kind": "exact", "name": name, "status": "ok",
           "wall_ns": 1, "cells": [], "notes": raw.notes, "data": raw.data}
    (folder / "run.json").write_text(json.dumps(run))
"""


def module(
    folder: Path,
    *flags: str,
    name: str = "covered",
    source: str = SOURCE,
    covered: bool = True,
    compiler: str = "gcc",
) -> Path:
    """An extension module, built in `folder` with its .gcno beside it if it is to be covered."""
    folder.mkdir(exist_ok=True)
    file, library = folder / f"{name}.c", folder / f"{name}.so"
    file.write_text(source.replace("NAME", name))
    include = sysconfig.get_paths()["include"]
    coverage = ["--coverage"] if covered else []
    build = [*coverage, "-g", "-O0", "-fPIC", f"-I{include}", *flags]
    run(compiler, *build, "-c", file, "-o", folder / f"{name}.o", cwd=folder)
    run(compiler, *coverage, "-shared", folder / f"{name}.o", "-o", library, cwd=folder)
    return library


def process(
    folder: Path, library: Path, code: str, status: int = 0, *, unmeasured: bool = False
) -> str:
    """Runs code in a fresh Python in which the library can be imported; what it prints. Neither the
    working directory nor the library's folder may change, unless the library was `unmeasured`: then
    it writes its own counters at exit, as ever. There `measured(FOLDER, FUNCTION)`
    measures a function into a run's directory."""
    cwd = folder / "cwd"
    cwd.mkdir(exist_ok=True)
    before = sorted(library.parent.iterdir())
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT + textwrap.dedent(code)],
        cwd=cwd,
        env={"PYTHONPATH": f"{Path(__file__).parents[1]}:{library.parent}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == status, done.stdout + done.stderr
    assert done.stderr == ""
    assert list(cwd.iterdir()) == []
    assert unmeasured or sorted(library.parent.iterdir()) == before
    return done.stdout


class Read(Named):
    """A profile by the names of its functions and the numbers of its lines."""

    @property
    def lines(self) -> dict[int, int]:
        table = self.profile.lines
        return dict(zip(table.line, table.values[0], strict=True))

    @property
    def branches(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        table = self.profile.branches
        for line, taken in zip(table.line, table.taken, strict=True):
            found.setdefault(line, []).append(taken)
        return found


def read(folder: Path) -> Read:
    """The profile of a run's directory."""
    facts: dict[str, Any] = json.loads((folder / "run.json").read_text())
    return Read(gcov.read(folder, facts, lambda libraries: None))
