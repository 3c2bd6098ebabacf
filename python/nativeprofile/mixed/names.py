"""What is shown of a native frame: whose it is, its name, and whether it only passes calls on."""

from __future__ import annotations

import re

from nativeprofile.formats.programs import is_interpreter
from nativeprofile.symbols import cython
from nativeprofile.symbols.demangle import readable

from .classify import Group
from .jit import is_jit

_VERSION = re.compile(r"(\.cpython-|\.abi3|\.so|-[0-9a-f]{6,}|[-.]?\d+(\.\d+)+).*$")
_OPENBLAS = re.compile(r"lib(scipy_)?openblas(64_|p)?(?=[-.])")
"""numpy and scipy ship OpenBLAS under names of their own."""
_SYSTEM = re.compile(
    r"(libc|libm|libdl|librt|libpthread|libgcc_s|libstdc\+\+|ld-linux[-\w]*|ld-musl[-\w]*)"
    r"[-.]([\d.]+)?so|ld-linux"
)
_GATEWAYS = ("_ctypes.", "_cffi_backend.", "libffi.")

_PLUMBING = re.compile(
    r"_?_?Py_?Eval|_PyFunction_Vectorcall|_?PyObject_(Vectorcall|Call|FastCall|MakeTpCall)|"
    r"_PyObject_(Vectorcall|Call|FastCall|MakeTpCall)|_?PyVectorcall_|_PyVectorcall|"
    r"object_vacall|cfunction_(vectorcall|call)|method_vectorcall|vectorcall_|"
    r"_PyCFunction|PyCFunction_|py_trampoline_evaluator|slot_tp_(call|init|new|iternext)|"
    r"type_call$|wrap_|gen_send_ex|gen_iternext|builtin_exec$|builtin_eval$|"
    r"_start$|_?_libc_start|Py_RunMain|Py_BytesMain|pymain_|run_mod|run_eval_code|"
    r"_?PyRun_|start_thread$|_?_?clone3?$|thread_run$|pythread_wrapper$|entry_SYSCALL|"
    r"asm_|do_syscall_64|x64_sys_call|ret_from_fork|_PyEval|PyEval_|"
    r"__Pyx_CyFunction_|__pyx_FusedFunction_call|__Pyx_PyObject_(Fast)?Call|"
    r"__Pyx_PyFunction_FastCall|__Pyx_Generator_Next|__Pyx_Coroutine_(SendEx|AmSend)|"
    r"pyo3::impl_::trampoline|pyo3::impl_::(pyfunction|pymethods)|"
    r"std::panicking::(catch_unwind|try)|std::panic::catch_unwind"
)
"""Functions through which a call passes on its way, by the start of their names."""
_PYO3 = re.compile(r"::__py(?:function|method)_(\w+?)(?:__)?$")
_BINDING = re.compile(r"pybind11::(detail::|cpp_function::)|boost::python::|nanobind::detail::nb_")
"""Functions of binding generators: plumbing, but for the one that stands for a function which
Python knows; what a compiler put into these stands under that function."""


def group_of(path: str) -> Group:
    """Whose code a native file holds; paths as perf names them."""
    if is_jit(path):
        return Group.LIBRARY
    if path.startswith("[") and path not in ("[vdso]", "[unknown]", "[stack]", "[heap]"):
        return Group.KERNEL
    name = path.rsplit("/", 1)[-1]
    if is_interpreter(path):
        return Group.INTERPRETER
    if name.startswith(_GATEWAYS):
        return Group.GATEWAY
    if "/lib-dynload/" in path:
        return Group.STANDARD
    if _SYSTEM.match(name) or path in ("[vdso]", "[unknown]", "[stack]", "[heap]", ""):
        return Group.SYSTEM
    return Group.LIBRARY


def library_module(path: str) -> str:
    """`numpy` for its extension modules, `libopenblas` for a library, `kernel`, `python`."""
    group = group_of(path)
    if group is Group.KERNEL:
        return "kernel"
    if group is Group.INTERPRETER:
        return "python"
    if is_jit(path):
        return "jit"
    if path.startswith("["):
        return path.strip("[]")
    parts = path.split("/")
    if _OPENBLAS.match(parts[-1]):
        return "libopenblas"
    for folder in ("site-packages", "dist-packages"):
        if folder in parts:
            inside = parts[parts.index(folder) + 1 :]
            if len(inside) > 1 and not inside[0].endswith(".libs"):
                return inside[0]
    return _VERSION.sub("", parts[-1]) or parts[-1]


def library_stem(path: str) -> str:
    """The file's name without versions and endings: `libz` for `/usr/lib/libz.so.1.2.13`."""
    return path.rsplit("/", 1)[-1].split(".")[0] if path.startswith("/") else path


def function_name(symbol: str) -> str:
    """What the user wrote: demangled, generated wrappers like what they wrap."""
    written = cython.name_of(symbol)
    return written.qualified if written else _PYO3.sub(r"::\1", readable(symbol))


def is_wrapper(symbol: str) -> bool:
    """Whether a function has been generated, by Cython or PyO3, for Python to call."""
    written = cython.name_of(symbol)
    return written.wrapper if written else bool(_PYO3.search(symbol))


def is_shared(name: str) -> bool:
    """Whether Python calls many functions through this one, so that it has no name in Python."""
    return name.startswith("pyo3::impl_::")


def is_binding(name: str) -> bool:
    """Whether a function was made by a generator of bindings."""
    return bool(_BINDING.match(name))


def is_plumbing(name: str, bound: bool = False) -> bool:
    """Whether a native function, as `function_name` calls it, only passes a call on; `bound` if
    Python knows it."""
    return bool(_PLUMBING.match(name) or (_BINDING.match(name) and not bound))
