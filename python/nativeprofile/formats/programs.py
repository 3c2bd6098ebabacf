"""Programs without Python: all of their native code is theirs."""

from __future__ import annotations

import re

from nativeprofile.tables.categories import Category, Kind
from nativeprofile.tables.profile import Profile

_INTERPRETER = re.compile(r"(libpython|python)\d?")
_EVALUATOR = "_PyEval_EvalFrameDefault"


def is_interpreter(file: str) -> bool:
    """Whether a native file, as `libpython3.13.so.1.0`, is CPython itself, by its name."""
    name = file.rpartition("/")[2]
    return bool(_INTERPRETER.match(name)) and ".cpython-" not in name


def own_code(profile: Profile) -> bool:
    """Makes the native code of a program, with the libraries below it, what it is under the engines
    that run programs: its own (extension).

    Where CPython ran nothing changes, and the result is False: there `system` is what nobody
    called from Python.
    """
    functions, strings = profile.functions, profile.strings
    if (
        Kind.PYTHON in functions.kind
        or any(file >= 0 and is_interpreter(strings[file]) for file in set(functions.file))
        or any(strings[name] == _EVALUATOR for name in set(functions.name) if name >= 0)
    ):
        return False
    functions.category = _owned(functions.category)
    profile.stacks.category = _owned(profile.stacks.category)
    return True


def _owned(categories: list[int]) -> list[int]:
    own, nobody = int(Category.EXTENSION), int(Category.SYSTEM)
    return [own if category == nobody else category for category in categories]
