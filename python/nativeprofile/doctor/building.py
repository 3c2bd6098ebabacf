"""Compilers and what belongs to them: for `nativeprofile build`, gcov, and cells of C and C++."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from nativeprofile.build import BuildError
from nativeprofile.build.compiler import compiler
from nativeprofile.engines.programs import ask

from .check import Check

_VERSION = re.compile(r"\d+(?:\.\d+)+")


def checks() -> list[Check]:
    """Compilers, gcov, Python's headers, and the build tools of this Python."""
    return [
        _compiler("C compiler", cplus=False),
        _compiler("C++ compiler", cplus=True),
        _gcov(),
        _headers(),
        _module("pip", "projects cannot be built", "ensurepip"),
        _module("Cython", ".pyx files cannot be built by themselves", "pip install cython"),
    ]


def _compiler(name: str, cplus: bool) -> Check:
    try:
        command = compiler(cplus)
    except BuildError as error:
        return Check(name, "lacks", error.message.rstrip("."), _install("gcc g++"))
    version = _version(command[0])
    if version is None:
        return Check(name, "lacks", f"{command[0]} does not run", _install("gcc g++"))
    return Check(name, "ok", f"{Path(command[0]).name} {version}")


def _gcov() -> Check:
    if shutil.which("gcov") is None:
        return Check("gcov", "lacks", "gcov is missing: no coverage", _install("gcc"))
    version = _version("gcov") or "of an unknown version"
    gcc = _version("gcc")
    if gcc is not None and gcc.partition(".")[0] != version.partition(".")[0]:
        words = f"gcov {version} does not read what gcc {gcc} writes"
        return Check("gcov", "less", words, _install(f"gcc-{gcc.partition('.')[0]}"))
    return Check("gcov", "ok", version)


def _headers() -> Check:
    folder = Path(sysconfig.get_paths()["include"])
    if (folder / "Python.h").exists():
        return Check("Python's headers", "ok", str(folder))
    words = f"Python.h is not in {folder}: no extension can be built"
    return Check("Python's headers", "lacks", words, _install("python3-dev"))


def _module(name: str, words: str, remedy: str) -> Check:
    if importlib.util.find_spec(name) is not None:
        return Check(name, "ok", "installed")
    return Check(name, "less", f"missing: {words}", f"{sys.executable} -m {remedy}")


def _version(program: str) -> str | None:
    try:
        done = ask(program, "--version")
    except (OSError, subprocess.SubprocessError):
        return None
    lines = done.stdout.splitlines()
    # The distribution's own version stands before, in brackets.
    found = _VERSION.findall(lines[0].rpartition(")")[2] or lines[0]) if lines else []
    return str(found[0]) if done.returncode == 0 and found else None


def _install(packages: str) -> str:
    return f"sudo apt-get install {packages}"
