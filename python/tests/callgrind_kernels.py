"""Kernels under Callgrind, an extension module with counts that are known, and what ran there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

from conftest import Execution, Kernel
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager
from natives import run
from profiles import Named

from nativeprofile.tables.decode import decode

SOURCE = r"""
#define PY_SSIZE_T_CLEAN
#include <Python.h>
static volatile long sink;
__attribute__((noinline)) void leaf(long x) { sink = x; }
__attribute__((noinline)) long fact(long n) { leaf(n); return n < 2 ? 1 : fact(n - 1) + sink; }
static PyObject *many(PyObject *self, PyObject *number)
{
    long n = PyLong_AsLong(number);
    for (long i = 0; i < n; i++) leaf(i);
    Py_RETURN_NONE;
}
static PyObject *deep(PyObject *self, PyObject *number)
{
    return PyLong_FromLong(fact(PyLong_AsLong(number)));
}
static PyObject *apply(PyObject *self, PyObject *args)
{
    PyObject *function;
    long n;
    if (!PyArg_ParseTuple(args, "Ol", &function, &n)) return NULL;
    for (long i = 0; i < n; i++) {
        PyObject *result = PyObject_CallNoArgs(function);
        if (result == NULL) return NULL;
        Py_DECREF(result);
    }
    Py_RETURN_NONE;
}
static PyObject *unknown(PyObject *self, PyObject *none)
{
    __asm__ volatile(".byte 0x0f, 0x0b");
    Py_RETURN_NONE;
}
static PyMethodDef methods[] = {
    {"many", many, METH_O, ""}, {"deep", deep, METH_O, ""}, {"apply", apply, METH_VARARGS, ""},
    {"unknown", unknown, METH_NOARGS, ""}, {NULL}
};
static PyModuleDef module = {PyModuleDef_HEAD_INIT, "counted", NULL, -1, methods};
PyMODINIT_FUNC PyInit_counted(void) { return PyModule_Create(&module); }
"""
"""`unknown` runs an instruction that no Valgrind knows."""

_KEEP = """\
import shutil as _shutil, nativeprofile.engines.callgrind as _callgrind
_stop = _callgrind.Recording.stop
def _keeping(self):
    raw = _stop(self)
    _shutil.rmtree("../kept", ignore_errors=True)
    _shutil.copytree(self._directory, "../kept")
    return raw
_callgrind.Recording.stop = _keeping
"""


def extension(folder: Path) -> None:
    """Builds the module `counted` into a folder."""
    file = folder / "counted.c"
    file.write_text(SOURCE)
    include = sysconfig.get_paths()["include"]
    run("cc", "-g", "-O1", "-w", "-shared", "-fPIC", f"-I{include}", "-o",
        folder / "counted.so", file)  # fmt: skip


class CallgrindKernel(Kernel):
    """A kernel started from an installed specification, as Jupyter does; `said` is its stderr."""

    def __init__(self, specs: Path, name: str, folder: Path) -> None:
        self.cwd, self.tmp, self._said = folder / "cwd", folder / "tmp", folder / "stderr"
        self.cwd.mkdir(parents=True)
        self.tmp.mkdir()
        manager = KernelSpecManager(kernel_dirs=[str(specs / "share/jupyter/kernels")])
        self.manager = KernelManager(kernel_name=name, kernel_spec_manager=manager)
        with self._said.open("w") as stderr:
            self.manager.start_kernel(
                cwd=str(self.cwd),
                env={**os.environ, "TMPDIR": str(self.tmp), "IPYTHONDIR": str(folder)},
                stderr=stderr,
            )
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=120)
        self.run("%load_ext nativeprofile", timeout=60)

    @property
    def said(self) -> str:
        return self._said.read_text()

    def profiled(self, code: str, options: str = "--engine callgrind", **how: Any) -> Execution:
        return self.run(f"%%nativeprofile {options}\n{code}", timeout=120, **how)

    def keep_files(self) -> None:
        """From here on Callgrind's files of a run stay in `kept`, until the next run."""
        self.run(_KEEP)

    def collected(self) -> int:
        """The instructions that Callgrind itself gives as the sums of these files."""
        files = list((self.cwd.parent / "kept").glob("callgrind.out.*"))
        assert files
        return sum(
            int(re.findall(r"^totals: (\d+)", file.read_text(), re.MULTILINE)[0]) for file in files
        )

    def remains(self) -> list[str]:
        """Processes and files of this kernel; of those for its cells none may be left."""
        listing = subprocess.run(["ps", "-eo", "args="], capture_output=True, text=True, check=True)
        found = [line for line in listing.stdout.splitlines() if str(self.tmp) in line]
        found += [str(path) for path in self.tmp.glob("nativeprofile-*")]
        return found + [str(path) for path in Path("/tmp").glob(f"vgdb-pipe-*{self.pid}-*")]


class Counts(Named):
    """An output's profile by the names of its functions."""

    def __init__(self, message: dict[str, Any]) -> None:
        super().__init__(decode(json.loads(json.dumps(message))))

    @property
    def total(self) -> int:
        """Instructions of all functions themselves."""
        table = self.profile.functions
        assert table.self_value is not None
        return int(sum(table.self_value[0]))

    def edge(self, caller: str, callee: str) -> int:
        """How often one called the other."""
        table = self.profile.edges
        assert table is not None
        rows, names = zip(table.caller, table.callee, table.calls, strict=True), self.names
        return sum(n for a, b, n in rows if (names[a], names[b]) == (caller, callee))

    def of(self, name: str, column: str) -> str | int:
        """A column of one function, as text where it is one."""
        row = self.names.index(name)
        value = int(getattr(self.profile.functions, column)[row])
        texts = ("name", "file", "module", "entry", "source")
        return self.profile.strings[value] if column in texts else value
