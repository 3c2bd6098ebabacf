"""The C and C++ compilers, and which options they know."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sysconfig
from collections.abc import Iterable

from nativeprofile.symbols import tools

from .errors import BuildError
from .purposes import Purpose

_REMEDY = "Install one: apt-get install gcc g++ (Debian, Ubuntu), dnf install gcc gcc-c++ (Fedora)."
_SECONDS = 30


def compiler(cplus: bool = False, purpose: Purpose | None = None) -> list[str]:
    """The compiler's command: CC or CXX, the one that Python was built with, or the usual one.
    Raises BuildError if there is none, or if it counts in another way than a purpose needs."""
    command = _found(cplus)
    if purpose is None or purpose.engine != "gcov":
        return command
    if "clang" in (tools.answer([*command, "--version"], _SECONDS) or ""):
        raise BuildError(
            f"{command[0]} is Clang, whose counters gcov does not read.",
            "Use GCC: set CC=gcc and CXX=g++.",
        )
    return command


def _found(cplus: bool) -> list[str]:
    variable, usual = ("CXX", ("g++", "c++")) if cplus else ("CC", ("gcc", "cc"))
    if asked := os.environ.get(variable):
        words = shlex.split(asked)
        if words and shutil.which(words[0]):
            return words
        raise BuildError(f"{variable} names {asked}, which is not there.", f"Unset {variable}.")
    own = shlex.split(str(sysconfig.get_config_var(variable) or ""))
    for words in (own[:1], *([name] for name in usual)):
        if words and shutil.which(words[0]):
            return words
    raise BuildError(f"There is no {'C++' if cplus else 'C'} compiler here.", _REMEDY)


def known(command: list[str], options: Iterable[str]) -> list[str]:
    """Those of the options that the compiler takes."""
    return [option for option in options if _takes(command, option)]


def _takes(command: list[str], option: str) -> bool:
    try:
        done = subprocess.run(
            [*command, "-Werror", option, "-x", "c", "-fsyntax-only", os.devnull],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
