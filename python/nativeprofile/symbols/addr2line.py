"""Source lines from DWARF, told by addr2line (LLVM's or that of GNU binutils).

It reads only the parts of the debug information that the addresses fall into.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from . import tools

PROGRAMS = ("llvm-addr2line", "addr2line")
"""Both take the same arguments and answer alike; the first copes better with much code."""
_ADDRESS = re.compile(r"0x[0-9a-f]+$")
_UNKNOWN = ("??", "")


class Line(NamedTuple):
    """A place in source code (-1 and no file: unknown); `function` is demangled."""

    function: str
    file: str
    line: int


Chain = tuple[Line, ...]
"""What one instruction stands for: a line and, from the innermost to the outermost, the
lines into which the compiler put it. The last is in the function that was called."""


def program() -> str | None:
    """The path of the first that is there, None where there is none."""
    return tools.first_of(PROGRAMS)


def lines(
    file: Path, addresses: Iterable[int], seconds: float, program: str
) -> dict[int, Chain] | None:
    """Lines by address (as linked), as far as the file knows them; None if that took longer
    than `seconds` or the program failed."""
    wanted = sorted(set(addresses))
    command = [program, "--addresses", "--functions", "--inlines", "--demangle", f"--exe={file}"]
    asked = "".join(f"0x{address:x}\n" for address in wanted)
    told = tools.answer(command, seconds, asked)
    return None if told is None else parse(told)


def parse(answer: str) -> dict[int, Chain]:
    """The program's answer: an address, then function and place in turn."""
    found: dict[int, Chain] = {}
    address, chain, function = -1, list[Line](), None
    for text in answer.splitlines():
        if function is None and _ADDRESS.match(text):
            found[address] = tuple(chain)
            address, chain = int(text, 16), []
        elif function is None:
            function = text
        else:
            place = text.partition(" (")[0]
            file, _, number = place.rpartition(":")
            known = number.isdecimal() and int(number) > 0 and file not in _UNKNOWN
            named = "" if function == "??" else function
            chain.append(Line(named, file, int(number)) if known else Line(named, "", -1))
            function = None
    found[address] = tuple(chain)
    return {a: chain for a, chain in found.items() if any(line.line > 0 for line in chain)}
