"""Valgrind's command line for Callgrind: the kernel that runs under it, and fresh processes."""

from __future__ import annotations

from dataclasses import dataclass

_CPYTHON = """
_PyEval* PyEval_* __Py_Eval* py_trampoline_evaluator _PyFunction_Vectorcall
PyObject_Call PyObject_CallF* PyObject_CallM* PyObject_CallN* PyObject_CallO* _PyObject_Call
_PyObject_Call_* _PyObject_CallF* _PyObject_CallM* PyObject_Vectorcall* _PyObject_Vectorcall*
_PyObject_FastCall* _PyObject_MakeTpCall PyVectorcall_* _PyVectorcall_* vectorcall_m* object_vacall
cfunction_call cfunction_vectorcall_* method_vectorcall* PyCFunction_Call _PyCFunction_*
_Py_CheckFunctionResult _Py_CheckRecursiveCall type_call slot_tp_call slot_tp_init slot_tp_new
slot_tp_iternext wrap_binaryfunc* wrap_call wrap_descr_* wrap_init wrap_lenfunc wrap_next
wrap_objobj*proc wrap_richcmpfunc wrap_sq_*item wrap_ternaryfunc* wrap_unaryfunc
gen_send_ex* gen_iternext PyIter_Send builtin_exec builtin_eval run_mod* run_eval_code_obj
PyRun_* _PyRun_* pymain_* Py_RunMain Py_BytesMain thread_run pythread_wrapper
"""
_CYTHON = """
__Pyx_CyFunction_* __pyx_FusedFunction_call __Pyx_PyObject_Call* __Pyx_PyObject_FastCall*
__Pyx_PyFunction_FastCall* __Pyx_Generator_Next* __Pyx_Coroutine_SendEx* __Pyx_Coroutine_AmSend*
"""
_START = "start_thread __clone* clone __libc_start_* _start"
PLUMBING = (*_CPYTHON.split(), *_CYTHON.split(), *_START.split(), "(below main)")
"""Functions of CPython and Cython through which a call passes on its way, as patterns of
`--fn-skip`: what they cost is charged to what called them. The profile's other readers flag the
same functions (`mixed/names`)."""


@dataclass(frozen=True)
class Counting:
    """What Callgrind counts. It is settled when the process starts."""

    cache: bool = False
    """Misses of a simulated cache."""
    branch: bool = False
    """Branches that a simulated predictor gets wrong."""
    asm: bool = False
    """Costs of each instruction, beside those of lines."""
    jumps: bool = False
    """Jumps within functions, and how often each was taken."""
    systime: bool = False
    """System calls and the time spent in them."""
    threads: bool = False
    """Each thread for itself."""
    toggle: str | None = None
    """Only what happens within this function (a symbol; `*` and `?` as in file names)."""
    plumbing: bool = False
    """Whether the functions of `PLUMBING` are shown."""


def slower(counting: Counting) -> str:
    """How much slower code runs (docs/callgrind.md), as it is said beforehand."""
    factor = 250 if counting.cache or counting.branch else 100
    return f"Under Callgrind code runs about {factor} times slower."


def valgrind(counting: Counting, out: str, *, at_start: bool, log: str | None = None) -> list[str]:
    """The command that a program's own follows.

    Callgrind writes `out` (in which `%p` is the process), with `.1`, `.2`, `-01` and so on for
    further dumps and for threads; it counts from the start or when it is told to. Its words go to
    `log`, or to standard error.
    """
    switches = {
        "cache-sim": counting.cache,
        "branch-sim": counting.branch,
        "dump-instr": counting.asm,
        "collect-jumps": counting.jumps,
        "separate-threads": counting.threads,
        "instr-atstart": at_start,
    }
    command = [
        "valgrind",
        "--tool=callgrind",
        f"--callgrind-out-file={out.replace('%', '%%').replace('%%p', '%p')}",
        *(f"--{name}={'yes' if on else 'no'}" for name, on in switches.items()),
        # A function that calls itself is one function, whatever the level.
        "--separate-recs=1",
        # Pipes in /tmp for vgdb would outlive a process that is killed.
        "--vgdb=no",
        # A thread that computes must not keep the others from running.
        "--fair-sched=try",
        "--child-silent-after-fork=yes",
    ]
    if counting.systime:
        command.append("--collect-systime=nsec")
    if counting.toggle:
        command.append(f"--toggle-collect={counting.toggle}")
    if log is not None:
        command.append(f"--log-file={log.replace('%', '%%').replace('%%p', '%p')}")
    if not counting.plumbing:
        command += [f"--fn-skip={pattern}" for pattern in PLUMBING]
    return command
