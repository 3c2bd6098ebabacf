"""The programs of bench/programs and of pyperformance, as two notebook cells each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "programs"
CELL = "# %% cell\n"
_MARK = re.compile(r"#: (\w+)$")


@dataclass(frozen=True)
class Program:
    """`prepare` is not profiled, `cell` is."""

    prepare: str
    cell: str


def load(name: str) -> Program:
    """`split:10` is the program split with PARAMETER 10; `pyperformance:logging simple:12` is
    pyperformance's logging with the argument `simple`, its loop run twelve times."""
    name, _, parameter = name.partition(":")
    if name == "pyperformance":
        benchmark, _, loops = parameter.partition(":")
        words = ", ".join(map(repr, benchmark.split()))
        prepare = f"from support.pyperformance import load\nwork = load({words})\n"
        return Program(prepare, f"work({int(loops)})\n")
    prepare, cell = (FOLDER / f"{name}.py").read_text().split(CELL)
    if parameter:
        prepare = f"PARAMETER = {int(parameter)}\n{prepare}"
    return Program(prepare, cell)


def marks(source: str) -> dict[str, int]:
    """The lines, counted from 1, that end in `#: NAME`."""
    found = {}
    for number, line in enumerate(source.splitlines(), 1):
        if match := _MARK.search(line):
            found[match.group(1)] = number
    return found
