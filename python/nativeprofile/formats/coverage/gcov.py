"""Counters of programs built with `gcc --coverage`, read by gcov.

It runs in a private folder that has links to the files, so that nothing appears among the user's
files, and their names do not matter.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from nativeprofile.tables.errors import FormatError

from . import gcda, gcov_json
from .model import Builder, Coverage

SECONDS = 120
"""How long gcov may take for all files."""
_REBUILD = "Build the program again with --coverage and run it again."
_WRONG = re.compile(r"^\S+?:(?:.*(?:mismatch|overrun|corrupt|not a gcov|cannot open).*)$", re.M)
_OTHER = re.compile(r"version '(.{4})', prefer '(.{4})'")


class Unit(NamedTuple):
    """One object file's counters, and the graph that they belong to."""

    counters: Path
    graph: Path


def beside(counters: Path) -> Unit:
    """A .gcda file with the .gcno file beside it."""
    return Unit(counters, counters.with_suffix(".gcno"))


def read(units: Iterable[Unit], seconds: float = SECONDS) -> Coverage:
    """The sum of all. Raises FormatError."""
    files = list(units)
    compilers = {check(unit) for unit in files}
    if len(compilers) > 1:
        raise FormatError(
            f"The counters are of GCC {' and '.join(map(str, sorted(compilers)))}.",
            "Convert those of each to a tracefile, and add these up.",
        )
    builder = Builder()
    for gcc in compilers:
        answer = _run(_program(gcc), files, seconds)
        gcov_json.read_into(builder, answer, "what gcov says")
    return builder.finish()


def check(unit: Unit) -> int:
    """Which GCC wrote counters and graph. Raises FormatError if they do not belong together."""
    path, notes = unit
    counters = gcda.head(path, gcda.DATA, f"Remove it, and run the program again ({path.name}).")
    if not notes.is_file():  # a pipe would be waited for
        raise FormatError(
            f"{notes}, which gcc --coverage wrote beside the object file, is gone.",
            f"Put it there, or {_REBUILD[0].lower()}{_REBUILD[1:]}",
        )
    graph = gcda.head(notes, gcda.NOTES, _REBUILD)
    if graph != counters:
        raise FormatError(
            f"{path.name} is of another build than {notes.name}.",
            "Remove it, and run the program of this build again.",
        )
    return counters.gcc


def _program(gcc: int) -> str:
    for name in (f"gcov-{gcc}", "gcov"):
        if found := shutil.which(name):
            return found
    raise FormatError(
        f"gcov is missing (of GCC {gcc}).", f"Install it: apt-get install gcc-{gcc}, or gcc."
    )


def _run(program: str, files: list[Unit], seconds: float) -> bytes:
    """What gcov prints. Raises FormatError."""
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "HOME": "/nonexistent"}
    with tempfile.TemporaryDirectory(prefix="nativeprofile-") as folder:
        names = []
        for at, unit in enumerate(files):
            for path, suffix in zip(unit, (".gcda", ".gcno"), strict=True):
                Path(folder, f"{at}{suffix}").symlink_to(path.absolute())
            names.append(f"{at}.gcda")
        command = [program, "--json-format", "--stdout", "--branch-probabilities", *names]
        errors = Path(folder, "errors")
        late = threading.Event()
        with (
            errors.open("wb") as told,
            subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=told,
                cwd=folder,
                env=environment,
            ) as process,
        ):
            assert process.stdout is not None

            def stop() -> None:
                late.set()
                process.kill()

            timer = threading.Timer(seconds, stop)
            timer.start()
            try:
                answer = process.stdout.read(gcov_json.LIMIT + 1)
            except BaseException:
                process.kill()
                raise
            finally:
                timer.cancel()
            if len(answer) > gcov_json.LIMIT:
                process.kill()
        said = errors.read_text(errors="replace")[:65536]
    if late.is_set() or len(answer) > gcov_json.LIMIT:
        limit = f"{seconds:g} s" if late.is_set() else f"{gcov_json.LIMIT >> 20} MiB of output"
        raise FormatError(f"gcov needs more than {limit}.", "Read fewer .gcda files at a time.")
    _judge(said, process.returncode, files)
    return answer


def _judge(said: str, status: int, files: list[Unit]) -> None:
    """Raises FormatError if gcov complained of the files or failed."""
    if (other := _OTHER.search(said)) and other[1][:2] != other[2][:2]:
        raise FormatError(
            f"The counters are of GCC {gcda.major(other[1])}, gcov is of {gcda.major(other[2])}.",
            "Install the gcov of the compiler that built the program.",
        )
    if wrong := _WRONG.search(said):
        number, _, words = wrong[0].partition(":")
        at = Path(number).stem
        which = files[int(at)] if at.isdigit() and int(at) < len(files) else files[0]
        name = which.counters.name
        raise FormatError(f"gcov cannot read {name}: {words.strip()}.", _REBUILD)
    if status != 0:
        first = next(iter(said.splitlines()), f"status {status}")
        raise FormatError(f"gcov failed: {first}.", "Use the gcov of GCC 9 or later.")
