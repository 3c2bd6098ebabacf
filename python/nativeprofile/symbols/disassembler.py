"""Machine code as text, told by objdump (that of GNU binutils or LLVM's)."""

from __future__ import annotations

import platform
import re
from pathlib import Path
from typing import NamedTuple

from . import tools

PROGRAMS = ("objdump", "llvm-objdump")
"""Both take the same arguments and answer alike."""
_ROW = re.compile(r"\s*([0-9a-f]+):\s+(\S+)\s*(.*)$")
_JUMP = re.compile(r"(?:j\w+|loop\w*|b(?:\.\w+)?|cbn?z|tbn?z)$")
"""Mnemonics of x86-64 and aarch64 that go elsewhere without coming back."""
_TARGET = re.compile(r"(?:^|(?<=, ))(?:0x)?([0-9a-f]+) <.*>(?=(?:\s+//.*)?$)")
"""The last operand of a jump, in front of a comment."""
_PREFIXES = ("bnd", "notrack")


class Instruction(NamedTuple):
    """One instruction; `target` is the address that it jumps to, -1 where it does not jump or
    that is not written in it."""

    address: int
    mnemonic: str
    operands: str
    target: int


def program() -> str | None:
    """The path of the first that is there, None where there is none."""
    return tools.first_of(PROGRAMS)


def disassemble(
    file: Path, start: int, end: int, seconds: float, program: str
) -> list[Instruction] | None:
    """The instructions between two addresses (as linked); None if that took longer than
    `seconds` or the program failed."""
    command = [
        *(program, "--disassemble", "--demangle", "--no-show-raw-insn"),
        *(f"--start-address=0x{start:x}", f"--stop-address=0x{end:x}"),
    ]
    if platform.machine() == "x86_64":
        command.append("-Mintel")
    told = tools.answer([*command, str(file)], seconds)
    return None if told is None else parse(told, start, end)


def parse(answer: str, start: int, end: int) -> list[Instruction]:
    """The program's answer; jumps within the range are given by their distance from its start."""
    found = []
    for match in filter(None, map(_ROW.match, answer.splitlines())):
        address, mnemonic, operands = int(match[1], 16), match[2], match[3].replace("\t", " ")
        if not start <= address < end:
            continue
        if mnemonic in _PREFIXES:
            following, _, operands = operands.partition(" ")
            mnemonic, operands = f"{mnemonic} {following}", operands.lstrip()
        target = -1
        goal = _TARGET.search(operands) if _JUMP.match(mnemonic.split()[-1]) else None
        if goal is not None:
            target = int(goal[1], 16)
            if start <= target < end:
                inside = f"+0x{target - start:x}"
                operands = operands[: goal.start()] + inside + operands[goal.end() :]
        found.append(Instruction(address, mnemonic, operands, target))
    return found
