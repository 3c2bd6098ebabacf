"""Where the Python functions are defined that CPython's map file names without a line."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterable, Iterator
from types import CodeType, FunctionType

from . import perf_trampoline

_PYTHON = re.compile(r"^\S+ \S+ py::(.*):(.*)$", re.MULTILINE)


def first_lines(map_file: bytes, kept: Iterable[CodeType]) -> dict[str, int]:
    """The first line of each function by where its trampoline begins (in hexadecimal).

    Looked for in all functions that there are and in the code `kept`.
    """
    named = set(_PYTHON.findall(map_file.decode(errors="replace")))
    found = {}
    functions = (one.__code__ for one in gc.get_objects() if type(one) is FunctionType)
    for code in _with_inner((*kept, *functions)):
        if (code.co_qualname, code.co_filename) in named:  # type: ignore[attr-defined,unused-ignore]
            start = perf_trampoline.address(code)
            if start:
                found[f"{start:x}"] = code.co_firstlineno
    return found


def _with_inner(codes: Iterable[CodeType]) -> Iterator[CodeType]:
    """Code objects with those that are defined in them, each once."""
    seen: set[int] = set()
    pending = list(codes)
    while pending:
        code = pending.pop()
        if id(code) not in seen:
            seen.add(id(code))
            yield code
            pending += [one for one in code.co_consts if type(one) is CodeType]
