"""What of a processor's architecture is needed to unwind a sample taken on it.

Register numbers of DWARF: System V ABI, AMD64 supplement, figure 3.36; DWARF for the Arm
64-bit Architecture, section 4.1. Their order in samples: asm/perf_regs.h of each.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Machine:
    """`stack`, `base` and `returns` are DWARF's numbers of the stack pointer, the frame
    pointer and the return address; the others index the registers of a sample."""

    name: str
    """As uname tells it."""
    elf: int
    """e_machine."""
    stack: int
    base: int
    returns: int
    sp: int
    ip: int
    pushed: tuple[int, ...]
    """What a trampoline pushes, the lowest address first."""
    arguments: tuple[int, int, int]
    """The first, third and fourth argument of a system call."""
    code_addresses: int
    """The bits of a return address that are its address (the others may hold a signature)."""

    @property
    def registers(self) -> int:
        """How many registers a sample has at least."""
        return max(self.ip, *self.arguments) + 1


X86_64 = Machine("x86_64", 62, 7, 6, 16, 7, 8, (6,), (5, 3, 14), (1 << 64) - 1)
AARCH64 = Machine("aarch64", 183, 31, 29, 30, 31, 32, (29, 30), (0, 2, 3), (1 << 48) - 1)

MACHINES = {machine.name: machine for machine in (X86_64, AARCH64)}
