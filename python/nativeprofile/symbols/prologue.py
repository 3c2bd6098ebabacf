"""How to unwind a function that has no unwind information, from its first instructions.

Hand-written assembly (OpenBLAS's kernels) often has none. Its prologues are regular: make
room, save the callee's registers, keep the old stack pointer, align. Encodings: Intel 64
and IA-32 Architectures Software Developer's Manual, volume 2; register numbers: System V
ABI, AMD64 supplement, figure 3.36.
"""

from __future__ import annotations

from dataclasses import dataclass

RBX, RBP, RSP, RETURN = 3, 6, 7, 16
_DWARF = (0, 2, 1, 3, 7, 6, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15)
_PRESERVED = (RBX, RBP, 12, 13, 14, 15)
_LIMIT = 160


@dataclass(frozen=True)
class Rule:
    """The canonical frame address is `register` + `offset`; `saved` maps registers to how
    many bytes below it they lie. The return address is 8 below it."""

    register: int
    offset: int
    saved: tuple[tuple[int, int], ...] = ()


def rule_of(code: bytes) -> Rule | None:
    """The rule that holds behind the prologue `code` begins with; None if it cannot be told."""
    at, depth, saved = 0, 8, dict[int, int]()
    base: tuple[int, int] | None = None
    aligned = False
    while at < min(len(code), _LIMIT):
        rest = code[at:]
        rex = rest[0] if 0x40 <= rest[0] <= 0x4F else 0
        opcode = rest[1 if rex else 0 :]
        if opcode[:1] and 0x50 <= opcode[0] <= 0x57 and base is None:
            depth += 8
            saved.setdefault(_DWARF[(opcode[0] & 7) + 8 * (rex & 1)], depth)
            at += 2 if rex else 1
        elif rest.startswith((b"\x48\x83\xec", b"\x48\x81\xec")):
            size = 4 if rest[1] == 0x83 else 7
            if base is None:
                depth += int.from_bytes(rest[3:size], "little")
            at += size
        elif rest.startswith((b"\x48\x83\xe4", b"\x48\x81\xe4")):
            aligned = True
            at += 4 if rest[1] == 0x83 else 7
        elif rest.startswith((b"\x48\x89\xe3", b"\x48\x89\xe5")):
            base = (RBX if rest[2] == 0xE3 else RBP, depth)
            at += 3
        elif rest.startswith(b"\xc5\xf8\x77"):
            at += 3  # vzeroupper
        elif rex & 0x48 == 0x48 and opcode[:1] in (b"\x89", b"\x8b") and _on_stack(opcode):
            offset, size = _displacement(opcode)
            if opcode[0] == 0x89 and base is None:
                register = _DWARF[(opcode[1] >> 3 & 7) + (8 if rex & 4 else 0)]
                saved.setdefault(register, depth - offset)
            at += 1 + size
        else:
            break
    if base is None and aligned:
        return None
    register, offset = base or (RSP, depth)
    return Rule(register, offset, tuple((r, saved[r]) for r in _PRESERVED if r in saved))


def _on_stack(opcode: bytes) -> bool:
    """Whether a move's operand is memory at rsp plus a displacement."""
    return len(opcode) > 3 and opcode[1] & 7 == 4 and opcode[1] >> 6 < 3 and opcode[2] == 0x24


def _displacement(opcode: bytes) -> tuple[int, int]:
    """The displacement, and the size of opcode and operand."""
    width = (0, 1, 4)[opcode[1] >> 6]
    return int.from_bytes(opcode[3 : 3 + width], "little", signed=True), 3 + width
