"""Whether a library was built as it should be: projects may set flags of their own."""

from __future__ import annotations

from pathlib import Path

from nativeprofile.symbols import elf, tools

_SECONDS = 60
_SIGNS = {"gprof": {"mcount", "_mcount", "__fentry__"}, "gcov": {"__gcov_dump"}}
"""A symbol, one of which is there."""


def lacks(library: Path, purpose: str) -> str:
    """What a library lacks, in words; empty if it has it, or where that cannot be told."""
    if purpose not in _SIGNS:
        facts = elf.read(library)
        return "" if facts is None or facts.has_lines else "debug information (-g)"
    program = tools.first_of(("nm", "llvm-nm"))
    if program is None:
        return ""
    said = [tools.answer([program, *how, str(library)], _SECONDS) for how in ((), ("-D",))]
    names = {
        line.split()[-1].partition("@")[0] for text in said if text for line in text.splitlines()
    }
    if names & _SIGNS[purpose]:
        return ""
    return {"gprof": "calls that are counted (-pg)", "gcov": "counters (--coverage)"}[purpose]
