"""Which names a cell reads that it has not set itself."""

from __future__ import annotations

import ast
import dis
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from types import CodeType

_READS = {"LOAD_NAME", "LOAD_GLOBAL", "LOAD_FROM_DICT_OR_GLOBALS", "DELETE_NAME", "DELETE_GLOBAL"}
_WRITES = {"STORE_NAME", "STORE_GLOBAL"}
_SIMPLE = (
    *(ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Import, ast.ImportFrom),
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef),
)
"""Statements after which all names that they set are set."""


@dataclass
class Names:
    """The names of a namespace that a cell reads, in the order in which it does."""

    needed: dict[str, None] = field(default_factory=dict)
    """It reads them before it sets them, if it does."""
    perhaps: dict[str, None] = field(default_factory=dict)
    """It may have set them before it reads them: in a loop, or under a condition."""


def names_read(tree: ast.Module, flags: int, known: Container[str]) -> Names:
    """Of the names in `known`, those that the statements of `tree` read, functions included.

    `flags` are the compiler's. Names that only `eval`, `exec` or `globals()` would read are not
    found. Raises SyntaxError.
    """
    names, maybe_set, surely_set = Names(), set[str](), set[str]()
    for statement in tree.body:
        module = ast.Module([statement], [])
        code = compile(module, "<cell>", "exec", flags | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, True)
        for name, reads in _uses(code):
            if not reads:
                maybe_set.add(name)
            elif name in known and name not in surely_set:
                (names.perhaps if name in maybe_set else names.needed)[name] = None
        if isinstance(statement, _SIMPLE):
            surely_set |= {name for name, reads in _uses(code, inside=False) if not reads}
    for name in names.needed:
        names.perhaps.pop(name, None)
    return names


def _uses(code: CodeType, inside: bool = True) -> Iterator[tuple[str, bool]]:
    """Names of the module that code reads (True) or sets (False), in the order of its
    instructions; `inside`: those of functions and classes in it too."""
    own: set[str] = set()
    is_module = code.co_name == "<module>"
    for instruction in dis.get_instructions(code):
        name = instruction.argval
        if instruction.opname in _READS:
            if name not in own:
                yield name, True
        elif instruction.opname in _WRITES:
            if is_module or instruction.opname == "STORE_GLOBAL":
                yield name, False
            else:
                own.add(name)  # of a class
        elif inside and isinstance(name, CodeType):
            yield from _uses(name)
