"""The machine code of CPython's trampolines, told from its bytes.

All trampolines of a process are copies of one template (Python/asm_trampoline.S, of CPython
3.12 to 3.15): it enters, calls the evaluator that it was given, and leaves. What the
unwinder must know of it is read off here, once, in the process that runs it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

_X86_ENTRIES = (b"\x48\x83\xec\x08", False), (b"\x55\x48\x89\xe5", True)
"""sub rsp, 8; push rbp, mov rbp, rsp. And whether the frame pointer is saved."""
_X86_MARK = b"\xf3\x0f\x1e\xfa"
"""endbr64"""
_X86_CALL = b"\xff\xd1"
"""call rcx"""
_X86_LEAVING = b"\x48\x83\xc4\x08\xc3", b"\x5d\xc3"
"""add rsp, 8 or pop rbp, and ret."""

_ARM_ENTRY = bytes.fromhex("fd7bbfa9 fd030091")
"""stp x29, x30, [sp, -16]!; mov x29, sp"""
_ARM_CALL = bytes.fromhex("60003fd6")
"""blr x3"""
_ARM_LEAVING = bytes.fromhex("fd7bc1a8")
"""ldp x29, x30, [sp], 16"""
_ARM_SIGN, _ARM_CHECK = bytes.fromhex("3f2303d5"), bytes.fromhex("bf2303d5")
"""paciasp (hint 25) and autiasp (hint 29)"""
_ARM_RET = bytes.fromhex("c0035fd6")


@dataclass(frozen=True)
class Form:
    """Offsets in bytes from a trampoline's first one."""

    machine: str
    entered: int
    """From here on it has its frame."""
    returned: int
    """Where its callee returns to."""
    left: int
    """From here on its frame is gone."""
    length: int
    saves: bool
    """Whether the frame pointer is kept in the frame."""
    signed: bool
    """Whether return addresses carry a signature."""

    def facts(self) -> dict[str, object]:
        """For the table that the worker reads."""
        return asdict(self)


def form_of(code: bytes, machine: str) -> Form | None:
    """The form of a trampoline that begins `code`, None if it is unlike those known.
    `machine` is the processor's architecture as uname tells it."""
    if machine == "x86_64":
        return _x86(code)
    return _arm(code) if machine == "aarch64" else None


def _x86(code: bytes) -> Form | None:
    start = len(_X86_MARK) if code.startswith(_X86_MARK) else 0
    for (entry, saves), leaving in zip(_X86_ENTRIES, _X86_LEAVING, strict=True):
        if code[start:].startswith(entry + _X86_CALL + leaving):
            returned = start + len(entry + _X86_CALL)
            end = returned + len(leaving)
            # A frame that keeps rbp begins with the push, one byte long.
            entered = start + (1 if saves else len(entry))
            return Form("x86_64", entered, returned, end - 1, end, saves, False)
    return None


def _arm(code: bytes) -> Form | None:
    signed = code.startswith(_ARM_SIGN)
    start = len(_ARM_SIGN) if signed else 0
    body = _ARM_ENTRY + _ARM_CALL + _ARM_LEAVING
    end = body + (_ARM_CHECK if signed else b"") + _ARM_RET
    if not code[start:].startswith(end):
        return None
    return Form(
        "aarch64",
        start + 4,
        start + len(_ARM_ENTRY + _ARM_CALL),
        start + len(body),
        start + len(end),
        True,
        signed,
    )
