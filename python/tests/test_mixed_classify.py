"""The classifier: a stack, leaf first, and the category of its moment."""

from __future__ import annotations

import pytest

from nativeprofile.mixed.classify import Facts, Group, classify
from nativeprofile.tables.categories import Category

PYTHON = Facts(Group.PYTHON)
CALLBACK = Facts(Group.PYTHON, profiler=True)
IMPORTING = Facts(Group.PYTHON, "_find_and_load")
EVAL = Facts(Group.INTERPRETER, "_PyEval_EvalFrameDefault")
SORTED = Facts(Group.INTERPRETER, "builtin_sorted", entry=True)
COMPARE = Facts(Group.INTERPRETER, "PyObject_RichCompare")
MALLOC = Facts(Group.SYSTEM, "malloc")
ZLIB = Facts(Group.STANDARD, "zlib_compress", entry=True)
LIBZ = Facts(Group.LIBRARY, "deflate")
NUMPY = Facts(Group.LIBRARY, "array_matmul")
BLAS = Facts(Group.LIBRARY, "dgemm_kernel")
CTYPES = Facts(Group.GATEWAY, "PyCFuncPtr_call", entry=True)
KERNEL = Facts(Group.KERNEL, "page_fault")
GIL = Facts(Group.INTERPRETER, "take_gil")
GC = Facts(Group.INTERPRETER, "gc_collect_main")
THREAD = Facts(Group.SYSTEM, "start_thread")


@pytest.mark.parametrize(
    ("stack", "category"),
    [
        ([EVAL, PYTHON], Category.PYTHON),
        ([MALLOC, EVAL, PYTHON], Category.PYTHON),
        ([COMPARE, EVAL, PYTHON], Category.PYTHON),
        ([COMPARE, SORTED, EVAL, PYTHON], Category.BUILTIN),
        ([EVAL, PYTHON, SORTED, EVAL, PYTHON], Category.PYTHON),
        ([LIBZ, ZLIB, EVAL, PYTHON], Category.BUILTIN),
        ([BLAS, NUMPY, EVAL, PYTHON], Category.EXTENSION),
        ([MALLOC, NUMPY, EVAL, PYTHON], Category.EXTENSION),
        ([SORTED, NUMPY, EVAL, PYTHON], Category.EXTENSION),
        ([BLAS, CTYPES, EVAL, PYTHON], Category.EXTENSION),
        ([MALLOC, CTYPES, EVAL, PYTHON], Category.EXTENSION),
        ([CTYPES, EVAL, PYTHON], Category.BUILTIN),
        ([KERNEL, NUMPY, EVAL, PYTHON], Category.KERNEL),
        ([KERNEL, GIL, EVAL, PYTHON], Category.GIL),
        ([GC, EVAL, PYTHON], Category.GC),
        ([KERNEL, GC, EVAL, PYTHON], Category.KERNEL),
        ([EVAL, PYTHON, GC, EVAL, PYTHON], Category.PYTHON),
        ([EVAL, PYTHON, EVAL, IMPORTING, EVAL, PYTHON], Category.IMPORT),
        ([EVAL, CALLBACK, EVAL, PYTHON], Category.PROFILER),
        ([BLAS, THREAD], Category.SYSTEM),
        ([KERNEL], Category.KERNEL),
        ([PYTHON], Category.PYTHON),
    ],
)
def test_a_moment_belongs_to(stack: list[Facts], category: Category) -> None:
    assert classify(stack) is category
