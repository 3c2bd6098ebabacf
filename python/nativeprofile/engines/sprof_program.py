"""`LD_PROFILE`: the dynamic linker counts the calls of one shared library and samples its code.

glibc's sprof reads the file; some versions of it (2.36) end with an assertion instead, so
`formats/gmon` reads it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

from .base import EngineError, Kind, Options, Probe, Raw
from .program import Ended, Program
from .programs import ask, on_glibc

_FACTS = "library.json"
_SONAME = re.compile(r"\(SONAME\).*\[(.+)\]")
_CACHED = re.compile(r"^\s+(\S+) .*=> (\S+)$", re.MULTILINE)


class SprofProgram:
    """Runs a program with `LD_PROFILE` set for the library that `--library` names."""

    name = "sprof"
    title = "LD_PROFILE (sprof)"
    kind: Kind = "exact"

    def probe(self) -> Probe:
        return on_glibc("LD_PROFILE is")

    def note(self, options: Options) -> str:
        return ""

    def command(self, program: Program, options: Options, directory: str) -> Program:
        library = _library(options.library or "")
        name = _soname(library)
        Path(directory, _FACTS).write_text(json.dumps([name, str(library), options.library]))
        # What starts the program must not count, too.
        words = ["env", f"LD_PROFILE={name}", f"LD_PROFILE_OUTPUT={directory}"]
        return Program([*words, *program.argv], program.env, program.cwd)

    def collect(self, ended: Ended, directory: str) -> Raw:
        name, path, asked = json.loads(Path(directory, _FACTS).read_text())
        file = f"{name}.profile"
        if not Path(directory, file).exists():
            raise EngineError(
                f"The program did not load {asked}, or not as it starts.",
                f"Name a library that it is linked with, of the name {name} (ldd lists them).",
            )
        return Raw({"file": file, "binary": path})


def _library(asked: str) -> Path:
    """The file of a library, by its path or its name. Raises EngineError."""
    path = Path(asked).expanduser()
    if os.sep not in asked:
        path = _cached().get(asked, path)
    if not path.is_file():
        raise EngineError(
            f"There is no library {asked}.",
            "Name its file: --library ./libx.so.1, or one that ldconfig -p lists.",
        )
    return path.absolute()


def _cached() -> dict[str, Path]:
    """The system's libraries by name, those of this machine's own kind first."""
    for program in ("ldconfig", "/sbin/ldconfig"):
        try:
            said = ask(program, "-p").stdout
        except (OSError, subprocess.SubprocessError):
            continue
        rows = reversed(_CACHED.findall(said))
        return {name: Path(path) for name, path in rows}
    return {}


def _soname(library: Path) -> str:
    """The name under which programs ask for a library."""
    try:
        found = _SONAME.search(ask("readelf", "-d", str(library)).stdout)
    except (OSError, subprocess.SubprocessError):
        found = None
    return found[1] if found else library.name


PROGRAM = SprofProgram()
"""The engine, for `registry.load_program`."""
