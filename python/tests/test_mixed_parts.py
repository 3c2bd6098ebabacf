"""The parts of reading a recording, each on its own."""

from __future__ import annotations

import pytest

from nativeprofile.mixed import names
from nativeprofile.mixed.classify import Group


@pytest.mark.parametrize(
    ("path", "group", "module"),
    [
        ("[kernel.kallsyms]", Group.KERNEL, "kernel"),
        ("[nf_tables]", Group.KERNEL, "kernel"),
        ("/usr/lib/libpython3.13.so.1.0", Group.INTERPRETER, "python"),
        ("/usr/bin/python3.12", Group.INTERPRETER, "python"),
        ("/usr/lib/python3.12/lib-dynload/_json.cpython-312-x86_64-linux-gnu.so",
         Group.STANDARD, "_json"),
        ("/usr/lib/python3.12/lib-dynload/_ctypes.cpython-312-x86_64-linux-gnu.so",
         Group.GATEWAY, "_ctypes"),
        ("/v/site-packages/numpy/_core/_multiarray_umath.cpython-313-x86_64-linux-gnu.so",
         Group.LIBRARY, "numpy"),
        ("/v/site-packages/numpy.libs/libscipy_openblas64_-4b78795a.so",
         Group.LIBRARY, "libopenblas"),
        ("/usr/lib/x86_64-linux-gnu/libopenblas.so.0", Group.LIBRARY, "libopenblas"),
        ("/usr/lib/x86_64-linux-gnu/libc.so.6", Group.SYSTEM, "libc"),
        ("/lib64/ld-linux-x86-64.so.2", Group.SYSTEM, "ld-linux-x86-64"),
        ("/usr/lib/x86_64-linux-gnu/libz.so.1.2.13", Group.LIBRARY, "libz"),
        ("[vdso]", Group.SYSTEM, "vdso"),
    ],
)  # fmt: skip
def test_native_files_have_a_group_and_a_module(path: str, group: Group, module: str) -> None:
    assert names.group_of(path) is group
    assert names.library_module(path) == module


@pytest.mark.parametrize("symbol", ["_PyEval_EvalFrameDefault", "PyObject_Vectorcall", "_start"])
def test_machinery_is_plumbing(symbol: str) -> None:
    assert names.is_plumbing(symbol)


@pytest.mark.parametrize("symbol", ["list_sort", "PyObject_RichCompare", "dgemm_kernel", "memcpy"])
def test_work_is_not_plumbing(symbol: str) -> None:
    assert not names.is_plumbing(symbol)
