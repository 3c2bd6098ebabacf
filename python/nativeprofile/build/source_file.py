"""One source file: an extension module, a library for ctypes or a program, by what it defines."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

from nativeprofile.symbols import tools

from .commands import Say, reason, run
from .compiler import compiler, known
from .errors import BuildError
from .place import WORK, note_origin
from .purposes import Purpose
from .result import Built

C, CPLUS, CYTHON = (".c",), (".cpp", ".cc", ".cxx", ".c++"), (".pyx",)
_CPLUS = re.compile(r"^#\s*distutils:\s*language\s*=\s*c\+\+", re.MULTILINE)
_HEADERS = {
    "numpy": re.compile(r"[\"<]numpy/|\bcimport\s+numpy\b|\bfrom\s+numpy\s+cimport\b"),
    "pybind11": re.compile(r"[\"<]pybind11/"),
}
"""Packages that bring headers, and what asks for them."""
_SECONDS = 60


def build(path: Path, purpose: Purpose, folder: Path, say: Say) -> Built:
    """Raises BuildError."""
    text = path.read_text(encoding="utf-8", errors="replace")
    cplus = path.suffix in CPLUS
    source = path
    if path.suffix in CYTHON:
        cplus = _CPLUS.search(text) is not None
        source = _generate(path, folder / WORK, cplus, say)
    command = compiler(cplus, purpose)
    made = folder / WORK / f"{path.stem}.o"
    flags = [*purpose.compile, *known(command, purpose.wished)]
    includes = [sysconfig.get_paths()["include"], *_includes(text, folder / WORK)]
    paths = [f"-I{include}" for include in (path.parent, *includes)]
    _step(
        [*command, *flags, "-fPIC", *paths, "-c", str(source), "-o", str(made)],
        path,
        folder / WORK,
        say,
    )
    module, is_program = _defines(made)
    if module:
        target = folder / f"{module}{sysconfig.get_config_var('EXT_SUFFIX') or '.so'}"
    else:
        target = folder / (path.stem if is_program else f"lib{path.stem}.so")
    kind = [] if is_program and not module else ["-shared"]
    _step(
        [*command, *kind, str(made), *purpose.link, "-lm", "-o", str(target)],
        path,
        folder / WORK,
        say,
    )
    if module:
        return Built(purpose, folder, [module], [module])
    if is_program:
        return Built(purpose, folder, program=target)
    return Built(purpose, folder, library=target)


def _generate(path: Path, work: Path, cplus: bool, say: Say) -> Path:
    """The C or C++ file that Cython makes of a `.pyx`."""
    if importlib.util.find_spec("Cython") is None:
        raise BuildError(
            f"{path.name} needs Cython, which this Python ({sys.executable}) does not have.",
            f"Install it: {sys.executable} -m pip install cython",
        )
    target = work / f"{path.stem}.{'cpp' if cplus else 'c'}"
    note_origin(work.parent, path.parent)
    command = [sys.executable, "-m", "cython", "-3", "--module-name", path.stem]
    command += ["--cplus"] if cplus else []
    # Not where the source lies: a random.py beside it would stand for Python's own.
    _step([*command, str(path), "-o", str(target)], path, work, say, cwd=work)
    return target


def _step(command: list[str], path: Path, work: Path, say: Say, cwd: Path | None = None) -> None:
    status, lines = run(command, say, cwd or path.parent, work)
    if status:
        raise BuildError(
            f"{path.name} could not be built: {reason(lines)}.",
            "Mend it and build again; what the compiler said stands above.",
        )


def _includes(text: str, work: Path) -> list[str]:
    """Folders of headers that packages bring and the source asks for."""
    found = []
    for package, asks in _HEADERS.items():
        if asks.search(text) and importlib.util.find_spec(package) is not None:
            code = f"import {package}; print({package}.get_include())"
            done = subprocess.run(
                [sys.executable, "-c", code], cwd=work, capture_output=True, text=True, check=False
            )
            if done.returncode == 0:
                found.append(done.stdout.strip())
    return found


def _defines(made: Path) -> tuple[str | None, bool]:
    """The extension module that an object file is, and whether it is a program."""
    program = tools.first_of(("nm", "llvm-nm"))
    said = tools.answer([program, "--defined-only", str(made)], _SECONDS) if program else None
    if said is None:
        raise BuildError(
            "What the source file defines could not be told: nm is missing or failed.",
            "Install binutils: apt-get install binutils",
        )
    names = {line.split()[-1] for line in said.splitlines() if line.split()[1:2] == ["T"]}
    modules = sorted(name for name in names if name.startswith("PyInit_"))
    return (modules[0].removeprefix("PyInit_") if modules else None), "main" in names
