"""Runs compilers and build tools, passes on what they say, and finds in it why one failed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from .errors import BuildError

Say = Callable[[str], None]
"""Is told each line of output."""

_REASONS = (
    re.compile(r"\S:\d+(?::\d+)?: (?:fatal )?error: "),  # gcc, clang
    re.compile(r"^\S+\.pyx:\d+:\d+: (?!warning)"),  # Cython
    re.compile(r"undefined reference to|cannot find -l|multiple definition of"),  # ld
    re.compile(r"\S:\d+:\d+: ERROR: "),  # meson
    re.compile(r"^CMake Error"),
    re.compile(r"No matching distribution found|Temporary failure in name resolution"),  # pip
    re.compile(r"^\s*(?:error|[A-Z]\w*(?:Error|Exception)): "),
)
"""How the line begins, or reads, that says why; in this order of preference."""
_FRAME = re.compile(r"^[\s│╰─>\[\]×]*(?:note|hint)?:?\s*$|^(?:note|hint):")


def run(
    command: Sequence[str | Path],
    say: Say,
    cwd: Path,
    work: Path,
    env: Mapping[str, str] | None = None,
) -> tuple[int, list[str]]:
    """The exit status of a command, and what it said. Its temporary files are below `work`, so that
    none stays elsewhere if it is killed. Raises BuildError if it does not start."""
    scratch = work / "tmp"
    scratch.mkdir(exist_ok=True)
    words = [str(word) for word in command]
    try:
        process = subprocess.Popen(
            words,
            cwd=cwd,
            env={**os.environ, **(env or {}), "LC_ALL": "C.UTF-8", "TMPDIR": str(scratch)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    except OSError as error:
        raise BuildError(f"{words[0]} could not be started: {error.strerror}.") from error
    lines: list[str] = []
    with process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                lines.append(line.rstrip())
                say(lines[-1])
        except BaseException:
            process.kill()
            raise
    shutil.rmtree(scratch, ignore_errors=True)
    return process.returncode, lines


def reason(lines: Sequence[str]) -> str:
    """The line that says why a build failed, as the tool wrote it."""
    plain = [line.strip() for line in lines]
    for pattern in _REASONS:
        for number, line in enumerate(plain):
            if pattern.search(line):
                # CMake's own words stand in the lines below.
                more = next(filter(None, plain[number + 1 :]), "") if line.endswith(":") else ""
                return f"{line} {more}".strip()
    return next((line for line in reversed(plain) if not _FRAME.match(line)), "it said nothing")
